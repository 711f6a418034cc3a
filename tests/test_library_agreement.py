"""Both engines find the same: a thousand generated questions about one generated library.

What is compared are the stories and names found, and how many; never the order
of those that stand equal. The library is made in SQLite and copied.
"""

import string
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.library.base import Card, Filter, Library, Order
from bot.library.copying import copy_library
from bot.prose.query import parse_query
from bot.prose.words import fold
from bot.story import Audience, Character, Origin, Permission, Place, Rating, Story, TagKind
from tests.library_contract import ENGINES, NOON, entry_of, story_of

STORIES = 260
QUESTIONS = 1_000
DRAWS = 40  # for each story that can come, when all of them are to come
ROOM = 7

# Words that tell tokenizers apart: accents, apostrophes, dashes, scripts without spaces.
_WORDS = (
    "rain Rain fog ink lamp salt café cafe Łódź łódź Straße strasse don't dont o'clock"
    " well-known known re-read 1,000 naïve naive Øystein x y z to be or not the a sha shadow"
    " shadows shame ash 東京タワー 京都 東京 狐 カイロ・レン 여우 여우가 हिन्दी में שלום ﬁne fine ⅷ"
)
WORDS = _WORDS.split()
_NAMES = (
    "Ada Quay;Ben;Ren;Lord Ren;Slow Burn;slow burn;Fluff;Angst;Café Society;Øyvind;狐;東京;"
    "100% fluff;O'Brien;rain;Rainfall"
)
NAMES = _NAMES.split(";")
KINDS = (TagKind.FREEFORM, TagKind.CHARACTER, TagKind.AUTHOR, TagKind.FANDOM)
LANGUAGES = ("", "en", "de", "en-GB", "Deutsch", "日本語")

Question = tuple[str, Callable[[Library], Awaitable[Any]]]


def a_story(rng: Random, number: int) -> Story:
    """Make a story of chapters with words that many others hold as well."""

    def text(words: int) -> str:
        told = [
            rng.choice(WORDS) + rng.choice(("", "", "", ",", ".", "—", "\n\n")) + " "
            for _ in range(words)
        ]
        return "".join(told).strip() or "x"

    long = number % 50 == 0  # its chapters are stored in several parts
    story = story_of(
        " ".join(rng.choices((*WORDS, *NAMES), k=rng.randint(1, 4))),
        *(text(4_000 if long else rng.randint(1, 60)) for _ in range(rng.randint(1, 3))),
        rating=rng.choice([*Rating]),
        tags=rng.sample(NAMES, rng.randint(0, 4)),
        characters=[
            Character(name, appears=rng.random() < 0.8)
            for name in rng.sample(NAMES, rng.randint(0, 2))
        ],
        authors=rng.sample(NAMES, rng.randint(0, 1)),
        permission=rng.choice([Permission.OWN, Permission.OWN, Permission.LINK_ONLY]),
        words=rng.choice([None, 100, 500, 501, 2_000]),
    )
    return replace(
        story,
        fandoms=tuple(rng.sample(NAMES, rng.randint(0, 1))),
        rating_origin=rng.choice([*Origin]),
        language=rng.choice(LANGUAGES),
        complete=rng.choice([None, True, False]),
        published=rng.choice([None, NOON.date(), NOON.date() - timedelta(days=number % 9)]),
    )


async def fill(library: Library, rng: Random) -> None:
    """Put stories on three shelves, hide some, and show some to a room."""
    for shelf, stories in ((0, STORIES), (1, STORIES // 4), (2, STORIES // 8)):
        for first in range(0, stories, 40):
            numbers = range(first, min(stories, first + 40))
            entries = [entry_of(a_story(rng, each), f"{shelf}/{each}") for each in numbers]
            await library.keep(shelf, entries, NOON)
    ids = list(range(1, STORIES + 1))
    await library.hide_gone(
        0, [f"stories:0/{each}" for each in rng.sample(range(STORIES), 20)], NOON
    )
    changed = rng.sample(ids, 20)  # some read anew: words and names they had are gone
    entries = [entry_of(a_story(rng, ident), f"0/{ident - 1}", story_id=ident) for ident in changed]
    await library.keep(0, entries, NOON + timedelta(days=1))
    for ident in rng.sample(ids, 60):
        await library.remember_shown(ROOM, ident, NOON + timedelta(seconds=ident))


@pytest.fixture
async def engines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Library, Library]]:
    """Give the same library in both engines, which may take their time to answer."""
    monkeypatch.setattr("bot.library.sqlite.matches.SECONDS", 60.0)
    monkeypatch.setattr("bot.library.sqlite.matches.MORE_SECONDS", 60.0)
    one, other = (ENGINES[engine](tmp_path)() for engine in ("sqlite", "postgres"))
    await one.open()
    await other.open()
    await fill(one, Random(1))
    await copy_library(one, other)
    yield one, other
    await one.close()
    await other.close()


# Questions


def an_audience(rng: Random) -> Audience:
    def some(most: int) -> frozenset[str]:
        return frozenset(map(fold, rng.sample(NAMES, rng.randint(0, most))))

    ceiling, beyond = rng.choice([*Rating]), rng.choice([*Rating])
    return Audience(
        ceiling=ceiling,
        beyond=max(ceiling, beyond),
        server=rng.choice([None, 1, 2, 3]),
        blocked=some(2) if rng.random() < 0.3 else frozenset(),
        avoided=some(2) if rng.random() < 0.3 else frozenset(),
        unseen=frozenset(rng.sample(range(1, STORIES), 9)) if rng.random() < 0.2 else frozenset(),
        trusts_estimates=rng.random() < 0.8,
    )


