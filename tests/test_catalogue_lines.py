"""Files of JSON lines on a shelf: every line a story, known by what stands on it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue.batches import LINES
from bot.catalogue.reports import FileReport
from bot.importers.worker import Limits
from bot.library.base import Filter
from tests.library_contract import EVERYONE
from tests.shelves import Shelf, words_of


def write(shelf: Shelf, *records: Any, name: str = "tales.jsonl") -> Path:
    """Write a file with one record on each line; a text is written as it is."""
    return shelf.write(
        name, "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records)
    )


def tale(number: int, **more: Any) -> dict[str, Any]:
    return {"title": f"Tale {number}", "author": "Ann", "text": words_of(number), **more}


async def told(shelf: Shelf, path: Path) -> list[tuple[int, str]]:
    """Import ``path``; gives line and outcome of each record."""
    _, reports = await shelf.imported(path)
    return [(report.told["record"], report.outcome) for report in reports]


async def titles(shelf: Shelf) -> dict[str, int]:
    """Give the visible stories by title."""
    cards = await shelf.library.listing(Filter(), EVERYONE, 0, 1_000)
    return {card.record.title: card.id for card in cards}


async def test_every_line_is_a_story_told_with_its_number(shelf: Shelf) -> None:
    path = write(shelf, tale(1), "", tale(2), "{broken", tale(3))
    report, reports = await shelf.imported(path)
    assert report.counts == {"added": 3, "refused": 1}
    assert [(r.told["path"], r.told["record"], r.outcome) for r in reports] == [
        (str(path), 1, "added"),
        (str(path), 3, "added"),
        (str(path), 4, "refused"),
        (str(path), 5, "added"),
    ]
    assert "tales.jsonl, line 4" in reports[2].told["reason"]
    ids = await titles(shelf)
    assert [r.told["story"] for r in reports] == [
        *(ids["Tale 1"], ids["Tale 2"], None, ids["Tale 3"])
    ]


async def test_a_second_run_reads_no_line_again(shelf: Shelf) -> None:
    path = write(shelf, tale(1), "{broken", tale(2))
    await shelf.sync()
    before = await titles(shelf)
    shelf.catalogue.limits = Limits(memory=1)  # a worker would die at once
    assert await told(shelf, path) == [(1, "unchanged"), (2, "refused"), (3, "unchanged")]
    report = await shelf.sync()
    assert report.is_quiet
    assert await titles(shelf) == before


async def test_a_line_more_reads_only_that_one(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2))
    await shelf.sync()
    before = await titles(shelf)
    write(shelf, tale(0), tale(1), tale(2))
    assert await told(shelf, path) == [(1, "added"), (2, "unchanged"), (3, "unchanged")]
    assert await titles(shelf) == {**before, "Tale 0": max(before.values()) + 1}
    assert await told(shelf, path) == [(1, "unchanged"), (2, "unchanged"), (3, "unchanged")]


async def test_a_changed_line_updates_its_story(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2), tale(3))
    await shelf.sync()
    before = await titles(shelf)
    write(shelf, tale(1), tale(2) | {"title": "Another", "text": "All was otherwise."}, tale(3))
    assert await told(shelf, path) == [(1, "unchanged"), (2, "updated"), (3, "unchanged")]
    assert (await titles(shelf))["Another"] == before["Tale 2"]
    assert len(await titles(shelf)) == 3


async def test_lines_that_are_shuffled_keep_their_stories(shelf: Shelf) -> None:
    path = write(shelf, *map(tale, range(6)))
    await shelf.sync()
    before = await titles(shelf)
    write(shelf, *(tale(n) for n in (3, 0, 5, 1, 4, 2)))
    assert {outcome for _, outcome in await told(shelf, path)} == {"unchanged"}
    assert await titles(shelf) == before


async def test_a_line_that_goes_hides_its_story_and_brings_it_back(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2))
    await shelf.sync()
    before = await titles(shelf)
    write(shelf, tale(2))
    assert await told(shelf, path) == [(1, "unchanged")]
    assert await titles(shelf) == {"Tale 2": before["Tale 2"]}
    write(shelf, tale(2), tale(1))
    assert await told(shelf, path) == [(1, "unchanged"), (2, "added")]
    assert await titles(shelf) == before


async def test_the_same_line_twice_is_one_story_and_told_twice(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2), tale(1))
    first = [(1, "added"), (2, "added"), (3, "duplicate")]
    assert await told(shelf, path) == first
    assert len(await titles(shelf)) == 2
    assert await told(shelf, path) == [(1, "unchanged"), (2, "unchanged"), (3, "duplicate")]
    write(shelf, tale(1), tale(2), tale(1), tale(1))
    assert await told(shelf, path) == [
        *((1, "unchanged"), (2, "unchanged"), (3, "duplicate"), (4, "duplicate"))
    ]
    assert len(await titles(shelf)) == 2


async def test_the_same_line_far_below_is_a_double(shelf: Shelf) -> None:
    path = write(shelf, *map(tale, range(LINES * 2)), tale(0))
    assert (await told(shelf, path))[-1] == (LINES * 2 + 1, "duplicate")
    assert await shelf.library.size() == LINES * 2


async def test_a_double_of_a_file_is_told_with_its_path(shelf: Shelf) -> None:
    shelf.write("a.txt", words_of(1))
    path = write(shelf, {"text": words_of(1)})
    await shelf.sync()
    _, (report,) = await shelf.imported(path)
    assert report.outcome == "duplicate"
    assert any("a.txt" in message for message in report.told["messages"])


async def test_a_double_of_a_line_is_told_with_its_file_and_line(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(1, title="Again"))
    _, reports = await shelf.imported(path)
    assert any("tales.jsonl, line 1" in message for message in reports[1].told["messages"])


async def test_facts_of_library_toml_hold_for_every_line(shelf: Shelf) -> None:
    facts = shelf.write("library.toml", '["tales.jsonl"]\nfandoms = ["Weather"]\n')
    path = write(shelf, tale(1), tale(2))
    _, reports = await shelf.imported(path)
    assert [r.told["fandoms"] for r in reports] == [["Weather"], ["Weather"]]
    facts.write_text('["tales.jsonl"]\nfandoms = ["Rain"]\n')
    assert await told(shelf, path) == [(1, "updated"), (2, "updated")]


async def test_a_broken_library_toml_refuses_the_file_and_keeps_its_stories(shelf: Shelf) -> None:
    write(shelf, tale(1))
    await shelf.sync()
    before = await titles(shelf)
    shelf.write("library.toml", "broken = \n")
    assert (await shelf.sync()).counts == {"refused": 1}
    assert await titles(shelf) == before


async def test_a_file_that_is_renamed_keeps_its_stories(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2))
    shelf.fill(3)
    await shelf.sync()
    before = await titles(shelf)
    path.rename(shelf.folder / "other.jsonl")
    await shelf.sync()
    assert await titles(shelf) == before


async def test_a_file_that_goes_takes_its_stories_along(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2))
    shelf.fill(1)
    await shelf.sync()
    path.unlink()
    assert (await shelf.sync()).removed == 2
    assert len(await titles(shelf)) == 1


async def test_lines_that_become_one_story_leave(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2))
    await shelf.sync()
    assert len(await shelf.texts()) == 2
    path.write_text("Everything was otherwise now.")
    assert (await shelf.sync()).counts == {"added": 1}
    assert await shelf.texts() == {"Everything was otherwise now."}


async def test_a_story_that_becomes_lines_goes_on_in_them(shelf: Shelf) -> None:
    path = shelf.write("tales.jsonl", words_of(1))
    await shelf.sync()
    (ident,) = (await shelf.ids()).values()
    write(shelf, tale(2), tale(1))
    assert await told(shelf, path) == [(1, "added"), (2, "updated")]
    assert (await shelf.ids())[words_of(1)] == ident


async def test_a_dry_run_judges_lines_and_keeps_nothing(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(1), "{", tale(2))
    _, dry = await shelf.imported(path, dry_run=True)
    assert await shelf.library.files(0) == {}
    _, done = await shelf.imported(path)
    assert _judged(dry) == _judged(done)


def _judged(reports: list[FileReport]) -> list[tuple[int, str]]:
    return [(report.told["record"], report.outcome) for report in reports]


async def test_an_underage_record_is_withheld_and_the_others_are_not(shelf: Shelf) -> None:
    path = write(shelf, tale(1), tale(2, warnings=["Underage Sex"], rating="Explicit"))
    assert await told(shelf, path) == [(1, "added"), (2, "withheld")]
    assert list(await titles(shelf)) == ["Tale 1"]


@pytest.mark.parametrize("name", ["tales", "tales.json", "tales.txt"])
async def test_lines_are_known_by_what_is_in_them(shelf: Shelf, name: str) -> None:
    path = write(shelf, tale(1), tale(2), name=name)
    assert await told(shelf, path) == [(1, "added"), (2, "added")]


async def test_json_that_is_no_lines_is_refused_with_what_to_do(shelf: Shelf) -> None:
    path = shelf.write("tales.json", json.dumps([tale(1)], indent=1))
    _, (report,) = await shelf.imported(path)
    assert report.outcome == "refused"
    assert "JSON lines" in report.told["reason"]
