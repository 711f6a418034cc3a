"""Names that are offered while somebody types: every way to mean one, in one question."""

from abc import abstractmethod
from collections.abc import Sequence

from bot.library.base import Name, Offered
from bot.library.both.asking import Asking
from bot.prose.words import fold
from bot.story import Audience, TagKind

CHARACTERS = (TagKind.CHARACTER,)


class Offering(Asking):
    """The part of the contract that offers names; an engine may know a shorter way."""

    async def offered_names(
        self,
        query: str,
        kinds: Sequence[TagKind],
        called: Sequence[str],
        audience: Audience,
        limit: int,
    ) -> Offered:
        """See `Library.offered_names`."""
        meant: list[str] = []
        if query and TagKind.CHARACTER in kinds:
            meant = [fold(name) for name in await self.meant_by(query, audience)]
        return Offered(
            await self.find_names(query, kinds, audience, limit),
            await self.names_called(CHARACTERS, called, audience) if called else [],
            await self.names_called(CHARACTERS, meant, audience) if meant else [],
        )

    @abstractmethod
    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """See `Library.find_names`."""

    @abstractmethod
    async def names_called(
        self, kinds: Sequence[TagKind], folded: Sequence[str], audience: Audience
    ) -> list[Name]:
        """See `Library.names_called`."""

    @abstractmethod
    async def meant_by(self, folded: str, audience: Audience) -> list[str]:
        """See `Library.meant_by`."""
