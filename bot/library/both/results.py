"""What a search found, page by page, where both engines do the same."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from bot.library.base import COUNT_LIMIT, Card, Count, Filter, Found, Hit, Order
from bot.story import Audience, Place


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Ids of hits in order, and what lies around them."""

    stories: Sequence[int]
    has_more: bool
    has_earlier: bool


def slice_of(stories: Sequence[int], after: int, before: int, limit: int) -> ResultPage:
    """Give the page behind story ``after``, or right before ``before``."""
    if before:
        end = stories.index(before) if before in stories else len(stories)
        start = max(0, end - limit)
    else:
        start = stories.index(after) + 1 if after in stories else 0
        end = start + limit
    return ResultPage(stories[start:end], has_more=end < len(stories), has_earlier=start > 0)


def capped(visible: int, restricted: int) -> Count:
    """Make a `Count` that is exact up to `COUNT_LIMIT`."""
    return Count(
        min(visible, COUNT_LIMIT),
        min(restricted, COUNT_LIMIT),
        is_more=visible > COUNT_LIMIT,
        is_more_restricted=restricted > COUNT_LIMIT,
    )


class Filtered(ABC):
    """The part of the contract that searches for no words."""

    @abstractmethod
    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """See `Library.count`."""

    @abstractmethod
    async def listing(
        self,
        wanted: Filter,
        audience: Audience,
        after: int,
        limit: int,
        *,
        order: Order = Order.TITLE,
        before: int = 0,
    ) -> list[Card]:
        """See `Library.listing`."""

    async def _filtered(
        self,
        wanted: Filter,
        audience: Audience,
        order: Order,
        after: int,
        before: int,
        limit: int,
    ) -> Found:
        """Give a page of what the filter gives."""
        found = await self.listing(wanted, audience, after, limit + 1, order=order, before=before)
        is_cut = len(found) > limit
        page = found[-limit:] if before else found[:limit]
        if before and page:
            beside = await self.listing(wanted, audience, page[-1].id, 1, order=order)
        elif after and page:
            first = page[0].id
            beside = await self.listing(wanted, audience, 0, 1, order=order, before=first)
        else:
            beside = []
        return Found(
            tuple(Hit(card, Place(card.id)) for card in page),
            await self.count(wanted, audience),
            has_more=bool(beside) if before else is_cut,
            has_earlier=is_cut if before else bool(beside),
        )
