"""The command line as a person or a script meets it: a process, its output, its exit status."""

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import main
from tests.command_line import KEYS, assert_one_sentence, fireside, records
from tests.stage import USER_STORIES, needs_user_stories

LISTS = {
    *("authors", "warnings", "categories", "fandoms", "relationships", "tags", "collections"),
    "messages",
}
STORY = """---
title: The Anchor
author: Ada Quay
rating: General
fandom: Harbours
characters: Ada Quay, Ben
series: Tides, part 2
---

The anchor lay by the quay. Nobody had come for it.

"Whose is it?" asked Ben.
"""


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """Give a folder with one story."""
    folder = tmp_path / "stories"
    folder.mkdir()
    (folder / "anchor.md").write_text(STORY, "utf-8")
    return folder


@pytest.fixture
def mixed(stories: Path) -> Path:
    """Put four files that are no stories beside the story."""
    (stories / "empty.txt").touch()
    (stories / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0")
    (stories / "broken.md").write_text("---\ntitle: [Buoy\nx: : y\n---\n\nIt rang.\n", "utf-8")
    with zipfile.ZipFile(stories / "letter.docx", "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<document/>")
    return stories


# import


def test_import_tells_one_object_for_each_story_in_the_shape_scripts_rely_on(
    tmp_path: Path, stories: Path
) -> None:
    done = fireside(tmp_path, "import", stories, "--json")
    (told,) = records(done)
    assert done.returncode == 0
    assert told.keys() == KEYS
    assert all(isinstance(told[key], list) for key in LISTS)
    assert told["outcome"] == "added"
    assert isinstance(told["story"], int)
    assert told["record"] is None
    assert (told["title"], told["title_origin"]) == ("The Anchor", "stated")
    assert (told["rating"], told["rating_origin"]) == ("General", "stated")
    assert (told["words"], told["chapters"]) == (16, 1)
    assert told["authors"] == ["Ada Quay"]
    assert told["fandoms"] == ["Harbours"]
    assert told["series"] == [{"name": "Tides", "part": "2"}]
    assert [each.keys() for each in told["characters"]] == [
        {"name", "aliases", "origin", "appears"}
    ] * 2
    assert [(each["name"], each["origin"]) for each in told["characters"]] == [
        ("Ada Quay", "stated"),
        ("Ben", "stated"),
    ]


def test_import_for_a_person_ends_with_one_line_that_sums_up(tmp_path: Path, stories: Path) -> None:
    done = fireside(tmp_path, "import", stories)
    assert done.returncode == 0
    assert "The Anchor" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 story added."
    assert done.stderr == ""
    again = fireside(tmp_path, "import", stories)
    assert again.stdout.splitlines() == ["1 unchanged."]


def test_a_dry_run_judges_and_keeps_nothing(tmp_path: Path, stories: Path) -> None:
    dry = fireside(tmp_path, "import", stories, "--dry-run", "--json")
    assert dry.returncode == 0
    assert [(each["outcome"], each["story"]) for each in records(dry)] == [("added", None)]
    assert fireside(tmp_path, "show", "1").returncode == 1
    assert [
        each["outcome"] for each in records(fireside(tmp_path, "import", stories, "--json"))
    ] == ["added"]


def test_what_is_no_story_is_named_with_a_reason_and_stops_nothing(
    tmp_path: Path, mixed: Path
) -> None:
    done = fireside(tmp_path, "import", mixed, "--json")
    assert done.returncode == 1
    told = {Path(each["path"]).name: each for each in records(done)}
    assert told.keys() == {each.name for each in mixed.iterdir()}
    served = told.pop("anchor.md")
    assert served["outcome"] == "added"
    assert "The anchor lay by the quay." in fireside(tmp_path, "show", served["story"]).stdout
    words = {"empty.txt": "no text", "picture.txt": "picture", "letter.docx": "document"}
    for name, each in told.items():
        assert each.keys() == KEYS | {"reason"}
        assert each["outcome"] == "refused"
        assert each["story"] is None
        assert name in each["reason"]
        assert words.get(name, "front matter") in each["reason"]
    assert "Traceback" not in done.stderr


def test_import_for_a_person_names_every_refused_file_in_a_line(
    tmp_path: Path, mixed: Path
) -> None:
    done = fireside(tmp_path, "import", mixed)
    assert done.returncode == 1
    refused = [line for line in done.stdout.splitlines() if "refused: " in line]
    assert len(refused) == 4
    assert done.stdout.splitlines()[-1] == "1 story added, 4 files refused."


def test_a_path_that_is_not_there_does_not_stop_the_others(tmp_path: Path, stories: Path) -> None:
    done = fireside(tmp_path, "import", tmp_path / "nowhere", stories, "--json")
    assert done.returncode == 1
    assert "nowhere" in done.stdout + done.stderr
    assert "added" in [each["outcome"] for each in records(done)]


def test_a_path_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = fireside(tmp_path, "import", "nowhere")
    assert done.returncode == 1
    assert "There is no file or folder nowhere." in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["import"], ["import", "x", "--jsn"], ["show"], ["show", "x"], ["tell"], ["run", "x"]]
)
def test_wrong_usage_ends_with_status_2(words: list[str], tmp_path: Path) -> None:
    done = fireside(tmp_path, *words)
    assert done.returncode == 2
    assert "Usage: " in done.stderr
    assert list(tmp_path.iterdir()) == []


