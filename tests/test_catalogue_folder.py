"""What lies in a folder of stories: files in order, and the facts beside them."""

import os
from pathlib import Path

import pytest

from bot.catalogue.folder import Folder, scan
from bot.errors import ImportFailed


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    return folder


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def names_in(folder: Folder) -> list[str]:
    return [file.relative for file in folder.files]


def test_files_come_in_order_with_those_of_a_folder_together(home: Path) -> None:
    write(home, "b.txt", "a.md", "z/b.txt", "z/a/c.txt", "m/x.txt", "no ending", "Ö.txt")
    assert names_in(scan(home, home)) == [
        "a.md",
        "b.txt",
        "no ending",
        "Ö.txt",
        "m/x.txt",
        "z/b.txt",
        "z/a/c.txt",
    ]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.txt",
        "~$draft.txt",
        "draft.txt~",
        ".git/story.txt",
        "sub/.hidden/story.txt",
        "library.toml",
        "Library.TOML",
        "story.meta.toml",
        "characters.toml",
        "sub/library.toml",
    ],
)
def test_hidden_and_temporary_files_and_files_of_facts_are_passed_over(
    home: Path, name: str
) -> None:
    write(home, name)
    folder = scan(home, home)
    assert folder.exists
    assert folder.files == ()


@pytest.mark.parametrize("name", ["a~b.txt", "$x.txt", "my library.toml.txt", "meta.toml.md"])
def test_names_that_only_look_alike_are_stories(home: Path, name: str) -> None:
    write(home, name)
    assert names_in(scan(home, home)) == [name]


def test_a_file_is_known_by_its_path_below_the_folder(home: Path) -> None:
    write(home, "sub/a.txt")
    (whole,) = scan(home, home).files
    (part,) = scan(home / "sub", home).files
    (alone,) = scan(home / "sub" / "a.txt", home).files
    assert {whole.key, part.key, alone.key} == {"stories:sub/a.txt"}
    assert (whole.size, whole.modified) == (1, (home / "sub/a.txt").stat().st_mtime_ns)


def test_the_identity_does_not_depend_on_how_the_path_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "sub/a.txt")
    monkeypatch.chdir(home)
    for path in (Path("sub/a.txt"), Path("../stories/sub"), Path(), home / "sub" / ".." / "sub"):
        (file,) = scan(path, Path("../stories")).files
        assert file.key == "stories:sub/a.txt"


def test_a_file_from_elsewhere_is_known_by_its_whole_path(home: Path, tmp_path: Path) -> None:
    write(tmp_path, "other/a.txt")
    (file,) = scan(tmp_path / "other", home).files
    assert file.key == f"import:{(tmp_path / 'other' / 'a.txt').resolve().as_posix()}"
    assert file.shown == str(tmp_path / "other" / "a.txt")


def test_a_neighbour_whose_name_begins_alike_is_elsewhere(home: Path, tmp_path: Path) -> None:
    write(tmp_path, "stories and more/a.txt")
    (file,) = scan(tmp_path / "stories and more", home).files
    assert file.key.startswith("import:")


def test_paths_are_shown_as_the_person_gave_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "sub/a.txt")
    monkeypatch.chdir(home.parent)
    told = [scan(Path(given), home).files[0].shown for given in ("stories", "stories/sub/a.txt")]
    assert told == ["stories/sub/a.txt", "stories/sub/a.txt"]


def test_a_path_that_is_not_there_does_not_exist(home: Path) -> None:
    folder = scan(home / "nowhere", home)
    assert not folder.exists
    assert folder.files == ()


def test_an_empty_folder_exists(home: Path) -> None:
    assert scan(home, home) == Folder((), exists=True)


def test_a_dangling_link_is_passed_over(home: Path) -> None:
    (home / "a.txt").symlink_to(home / "nowhere")
    write(home, "b.txt")
    assert names_in(scan(home, home)) == ["b.txt"]


def test_a_linked_file_is_a_story_of_the_folder(home: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere.txt")
    (home / "a.txt").symlink_to(tmp_path / "elsewhere.txt")
    (file,) = scan(home, home).files
    assert file.key == "stories:a.txt"


def test_what_is_no_file_is_no_story(home: Path) -> None:
    os.mkfifo(home / "pipe.txt")  # reading it would wait for ever
    write(home, "a.txt")
    assert names_in(scan(home, home)) == ["a.txt"]


def test_a_folder_that_links_to_itself_ends(home: Path) -> None:
    write(home, "a.txt")
    (home / "loop").symlink_to(home)
    assert names_in(scan(home, home)) == ["a.txt"]


# Facts


def test_facts_are_gathered_from_every_folder_nearest_last(home: Path) -> None:
    write(home, "sub/deep/a.txt", "sub/b.txt")
    (home / "library.toml").write_text('author = "Ann"\nrating = "Teen"\nlanguage = "en"\n')
    (home / "sub" / "library.toml").write_text('rating = "Mature"\n')
    (home / "sub" / "deep" / "a.meta.toml").write_text('title = "A"\nlanguage = "de"\n')
    folder = scan(home, home)
    told = {file.relative: folder.facts(file) for file in folder.files}
    assert told["sub/b.txt"] == {"authors": ["Ann"], "rating": "Mature", "language": "en"}
    assert told["sub/deep/a.txt"] == {
        "authors": ["Ann"],
        "rating": "Mature",
        "language": "de",
        "title": "A",
    }


def test_a_file_scanned_alone_has_the_facts_beside_it(home: Path) -> None:
    write(home, "a.txt", "b.txt")
    (home / "library.toml").write_text('["a.txt"]\nauthor = "Ann"\n')
    (home / "a.meta.toml").write_text('title = "A"\n')
    folder = scan(home / "a.txt", home)
    assert folder.facts(folder.files[0]) == {"authors": ["Ann"], "title": "A"}


@pytest.mark.parametrize("part", ["sub", "sub/a.txt"])
def test_a_part_of_the_stories_folder_has_the_facts_of_the_whole(home: Path, part: str) -> None:
    write(home, "sub/a.txt")
    (home / "library.toml").write_text('rating = "Explicit"\n["sub/a.txt"]\nauthor = "Ann"\n')
    whole, some = scan(home, home), scan(home / part, home)
    expected = {"authors": ["Ann"], "rating": "Explicit"}
    assert whole.facts(whole.files[0]) == expected
    assert some.facts(some.files[0]) == expected


def test_facts_that_cannot_be_read_refuse_only_the_files_below(home: Path) -> None:
    write(home, "a.txt", "sub/b.txt", "sub/c.txt")
    (home / "sub" / "b.meta.toml").write_text("title = ")
    folder = scan(home, home)
    first, broken, last = folder.files
    assert folder.facts(first) == folder.facts(last) == {}
    with pytest.raises(ImportFailed) as caught:
        folder.facts(broken)
    assert caught.value.values["file"] == "sub/b.meta.toml"
    (home / "sub" / "library.toml").write_bytes(b"\xff")
    folder = scan(home, home)
    with pytest.raises(ImportFailed):
        folder.facts(folder.files[2])
    assert folder.facts(folder.files[0]) == {}


def test_facts_of_hidden_folders_count_for_nothing(home: Path) -> None:
    write(home, "a.txt")
    (home / ".old").mkdir()
    (home / ".old" / "library.toml").write_text("broken =")
    assert scan(home, home).beside.sidecars == {}
