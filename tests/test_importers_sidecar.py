"""Facts beside the files: library.toml and stem.meta.toml."""

import pytest

from bot.errors import ImportFailed
from bot.importers.sidecar import Sidecar, facts_for, is_sidecar, meta_name, parse_meta

LIBRARY = """
author = "Ann"
permission = "own"

["wip/"]
complete = false

["wip/*.md"]
rating = "M"

["**/deep*"]
tags = "fog"

["a [1].txt"]
title = "The Rain"
creators = ["Bo", "Cy"]
"""


def test_the_top_speaks_for_every_story() -> None:
    assert Sidecar.parse(LIBRARY).facts("any/where.txt") == {
        "authors": ["Ann"],
        "permission": "own",
    }


def test_a_file_overrides_the_top_under_any_name_of_the_key() -> None:
    facts = Sidecar.parse(LIBRARY).facts("a [1].txt")
    assert facts == {"authors": ["Bo", "Cy"], "permission": "own", "title": "The Rain"}


def test_folders_and_patterns_add_up() -> None:
    sidecar = Sidecar.parse(LIBRARY)
    assert sidecar.facts("wip/x.md")["rating"] == "M"
    assert "rating" not in sidecar.facts("wip/more/x.md")
    assert sidecar.facts("wip/more/deep1.md") == {
        "authors": ["Ann"],
        "permission": "own",
        "complete": False,
        "tags": ["fog"],
    }
    assert sidecar.facts("deep.txt")["tags"] == ["fog"]
    assert "complete" not in sidecar.facts("wip.txt")


def test_a_file_beats_a_pattern_and_a_pattern_beats_a_folder() -> None:
    sidecar = Sidecar.parse(
        '["a/x.txt"]\ntitle = "file"\n["a/*"]\ntitle = "pattern"\n["a/b"]\ntitle = "deeper"\n'
        '[a]\ntitle = "folder"'
    )
    told = [sidecar.facts(path)["title"] for path in ("a/x.txt", "a/y.txt", "a/b/z.txt")]
    assert told == ["file", "pattern", "pattern"]


def test_files_named_like_a_key_stand_under_files() -> None:
    sidecar = Sidecar.parse('[series]\nname = "Rain"\n[files.series]\ntitle = "A"')
    assert sidecar.facts("series/a.txt") == {"series": {"name": "Rain"}, "title": "A"}


def test_a_name_without_quotes_is_understood() -> None:
    assert Sidecar.parse('[story.txt]\ntitle = "A"').facts("story.txt") == {"title": "A"}


def test_names_match_however_their_accents_are_composed() -> None:
    sidecar = Sidecar.parse('["cafe\u0301.txt"]\ntitle = "A"')
    assert sidecar.facts("café.txt") == {"title": "A"}
    assert facts_for("café/café.txt", {"cafe\u0301": sidecar}) == {"title": "A"}


def test_keys_and_names_that_fit_nothing_are_told() -> None:
    sidecar = Sidecar.parse(LIBRARY + 'permision = "own"\n')
    assert "permision" in sidecar.messages[0]
    assert sidecar.find_unused(["wip/x.md"]) == ("a [1].txt", "**/deep*")


def test_a_nearer_file_wins_and_what_stands_beside_the_story_wins_over_all() -> None:
    sidecars = {
        "": Sidecar.parse('author = "Ann"\nrating = "T"\n["in/a.txt"]\ntitle = "far"'),
        "in": Sidecar.parse('title = "near"\n["a.txt"]\nrating = "M"'),
    }
    assert facts_for("in/a.txt", sidecars) == {
        "authors": ["Ann"],
        "rating": "M",
        "title": "near",
    }
    meta = parse_meta(b"\xef\xbb\xbftitle = 'beside'", "in/a.meta.toml")
    assert facts_for("in/a.txt", sidecars, meta)["title"] == "beside"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("title = \n", 1),
        ('a = 1\r\nb = "open\n', 2),
        ("a = 1\na = 2", 2),
        ("x = " + "[" * 5_000, 1),
        ("a." * 5_000 + "b = 1", 1),
        (b"a = 1\nb = '\xff'", 2),
        (b"#" * 5_000_001, 1),
    ],
)
def test_a_broken_library_toml_is_refused_with_its_line(data: str | bytes, line: int) -> None:
    with pytest.raises(ImportFailed) as failed:
        Sidecar.parse(data, "in/library.toml")
    assert failed.value.key == "import.sidecar"
    assert failed.value.values["file"] == "in/library.toml"
    assert failed.value.values["line"] == line


def test_files_of_facts_are_told_from_stories() -> None:
    assert is_sidecar("library.toml")
    assert is_sidecar("a.meta.toml")
    assert not is_sidecar("a.toml.txt")
    assert meta_name("a.b.txt") == "a.b.meta.toml"


def test_a_pattern_of_many_stars_ends_soon() -> None:
    pattern = "*a" * 60 + "b"
    sidecar = Sidecar.parse(f'["{pattern}"]\ntitle = "A"\n["{"**/" * 40}x"]\ntitle = "B"')
    assert sidecar.facts("a" * 250 + "/" + "a/" * 100) == {}
