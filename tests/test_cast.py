"""Names that were detected: listed with their evidence, decided about, and held to by imports."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from bot.cast import Cast
from bot.errors import StoryNotFound
from bot.library.base import Entry, Filter, Library
from bot.library.detected import Decision, Detection, Verdict
from bot.library.records import write_down, written_from_json, written_to_json
from bot.library.sqlite import index
from bot.prose.names import Aliases, find_characters, load_aliases
from bot.prose.query import parse_query
from bot.prose.words import fold
from bot.reading import Reading
from bot.story import Audience, Character, Origin, Rating, TagKind
from tests.library_contract import (
    EVERYONE,
    NOON,
    file_of,
    story_of,
)
from tests.shelves import Shelf, shelf_at
from tests.stage import Clock, settings_for

SHELF = 0


@pytest.fixture
def cast(library: Library) -> Cast:
    return Cast(library, aliases=Aliases.empty, now=lambda: NOON)


def found(
    name: str, *aliases: str, appears: bool = True, confidence: int = 80, mentions: int = 4
) -> Detection:
    """Make a detection."""
    return Detection(
        name,
        aliases,
        appears,
        confidence,
        mentions,
        [f"speech: {name} said"],
        f"“No,” {name} said.",
    )


def entry(title: str, *detected: Detection, story_id: int | None = None) -> Entry:
    """Make the entry of a story in which somebody was detected."""
    story = story_of(
        title,
        characters=[
            Character(d.name, tuple(d.aliases), Origin.DETECTED, d.appears) for d in detected
        ],
    )
    written = write_down(story, fingerprint=title, opening=title, detected=detected)
    return Entry(file_of(f"{title}.txt"), written=written, story_id=story_id, fingerprint=title)


async def keep(library: Library, *entries: Entry, shelf: int = SHELF) -> list[int]:
    ids = await library.keep(shelf, entries, NOON)
    return [ident for ident in ids if ident is not None]


async def characters(library: Library, story: int) -> dict[str, tuple[tuple[str, ...], Origin]]:
    """Give who is in a story: name to aliases and origin."""
    whole = await library.whole_story(story)
    assert whole is not None
    return {who.name: (who.aliases, who.origin) for who in whole.characters}


async def with_character(library: Library, name: str, audience: Audience = EVERYONE) -> list[int]:
    wanted = Filter(names=((TagKind.CHARACTER, fold(name)),))
    return [card.id for card in await library.listing(wanted, audience, 0, 50)]


async def by_words(library: Library, words: str) -> list[int]:
    hits = (await library.search(parse_query(words), Filter(), EVERYONE, limit=20)).hits
    return [hit.card.id for hit in hits]


async def test_names_are_listed_with_evidence_those_of_most_stories_first(
    library: Library, cast: Cast
) -> None:
    ash, elm = await keep(
        library,
        entry("Ash", found("Corin", "Cor"), found("Petra", appears=False, confidence=40)),
        entry("Elm", found("Corin", confidence=90, mentions=7)),
    )
    corin, petra = await cast.detected(SHELF)
    assert (corin.name, corin.stories, corin.appears, corin.mentions) == ("Corin", 2, 2, 11)
    assert (petra.name, petra.stories, petra.appears, petra.confidence) == ("Petra", 1, 0, 40)
    assert [each.story for each in corin.spotted] == [elm, ash]
    assert corin.spotted[1].title == "Ash"
    assert corin.spotted[1].detection == Detection(
        "Corin", ["Cor"], True, 80, 4, ["speech: Corin said"], "“No,” Corin said."
    )
    assert corin.decisions == ()


async def test_accepted_is_stated_in_every_story_that_is_there(
    library: Library, cast: Cast
) -> None:
    ash, elm = await keep(library, entry("Ash", found("Corin")), entry("Elm", found("Corin")))
    decision, changed = await cast.accept(SHELF, "corin")
    assert (decision.name, changed) == ("Corin", 2)
    assert await characters(library, ash) == {"Corin": ((), Origin.STATED)}
    assert await characters(library, elm) == {"Corin": ((), Origin.STATED)}


async def test_rejected_is_gone_from_stories_lists_counts_and_search(
    library: Library, cast: Cast
) -> None:
    (ash,) = await keep(library, entry("Ash", found("Wexford"), found("Corin")))
    assert await with_character(library, "Wexford") == [ash]
    assert await by_words(library, "wexford") == [ash]
    await cast.reject(SHELF, "Wexford")
    assert list(await characters(library, ash)) == ["Corin"]
    assert await with_character(library, "Wexford") == []
    assert await by_words(library, "wexford") == []
    assert await library.name_called((TagKind.CHARACTER,), "wexford", EVERYONE) is None
    assert await with_character(library, "Corin") == [ash]


async def test_renamed_goes_by_the_new_name_and_is_found_by_the_old_one(
    library: Library, cast: Cast
) -> None:
    (ash,) = await keep(library, entry("Ash", found("Old Petra", "Petra")))
    await cast.rename(SHELF, "Old Petra", "  Petra   Voss ")
    assert await characters(library, ash) == {"Petra Voss": (("Old Petra", "Petra"), Origin.STATED)}
    assert await with_character(library, "Petra Voss") == [ash]
    assert await library.meant_by("old petra", EVERYONE) == ["Petra Voss"]


async def test_merged_becomes_an_alias_of_one_character(library: Library, cast: Cast) -> None:
    (ash,) = await keep(
        library, entry("Ash", found("Petra Voss", "Petra"), found("the Smith", appears=False))
    )
    await cast.merge(SHELF, "the Smith", "petra voss")
    assert await characters(library, ash) == {"Petra Voss": (("Petra", "the Smith"), Origin.STATED)}


async def test_decisions_lead_on_to_each_other_and_a_circle_ends(
    library: Library, cast: Cast
) -> None:
    (ash,) = await keep(library, entry("Ash", found("Cor")))
    (elm,) = await keep(library, entry("Elm", found("Corin")))
    await cast.merge(SHELF, "Cor", "Corin")
    await cast.rename(SHELF, "Corin", "Corin Hale")
    assert list(await characters(library, ash)) == ["Corin Hale"]
    assert list(await characters(library, elm)) == ["Corin Hale"]
    await library.decide_name(SHELF, Decision("Corin", Verdict.MERGED, "Cor"), NOON)
    assert len(await characters(library, ash)) == 1


async def test_a_decision_holds_for_stories_kept_later_and_kept_again(
    library: Library, cast: Cast
) -> None:
    (ash,) = await keep(library, entry("Ash", found("Wexford"), found("Corin")))
    await cast.reject(SHELF, "Wexford")
    await cast.accept(SHELF, "Corin")
    (elm,) = await keep(library, entry("Elm", found("Wexford"), found("Corin")))
    await keep(library, entry("Ash", found("Wexford"), found("Corin"), story_id=ash))
    for story in (ash, elm):
        assert await characters(library, story) == {"Corin": ((), Origin.STATED)}
    assert await with_character(library, "Wexford") == []


async def test_a_decision_about_one_story_leaves_the_others(library: Library, cast: Cast) -> None:
    ash, elm = await keep(library, entry("Ash", found("Wexford")), entry("Elm", found("Wexford")))
    await cast.reject(SHELF, "Wexford", story=ash)
    assert await characters(library, ash) == {}
    assert list(await characters(library, elm)) == ["Wexford"]
    await cast.accept(SHELF, "Wexford")
    assert await characters(library, ash) == {}
    with pytest.raises(StoryNotFound) as refused:
        await cast.reject(SHELF, "Wexford", story=elm + 1)
    assert refused.value.key == "cast.not-in-story"


async def test_what_was_decided_can_be_taken_back(library: Library, cast: Cast) -> None:
    (ash,) = await keep(library, entry("Ash", found("Wexford", "Wex"), found("Corin")))
    before = await library.whole_story(ash)
    await cast.reject(SHELF, "Wexford")
    await cast.take_back(SHELF, "WEXFORD")
    assert await library.whole_story(ash) == before
    assert await with_character(library, "Wexford") == [ash]
    with pytest.raises(StoryNotFound):
        await cast.take_back(SHELF, "Wexford")


async def test_a_servers_decision_stays_on_its_shelf(library: Library, cast: Cast) -> None:
    (ours,) = await keep(library, entry("Ash", found("Wexford")))
    (theirs,) = await keep(library, entry("Elm", found("Wexford")), shelf=7)
    await cast.reject(7, "Wexford")
    assert list(await characters(library, ours)) == ["Wexford"]
    assert await characters(library, theirs) == {}
    assert [each.name for each in await cast.detected(7, undecided=True)] == []
    assert [each.name for each in await cast.detected(SHELF, undecided=True)] == ["Wexford"]
    (later,) = await keep(library, entry("Oak", found("Wexford")))
    assert list(await characters(library, later)) == ["Wexford"]
    await library.forget_server(7)
    assert await library.name_decisions(7) == []


async def test_other_forms_are_looked_up_only_where_the_story_may_be_seen(
    library: Library, cast: Cast
) -> None:
    await keep(library, entry("Ash", found("Petra Voss", "Tin Pot")), shelf=7)
    for server, names in ((7, ["Petra Voss"]), (8, []), (None, [])):
        audience = Audience(ceiling=Rating.NOT_RATED, server=server)
        assert await library.meant_by("tin pot", audience) == names


async def test_a_name_nobody_detected_brings_those_that_are_near(
    library: Library, cast: Cast
) -> None:
    await keep(library, entry("Ash", found("Corin Hale"), found("Petra")))
    with pytest.raises(StoryNotFound) as near:
        await cast.accept(SHELF, "Corin Hael")
    assert (near.value.key, near.value.values["names"]) == ("cast.near", "“Corin Hale”")
    with pytest.raises(StoryNotFound) as far:
        await cast.accept(SHELF, "Zzyzx")
    assert far.value.key == "cast.not-detected"
    with pytest.raises(StoryNotFound) as nobody:
        await cast.merge(SHELF, "Petra", "Nobody At All")
    assert nobody.value.key == "cast.no-character"
    with pytest.raises(StoryNotFound) as itself:
        await cast.merge(SHELF, "Petra", "petra")
    assert itself.value.key == "cast.into-itself"
    for becomes in (" ", "x" * 101):
        with pytest.raises(StoryNotFound) as bad:
            await cast.rename(SHELF, "Petra", becomes)
        assert bad.value.key == "cast.bad-name"


async def test_behind_a_rejected_name_another_comes_up(library: Library, cast: Cast) -> None:
    many = [found(f"Person {chr(65 + n)}") for n in range(12)]
    (ash,) = await keep(library, entry("Ash", *many))
    await cast.reject(SHELF, "Person A")
    names = list(await characters(library, ash))
    assert names == [f"Person {chr(65 + n)}" for n in range(1, 11)]


async def test_an_image_of_a_story_keeps_who_was_detected(library: Library, cast: Cast) -> None:
    (ash,) = await keep(library, entry("Ash", found("Wexford"), found("Corin")))
    written = await library.written(ash)
    assert written is not None
    image = written_from_json(written_to_json(written))
    assert [next(iter(each)) for each in image.detected] == ["Wexford", "Corin"]
    await cast.reject(SHELF, "Wexford")
    run = await library.begin_run(SHELF, "x", NOON)
    await library.put_back(SHELF, run, ash, image, (), NOON)
    assert list(await characters(library, ash)) == ["Corin"]


async def test_the_export_reads_as_an_alias_file_that_decides_the_same(
    library: Library, cast: Cast
) -> None:
    (ash, _) = await keep(
        library,
        entry("Ash", found("Wexford"), found("Cor"), found("Dov", "Dovey"), found('A"b\\')),
        entry("Elm", found("Cor")),
    )
    await cast.reject(SHELF, "Wexford")
    await cast.rename(SHELF, "Cor", "Corin Hale")
    await cast.accept(SHELF, "Dov")
    await cast.accept(SHELF, 'A"b\\')
    await cast.reject(SHELF, "Cor", story=ash)
    text = await cast.written_out(SHELF)
    known = load_aliases(text)
    assert known.rejected == ("Wexford",)
    assert known.canonical("cor") == "Corin Hale"
    assert known.canonical("Dovey") == "Dov"
    assert known.canonical('a"B\\') == 'A"b\\'
    assert f'# story {ash}: "Cor" was rejected' in text


def test_a_rejected_name_of_an_alias_file_is_not_detected() -> None:
    text = 'Dov sat down. "No," said Halcyon. Halcyon shrugged. "Well," Dov said.'
    everybody = [who.name for who in find_characters(text, Aliases.empty())]
    assert sorted(everybody) == ["Dov", "Halcyon"]
    known = Aliases.empty().merged(load_aliases('reject = ["halcyon"]'))
    assert [who.name for who in find_characters(text, known)] == ["Dov"]


def test_whoever_is_detected_comes_with_the_sentence_that_tells_most() -> None:
    text = "It rained.\n\nDov came in late. “We are lost,” said Dov. Nobody\nanswered Dov."
    (dov,) = find_characters(text, Aliases.empty())
    assert dov.example == "“We are lost,” said Dov."


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with shelf_at(tmp_path, Clock(NOON)) as made:
        yield made


TALE = (
    '"We are late," said Wexford. Wexford shrugged and shut the door.\n\n'
    'Corin laughed. "Not very," Corin said. Corin\'s hand shook.\n'
)


async def test_an_import_holds_to_what_was_decided_and_reports_it(shelf: Shelf) -> None:
    cast = Cast(shelf.library, aliases=lambda: shelf.catalogue.aliases, now=shelf.clock)
    shelf.write("one.txt", TALE)
    await shelf.sync()
    assert {each.name for each in await cast.detected(SHELF)} == {"Wexford", "Corin"}
    await cast.reject(SHELF, "Wexford")
    await cast.rename(SHELF, "Corin", "Corin Hale")
    path = shelf.write("two.txt", f"Once more.\n\n{TALE}")
    _, (report,) = await shelf.imported(path)
    assert report.told["characters"] == [
        {"name": "Corin Hale", "aliases": ["Corin"], "origin": "stated", "appears": True}
    ]
    assert list(await characters(shelf.library, report.told["story"])) == ["Corin Hale"]
    # Neither decision has anything read again.
    assert (await shelf.catalogue.changes())[0] == 0


async def test_lists_and_index_are_those_that_would_be_made_anew(shelf: Shelf) -> None:
    cast = Cast(shelf.library, aliases=Aliases.empty, now=shelf.clock)
    for number in range(120):
        shelf.write(f"{number}.txt", f"Night {number}.\n\n{TALE}")
    await shelf.sync()
    await cast.rename(SHELF, "Corin", "Corin Hale")
    await cast.reject(SHELF, "Wexford")
    path = settings_for(shelf.folder.parent, shelf.folder).database_url.removeprefix("sqlite:///")

    def made(*, anew: bool) -> list[list[tuple[object, ...]]]:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("BEGIN")
            if anew:
                index.make_anew(database)
            told = [
                database.execute(sql).fetchall()
                for sql in ("SELECT * FROM listed", "SELECT name, shelf, not_rated FROM tally")
            ]
            told.append(
                database.execute(
                    "SELECT rowid FROM words_0 WHERE words_0 MATCH ? ORDER BY 1", ("hale",)
                ).fetchall()
            )
            database.execute("ROLLBACK")
            return told

    await shelf.library.close()
    ours, anew = made(anew=False), made(anew=True)
    assert len(ours[-1]) == 120
    assert list(map(sorted, ours)) == list(map(sorted, anew))
    await shelf.library.open()


async def test_a_form_that_was_detected_finds_the_character(
    library: Library, tmp_path: Path
) -> None:
    await keep(library, entry("Ash", found("Petra Voss", "Tin Pot")))
    settings = settings_for(tmp_path, tmp_path)
    reading = Reading(library, settings, aliases=Aliases.empty, rng=Random(1))
    name = await reading.name((TagKind.CHARACTER,), "tin pot", EVERYONE)
    assert name.name == "Petra Voss"
    offered = await reading.suggest_names((TagKind.CHARACTER,), "Tin Pot", EVERYONE)
    assert [each.name for each in offered] == ["Petra Voss"]


async def test_a_story_that_says_who_is_in_it_is_not_detected(shelf: Shelf) -> None:
    head = "---\ntitle: Said\ncharacters: [Ada]\n---\n\n"
    shelf.write("said.md", head + TALE)
    await shelf.sync()
    cast = Cast(shelf.library, aliases=Aliases.empty, now=shelf.clock)
    assert await cast.detected(SHELF) == []
