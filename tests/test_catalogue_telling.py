"""What a report says of a file, in words: the same rows for a terminal and for Discord."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogue.reports import FileReport, ShelfReport
from bot.catalogue.telling import Row, tell
from tests.ao3_pages import Work, download, saved_page
from tests.command_line import fireside
from tests.epubs import archive_epub, book, fanficfare_epub
from tests.shelves import Shelf, shelf_at
from tests.stage import Clock


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with shelf_at(tmp_path, Clock(datetime(2026, 11, 20, 12, tzinfo=UTC))) as made:
        yield made


async def dry(shelf: Shelf) -> tuple[ShelfReport, list[FileReport]]:
    return await shelf.imported(shelf.folder, dry_run=True)


def rows_of(report: FileReport) -> dict[str, Row]:
    return {row.label: row for row in tell(report).rows}


async def test_a_download_is_told_with_all_it_says_and_where_that_stands(shelf: Shelf) -> None:
    shelf.write("work.html", download(Work()))
    shelf.write("library.toml", 'permission = "consent (mail of 3 May)"\n')
    _, (report,) = await dry(shelf)
    told = tell(report)
    rows = {row.label: (row.value, row.origin) for row in told.rows}
    assert (told.heading, told.outcome) == (str(shelf.folder / "work.html"), "new")
    assert rows["Title"] == ("Low Water & High", "in the file")
    assert rows["By"] == ("adaquay", "in the file")
    assert rows["Words"][0] == "13 counted, 4,559 according to the file"
    assert rows["Rating"] == ("Teen", "in the file")
    assert rows["Permission"] == ("the author agreed: mail of 3 May", "beside the file")
    assert rows["Characters"] == ("Ada Quay, Ida Penn, Ben Strand", "in the file")
    assert rows["Series"] == ("Tide Tables, Annotated, part 2", "in the file")
    assert rows["Status"] == ("complete", "in the file")
    assert rows["Kind"] == ("AO3 download (HTML)", "")
    assert "Encoding" not in rows


async def test_what_was_guessed_found_or_repaired_says_so(shelf: Shelf) -> None:
    wall = '"Well?" asked Ada Quay. "It is late." Ada Quay looked up. The lamp burned. ' * 20
    (shelf.folder / "wall.txt").write_bytes(f"{wall}Café.".encode("cp1252"))
    _, (report,) = await dry(shelf)
    rows = rows_of(report)
    assert rows["Title"].origin == "from its name or first sentence"
    assert rows["By"].value == "author unknown"
    assert rows["Rating"] == Row("Rating", "Teen", "the default")
    assert rows["Encoding"].value == "cp1252 (a guess)"
    assert rows["Repaired"].value == "paragraphs were found for 1 chapter that had none"
    assert rows["Characters"].origin == "found in the text"


async def test_names_that_come_from_relationships_say_so(shelf: Shelf) -> None:
    shelf.write("a.md", "---\nrelationships: Ada Quay/Ben\n---\n\nIt rained.\n")
    _, (report,) = await dry(shelf)
    assert rows_of(report)["Characters"] == Row(
        "Characters", "Ada Quay, Ben", "from its relationships"
    )


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"It rained.", "plain text"),
        ("a.md", b"# Rain\n\nIt rained.", "Markdown"),
        ("a.jsonl", b'{"text": "It rained."}\n', "line of JSON"),
        ("a.html", b"<p>It rained.</p>", "web page"),
        ("b.html", saved_page(Work()).encode(), "AO3 page saved from a browser"),
        ("a.epub", archive_epub(Work()), "AO3 download (EPUB)"),
        ("b.epub", fanficfare_epub(), "FanFicFare book"),
        ("c.epub", book({"a.xhtml": "<p>It rained.</p>"}), "EPUB"),
    ],
)
async def test_a_report_says_what_made_the_file(
    shelf: Shelf, name: str, data: bytes, kind: str
) -> None:
    (shelf.folder / name).write_bytes(data)
    _, (report,) = await dry(shelf)
    assert rows_of(report)["Kind"].value == kind


async def test_what_is_refused_or_double_says_why_and_of_what(shelf: Shelf) -> None:
    (shelf.folder / "a.txt").touch()
    shelf.write("b.txt", "It rained all night.")
    shelf.write("c.txt", "It rained – all night!")
    report, (refused, _, double) = await dry(shelf)
    assert tell(refused).rows == ()
    assert tell(refused).notes == ("a.txt holds no text.",)
    assert double.details["double_of"] == str(shelf.folder / "b.txt")
    assert any(str(shelf.folder / "b.txt") in note for note in tell(double).notes)
    assert report.counts == {"refused": 1, "added": 1, "duplicate": 1}


async def test_the_sums_say_which_stories_will_be_links_and_what_to_do(shelf: Shelf) -> None:
    for number in (1, 2):
        work = Work(number=number, title=f"Work {number}")
        shelf.write(f"{number}.html", download(work).replace("at six", f"at {number}"))
    shelf.write("3.txt", "It rained all night.")
    report, _ = await dry(shelf)
    told = report.sums.sentences()
    assert told[0] == "3 stories; words in all: 30."
    assert told[1] == (
        "2 stories come from AO3 and nothing says their authors agreed. They will appear as "
        'cards with a link. If they agreed, add permission = "consent" to library.toml.'
    )
    assert "1 story says no rating; Teen was taken (DEFAULT_RATING)." in told


def test_a_dry_run_on_the_command_line_tells_all_and_leaves_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    (folder / "work.html").write_text(download(Work()), "utf-8")
    library = tmp_path / "new.db"
    before = sorted(tmp_path.rglob("*"))
    done = fireside(tmp_path, "import", folder, "--dry-run", DATABASE_URL=f"sqlite:///{library}")
    assert done.returncode == 0
    assert "work.html: new\n" in done.stdout
    assert "Low Water & High (in the file)" in done.stdout
    assert "1 story comes from AO3 and nothing says its author agreed." in done.stdout
    assert "This was a dry run: nothing was kept." in done.stdout
    assert sorted(tmp_path.rglob("*")) == before