def a_filter(rng: Random) -> Filter:
    def maybe(share: float, value: Any, default: Any = None) -> Any:
        return value if rng.random() < share else default

    names = tuple(
        (rng.choice(KINDS), fold(rng.choice((*NAMES, "nobody")))) for _ in range(rng.randint(0, 2))
    )
    return Filter(
        names=names,
        max_words=maybe(0.3, rng.choice([0, 60, 100, 500, 1_000])),
        min_words=maybe(0.2, rng.choice([0, 50, 100, 501])),
        max_rating=maybe(0.2, rng.choice([*Rating])),
        language=maybe(0.2, rng.choice(["en", "de", "ja"]), ""),
        complete=maybe(0.2, rng.random() < 0.5),
        with_text=rng.random() < 0.2,
        stories=maybe(0.1, tuple(rng.sample(range(1, STORIES), 40)), ()),
        without=maybe(0.1, tuple(rng.sample(range(1, STORIES), 40)), ()),
        without_names=maybe(0.2, (fold(rng.choice(NAMES)),), ()),
    )


def a_typed_search(rng: Random) -> str:
    """Type words, "phrases", -not and beginnings*."""
    pieces: list[str] = []
    for _ in range(rng.randint(1, 3)):
        words = rng.choices((*WORDS, *NAMES), k=rng.choice([1, 1, 1, 2, 3]))
        piece = f'"{" ".join(words)}"' if len(words) > 1 else words[0]
        if rng.random() < 0.2 and len(words) == 1:
            piece = piece[: rng.randint(1, len(piece))] + "*"
        pieces.append(("-" if rng.random() < 0.2 else "") + piece)
    return " ".join(pieces)


def a_beginning(rng: Random) -> str:
    word = rng.choice((*WORDS, *NAMES, *string.ascii_lowercase))
    return fold(word)[: rng.randint(0, 4)]


async def every_page(
    ask: Callable[[int], Awaitable[tuple[list[Card], bool]]],
) -> list[int]:
    """Read all pages of a list; gives the ids in order."""
    read: list[int] = []
    has_more = True
    while has_more:
        page, has_more = await ask(read[-1] if read else 0)
        read += [card.id for card in page]
    return read


def a_question(rng: Random) -> Question:
    """Think of something to ask: what it is, and a function that asks it."""
    audience, wanted, order = an_audience(rng), a_filter(rng), rng.choice([*Order])
    typed, begun, kinds = a_typed_search(rng), a_beginning(rng), rng.sample(KINDS, 2)
    name = fold(rng.choice(NAMES))
    ident = rng.randint(0, STORIES + 20)

    async def listing(library: Library) -> list[int]:
        async def page(after: int) -> tuple[list[Card], bool]:
            found = await library.listing(wanted, audience, after, 25, order=order)
            return found, len(found) == 25

        return await every_page(page)

    async def counts(library: Library) -> object:
        return (
            await library.count(wanted, audience),
            await library.count_unseen(wanted, audience, ROOM),
        )

    async def search(library: Library) -> object:
        query, told = parse_query(typed), list[object]()

        async def page(after: int) -> tuple[list[Card], bool]:
            found = await library.search(
                query, wanted, audience, order=order, after=after, limit=25
            )
            told.append(found.count)
            # Which passage is the best one may differ, where several are as good.
            told.extend((hit.card.id, bool(hit.marks)) for hit in found.hits)
            return [hit.card for hit in found.hits], found.has_more

        read = await every_page(page)
        assert len(read) == len(set(read)), "no story twice"
        return set(read), set(told), read if order is not Order.RELEVANCE else None

    async def titles(library: Library) -> object:
        return (
            [card.id for card in await library.find_titles(begun, audience, 999)],
            [title.id for title in await library.offer_titles(begun, audience, 25)],
        )

    async def names(library: Library) -> object:
        return set(await library.find_names(begun, kinds, audience, 999))

    async def one_name(library: Library) -> object:
        found = await library.name_called(kinds, name, audience)
        beside = await library.companions(found.id, audience, 999) if found else []
        return found, set(beside), await library.name(ident, audience)

    async def cards(library: Library) -> object:
        place = Place(ident, 0, rng.randint(0, 400))
        return (
            await library.card(ident, audience),
            await library.page(place, audience),
            await library.chapter_titles(ident, audience, 0, 9),
            await library.following(wanted, audience, by_date=True, after=(NOON.date(), ident)),
            await library.following(wanted, audience, by_date=False, after=(None, ident)),
        )

    async def support(library: Library) -> object:
        fitting = set(await listing(library))
        room = ROOM if ident % 2 else None
        draws = DRAWS * min(len(fitting), 6) or 1
        drawn = {
            await library.random(wanted, audience, room, (number + 0.5) / draws)
            for number in range(draws)
        }
        assert drawn - {None} <= fitting
        assert (drawn == {None}) == (not fitting)
        return drawn if len(fitting) <= 6 else fitting

    asked = rng.choice(
        (listing, counts, search, search, search, titles, names, one_name, cards, support)
    )
    told = f"{asked.__name__}: {typed!r} {begun!r} {name!r} {ident} {order} {wanted} {audience}"
    return told, asked


async def test_a_thousand_questions_have_the_same_answers(
    engines: tuple[Library, Library],
) -> None:
    rng = Random(1_000)
    found_something = 0
    for number in range(QUESTIONS):
        told, ask = a_question(rng)
        state = rng.getstate()
        answers: list[object] = []
        for engine in engines:
            rng.setstate(state)
            answers.append(await ask(engine))
        assert answers[0] == answers[1], f"question {number}: {told}"
        found_something += bool(answers[0])
    assert found_something > QUESTIONS / 2, "the questions have to be about something"
