"""Finding in PostgreSQL: by indexes and in bounded time, and what it rests on stays in step."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from bot.errors import LibraryUnreachable
from bot.library import library_at
from bot.library.base import Entry, Filter, Library, Order
from bot.library.detected import Decision, Verdict
from bot.library.postgres import PostgresLibrary, connections, index, search
from bot.library.postgres.binding import bound
from bot.library.postgres.lanes import Lane, Record
from bot.library.records import write_down
from bot.library.rows import STORY_COLUMNS
from bot.prose.query import parse_query
from bot.story import Audience, Character, Rating, Story, TagKind
from bot.texts import explain
from tests.library_contract import EVERYONE, NOON, entry_of, file_of, put, story_of
from tests.postgres import database

WORDS = [
    f"{first}{middle}{last}" for first in "bdgklmnprst" for middle in "aeiou" for last in "lmnrst"
]
MADE, TIMES = 1_000, 40  # stories made as any other, and how often each is there
LARGE = {
    *("story", "story_name", "name", "word_index", "title_beginning", "name_beginning"),
    *("tally", "name_use", "chapter", "part", "page"),
}
TEEN = Audience(ceiling=Rating.TEEN, beyond=Rating.EXPLICIT, server=7)


def nth(rng: Random, most: int) -> int:
    """Draw a number from 0: small ones far more often."""
    return int(most ** rng.random()) - 1


def a_story(rng: Random, number: int) -> Story:
    words = [WORDS[nth(rng, len(WORDS))] for _ in range(60)]
    return story_of(
        f"{rng.choice(WORDS)} {rng.choice(WORDS)} {number}",
        f"{' '.join(words)}. So it was said again.",
        rating=rng.choice([*Rating]),
        tags=[f"tag {WORDS[nth(rng, len(WORDS))]}" for _ in range(3)],
        characters=[Character(f"{rng.choice(WORDS)} {WORDS[nth(rng, len(WORDS))]}")],
        words=rng.randint(5, 20_000),
    )


class Explained(PostgresLibrary):
    """A library that keeps how the server would answer each question."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.plans: list[tuple[str, dict[str, Any]]] = []

    async def _fetch(self, lane: Lane | None, sql: str, values: Mapping[str, Any]) -> list[Record]:
        assert lane is not None
        text, args = bound(sql, values)
        (row,) = await lane.fetch(f"EXPLAIN (FORMAT JSON) {text}", args)
        self.plans.append((sql, json.loads(row[0])[0]["Plan"]))
        return await super()._fetch(lane, sql, values)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return database(tmp_path)


@pytest.fixture
async def library(address: str) -> AsyncIterator[Library]:
    opened = library_at(address)
    await opened.open()
    yield opened
    await opened.close()


async def multiply(address: str, times: int, *, told: int = 1) -> None:
    """Have every story there so many times, its text ``told`` times as long."""
    connection = await asyncpg.connect(address)
    columns = [column for column in STORY_COLUMNS if column not in ("id", "title_key")]
    try:
        (most,) = await connection.fetchrow("SELECT max(id) FROM story") or (0,)
        copies = f"CROSS JOIN generate_series(1, {times - 1}) AS copy (number)"
        moved = f"+ copy.number * {most}"
        for table, column, more in (
            ("story", "id", ["title_key || ' ' || copy.number", *columns]),
            ("story_name", "story", ["name", "appears"]),
            ("word_index", "story", ["words", f"repeat(told, {told})", "is_cut"]),
            ("title_beginning", "story", ["letters"]),
        ):
            names = {
                "title_key || ' ' || copy.number": "title_key",
                f"repeat(told, {told})": "told",
            }
            into = ", ".join([column, *(names.get(each, each) for each in more)])
            await connection.execute(
                f"INSERT INTO {table} ({into})"
                f" SELECT {column} {moved}, {', '.join(more)} FROM {table} {copies}"
            )
        stories = [
            row[0] for row in await connection.fetch("SELECT id FROM story WHERE id > $1", most)
        ]
        async with connection.transaction():
            await index.count(connection, stories, 1)
            names = await connection.fetch(  # that nothing carries
                "INSERT INTO name (kind, folded, key, name) SELECT kind, folded || ' ' || number,"
                " key || ' ' || number, name FROM name CROSS JOIN generate_series(1, $1) AS"
                " copy (number) RETURNING id, key, folded",
                times,
            )
            await index.add_names(connection, names)
            await connection.execute(
                "INSERT INTO name_use (name, kind, stories) SELECT id, kind, 0 FROM name"
                " ON CONFLICT DO NOTHING"
            )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


