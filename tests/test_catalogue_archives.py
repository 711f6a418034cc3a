"""Archives on a shelf: what is in them, and what a hostile one can do."""

import struct
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.catalogue.reports import FileReport
from bot.importers.worker import Limits
from tests.command_line import with_peaks
from tests.shelves import Shelf, shelf_at, words_of
from tests.stage import Clock
from tests.zips import locked

ZIP = "books.zip"


def zipped(path: Path, members: dict[str, str | bytes], **more: int) -> Path:
    """Write an archive of ``members``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content, **more)
    return path


def judged(reports: list[FileReport]) -> dict[str, str]:
    """Give the outcomes by path below the folder."""
    return {Path(r.told["path"]).as_posix().split("/stories/", 1)[1]: r.outcome for r in reports}


async def imported(shelf: Shelf, path: Path) -> dict[str, FileReport]:
    _, reports = await shelf.imported(path)
    return {r.told["path"].removeprefix(str(path)).lstrip("/"): r for r in reports}


# What is in them


async def test_stories_of_an_archive_are_told_with_their_paths(shelf: Shelf) -> None:
    members: dict[str, str | bytes] = {"b.md": f"# B\n\n{words_of(2)}", "in/a.txt": words_of(1)}
    path = zipped(shelf.folder / ZIP, members)
    report, reports = await shelf.imported(shelf.folder)
    assert judged(reports) == {f"{ZIP}/b.md": "added", f"{ZIP}/in/a.txt": "added"}
    assert report.counts == {"added": 2}
    assert set(await shelf.ids()) == {words_of(1), words_of(2)}
    assert [r.told["record"] for r in reports] == [None, None]
    assert sorted(shelf.folder.iterdir()) == [path], "nothing is unpacked"


async def test_an_archive_is_known_by_its_content_and_a_second_run_opens_nothing(
    shelf: Shelf,
) -> None:
    path = zipped(shelf.folder / "books.txt", {"a.txt": words_of(1)})
    await shelf.sync()
    shelf.catalogue.limits = Limits(memory=1)  # a worker would die at once
    assert {r.outcome for r in (await imported(shelf, path)).values()} == {"unchanged"}
    assert (await shelf.sync()).is_quiet


async def test_a_changed_member_updates_only_its_story(shelf: Shelf) -> None:
    members: dict[str, str | bytes] = {"a.txt": words_of(1), "b.txt": words_of(2)}
    path = zipped(shelf.folder / ZIP, members)
    await shelf.sync()
    before = await shelf.ids()
    zipped(path, members | {"b.txt": "All was otherwise.", "c.txt": words_of(3)})
    outcomes = {name: r.outcome for name, r in (await imported(shelf, path)).items()}
    assert outcomes == {"a.txt": "unchanged", "b.txt": "updated", "c.txt": "added"}
    assert (await shelf.ids())["All was otherwise."] == before[words_of(2)]


async def test_a_member_that_goes_hides_its_story(shelf: Shelf) -> None:
    path = zipped(shelf.folder / ZIP, {"a.txt": words_of(1), "b.txt": words_of(2)})
    await shelf.sync()
    zipped(path, {"b.txt": words_of(2)})
    await shelf.sync()
    assert await shelf.texts() == {words_of(2)}


async def test_facts_inside_go_before_facts_outside(shelf: Shelf) -> None:
    inside = 'author = "Ann"\n["a.txt"]\ntitle = "Inside"\n'
    members: dict[str, str | bytes] = {
        **{"deep/a.txt": words_of(1), "deep/library.toml": inside},
        **{"b.txt": words_of(2), "b.meta.toml": 'title = "Meta"\n'},
    }
    path = zipped(shelf.folder / ZIP, members)
    shelf.write("library.toml", f'["{ZIP}"]\nauthor = "Bo"\ntags = ["zip"]\n')
    told = {name: r.told for name, r in (await imported(shelf, path)).items()}
    assert set(told) == {"deep/a.txt", "b.txt"}
    a, b = told["deep/a.txt"], told["b.txt"]
    assert (a["title"], a["authors"], a["tags"]) == ("Inside", ["Ann"], ["zip"])
    assert (b["title"], b["authors"], b["tags"]) == ("Meta", ["Bo"], ["zip"])
    zipped(path, members | {"b.meta.toml": 'title = "Other"\n'})
    outcomes = {name: r.outcome for name, r in (await imported(shelf, path)).items()}
    assert outcomes == {"deep/a.txt": "unchanged", "b.txt": "updated"}


async def test_a_broken_library_toml_inside_refuses_those_it_speaks_for(shelf: Shelf) -> None:
    members: dict[str, str | bytes] = {
        **{"in/a.txt": words_of(1), "in/library.toml": "broken = \n", "b.txt": words_of(2)}
    }
    told = await imported(shelf, zipped(shelf.folder / ZIP, members))
    assert {name: r.outcome for name, r in told.items()} == {
        "in/a.txt": "refused",
        "b.txt": "added",
    }
    assert "library.toml" in told["in/a.txt"].told["reason"]


async def test_lines_of_json_in_an_archive_are_stories(shelf: Shelf) -> None:
    lines = f'{{"text": "{words_of(1)}"}}\n{{broken\n{{"text": "{words_of(2)}"}}\n'
    path = zipped(shelf.folder / ZIP, {"tales.jsonl": lines, "c.txt": words_of(3)})
    for outcome in ("added", "unchanged"):
        _, reports = await shelf.imported(path)
        told = {(r.told["path"].removeprefix(f"{path}/"), r.told["record"]): r for r in reports}
        assert {place: r.outcome for place, r in told.items()} == {
            ("c.txt", None): outcome,
            ("tales.jsonl", 1): outcome,
            ("tales.jsonl", 2): "refused",
            ("tales.jsonl", 3): outcome,
        }
    assert await shelf.texts() == {words_of(1), words_of(2), words_of(3)}


async def test_what_nobody_meant_as_a_story_is_passed_over(shelf: Shelf) -> None:
    members: dict[str, str | bytes] = {
        **{"a.txt": words_of(1), ".hidden": "x", "__MACOSX/._a.txt": "x", "in/.DS_Store": "x"},
        **{"~$a.txt": "x", "a.txt~": "x", "characters.toml": "x", "empty/": b""},
    }
    assert set(await imported(shelf, zipped(shelf.folder / ZIP, members))) == {"a.txt"}


# What a hostile or broken one can do


def a_link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
        made.writestr("good.txt", words_of(1))


def names_that_lead_outside(path: Path) -> None:
    zipped(
        path,
        {
            "../a.txt": "x",
            "/etc/b.txt": "x",
            "c/../../d.txt": "x",
            "C:\\e.txt": "x",
            "good.txt": words_of(1),
        },
    )


def passwords(path: Path) -> None:
    zipped(path, {"a.txt": words_of(1)})
    path.write_bytes(locked(path.read_bytes()))


def a_damaged_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", words_of(2) * 9)
        made.writestr("good.txt", words_of(1))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"lamp", b"lump", 1))


def an_archive_inside(path: Path) -> None:
    inner = path.with_name("inner")
    zipped(inner, {"a.txt": words_of(2)})
    zipped(path, {"inner.zip": inner.read_bytes(), "good.txt": words_of(1)})
    inner.unlink()


def a_picture(path: Path) -> None:
    zipped(path, {"a.txt": b"\x89PNG\r\n\x1a\n" + bytes(50), "good.txt": words_of(1)})


def another_packing(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("a.txt", words_of(2))
        made.writestr("good.txt", words_of(1), zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_link, "link"),
        (names_that_lead_outside, "leads out"),
        (passwords, "password"),
        (a_damaged_member, "damaged"),
        (an_archive_inside, "archive"),
        (a_picture, "picture"),
        (another_packing, "packed"),
    ],
)
async def test_a_bad_member_is_refused_by_name_and_stops_no_other(
    shelf: Shelf, make: Callable[[Path], None], words: str
) -> None:
    path = shelf.folder / ZIP
    make(path)
    told = await imported(shelf, path)
    good = told.pop("good.txt", None)
    assert good is None or good.outcome == "added"
    assert told
    for name, report in told.items():
        assert report.outcome == "refused"
        assert words in report.told["reason"]
        assert f"{ZIP}/{name}" in report.told["reason"]
    assert sorted(each.name for each in shelf.folder.iterdir()) == [ZIP]


def cut_off(path: Path) -> None:
    zipped(path, {"a.txt": words_of(1) * 9})
    path.write_bytes(path.read_bytes()[:-30])


def only_a_mark(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(99))


def a_list_that_lies(path: Path) -> None:
    zipped(path, {"a.txt": words_of(1)})
    data = path.read_bytes()
    path.write_bytes(data[:-10] + struct.pack("<L", 2**31) + data[-6:])


def too_many(path: Path) -> None:
    """Name members that are not there: their list alone is what is too long."""
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", *([20] + [0] * 5), *[0] * 3, 1, *[0] * 4, 0, 0
    )
    listed = (entry + b"a") * 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, len(listed), 4, 0)
    path.write_bytes(b"PK\x03\x04" + listed + end)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (cut_off, "damaged or cut off"),
        (only_a_mark, "damaged or cut off"),
        (a_list_that_lies, "more than 20,000 files"),
        (too_many, "more than 20,000 files"),
    ],
)
async def test_an_archive_that_cannot_be_opened_is_refused_and_stops_no_other(
    shelf: Shelf, make: Callable[[Path], None], words: str
) -> None:
    make(shelf.folder / ZIP)
    shelf.fill(1)
    report, reports = await shelf.imported(shelf.folder)
    assert report.counts == {"refused": 1, "added": 1}
    assert words in reports[0].told["reason"]
    assert ZIP in reports[0].told["reason"]


async def test_an_archive_that_breaks_keeps_its_earlier_stories(shelf: Shelf) -> None:
    path = zipped(shelf.folder / ZIP, {"a.txt": words_of(1)})
    await shelf.sync()
    before = await shelf.ids()
    path.write_bytes(path.read_bytes()[:-30])
    assert (await shelf.sync()).counts == {"refused": 1}
    assert await shelf.ids() == before
    zipped(path, {"a.txt": words_of(1)})
    await shelf.sync()
    assert await shelf.ids() == before


# Bombs


def bomb(path: Path, *, megabytes: int = 400) -> Path:
    """Write an archive whose one member is zeros, and that of a story."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open("a bomb.txt", "w", force_zip64=True) as opened:
            for _ in range(megabytes):
                opened.write(bytes(1_000_000))
        made.writestr("good.txt", words_of(1))
    return path


