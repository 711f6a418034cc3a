"""HTML and books as the command line imports them: the record that scripts read."""

from pathlib import Path

from tests.ao3_pages import Part, Work, download, saved_page, site_page
from tests.command_line import KEYS, fireside, records
from tests.epubs import archive_epub, book, fanficfare_epub


def test_import_tells_everything_a_download_says(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    other = Work(parts=(Part("<p>Another tale of the pier.</p>"),), title="Other", number=12)
    (folder / "a.html").write_text(download(Work()), "utf-8")
    (folder / "b.epub").write_bytes(archive_epub(Work()))
    (folder / "c.epub").write_bytes(fanficfare_epub())
    (folder / "d.html").write_text(saved_page(other), "utf-8")
    (folder / "e.epub").write_bytes(book({"a.xhtml": "<p>A book of nobody.</p>"}))
    done = fireside(tmp_path, "import", folder, "--dry-run", "--json")
    told = {Path(each["path"]).name: each for each in records(done)}
    assert done.returncode == 0
    assert [told[name]["outcome"] for name in sorted(told)] == [
        "added",
        "duplicate",
        "added",
        "added",
        "added",
    ]
    first = told["a.html"]
    assert first.keys() >= KEYS
    assert (first["title"], first["title_origin"]) == ("Low Water & High", "stated")
    assert first["authors"] == ["adaquay"]
    assert (first["rating"], first["rating_origin"]) == ("Teen", "stated")
    assert first["permission"] == "link only"
    assert first["series"] == [{"name": "Tide Tables, Annotated", "part": "2"}]
    assert [each["name"] for each in first["characters"]] == ["Ada Quay", "Ida Penn", "Ben Strand"]
    assert first["complete"] is True
    assert first["source"] == "https://archiveofourown.org/works/4711"
    assert first["summary"].startswith("Ada waits")
    assert first["notes"].endswith("The pilot is my uncle.")
    assert told["c.epub"]["permission"] == told["d.html"]["permission"] == "link only"
    assert told["e.epub"]["permission"] == "unstated"


def test_a_page_without_a_work_and_a_locked_book_are_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    gate = '<p class="caution notice">This work could have adult content.</p>'
    (folder / "gate.html").write_text(site_page(gate), "utf-8")
    locked = book({"a.xhtml": "<p>x</p>"}, files={"META-INF/rights.xml": "<rights/>"})
    (folder / "locked.epub").write_bytes(locked)
    (folder / "story.txt").write_text("It rained all night.", "utf-8")
    done = fireside(tmp_path, "import", folder, "--dry-run", "--json")
    gate_told, locked_told, story_told = records(done)
    assert done.returncode == 1
    assert "Download" in gate_told["reason"]
    assert "DRM" in locked_told["reason"]
    assert "locked.epub" in locked_told["reason"]
    assert story_told["outcome"] == "added"
