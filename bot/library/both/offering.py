"""Names by number, by name, and as they are offered while somebody types."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from bot.library.base import Name, Offered
from bot.library.both.asking import Asking
from bot.prose.words import fold
from bot.story import Audience, TagKind

CHARACTERS = (TagKind.CHARACTER,)


class Offering(Asking):
    """The part of the contract that knows names; an engine may know a shorter way to offer them."""

    async def name(self, ident: int, audience: Audience) -> Name | None:
        """See `Library.name`."""
        found = await self._names("name.id = :ident", {"ident": ident}, audience)
        return found[0] if found else None

    async def name_called(
        self, kinds: Sequence[TagKind], folded: str, audience: Audience
    ) -> Name | None:
        """See `Library.name_called`."""
        found = await self._names("name.folded = :folded", {"folded": folded}, audience)
        wanted = [name for kind in kinds for name in found if name.kind is kind]
        return wanted[0] if wanted else None

    async def names_called(
        self, kinds: Sequence[TagKind], folded: Sequence[str], audience: Audience
    ) -> list[Name]:
        """See `Library.names_called`."""
        found = await self._names(*self._called(kinds, folded), audience)
        return sorted(found, key=lambda name: (-name.stories, name.id))

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
    async def _names(self, which: str, values: dict[str, Any], audience: Audience) -> list[Name]:
        """Give names that visible stories carry and that fit ``which``, each with how many do."""

    @abstractmethod
    def _called(
        self, kinds: Sequence[TagKind], folded: Sequence[str]
    ) -> tuple[str, dict[str, Any]]:
        """Give the condition on ``name`` of being of some kind and called so, with its values."""

    @abstractmethod
    async def meant_by(self, folded: str, audience: Audience) -> list[str]:
        """See `Library.meant_by`."""