async def test_every_question_is_answered_by_an_index(address: str) -> None:
    library, rng = Explained(address), Random(4)
    await library.open()
    for first in range(0, MADE, 200):
        await put(library, *(a_story(rng, first + number) for number in range(200)))
    await multiply(address, TIMES)
    await library.remember_shown(5, 1, NOON)
    common, rare = (TagKind.FREEFORM, "tag bal"), (TagKind.FREEFORM, f"tag {WORDS[-3]}")
    library.plans.clear()
    asked: list[Any] = []
    for audience in (EVERYONE, TEEN):
        for wanted in (
            Filter(),
            Filter(max_words=500, with_text=True),
            Filter(names=(common,)),
            Filter(names=(rare,)),
            Filter(names=(common, rare)),
        ):
            asked += [
                await library.random(wanted, audience, 5, rng.random(), reader=6),
                await library.count(wanted, audience),
                await library.count_unseen(wanted, audience, 5),
            ]
            for order in Order:
                page = await library.listing(wanted, audience, 0, 10, order=order)
                asked += [
                    await library.listing(
                        wanted, audience, page[-1].id if page else 0, 10, order=order
                    ),
                    await library.listing(wanted, audience, 0, 10, order=order, before=-1),
                ]
        for typed in ("ba", "bal", "lan", "tag ba", "!"):
            asked += [
                await library.find_names(typed, [TagKind.FREEFORM], audience, 25),
                await library.find_names(typed, [TagKind.CHARACTER], audience, 25),
                await library.offer_titles(typed, audience, 25),
            ]
        called = await library.name_called([TagKind.FREEFORM], "tag bal", audience)
        assert called is not None
        asked += [
            await library.name(called.id, audience),
            await library.companions(called.id, audience, 10),
            await library.following(Filter(), audience, by_date=True, after=(None, 0)),
            await library.following(Filter(), audience, by_date=False, after=(None, 9)),
        ]
        for typed in (
            "bal",
            f"bal {WORDS[-3]}",
            '"said again"',
            f"{WORDS[-3][:2]}*",
            f"-{WORDS[-3]}",
        ):
            for order in Order:
                found = await library.search(
                    parse_query(typed), Filter(), audience, order=order, limit=10
                )
                assert found.hits, typed
                more = await library.search(
                    parse_query(typed),
                    Filter(names=(common,)),
                    audience,
                    order=order,
                    after=found.hits[-1].card.id,
                    limit=10,
                )
                asked += [found, more]
    asked += [await library.size(), await library.spellings([TagKind.CHARACTER], 9)]
    assert sum(map(bool, asked)) > len(asked) / 2
    assert len(library.plans) > len(asked)
    scanned = {
        sql
        for sql, plan in library.plans
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
    }
    assert scanned == set()
    await library.close()


async def test_a_draw_gives_every_story_of_many_the_same_chance(library: Library) -> None:
    ids = await put(library, *(story_of(f"S{n}", tags=["x"], words=n) for n in range(400)))
    fitting = ids[100:200]
    wanted = Filter(names=((TagKind.FREEFORM, "x"),), min_words=100, max_words=199)
    rng, draws = Random(5), 1_000
    drawn = Counter(
        [await library.random(wanted, EVERYONE, None, rng.random()) for _ in range(draws)]
    )
    assert set(drawn) <= set(fitting)
    expected = draws / len(fitting)
    spread = sum((drawn[each] - expected) ** 2 / expected for each in fitting)
    assert spread < len(fitting) + 5 * (2 * len(fitting)) ** 0.5


