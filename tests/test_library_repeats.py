"""Drawing in a room that was shown everything: what was shown longest ago, whatever happens."""

from datetime import timedelta

import pytest

from bot.library.base import Filter, Library
from bot.story import Audience, Rating
from tests.library_contract import NOON, put, story_of

TEEN = Audience(ceiling=Rating.TEEN)
SERVER, ROOM, ADA = 7, 70, 1
TITLES = ("Ash", "Elm", "Fir", "Oak")


class Reader:
    """Reads in a room, a minute for each story."""

    def __init__(self, library: Library, member: int = ADA) -> None:
        self.library = library
        self.member = member
        self.now = NOON

    async def reads(self, draw: float = 0.0) -> int:
        found = await self.library.drawn(Filter(), TEEN, ROOM, draw, reader=self.member)
        assert found is not None
        await self.saw(found.card.id)
        return found.card.id

    async def saw(self, story: int, room: int = ROOM) -> None:
        self.now += timedelta(minutes=1)
        await self.library.remember_shown(room, story, self.now, server=SERVER)
        await self.library.remember_shown(self.member, story, self.now)


@pytest.fixture
async def reader(library: Library) -> Reader:
    """Give somebody who read all there is, twice."""
    await put(library, *map(story_of, TITLES))
    reader = Reader(library)
    for _ in range(2 * len(TITLES)):
        await reader.reads()
    return reader


async def test_stories_come_round_in_the_order_they_were_shown(reader: Reader) -> None:
    first = [await reader.reads(draw) for draw in (0.0, 0.9, 0.3, 0.7)]
    assert len(set(first)) == len(TITLES)
    assert [await reader.reads(draw) for draw in (0.5, 0.1, 0.99, 0.2)] == first


async def test_what_was_written_down_meanwhile_counts(reader: Reader) -> None:
    first = [await reader.reads() for _ in TITLES]
    await reader.saw(first[0])
    await reader.library.write_down()
    assert [await reader.reads() for _ in TITLES] == [*first[1:], first[0]]


async def test_a_new_story_comes_before_what_was_shown(reader: Reader) -> None:
    (new,) = await put(reader.library, story_of("Yew"))
    assert await reader.reads() == new
    assert await reader.reads() != new


async def test_a_story_that_is_gone_comes_no_more(reader: Reader) -> None:
    gone = await reader.reads()
    await reader.library.remove_stories([gone])
    assert gone not in [await reader.reads() for _ in range(2 * len(TITLES))]


async def test_what_was_forgotten_comes_as_if_never_shown(reader: Reader) -> None:
    first = await reader.reads()
    await reader.library.forget_shown(reader.now)  # all but the last
    assert first not in [await reader.reads() for _ in TITLES[1:]]
    assert await reader.reads() == first


async def test_of_what_was_shown_at_once_each_has_its_chance(library: Library) -> None:
    stories = await put(library, *map(story_of, TITLES))
    for story in stories:
        await library.remember_shown(ROOM, story, NOON)
    drawn = [await library.random(Filter(), TEEN, ROOM, chance / 8) for chance in range(8)]
    again = [await library.random(Filter(), TEEN, ROOM, chance / 8) for chance in range(8)]
    assert drawn == again == sorted(stories * 2)


async def test_a_drawn_story_comes_with_its_text_unless_it_is_too_long(library: Library) -> None:
    (story,) = await put(library, story_of("Ash", "One two three."))
    whole = await library.drawn(Filter(), TEEN, ROOM, 0.0)
    assert whole == await library.opened(story, TEEN)
    card = await library.drawn(Filter(), TEEN, ROOM, 0.0, most_words=2)
    assert card == await library.opened(story, TEEN, most_words=2)
    assert await library.drawn(Filter(min_words=9), TEEN, ROOM, 0.0) is None
