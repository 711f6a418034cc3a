"""The world of the soak: stories, servers with channels, and what is due in them every day.

Stories have marks in every sentence, so that what arrived can be told from what
did not. Some are one message long, some two. Two of them, the twins, are drawn
by many daily stories of the same channels at the same minute, so that the same
words are out there again and again. One is told in instalments.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.daily import DailyStories, DailyStory, Length, What
from bot.library.base import Filter, Library
from bot.schedule import DailyTime
from bot.story import Audience, Rating, TagKind
from tests.tales import mark_of, write_tale
from tests.wire import payloads
from tests.wire.channels import CREATE_THREADS
from tests.wire.payloads import BOT_PERMISSIONS, Channel, Server, server
from tests.wire.stand_in import StandIn

SHORT, LONG = 4, 14  # paragraphs of a story of one message, and of two
CHAPTERS, CHAPTER = 40, 45  # of the serial, and paragraphs of each: about five messages
SERIAL = "Serial"
TELLABLE = 2_000  # words: anything but the serial
DUE = DailyTime(20, 0, "UTC")
_ORDER = 1 << 22  # between the ids of two servers


@dataclass
class World:
    """What there is; ``stories`` holds the number of paragraphs by mark."""

    stories: dict[str, int] = field(default_factory=dict[str, int])
    servers: list[Server] = field(default_factory=list[Server])
    schedules: dict[int, DailyStory] = field(default_factory=dict[int, DailyStory])

    def write_stories(self, folder: Path) -> None:
        """Write the stories into ``folder``."""
        for number in range(8):
            self._write(folder, f"Single {_letter(number)}", SHORT)
            self._write(folder, f"Double {_letter(number)}", LONG)
        self._write(folder, "Twin short", SHORT, tags="[twin]")
        self._write(folder, "Twin long", LONG, tags="[twins]")
        chapters = [f"Chapter {number}" for number in range(CHAPTERS)]
        write_tale(folder, SERIAL, chapters=chapters, paragraphs=CHAPTER)

    def _write(self, folder: Path, title: str, paragraphs: int, **facts: str) -> None:
        write_tale(folder, title, paragraphs=paragraphs, **facts)
        self.stories[mark_of(title)] = paragraphs

    def found_servers(self, count: int, channels: int) -> None:
        """Make servers with channels."""
        for number in range(count):
            ident = 1_300_000_000_000_000_000 + number * _ORDER
            names = [f"room-{each}" for each in range(channels)]
            self.servers.append(server(ident, f"House {number}", *names))

    @property
    def channels(self) -> list[Channel]:
        """Every channel of every server."""
        return [channel for told in self.servers for channel in told.channels]

    @property
    def serial(self) -> list[tuple[str, int, int, str]]:
        """Every sentence of the serial: the mark of its story, chapter, paragraph, sentence."""
        return [
            (mark_of(SERIAL), chapter, paragraph, half)
            for chapter in range(1, CHAPTERS + 1)
            for paragraph in range(CHAPTER)
            for half in "ab"
        ]

    async def order(
        self, library: Library, stand_in: StandIn, first: datetime, rng: Random, count: int
    ) -> None:
        """Keep ``count`` daily stories, all due at the same time of day."""
        stories = DailyStories(library, now=lambda: first - timedelta(hours=1))
        everyone = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
        (serial,) = await library.find_titles("serial", everyone, 2)
        threads = [await stand_in.channels.open_thread(each, "tales") for each in self.channels[:2]]
        for channel in self.channels[4:6]:
            await stand_in.channels.permit(channel, BOT_PERMISSIONS | CREATE_THREADS)
        for number in range(count):
            daily = self._daily(rng, number)
            if number % 7 == 3 and daily.member is None:
                thread = threads[number % 2]
                daily = replace(daily, server=thread.parent.server, channel=thread.id)
            elif number % 7 == 4 and daily.member is None:
                channel = self.channels[4 + number % 2]
                place = replace(daily, server=channel.server, channel=channel.id)
                daily = replace(place, opens_thread=True)
            if number % 10 == 5:
                daily = replace(daily, what=What.SERIAL, serial_of=serial.id, length=Length.LONG)
            made = await stories.add(daily)
            self.schedules[made.id] = made

    def _daily(self, rng: Random, number: int) -> DailyStory:
        anything = Filter(max_words=TELLABLE)
        made = DailyStory(0, DUE, What.STORY, payloads.OWNER, filter=anything)
        if number % 10 == 9:
            return replace(made, member=payloads.READER + number)
        if number % 3 == 0:  # the twins stand in few channels, many times
            channel = self.channels[number % 4]
            tag = rng.choice(("twin", "twins"))
            made = replace(made, filter=Filter(names=((TagKind.FREEFORM, tag),)))
        else:
            channel = rng.choice(self.channels)
        return replace(made, server=channel.server, channel=channel.id)


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[number]
