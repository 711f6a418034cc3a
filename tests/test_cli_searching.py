"""``python -m bot search``, run as people and scripts run it."""

import json
from pathlib import Path

import pytest

from tests.command_line import fireside


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Import two stories; give the folder with their library."""
    stories = tmp_path / "stories"
    stories.mkdir()
    for title, text in (
        ("Anchor", "The lamp on the quay went out. Nobody minded."),
        ("Capstan", "The lamp burned all night, and the fog came to look."),
    ):
        head = f"title: {title}\nauthor: Ida Penn\nrating: Mature\n"
        (stories / f"{title}.md").write_text(f"---\n{head}---\n\n{text}\n", "utf-8")
    assert fireside(tmp_path, "import", stories).returncode == 0
    return tmp_path


def test_search_prints_one_object_for_each_story_with_its_passage(harbour: Path) -> None:
    done = fireside(harbour, "search", "lamp", "-fog", "--json")
    (found,) = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert found["title"] == "Anchor"
    assert found["rating"] == "Mature"
    assert (found["authors"], found["chapter"], found["offset"]) == (["Ida Penn"], 1, 0)
    ((start, end),) = found["marks"]
    assert found["passage"][start:end] == "lamp"


def test_search_for_a_person_prints_lines_and_a_count(harbour: Path) -> None:
    done = fireside(harbour, "search", '"lamp burned"')
    assert "Capstan (Ida Penn; 11 words, Mature)" in done.stdout
    assert "1 story" in done.stderr


def test_search_for_no_word_is_told_so(harbour: Path) -> None:
    done = fireside(harbour, "search", "***")
    assert done.returncode == 1
    assert "no word in" in done.stderr
    assert "Traceback" not in done.stderr
