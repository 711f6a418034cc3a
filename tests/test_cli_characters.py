"""``python -m bot characters``, run as people and scripts run it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import assert_one_sentence, fireside, records

TALE = (
    '"We are late," said Halcyon. Halcyon shrugged and shut the door.\n\n'
    'Corin laughed. "Not very," Corin said. Corin\'s hand shook.\n'
)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Import two stories that do not say who is in them; give the folder with their library."""
    stories = tmp_path / "stories"
    stories.mkdir()
    for name in ("The first night", "The second night"):
        (stories / f"{name}.txt").write_text(f"{name} was cold.\n\n{TALE}", "utf-8")
    assert fireside(tmp_path, "import", stories).returncode == 0
    return tmp_path


def listed(folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    done = fireside(folder, "characters", "--json", *options)
    assert (done.returncode, done.stderr) == (0, "")
    return {each["name"]: each for each in map(json.loads, done.stdout.splitlines())}


def test_characters_tells_names_with_their_evidence(harbour: Path) -> None:
    found = listed(harbour)
    assert set(found) == {"Corin", "Halcyon"}
    corin = found["Corin"]
    assert (corin["stories"], corin["appears"], corin["mentioned"]) == (2, 2, 0)
    assert corin["mentions"] == 6
    assert 0 < corin["confidence"] <= 1
    assert corin["decision"] is corin["becomes"] is None
    assert {each["title"] for each in corin["found_in"]} == {"The first night", "The second night"}
    assert "speech: Corin said" in corin["found_in"][0]["evidence"]
    assert corin["found_in"][0]["example"] in TALE
    told = fireside(harbour, "characters").stdout
    assert "Corin  2 stories, appears in 2, named 6 times" in told
    assert "[detected]" in told
    assert "speech: Corin said" in told


def test_what_the_operator_decides_is_told_shown_and_held_to(harbour: Path) -> None:
    done = fireside(harbour, "characters", "reject", "halcyon")
    assert done.stdout == "“Halcyon” is no character. 2 stories were changed.\n"
    assert fireside(harbour, "characters", "rename", "Corin", "Corin Hale").returncode == 0
    found = listed(harbour)
    assert found["Halcyon"]["decision"] == "rejected"
    assert (found["Corin"]["decision"], found["Corin"]["becomes"]) == ("renamed", "Corin Hale")
    assert listed(harbour, "--undecided") == {}
    (harbour / "stories" / "third.txt").write_text(f"A third.\n\n{TALE}", "utf-8")
    first, _, third = records(fireside(harbour, "import", harbour / "stories", "--json"))
    assert (first["outcome"], third["outcome"]) == ("unchanged", "added")
    assert first["characters"] == third["characters"]
    assert third["characters"] == [
        {"name": "Corin Hale", "aliases": ["Corin"], "origin": "stated", "appears": True}
    ]
    shown = json.loads(fireside(harbour, "show", str(third["story"]), "--json").stdout)
    assert shown["characters"] == third["characters"]


def test_one_story_can_be_decided_about_and_a_decision_taken_back(harbour: Path) -> None:
    story = listed(harbour)["Corin"]["found_in"][0]["story"]
    done = fireside(harbour, "characters", "accept", "Corin", "--story", str(story))
    assert done.stdout == "“Corin” is a character. 1 story was changed.\n"
    (single,) = listed(harbour)["Corin"]["decisions_by_story"]
    assert single == {"story": story, "decision": "accepted", "becomes": None}
    assert fireside(harbour, "characters", "merge", "Halcyon", "Corin").returncode == 0
    assert listed(harbour)["Halcyon"]["becomes"] == "Corin"
    assert fireside(harbour, "characters", "take-back", "Halcyon").returncode == 0
    assert listed(harbour)["Halcyon"]["decision"] is None


def test_the_export_is_an_alias_file(harbour: Path) -> None:
    for words in (("reject", "Halcyon"), ("merge", "Corin", "Ben Solo")):
        assert fireside(harbour, "characters", *words).returncode == 0
    told = tomllib.loads(fireside(harbour, "characters", "--export").stdout)
    assert told == {
        "reject": ["Halcyon"],
        "character": [{"name": "Kylo Ren", "aliases": ["Corin"]}],
    }


def test_a_wrong_name_is_one_sentence(harbour: Path) -> None:
    done = fireside(harbour, "characters", "accept", "Corinn")
    assert_one_sentence(done, "Near: “Corin”")
    done = fireside(harbour, "characters", "take-back", "Corin")
    assert_one_sentence(done, "Nothing was decided")


def test_where_nobody_was_detected_it_says_so(tmp_path: Path) -> None:
    done = fireside(tmp_path, "characters")
    assert done.returncode == 0
    assert "No name was detected" in done.stderr