@needs_user_stories
def test_the_five_example_stories_are_added_and_then_unchanged(tmp_path: Path) -> None:
    first, second = (fireside(tmp_path, "import", USER_STORIES, "--json") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    added, unchanged = records(first), records(second)
    assert [each["outcome"] for each in added] == ["added"] * 5
    assert [each["outcome"] for each in unchanged] == ["unchanged"] * 5
    assert [each["path"] for each in added] == [each["path"] for each in unchanged]
    assert sorted(each["story"] for each in added) == [1, 2, 3, 4, 5]
    assert [each["story"] for each in added] == [each["story"] for each in unchanged]
    assert all(each["title"] and each["words"] for each in added)


def test_an_import_is_undone_by_another_process(tmp_path: Path, stories: Path) -> None:
    fireside(tmp_path, "import", stories)
    done = fireside(tmp_path, "import", "--undo")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "1 story that it added is gone.",
        "1 file lies in STORIES_DIR. Take it out, or it is read again.",
    ]
    assert fireside(tmp_path, "show", "1").returncode == 1
    assert_one_sentence(fireside(tmp_path, "import", "--undo"), "no import to undo")


@pytest.mark.parametrize(
    "words",
    [["--undo", "x"], ["--undo", "--dry-run"], ["--undo", "--remove-missing"], ["--dry-run"]],
)
def test_an_undo_takes_nothing_else(words: list[str], tmp_path: Path) -> None:
    done = fireside(tmp_path, "import", *words)
    assert done.returncode == 2
    assert "Usage: " in done.stderr


# show


def test_show_gives_the_whole_record_with_chapter_titles_and_text(
    tmp_path: Path, stories: Path
) -> None:
    (stories / "tides.md").write_text(
        "---\ntitle: Tides\nrating: General\n---\n\n# Ebb\n\nIt went.\n\nAll of it.\n\n"
        "# Flood\n\nIt came.\n",
        "utf-8",
    )
    imported = records(fireside(tmp_path, "import", stories, "--json"))
    (story,) = [each["story"] for each in imported if each["title"] == "Tides"]
    told = json.loads(fireside(tmp_path, "show", story, "--json").stdout)
    assert told.keys() == KEYS - {"path", "record", "outcome"} | {"chapter_titles", "text"}
    assert told["story"] == story
    assert told["chapter_titles"] == ["Ebb", "Flood"]
    assert told["text"] == [["It went.", "All of it."], ["It came."]]


def test_show_tells_a_person_title_author_and_text(tmp_path: Path, stories: Path) -> None:
    fireside(tmp_path, "import", stories)
    done = fireside(tmp_path, "show", "1")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["The Anchor", "Ada Quay"]
    assert "Nobody had come for it." in done.stdout


@pytest.mark.parametrize("number", ["99", str(2**70)])
def test_show_of_no_story_is_told_in_one_sentence(number: str, tmp_path: Path) -> None:
    assert_one_sentence(fireside(tmp_path, "show", number), f"no story number {number}")


# run


def test_run_without_a_token_and_without_a_terminal_says_what_to_do(tmp_path: Path) -> None:
    assert_one_sentence(fireside(tmp_path, "run"), "DISCORD_TOKEN is not set")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_malformed_token_is_told_in_one_sentence_and_never_repeated(
    where: str, tmp_path: Path
) -> None:
    settings = {"DISCORD_TOKEN": "a-client-secret"}
    if where == ".env":
        (tmp_path / ".env").write_text("DISCORD_TOKEN=a-client-secret\n", "utf-8")
        settings = {}
    done = fireside(tmp_path, "run", **settings)
    assert_one_sentence(done, "DISCORD_TOKEN does not look like a bot's token")
    assert "a-client-secret" not in done.stderr


