"""What is no story is named, by what it is and not by what it is called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers import read_story
from bot.importers.kinds import is_epub, is_web_page


def refusal(data: bytes, name: str = "story.txt") -> tuple[str, object]:
    with pytest.raises(ImportFailed) as failed:
        read_story(data, name)
    assert failed.value.values["file"] == name
    return failed.value.key, failed.value.values.get("kind")


def zipped(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "key", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "import.picture", "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "import.picture", "JPEG"),
        (b"GIF89a" + bytes(20), "import.picture", "GIF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "import.picture", "WebP"),
        (b"BM\x36\0\0\0\0\0", "import.picture", "BMP"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "import.picture", "SVG"),
        (b"%PDF-1.7\n", "import.pdf", "PDF"),
        (b"{\\rtf1\\ansi Hello}", "import.document", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "import.document", "Office"),
        (bytes(60) + b"BOOKMOBI" + bytes(20), "import.kindle", "Kindle"),
        (b"\x1f\x8b\x08\0\0", "import.archive", "gzip"),
        (b"SQLite format 3\0", "import.not-text", "SQLite database"),
        (b"ID3\x04\0\0", "import.media", "MP3"),
        (bytes(range(256)) * 4, "import.not-text", "binary"),
        (b"A story\0with a hole.", "import.not-text", "binary"),
        (b"\x01\x02\x03 text " * 5, "import.not-text", "binary"),
    ],
)
def test_binary_files_are_named_by_their_content(data: bytes, key: str, kind: str) -> None:
    assert refusal(data) == (key, kind)


def test_what_is_inside_a_zip_tells_its_kind() -> None:
    assert refusal(zipped("[Content_Types].xml", "word/document.xml"), "a.docx") == (
        "import.document",
        "Word",
    )
    odt = zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text")
    assert refusal(odt) == ("import.document", "OpenDocument")
    assert refusal(zipped("a.txt")) == ("import.archive", "ZIP")


def test_a_book_is_a_zip_that_says_so_and_not_one_with_books_in_it() -> None:
    by_mark = zipped("a", mimetype="application/epub+zip")
    by_container = zipped("META-INF/container.xml")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.epub", by_mark)
        archive.writestr("b.epub", by_container)
    assert [is_epub(data) for data in (by_mark, by_container, buffer.getvalue(), b"PK")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("<!DOCTYPE html><html><p>Hi</p></html>", "a.txt", True),
        ("\n<!-- saved --><HTML>", "a", True),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', "a.md", True),
        ("<p>One.</p>\n<p>Two.</p>\n", "a.txt", True),
        ("One <i>two</i>", "a.html", True),
        ("One <i>two</i>", "a.txt", False),
        ("One<br>two<br/>three<br />four", "a.txt", True),
        ("One<br>two<br/>three<br />four", "a.md", False),
        ("<p> is a tag, she said, and this is a story.", "a.txt", False),
        ("<3 he typed.", "a.html", False),
    ],
)
def test_a_web_page_is_one_whatever_it_is_called(text: str, name: str, expected: bool) -> None:
    assert is_web_page(text, name) is expected


@pytest.mark.parametrize(
    ("text", "name"),
    [('{"title": "A", "text": "b"}\n{"title": "C"}', "a.txt"), ('[\n{"text": 1}]', "a.json")],
)
def test_records_are_refused(text: str, name: str) -> None:
    assert refusal(text.encode(), name)[0] == "import.no-lines"


@pytest.mark.parametrize(
    "text",
    [
        "BM was what they called her.",
        "PK\x20fire!",
        "GIF89a is the name of my cat.",
        "II*",
        "MZ sat down.",
        "<3 he typed.",
        "<p> is a tag, she said, and this is a story.",
        "{He left.} [She stayed.]",
        "ID3 for the win",
    ],
)
def test_a_story_may_begin_like_a_binary_file(text: str) -> None:
    assert read_story(text.encode(), "a.txt").chapters[0].text == text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", "\u200b\n\u2060".encode()])
def test_files_without_anything_to_read_are_empty(data: bytes) -> None:
    assert refusal(data) == ("import.empty", None)


def test_a_file_over_25_mb_is_refused_before_it_is_read() -> None:
    assert refusal(b"a" * 25_000_001)[0] == "import.too-big"


def test_a_file_of_a_million_line_breaks_is_refused() -> None:
    assert refusal(b"a\n" * 1_000_001)[0] == "import.too-many-lines"


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "", "a.html", "x.json"]))
def test_any_bytes_are_a_story_or_refused_with_a_reason(data: bytes, name: str) -> None:
    try:
        story = read_story(data, name)
    except ImportFailed as failed:
        assert failed.key.startswith("import.")
        assert failed.values["file"] == name
    else:
        assert story.chapters