def test_a_bomb_is_given_up_and_memory_stays_small(tmp_path: Path) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    bomb(folder / ZIP)
    (folder / "z.txt").write_text(words_of(2))
    done, own, childs = with_peaks(tmp_path, "import", folder, "--json")
    outcomes = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert ['"outcome": "refused"' in line for line in outcomes] == [True, False, False], (
        done.stderr
    )
    assert "larger than 25 MB" in outcomes[0]
    assert own < 300_000, "kilobytes"
    assert childs < 300_000


async def test_an_archive_is_given_up_after_so_much_was_unpacked(
    tmp_path: Path, clock: Clock
) -> None:
    limits = Limits(inflated=5_000_000)
    async with shelf_at(tmp_path, clock, limits) as shelf:
        members = {f"{n}.txt": words_of(n) + " " * 1_000_000 for n in range(8)}
        told = await imported(shelf, zipped(shelf.folder / ZIP, {**members}))
        assert [name for name, r in told.items() if r.outcome == "added"] == [
            *("0.txt", "1.txt", "2.txt", "3.txt")
        ]
        (refused,) = (r for r in told.values() if r.outcome == "refused")
        assert "books.zip unpacks to more than 5 MB" in refused.told["reason"]
        assert len(await shelf.ids()) == 4


# A reader that dies