def test_the_environment_stands_above_the_file(tmp_path: Path, stories: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///from-file.db\n", "utf-8")
    fireside(tmp_path, "import", stories)
    assert (tmp_path / "library.db").exists()
    assert not (tmp_path / "from-file.db").exists()


# A library that cannot be opened


def a_folder(path: Path) -> None:
    path.mkdir()


def a_text_file(path: Path) -> None:
    path.write_text("Dear diary, " * 200, "utf-8")


def a_database_of_another_program(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE recipe (name TEXT)")
    database.commit()
    database.close()


@pytest.mark.parametrize("words", [["show", "1"], ["import", "stories"]], ids=lambda w: w[0])
@pytest.mark.parametrize("make", [a_folder, a_text_file, a_database_of_another_program])
def test_a_database_that_is_no_library_is_told_in_one_sentence_and_left_alone(
    make: Any, words: list[str], tmp_path: Path, stories: Path
) -> None:
    path = tmp_path / "library.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    assert_one_sentence(fireside(tmp_path, *words), "library.db")
    assert (path.read_bytes() if path.is_file() else None) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["library.db", "stories"]


def test_a_kind_of_database_that_is_not_served_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = fireside(tmp_path, "show", "1", DATABASE_URL="mysql://user:hunter2@host/stories")
    assert_one_sentence(done, "DATABASE_URL")
    assert "hunter2" not in done.stderr


# Help


@pytest.mark.parametrize("command", [None, *sorted(main.commands)])
def test_every_command_explains_itself(command: str | None, tmp_path: Path) -> None:
    done = fireside(tmp_path, *filter(None, [command]), "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith("Usage: python -m bot")
    expected = main if command is None else main.commands[command]
    for parameter in expected.params:
        shown = getattr(parameter, "opts", [])
        if isinstance(parameter, click.Argument):
            shown = (parameter.metavar or parameter.name or "").split("|")
        for option in shown:
            assert option.upper() in done.stdout.upper(), f"{option} is not explained"
    assert list(tmp_path.iterdir()) == []


# list, edit, hide, restore


def test_a_story_is_edited_hidden_and_restored(tmp_path: Path, stories: Path) -> None:
    (told,) = records(fireside(tmp_path, "import", stories, "--json"))
    story = str(told["story"])
    done = fireside(tmp_path, "edit", story, "--rating", "Teen", "--tags", "Rain, Fog", "--json")
    assert json.loads(done.stdout)["changed"] == {
        "rating": {"before": "General", "after": "Teen"},
        "tags": {"before": "", "after": "Rain, Fog"},
    }
    done = fireside(tmp_path, "edit", story, "--title", "The Buoy", "--collect", "Cosy")
    assert "- The Anchor\n    + The Buoy" in done.stdout
    (listed,) = records(fireside(tmp_path, "list", "--collection", "cosy", "--edited", "--json"))
    assert (listed["title"], listed["rating"], listed["hidden_by"]) == ("The Buoy", "Teen", None)
    assert listed["edits"] == {"rating": "Teen", "tags": ["Rain", "Fog"], "title": "The Buoy"}
    assert records(fireside(tmp_path, "list", "--tag", "Snow", "--json")) == []
    assert fireside(tmp_path, "hide", story).returncode == 0
    assert records(fireside(tmp_path, "list", "--json")) == []
    (hidden,) = records(fireside(tmp_path, "list", "--hidden", "--json"))
    assert hidden["hidden_by"] == "hand"
    assert fireside(tmp_path, "restore", story).returncode == 0
    assert fireside(tmp_path, "edit", story, "--undo-all").returncode == 0
    (listed,) = records(fireside(tmp_path, "list", "--json"))
    assert (listed["title"], listed["rating"], listed["edits"]) == ("The Anchor", "General", {})


def test_what_cannot_be_edited_is_one_sentence(tmp_path: Path, stories: Path) -> None:
    (told,) = records(fireside(tmp_path, "import", stories, "--json"))
    story = str(told["story"])
    assert_one_sentence(fireside(tmp_path, "edit", story, "--rating", "spicy"), "none we know")
    assert_one_sentence(fireside(tmp_path, "edit", "999", "--rating", "Teen"), "no story 999")
    assert_one_sentence(fireside(tmp_path, "hide", "999"), "no story 999")
    assert_one_sentence(fireside(tmp_path, "restore", story), "is not hidden")
    assert fireside(tmp_path, "edit", story).returncode == 2


def test_nobody_goes_live_without_a_contact(tmp_path: Path) -> None:
    token = ".".join(("wire" * 6, "stand-in", "a-token" * 4))
    done = fireside(tmp_path, "run", DISCORD_TOKEN=token)
    assert_one_sentence(done, "OPERATOR_CONTACT is not set")
    assert token not in done.stderr