# More than can be weighed, and more than can be looked through


@pytest.mark.parametrize("order", [*Order])
async def test_more_matches_than_are_weighed_come_page_by_page_both_ways(
    library: Library, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 30)
    monkeypatch.setattr(search, "_WEIGHED", 8)
    rng = Random(2)
    ids = await put(
        library,
        *(
            story_of(f"{rng.choice(WORDS)} {n}", "a fox", words=rng.randint(1, 50))
            for n in range(77)
        ),
    )
    query, forwards, has_more, after = parse_query("fox"), list[int](), True, 0
    while has_more:
        found = await library.search(query, Filter(), EVERYONE, order=order, after=after, limit=9)
        assert found.count.is_more
        assert found.has_earlier == bool(forwards)
        forwards += [hit.card.id for hit in found.hits]
        after, has_more = forwards[-1], found.has_more
    assert sorted(forwards) == ids
    backwards, before, has_earlier = list[int](), -1, True
    while has_earlier:
        found = await library.search(query, Filter(), EVERYONE, order=order, before=before, limit=9)
        backwards = [*(hit.card.id for hit in found.hits), *backwards]
        before, has_earlier = backwards[0], found.has_earlier
    assert backwards == forwards


async def test_a_search_that_takes_too_long_shows_the_newest_and_says_that_there_are_more(
    address: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(library, *(story_of(f"S{n}", "the fox and the hound and the") for n in range(100)))
    (last,) = await put(library, story_of("Newest", "it saw the hound the fox"))
    await multiply(address, 50, told=3_000)
    monkeypatch.setitem(connections._FINDING, "statement_timeout", "300")
    monkeypatch.setattr(search, "_NEWEST", 20)
    slow = library_at(address)
    await slow.open()
    found = await slow.search(parse_query('"hound the fox"'), Filter(), EVERYONE, limit=5)
    assert found.count.is_more
    assert not found.is_ranked
    monkeypatch.setattr(search, "_NEWEST", 1_000_000)
    with pytest.raises(LibraryUnreachable) as caught:
        await slow.search(parse_query('"hound the fox"'), Filter(), EVERYONE, limit=5)
    assert "too long" in explain(caught.value)
    assert await slow.card(last, EVERYONE), "look-ups go on"
    await slow.close()


# A phrase that crosses two stored parts of a text; more words than an index holds


async def test_a_phrase_is_found_where_two_stored_parts_of_a_text_meet(library: Library) -> None:
    text = f"{'rain fell on ' * 640}\n\nthe {'quiet ' * 1_300}fox\n\nslept. {'rain ' * 400}"
    (ident,) = await put(library, story_of("Long", text))
    found = await library.search(parse_query('"quiet fox slept"'), Filter(), EVERYONE, limit=5)
    assert [hit.card.id for hit in found.hits] == [ident]
    assert "fox" in found.hits[0].passage
    none = await library.search(parse_query('"fox quiet slept"'), Filter(), EVERYONE, limit=5)
    assert none.hits == ()


async def test_a_story_of_more_words_than_fit_is_found_by_each_of_them(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_MOST_BYTES", 200)
    long = "x" * 3_000
    (ident,) = await put(library, story_of("Many", f"{' '.join(WORDS)} {long}"))
    await put(library, story_of("Few", WORDS[0]))
    for typed in (WORDS[0], WORDS[-1], f"{WORDS[-1][:2]}*", f'"{WORDS[5]} {WORDS[6]}"', long):
        found = await library.search(parse_query(typed), Filter(), EVERYONE, limit=5)
        assert ident in [hit.card.id for hit in found.hits], typed[:20]
    for typed in ("nothing", f'"{WORDS[6]} {WORDS[5]}"', f"{WORDS[0]} -{WORDS[-1]}", long[:-1]):
        found = await library.search(parse_query(typed), Filter(), EVERYONE, limit=5)
        assert ident not in [hit.card.id for hit in found.hits], typed[:20]


def test_long_stories_are_not_held_in_memory_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_HELD", 100)
    monkeypatch.setattr(index, "_AT_ONCE", 3)
    stories = [(1, 10), (2, 0), (3, 5), (4, 5), (5, 90), (6, 6), (7, 500), (8, 1)]
    assert [*index.batches(stories)] == [[1, 2, 3], [4, 5], [6], [7], [8]]
    assert [*index.batches([])] == []


# Tallies and index stay in step


async def made(address: str, *, anew: bool = False) -> dict[str, list[str]]:
    """Read all that finding rests on, as it is or as it would be made now."""
    connection = await asyncpg.connect(address)
    try:
        transaction = connection.transaction()
        await transaction.start()
        if anew:
            await index.make_anew(connection)
        told = {
            table: sorted(str(row["told"]) for row in rows)
            for table in index.TABLES
            if (rows := await connection.fetch(f"SELECT {table}::text AS told FROM {table}")) or 1
        }
        await transaction.rollback()
    finally:
        await connection.close()
    told["name_use"] = [each for each in told["name_use"] if ",0,0)" not in each]
    return told


async def test_what_finding_rests_on_is_what_would_be_made_anew(
    address: str, library: Library
) -> None:
    rng = Random(8)
    entries = [entry_of(a_story(rng, n), f"{n}.txt") for n in range(60)]
    ids = [each for each in await library.keep(0, entries, NOON) if each]
    own = await library.keep(7, [entry_of(a_story(rng, n)) for n in range(5)], NOON)
    assert own[0]
    steps = [
        library.hide_gone(0, [f"stories:{n}.txt" for n in range(20)], NOON),
        library.keep(0, [Entry(file_of(f"{n}.txt"), story_id=ids[n]) for n in range(9)], NOON),
        library.keep(
            0, [entry_of(a_story(rng, n), f"{n}.txt", story_id=ids[n]) for n in range(30, 40)], NOON
        ),
        library.keep_back(ids[41], NOON),
        library.keep_back(ids[42], NOON),
        library.let_back(ids[42]),
        library.let_back(ids[43]),
        library.rewrite(
            ids[44],
            write_down(
                a_story(rng, 99),
                opening="",
                fingerprint="other words",
                page_starts=((0,),),
                walls=frozenset(),
                reflow_version=1,
                pagination_version=1,
            ),
            edits="{}",
            instead_of="",
            record="{}",
            is_withheld=True,
            at=NOON,
        ),
        library.remove_stories([ids[50], ids[15]]),
        library.take_down(ids[51], NOON),
        library.decide_name(7, Decision("Nobody", Verdict.REJECTED), NOON),
        library.forget_gone(NOON.replace(year=2027)),
        library.forget_server(7),
    ]
    assert await made(address) == await made(address, anew=True)
    for number, step in enumerate(steps):
        await step
        assert await made(address) == await made(address, anew=True), f"step {number}"
    connection = await asyncpg.connect(address)
    assert await connection.fetchval("SELECT count(*) FROM tally WHERE shelf = 7") == 0
    await connection.close()


async def test_an_index_made_by_other_code_is_made_anew(
    address: str,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(index, "_MANY", 0)
    await put(library, story_of("Ash", "a fox"))
    was = await made(address)
    monkeypatch.setattr(index, "CODE_VERSION", index.CODE_VERSION + 1)
    connection = await asyncpg.connect(address)
    await connection.execute("DELETE FROM word_index; DELETE FROM tally")
    await connection.close()
    again = library_at(address)
    await again.open()
    assert await again.size() == 1
    found = await again.search(parse_query("fox"), Filter(), EVERYONE, limit=5)
    assert len(found.hits) == 1
    await again.close()
    now = await made(address)
    assert now | {"index_version": []} == was | {"index_version": []}
    assert "Making an index of 1 stories" in caplog.text
