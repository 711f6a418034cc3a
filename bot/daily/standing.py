"""A daily story as a value: where to, when, what, and how far it has come.

One `DailyStory` is one standing order. Its next time is always computed from
the local clock and zone by ``schedule``; what is stored is only the result.
How far it has come (in an order, in a long story) moves on only when a
sending is done, so one that fails sends the same when it is tried again.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from bot.library.base import Filter
from bot.prose.instalments import Span
from bot.schedule import DailyTime, next_due, occurrence_date
from bot.story import Place

MOST_IN_A_SERVER = 20  # daily stories of one server, so that nobody floods it
MOST_OF_A_MEMBER = 10
HISTORY_DAYS = 90  # how long it is known what a room was shown
SERIAL_LEAST = 1_000  # words of a story that is told in instalments when none was named
PAUSED_BY_ADMIN = "daily.paused-by-admin"
PAUSED_BY_ITSELF = "daily.paused-by-you"  # somebody's own
UNFINISHED = "daily.unfinished"  # being set up: something is still to be asked
PAUSED_BY_HAND = (PAUSED_BY_ADMIN, PAUSED_BY_ITSELF, UNFINISHED)
FINISHED = "daily.paused-finished"
UNREADABLE = "daily.paused-unreadable"  # a later version wrote it, or its zone is not known


class What(StrEnum):
    """What a daily story sends."""

    DRABBLE = "drabble"
    STORY = "story"
    EXCERPT = "excerpt"
    SERIAL = "serial"  # the next instalment of one long story


class Order(StrEnum):
    """Which story comes next."""

    RANDOM = "random"  # one that was not told here for longest
    ADDED = "added"
    DATE = "date"  # as they were published; those without a date last


class Length(StrEnum):
    """How long an instalment is."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"
    CHAPTER = "chapter"

    @property
    def span(self) -> Span:
        """Give its length in characters; a message holds 2,000 with its header."""
        return _SPANS[self]


_SPANS = {
    Length.SHORT: Span(1_300, 1_700),  # one message
    Length.MEDIUM: Span(3_000, 3_600),  # two
    Length.LONG: Span(7_500, 9_000),  # about five
    Length.CHAPTER: Span(17_000, 17_000),  # at most ten
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a daily story has come.

    In an order ``story`` is the one told last, with its ``day``. In a serial it
    is the one being told (0: none yet), and the rest says where the next
    instalment starts and how many were told.
    """

    story: int = 0
    day: date | None = None
    chapter: int = 0
    offset: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class DailyStory:
    """One standing order; ``id`` 0 is not kept yet.

    ``server`` and ``channel`` say where to, or ``member`` in direct messages.
    ``paused`` holds the key of the reason, "" while it runs.
    """

    id: int
    rule: DailyTime
    what: What
    made_by: int
    server: int | None = None
    channel: int | None = None
    member: int | None = None
    filter: Filter = field(default_factory=Filter)  # what its stories must have
    order: Order = Order.RANDOM
    serial_of: int = 0  # the story told in instalments; 0: any long one, then another
    length: Length = Length.MEDIUM  # of an instalment
    progress: Progress = field(default_factory=Progress)
    role: int | None = None  # mentioned with every post
    opens_thread: bool = False  # under every post, to talk in
    language: str = ""  # of somebody's own: what they spoke when they set it up
    next_due: datetime | None = None
    paused: str = ""
    last_day: date | None = None
    starts_again: bool = False  # the pool was used up once, and that was said
    needs: tuple[str, ...] = ()  # what is still to be asked while it is set up
    replaces: int = 0  # the one that it changes, once nothing is to be asked any more

    @property
    def room(self) -> int:
        """Whose history of what was shown counts."""
        room = self.channel if self.member is None else self.member
        assert room is not None
        return room

    @property
    def is_named(self) -> bool:
        """Tell whether it tells one story that somebody chose."""
        return self.what is What.SERIAL and self.serial_of != 0

    @property
    def place(self) -> Place | None:
        """Give where the next instalment starts; None where another story begins."""
        at = self.progress
        if self.what is not What.SERIAL or not (at.story or self.serial_of):
            return None
        return Place(at.story or self.serial_of, at.chapter, at.offset)

    def wanted(self, drabble_max_words: int) -> Filter:
        """Give the filter its stories must fit."""
        if self.is_named:
            return Filter(stories=(self.serial_of,), with_text=True)
        wanted = replace(self.filter, with_text=True)
        if self.what is What.DRABBLE:
            most = min(drabble_max_words, wanted.max_words or drabble_max_words)
            return replace(wanted, max_words=most)
        if self.what is What.SERIAL:
            return replace(wanted, min_words=max(SERIAL_LEAST, wanted.min_words or 0))
        return wanted

    def scheduled(self, now: datetime) -> "DailyStory":
        """Give it with its next time after ``now``; a day that was done is not done again."""
        return replace(self, next_due=next_due(self.rule, now, last=self.last_day))

    def skipping(self, now: datetime) -> "DailyStory":
        """Give it with its next time left out."""
        if self.next_due is None:
            return self
        day = occurrence_date(self.rule, self.next_due)
        return replace(self, last_day=day).scheduled(now)

    def telling(self, story: int) -> "DailyStory":
        """Give it telling ``story`` in instalments, from the beginning when it is another one."""
        if story == self.serial_of and self.what is What.SERIAL:
            return self
        return replace(self, what=What.SERIAL, serial_of=story, progress=Progress(story))