@pytest.fixture
async def hungry(tmp_path: Path, clock: Clock) -> AsyncIterator[Shelf]:
    """Give a shelf whose workers may hardly use more memory than they begin with."""
    async with shelf_at(tmp_path, clock, Limits(memory=110_000_000, seconds=20)) as ready:
        yield ready


async def test_a_member_that_needs_too_much_memory_costs_only_itself(hungry: Shelf) -> None:
    path = zipped(
        hungry.folder / ZIP,
        {"a.txt": words_of(1), "b.txt": words_of(2) * 300_000, "c.txt": words_of(3)},
    )
    told = await imported(hungry, path)
    assert {name: r.outcome for name, r in told.items()} == {
        **{"a.txt": "added", "b.txt": "refused", "c.txt": "added"}
    }
    assert "memory" in told["b.txt"].told["reason"]


async def test_a_line_that_needs_too_much_memory_costs_only_itself(hungry: Shelf) -> None:
    texts = (words_of(1), words_of(2) * 300_000, words_of(3))
    path = hungry.write("t.jsonl", "".join(f'{{"text": "{text}"}}\n' for text in texts))
    _, reports = await hungry.imported(path)
    assert [r.outcome for r in reports] == ["added", "refused", "added"]
    assert "memory" in reports[1].told["reason"]
    assert "t.jsonl, line 2" in reports[1].told["reason"]


async def test_a_file_that_needs_too_much_memory_costs_only_itself(hungry: Shelf) -> None:
    hungry.write("a.txt", words_of(1))
    hungry.write("b.txt", words_of(2) * 300_000)
    hungry.write("c.txt", words_of(3) * 2_000)
    _, reports = await hungry.imported(hungry.folder)
    assert [r.outcome for r in reports] == ["added", "refused", "added"]
    assert "b.txt needs more than 110 MB of memory" in reports[1].told["reason"]
