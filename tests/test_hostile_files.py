"""Hostile and broken files of every kind in one folder: each is refused or harmless, alone.

They are built here, imported once by the command line beside good ones, and
each test looks at what became of one of them.
"""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.ao3_pages import Work, download
from tests.command_line import with_peaks
from tests.epubs import archive_epub, book, fanficfare_epub
from tests.zips import locked

MEGABYTE = b"The lamp burned on. " * 50_000
SECRET = "what only this machine knows"
GOOD = "The harbour was quiet, and nobody came."
MOST = 300_000  # kilobytes, of the main process and its largest worker together


def zipped(members: Mapping[str, bytes | int]) -> bytes:
    """Zip ``members``; a number is so many megabytes of text."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, told in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(told if isinstance(told, int) else 0):
                    member.write(MEGABYTE)
                if isinstance(told, bytes):
                    member.write(told)
    return made.getvalue()


def shifted(data: bytes) -> bytes:
    """Have the end of a zip say that its list begins later, so that members begin before it."""
    at = data.rindex(b"PK\x05\x06") + 16
    place = int.from_bytes(data[at : at + 4], "little") + 1
    return data[:at] + place.to_bytes(4, "little") + data[at + 4 :]


def inside(data: bytes, name: str, told: bytes | int) -> bytes:
    """Put another member into a book, in the place of one that is called so."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, bytes | int] = {each: archive.read(each) for each in archive.namelist()}
    return zipped({**members, name: told})


def page(markup: str) -> bytes:
    return book({"a.xhtml": markup})


def nested(depth: int) -> bytes:
    """Put a zip into a zip into a zip …"""
    data = zipped({"story.txt": 30})
    for _ in range(depth):
        data = zipped({"inner.zip": data, "another.zip": data})
    return data


