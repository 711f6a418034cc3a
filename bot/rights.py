"""Rights: who says they wrote a story, what is wrong with one, and taking one down.

"I wrote this" is believed at once where it was said: in that server the story
becomes a card with a link. Everything else waits for the operator, who decides
on the command line.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import RightsError
from bot.library.base import Card, Library, ServerStory, StoredReport, Takedown
from bot.story import Rating

MOST_CLAIMS = 3  # times a day that one person may say they wrote a story
MOST_REPORTS = 10  # times a day that one person may report something else, of each kind
WORDS_LENGTH = 1_000  # characters of what somebody writes with it
KINDS = ("rating", "tags", "other")
WROTE = "wrote"

_DAY = timedelta(days=1)
_KNOWN_FOR = timedelta(minutes=1)
_POSTED_MOST = 10_000  # messages that are known to be written down


class Rights:
    """Takes claims and reports, and does what was decided."""

    def __init__(self, library: Library, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._decided: dict[int, tuple[datetime, Mapping[int, ServerStory]]] = {}
        self._posted: OrderedDict[int, int] = OrderedDict()

    async def posted(self, channel: int, messages: Sequence[int], story: int) -> None:
        """Write down which messages hold text of a story, so that they can be edited."""
        new = [message for message in messages if self._posted.get(message) != story]
        if not new:
            return  # a page that was turned in its place is written down already
        await self._library.remember_posted(channel, new, story, self._now())
        self._posted.update(dict.fromkeys(new, story))
        while len(self._posted) > _POSTED_MOST:
            self._posted.popitem(last=False)

    async def decided(self, server: int) -> Mapping[int, ServerStory]:
        """Give what ``server`` decided about single stories, by story.

        Kept in memory for a minute: the operator decides in a process of their own.
        """
        known = self._decided.get(server)
        if known is None or self._now() - known[0] >= _KNOWN_FOR:
            found = await self._library.server_stories(server)
            known = self._now(), {each.story: each for each in found}
            self._decided[server] = known
        return known[1]

    def forget(self, server: int | None = None) -> None:
        """Read what a server decided anew, or what all did."""
        if server is None:
            self._decided.clear()
        else:
            self._decided.pop(server, None)

    async def claim(self, card: Card, server: int | None, member: int, words: str) -> None:
        """Take down that ``member`` says they wrote a story; in ``server`` it is a link at once.

        Raises:
            RightsError: They said so of three stories within a day already.
        """
        await self._report(WROTE, MOST_CLAIMS, card, server, member, words)
        if server is not None:
            await self._decide(server, card.id, lambda before: replace(before, is_link_only=True))

    async def report(
        self, kind: str, card: Card, server: int | None, member: int, words: str
    ) -> None:
        """Take down what is wrong with a story, one of `KINDS`.

        Raises:
            RightsError: They reported ten of that kind within a day already.
        """
        await self._report(kind, MOST_REPORTS, card, server, member, words)

    async def _report(
        self, kind: str, most: int, card: Card, server: int | None, member: int, words: str
    ) -> None:
        now = self._now()
        if await self._library.count_reports(member, kind, now - _DAY) >= most:
            raise RightsError("rights.too-many", most=most)
        words = words.strip()[:WORDS_LENGTH]
        title = card.record.title
        await self._library.add_report(
            StoredReport(0, kind, card.id, title, server, member, words, now)
        )

    async def raise_rating(self, server: int, story: int, rating: Rating) -> None:
        """Count a story as rated ``rating`` in ``server``, where that is above its own."""
        await self._decide(server, story, lambda before: replace(before, rating=rating))

    async def hide(self, server: int, story: int, *, is_hidden: bool = True) -> None:
        """Hide a story of the operator's shelf in ``server``, or show it again."""
        await self._decide(server, story, lambda before: replace(before, is_hidden=is_hidden))

    async def _decide(
        self, server: int, story: int, change: Callable[[ServerStory], ServerStory]
    ) -> None:
        before = (await self.decided(server)).get(story, ServerStory(story))
        await self._library.decide_for_server(server, change(before))
        self.forget(server)

    async def uphold(self, report: int) -> StoredReport:
        """Close a report as right; what follows from it is the operator's next step.

        Raises:
            RightsError: There is no such report, or it was decided before.
        """
        return await self._close(report, "upheld")

    async def dismiss(self, report: int) -> StoredReport:
        """Close a report as wrong; a story that became a link by it is shown whole again.

        Raises:
            RightsError: There is no such report, or it was decided before.
        """
        told = await self._close(report, "dismissed")
        if told.kind == WROTE and told.server is not None:
            await self._decide(
                told.server, told.story, lambda before: replace(before, is_link_only=False)
            )
        return told

    async def _close(self, report: int, decision: str) -> StoredReport:
        told = await self._library.report(report)
        if told is None or not await self._library.decide_report(report, decision):
            raise RightsError("rights.no-report", report=str(report))
        return told

    async def take_down(self, story: int) -> Takedown:
        """Remove a story for good, with its words and address on the block list.

        Raises:
            RightsError: There is no such story.
        """
        taken = await self._library.take_down(story, self._now())
        if taken is None:
            raise RightsError("rights.no-story", story=str(story))
        self.forget()
        return taken
