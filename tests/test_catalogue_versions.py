"""The same work again: another copy, a newer or older version, nearly the same words."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogue.likeness import likeness, marks_of, shingles, words_of
from bot.catalogue.reports import FileReport
from bot.library.base import Filter
from bot.prose.words import tokens_in_line
from bot.story import Place
from tests.ao3_pages import Part, Work, download
from tests.epubs import archive_epub
from tests.library_contract import EVERYONE, chapters_in
from tests.shelves import Shelf, shelf_at
from tests.stage import Clock

OPENING = "<p>The tide went out at six, and the harbour lay empty until the pilot came home.</p>"
MIDDLE = "<p>Nobody had asked Ada whether the lighthouse should burn through the whole winter.</p>"
ENDING = "<p>In spring the fishermen painted their boats, and she finally answered the letter.</p>"
FIRST = Work(parts=(Part(OPENING + MIDDLE),), published="2019-03-01", planned="?")
SECOND = Work(
    parts=(Part(OPENING + MIDDLE, title="One"), Part(ENDING, title="Two")),
    published="2019-03-01",
    revised="2019-05-01",
)
TALE = " ".join(
    f"Somebody remembered lantern number {n} burning above harbour {n * 7}." for n in range(40)
)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with shelf_at(tmp_path, Clock(datetime(2026, 11, 20, 12, tzinfo=UTC))) as made:
        yield made


async def told_of(shelf: Shelf, *names: str, dry_run: bool = False) -> list[FileReport]:
    paths = [shelf.folder / name for name in names]
    return (await shelf.imported(*paths, dry_run=dry_run))[1]


async def words_shown(shelf: Shelf) -> list[int]:
    cards = await shelf.library.listing(Filter(), EVERYONE, 0, 100)
    return sorted(card.record.words for card in cards)


# Versions of one work


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("newer", ["b.html", "b.epub"])
async def test_a_newer_version_takes_the_place_of_the_older_one(
    shelf: Shelf, newer: str, at_once: bool
) -> None:
    shelf.write("a.html", download(FIRST))
    data = download(SECOND).encode() if newer.endswith("html") else archive_epub(SECOND)
    (shelf.folder / newer).write_bytes(data)
    if at_once:
        old, new = await told_of(shelf, "a.html", newer)
    else:
        (old,) = await told_of(shelf, "a.html")
        (new,) = await told_of(shelf, newer)
    assert (old.outcome, new.outcome) == ("added", "updated")
    assert old.told["story"] == new.told["story"]
    assert any("A newer version of “Low Water & High”" in m for m in new.told["messages"])
    (card,) = await shelf.library.listing(Filter(), EVERYONE, 0, 10)
    assert card.chapters == 2


async def test_an_older_version_is_reported_and_the_newer_text_stays(shelf: Shelf) -> None:
    shelf.write("a.html", download(SECOND))
    shelf.write("b.html", download(FIRST))
    new, old = await told_of(shelf, "a.html", "b.html")
    assert (new.outcome, old.outcome) == ("added", "duplicate")
    assert old.told["story"] == new.told["story"]
    assert any("An older version of" in message for message in old.told["messages"])
    (card,) = await shelf.library.listing(Filter(), EVERYONE, 0, 10)
    assert card.chapters == 2


async def test_readers_keep_their_places_in_a_newer_version(shelf: Shelf) -> None:
    shelf.write("a.html", download(FIRST))
    (old,) = await told_of(shelf, "a.html")
    story = old.told["story"]
    (before,) = await chapters_in(shelf.library, story)
    at = before.text.index("Nobody had asked")
    await shelf.library.save_place(7, Place(story, 0, at), shelf.clock())
    longer = replace(
        SECOND, parts=(Part("<p>A word before.</p>" + OPENING + MIDDLE), *SECOND.parts[1:])
    )
    shelf.write("b.html", download(longer))
    await told_of(shelf, "b.html")
    found = await shelf.library.place_in(7, story)
    assert found is not None
    now = (await chapters_in(shelf.library, story))[found[0].chapter].text
    assert now[found[0].offset :].startswith("Nobody had asked")


async def test_an_older_version_comes_back_when_the_newer_file_goes(shelf: Shelf) -> None:
    shelf.write("a.html", download(SECOND))
    shelf.write("b.html", download(FIRST))
    await shelf.sync()
    for n in range(9):
        shelf.write(f"z{n}.txt", f"Tale {n} of the pier.")
    await shelf.sync()
    (shelf.folder / "a.html").unlink()
    await shelf.sync()
    cards = await shelf.library.listing(Filter(), EVERYONE, 0, 100)
    (card,) = [card for card in cards if card.record.source]
    assert card.chapters == 1


async def test_a_second_reading_of_both_versions_changes_nothing(shelf: Shelf) -> None:
    shelf.write("a.html", download(FIRST))
    shelf.write("b.html", download(SECOND))
    await shelf.sync()
    assert (await shelf.sync()).counts == {"unchanged": 2}
    shelf.write("library.toml", 'collection = "Piers"\n')  # another context: all are read anew
    await shelf.sync()
    (card,) = await shelf.library.listing(Filter(), EVERYONE, 0, 10)
    assert card.chapters == 2


async def test_two_stories_that_name_one_page_are_two(shelf: Shelf) -> None:
    for number, text in enumerate((OPENING, ENDING)):
        story = f"---\ntitle: Tale {number}\nurl: https://example.org/stories\n---\n\n{text}\n"
        shelf.write(f"{number}.md", story)
    assert [r.outcome for r in await told_of(shelf, "0.md", "1.md")] == ["added", "added"]


async def test_chapters_of_one_work_on_lines_of_their_own_are_all_kept(shelf: Shelf) -> None:
    texts = [TALE, TALE.replace("lantern", "x").replace("remembered", "y").replace("above", "z")]
    texts[1] = " ".join(reversed(texts[1].split()))
    facts = {"title": "Lanterns", "url": "https://archiveofourown.org/works/7"}
    lines = "".join(f"{json.dumps({**facts, 'text': text})}\n" for text in texts)
    shelf.write("a.jsonl", lines)
    assert [r.outcome for r in await told_of(shelf, "a.jsonl")] == ["added", "added"]


async def test_a_short_text_that_was_written_anew_is_another_version(shelf: Shelf) -> None:
    head = (
        "---\ntitle: Rain\nurl: https://archiveofourown.org/works/8\nupdated: 2020-01-0{}\n---\n\n"
    )
    shelf.write("a.md", head.format(1) + "It rained.")
    shelf.write("b.md", head.format(2) + "Snow fell on the pier.")
    old, new = await told_of(shelf, "a.md", "b.md")
    assert (old.outcome, new.outcome) == ("added", "updated")
    assert await words_shown(shelf) == [5]


async def test_a_dry_run_tells_the_versions_of_one_batch(shelf: Shelf) -> None:
    shelf.write("a.html", download(SECOND))
    shelf.write("b.html", download(FIRST))
    _, (_, old) = await shelf.imported(shelf.folder, dry_run=True)
    assert (old.outcome, old.details["double_of"]) == ("duplicate", str(shelf.folder / "a.html"))


# The same words


async def test_of_the_same_words_the_richer_record_is_kept(shelf: Shelf) -> None:
    shelf.write("a.txt", TALE)
    shelf.write("b.md", f"---\ntitle: Lanterns\nauthor: Ada\nfandom: Piers\n---\n\n{TALE}\n")
    shelf.write("c.txt", TALE + "\n")
    plain, rich, again = await told_of(shelf, "a.txt", "b.md", "c.txt")
    assert [r.outcome for r in (plain, rich, again)] == ["added", "updated", "duplicate"]
    assert plain.told["story"] == rich.told["story"] == again.told["story"]
    assert any("says more about the story" in message for message in rich.told["messages"])
    (card,) = await shelf.library.listing(Filter(), EVERYONE, 0, 10)
    assert (card.record.title, card.record.authors) == ("Lanterns", ("Ada",))


async def test_a_record_without_an_address_never_goes_before_one_that_has_it(shelf: Shelf) -> None:
    shelf.write("a.md", f"---\nurl: https://example.org/1\n---\n\n{TALE}\n")
    facts = "title: Lanterns\nauthor: Ada\nfandom: Piers\ntags: light\nsummary: Lamps."
    shelf.write("b.md", f"---\n{facts}\n---\n\n{TALE}\n")
    _, double = await told_of(shelf, "a.md", "b.md")
    assert double.outcome == "duplicate"
    (card,) = await shelf.library.listing(Filter(), EVERYONE, 0, 10)
    assert card.is_link_only


# Nearly the same words


@pytest.mark.parametrize(
    "other",
    [
        TALE.replace("lantern number 5 ", "candle number 5 "),
        f"{TALE} And that was the end of every lantern in the harbour, as far as I remember.",
        f"A note before the story, of a few words.\n\n{TALE}\n\nThank you for reading all of it.",
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_nearly_the_same_words_are_told_and_both_are_kept(
    shelf: Shelf, other: str, at_once: bool
) -> None:
    shelf.write("a.txt", TALE)
    shelf.write("b.txt", other)
    if at_once:
        _, near = await told_of(shelf, "a.txt", "b.txt")
    else:
        await told_of(shelf, "a.txt")
        (near,) = await told_of(shelf, "b.txt")
    assert near.outcome == "added"
    assert near.details["near"][0]["percent"] >= 80
    assert any("Nearly the same as" in message for message in near.told["messages"])
    assert len(await words_shown(shelf)) == 2


async def test_other_stories_are_not_called_alike(shelf: Shelf) -> None:
    shelf.write("a.txt", TALE)
    shelf.write("b.txt", TALE.replace("remembered lantern", "painted").replace("burning", "left"))
    _, other = await told_of(shelf, "a.txt", "b.txt")
    assert "near" not in other.details


# The measure


def test_marks_are_made_of_words_behind_long_ones_where_there_are_enough() -> None:
    long = [f"remarkable{number} as it was then" for number in range(8)]
    told = words_of([" ".join(long)])
    assert len(shingles(told)) == 8
    assert all(each.startswith(b"remarkable") for each in shingles(told))
    few = words_of([" ".join(long[:7])])
    assert len(shingles(few)) == 7 * 5 - 4
    assert shingles(words_of(["only four words here"])) == set()


def test_likeness_is_the_share_of_common_shingles() -> None:
    one = tokens_in_line(TALE)
    assert likeness(one, one).jaccard == 1.0
    assert likeness(one, words_of([TALE, ENDING])).containment == 1.0
    assert likeness(one, tokens_in_line(OPENING)).containment == 0.0
    assert likeness(b"", one).is_near is False


def test_marks_are_few_and_of_an_address_in_any_spelling_the_same() -> None:
    one = marks_of(tokens_in_line(TALE), "https://archiveofourown.org/works/12")
    other = marks_of(b"", "http://www.archiveofourown.org/works/12?view_adult=true")
    assert len(one) == 5
    assert other == one[:1]
    assert all(0 <= mark < 2**63 for mark in one)