def linked() -> bytes:
    """Make a book whose page is a link to a file of this machine."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(page("<p>x</p>"))) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            told = old.read(info)
            if info.filename.endswith("a.xhtml"):
                info.external_attr, told = 0o120777 << 16, b"/etc/passwd"
            new.writestr(info, told)
    return made.getvalue()


ENTITY = '<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12)
)  # fmt: skip
WORK = download(Work()).encode()
YAML = "\n".join(
    [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(12)]
)

# Name of the file, what is in it, and a word of the reason why it is refused ("": it is not).
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "before its beginning.zip": (lambda: shifted(zipped({"a.txt": b"It rained."})), "damaged"),
    "bomb.zip": (lambda: zipped({"a.txt": 400}), "larger than 25 MB"),
    "bomb.epub": (lambda: inside(page("<p>x</p>"), "a.xhtml", 400), "unpacked"),
    "bomb in lines.zip": (lambda: zipped({"a.jsonl": b'{"text":"' + MEGABYTE * 26}), "25 MB"),
    "bomb in a bomb.zip": (lambda: nested(3), "archive"),
    "gzip in a book.epub": (
        lambda: inside(page("<p>x</p>"), "a.xhtml", gzip.compress(MEGABYTE * 100)),
        "damaged",
    ),
    "gzip.txt": (lambda: gzip.compress(MEGABYTE), "gzip"),
    "deep.html": (lambda: b"<div>" * 30_000 + b"It rained.", ""),
    "deep.xhtml": (lambda: page("<div>" * 20_000 + "It rained." + "</div>" * 20_000), ""),
    "deep.md": (lambda: b">" * 50_000 + b" It rained.\n" + b"[" * 50_000, ""),
    "deep.jsonl": (lambda: b'{"text": ' + b"[" * 200_000 + b"\n", "nested too deeply"),
    "deep yaml.md": (
        lambda: b"---\na: " + b"[" * 50_000 + b"\n---\n\nIt rained.\n",
        "front matter",
    ),
    "deep toml.md": (
        lambda: b"+++\na = " + b"[" * 50_000 + b"\n+++\n\nIt rained.\n",
        "front matter",
    ),
    "laughs.md": (lambda: f"---\n{YAML}\n---\n\nIt rained.\n".encode(), "?"),
    "laughs.epub": (lambda: page(f"<!DOCTYPE html [{LAUGHS}]><p>&l11;</p>"), "entities"),
    "laughs.html": (lambda: f"<!DOCTYPE html [{LAUGHS}]><p>&l11; It rained.</p>".encode(), "?"),
    "entity.epub": (lambda: page(ENTITY + "<p>&x; It rained.</p>"), "entities"),
    "entity.html": (lambda: (ENTITY + "<p>&x; It rained in.</p>").encode(), "?"),
    "script.html": (
        lambda: (
            b"<p>It rained then.</p><script>alert('SCRIPT')</script>"
            b"<p onclick='SCRIPT()'>And <iframe src='//x.example/SCRIPT'>SCRIPT</iframe> so on.</p>"
        ),
        "",
    ),
    "script.epub": (lambda: page("<p>It rained there.</p><script>SCRIPT</script>"), ""),
    "path.zip": (lambda: zipped({"../../path trick.txt": b"It rained out."}), "leads out"),
    "path.epub": (
        lambda: book({"a.xhtml": "<p>x</p>"}).replace(b"a.xhtml", b"../a.xht"),
        "?",
    ),
    "link.epub": (linked, "?"),
    "password.zip": (lambda: locked(zipped({"a.txt": b"It rained."})), "password"),
    "password.epub": (lambda: locked(page("<p>It rained.</p>")), "password"),
    "rights.epub": (lambda: inside(page("<p>x</p>"), "META-INF/rights.xml", b"<r/>"), "DRM"),
    "cut.zip": (lambda: zipped({"a.txt": b"It rained. " * 99})[:-40], "cut off"),
    "cut.epub": (lambda: archive_epub(Work())[:-900], "damaged"),
    "cut.html": (lambda: WORK[: WORK.index(b'id="chapters"')], "?"),
    "cut.jsonl": (lambda: b'{"title": "Cut", "text": "It rai', "not a story in JSON"),
    "random.txt": (lambda: os.urandom(200_000), "not text"),
    "nulls.txt": (lambda: bytes(100_000), "not text"),
    "surrogates.jsonl": (lambda: b'{"text": "It rained \\ud800 on \\udfff."}\n', ""),
    "encoding.html": (lambda: b'<meta charset="rot13"><p>It rained still.</p>', ""),
    "encoding.xhtml": (lambda: b'<?xml version="1.0" encoding="idna"?><p>It rained yet.</p>', ""),
    "a long line.txt": (lambda: b'"Well?" she said. ' * 20_000, ""),
    "a long word.txt": (lambda: b"a" * 1_000_000 + b" and the rain.", ""),
    "a book.txt": (fanficfare_epub, ""),
    "a page.jsonl": (lambda: WORK.replace(b"tide", b"flood"), ""),
    "a text.epub": (lambda: b"It rained on the first of May.", ""),
    "a text.html": (lambda: b"It rained on the second of May.", ""),
    "a text.zip": (lambda: b"It rained on the third of May.", ""),
    "lines.txt": (lambda: b'{"text": "It rained on the fourth of May."}\n', ""),
    "a zip.md": (lambda: zipped({"x.txt": b"It rained on the fifth of May."}), ""),
    "a picture.epub": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
    "utf16.md": (lambda: "# Rain\n\nIt rained in two bytes.".encode("utf-16"), ""),
}


class Done(NamedTuple):
    told: dict[str, list[dict[str, Any]]]
    errors: str
    files: set[str]
    peak: int
    status: int


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    home = tmp_path_factory.mktemp("hostile")
    folder = home / "stories"
    folder.mkdir()
    (home / "secret").write_text(SECRET)
    for name, (make, _) in FILES.items():
        data = make().replace(b"{secret}", str(home / "secret").encode())
        (folder / name).write_bytes(data)
    with (folder / "one line of 400 MB.jsonl").open("wb") as lines:
        lines.write(b'{"text": "')
        lines.truncate(400_000_000)
        lines.seek(0, io.SEEK_END)
        lines.write(b'"}\n{"text": "It rained behind it."}\n')
    (folder / "zz good.txt").write_text(GOOD)
    before = {str(path.relative_to(home)) for path in home.rglob("*")}
    run, own, childs = with_peaks(home, "import", folder, "--json")
    told: dict[str, list[dict[str, Any]]] = {}
    for line in run.stdout.splitlines():
        record = json.loads(line)
        name = Path(record["path"]).relative_to(folder).parts[0]
        told.setdefault(name, []).append(record)
    after = {str(path.relative_to(home)) for path in home.rglob("*")}
    return Done(told, run.stderr, after - before, own + childs, run.returncode)


def test_the_other_files_are_read_and_the_run_ends_well(done: Done) -> None:
    (good,) = done.told["zz good.txt"]
    assert good["outcome"] == "added"
    assert done.status == 1  # something was refused
    assert "Traceback" not in done.errors
    assert set(done.told) == {*FILES, "one line of 400 MB.jsonl", "zz good.txt"}


def test_nothing_is_written_but_the_library(done: Done) -> None:
    assert all(Path(name).parts[0] != "stories" for name in done.files)
    assert all("library.db" in name or name == "data" for name in done.files), done.files


def test_memory_stays_small_with_bombs_of_400_megabytes(done: Done) -> None:
    assert done.peak < MOST


def test_nothing_of_this_machine_and_no_script_gets_into_a_story(done: Done) -> None:
    told = json.dumps(done.told)
    assert SECRET not in told
    assert "root:" not in told


@pytest.mark.parametrize("name", [name for name, (_, why) in FILES.items() if why not in ("", "?")])
def test_what_is_hostile_or_broken_is_refused_with_its_name_and_the_reason(
    done: Done, name: str
) -> None:
    told = done.told[name]
    assert {each["outcome"] for each in told} == {"refused"}, told
    for each in told:
        assert FILES[name][1] in each["reason"]
        assert name in each["reason"]


@pytest.mark.parametrize("name", [name for name, (_, why) in FILES.items() if why == ""])
def test_what_only_looks_odd_is_read(done: Done, name: str) -> None:
    assert {each["outcome"] for each in done.told[name]} <= {"added", "duplicate", "updated"}, (
        done.told[name]
    )


def test_a_line_of_400_megabytes_costs_that_line(done: Done) -> None:
    long, behind = done.told["one line of 400 MB.jsonl"]
    assert (long["outcome"], long["record"]) == ("refused", 1)
    assert "longer than a story may be" in long["reason"]
    assert (behind["outcome"], behind["record"]) == ("added", 2)


def test_a_page_of_nothing_but_tags_is_given_up_before_it_takes_300_megabytes(
    tmp_path: Path,
) -> None:
    (tmp_path / "tags.html").write_bytes(page("<p>It <b>rained</b> on.</p>\n" * 249_000))
    run, own, childs = with_peaks(tmp_path, "import", tmp_path / "tags.html", "--json")
    told = json.loads(run.stdout)
    assert told["outcome"] == "refused"
    assert "tags.html needs more than 300 MB of memory" in told["reason"]
    assert max(own, childs) < MOST
