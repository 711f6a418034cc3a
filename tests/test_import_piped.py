"""Standard input as the command line imports it: any kind, told apart by its bytes."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.ao3_pages import Work, download
from tests.command_line import fireside, records
from tests.epubs import archive_epub


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("piped", "titles"),
    [
        (b"It rained all night.", ["It rained all night"]),
        (b"---\ntitle: Rain\n---\n\nIt rained.", ["Rain"]),
        (b'{"title": "A", "text": "It rained."}\n{"title": "B", "text": "Snow."}', ["A", "B"]),
        (download(Work()).encode(), ["Low Water & High"]),
        (archive_epub(Work()), ["Low Water & High"]),
        (zipped(a="# A\n\nIt rained.", b="# B\n\nIt snowed."), ["A", "B"]),
    ],
)
def test_what_is_piped_in_is_read_as_what_it_is(
    tmp_path: Path, piped: bytes, titles: list[str]
) -> None:
    done = fireside(tmp_path, "import", "-", "--json", piped=piped)
    assert done.returncode == 0
    assert [told["title"] for told in records(done)] == titles
    again = fireside(tmp_path, "import", "-", "--json", piped=piped)
    assert {told["outcome"] for told in records(again)} == {"unchanged"}


def test_another_text_through_standard_input_is_another_story(tmp_path: Path) -> None:
    for text in (b"It rained.", b"It snowed."):
        (told,) = records(fireside(tmp_path, "import", "-", "--json", piped=text))
        assert told["outcome"] == "added"
    double = fireside(tmp_path, "import", "-", piped=b"\nIt rained!\n")
    assert "the same words as standard input" in double.stdout


@pytest.mark.parametrize(
    "piped", [b"", gzip.compress(b"It rained.", mtime=0)], ids=["nothing", "gzip"]
)
def test_what_is_piped_in_and_is_no_story_is_refused(tmp_path: Path, piped: bytes) -> None:
    done = fireside(tmp_path, "import", "-", "--json", piped=piped)
    (told,) = records(done)
    assert (done.returncode, told["outcome"], told["path"]) == (1, "refused", "-")
