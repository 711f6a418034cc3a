"""Collections: stories of a shelf gathered under a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.story import Audience


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of stories on a shelf; a server's may hold stories of the operator's as well."""

    id: int
    shelf: int
    name: str
    stories: int = 0  # visible to the audience that asked, up to `COUNT_LIMIT`


class Collections(Protocol):
    """Collections of stories."""

    async def collect(self, shelf: int, name: str, stories: Sequence[int]) -> int:
        """Put ``stories`` into the collection of ``shelf`` called ``name``; gives its id.

        It is made when there is none. Stories of another server's shelf, and those
        that are gone, are left out. The name must hold a letter or another mark.
        """
        ...

    async def uncollect(self, collection: int, stories: Sequence[int]) -> int:
        """Take ``stories`` out of a collection; gives how many were in it.

        They stay out whatever their files say. A collection that is empty is gone.
        """
        ...

    async def rename_collection(self, collection: int, name: str) -> bool:
        """Call a collection ``name``; False when it is gone, or its shelf has one of that name."""
        ...

    async def remove_collection(self, collection: int) -> bool:
        """Take all stories out of a collection; False when there were none."""
        ...

    async def collections_on(self, shelf: int, story: int | None = None) -> list[Collection]:
        """List the collections of ``shelf`` by name, or those that hold ``story``.

        For who keeps the shelf: hidden stories count.
        """
        ...

    async def find_collections(
        self, query: str, audience: Audience, limit: int
    ) -> list[Collection]:
        """List collections that hold visible stories and match like titles do, the largest first.

        What the audience avoids is not counted.
        """
        ...

    async def collection(self, ident: int, audience: Audience) -> Collection | None:
        """Give a collection that holds a visible story."""
        ...

    async def collection_called(self, folded: str, audience: Audience) -> Collection | None:
        """Give the collection that is exactly ``folded`` and holds a visible story.

        Of two of that name it is the server's own.
        """
        ...
