"""Facts at the top of a file, and texts that only look as if they had some."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers.frontmatter import split, split_leading_lines


def refused(text: str) -> dict[str, object]:
    with pytest.raises(ImportFailed) as failed:
        split(text, "a.md")
    assert failed.value.key == "import.front-matter"
    assert failed.value.values["file"] == "a.md"
    return failed.value.values


def test_yaml_values_stay_text() -> None:
    told = split("---\ntitle: No\ndate: 2024-02-30\nwords: 012\ntags: [on, 1e3]\n---\nText", "a")
    assert told.facts == {
        "title": "No",
        "date": "2024-02-30",
        "words": "012",
        "tags": ["on", "1e3"],
    }
    assert told.body == "Text"
    assert told.is_fenced


def test_yaml_may_end_with_three_dots_and_spaces_behind_the_fences() -> None:
    assert split("--- \ntitle: A\n...  \nText", "a").body == "Text"


def test_toml_stands_between_plus_signs() -> None:
    told = split('+++\ntitle = "A"\ntags = ["x"]\n[series]\nname = "S"\n+++\nText', "a")
    assert told.facts == {"title": "A", "tags": ["x"], "series": {"name": "S"}}


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nThe rain fell. He waited.\n\n---\n\nIn the morning it stopped.",
        "---\nHe said: run.\n---\nThey ran.",
        "---\ntitle: never closed\n\nText",
        "---\n---\nText",
        "---\n- one\n- two\n---\nText",
        "---\n“Note: [this] is: odd”\n---\n",
        "---",
        "---\n",
        "+++\nThe end = the start\n+++\nText",
        "Text\n---\ntitle: A\n---\n",
        "\n---\ntitle: A\n---\n",
        "",
    ],
)
def test_a_story_that_opens_with_a_scene_break_is_text(text: str) -> None:
    told = split(text, "a")
    assert told.body == text
    assert told.facts == {}


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title: The Rain: a story", 2),
        ("title: A\ntags: [x, y\nrating: Teen", 4),
        ("title: A\n\trating: Teen", 3),
        ("title: “A”\nsummary: 'open", 4),
        ("title: A\nrating Teen\nauthor: B", 4),
        ("title: *alias", 2),
        ("tags: " + "[" * 30 + "]" * 30, 2),
        ("title: @me", 2),
    ],
)
def test_yaml_that_does_not_parse_is_refused_with_its_line(block: str, line: int) -> None:
    values = refused(f"---\n{block}\n---\nText")
    assert values["line"] == line
    assert values["reason"]


def test_toml_that_does_not_parse_is_refused_with_its_line() -> None:
    assert refused('+++\ntitle = "A"\nrating = Teen\n+++\nText')["line"] == 3
    assert refused("+++\ntags = " + "[" * 500 + "\n+++\nText")["reason"] == "nested too deeply"
    assert (
        refused('+++\ntitle = "A"\n' + "a." * 25 + "a = 1\n+++\nText")["reason"]
        == "nested too deeply"
    )


def test_tags_of_yaml_do_nothing() -> None:
    told = split("---\ntitle: !!python/object/apply:os.getcwd []\nrating: T\n---\n", "a")
    assert told.facts == {"title": [], "rating": "T"}


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\n" * 1_000,
        "title: " + "[" * 60_000,
        "title: " + "{a: " * 15_000,
        "? " * 30_000,
        "title: " + "'" * 60_001,
        "title: x\n" + "- " * 30_000,
    ],
)
def test_hostile_front_matter_ends_soon(block: str) -> None:
    start = time.perf_counter()
    try:
        split(f"---\n{block}\n---\nText", "a")
    except ImportFailed as failed:
        assert failed.key == "import.front-matter"
    assert time.perf_counter() - start < 5


@given(st.text(alphabet="ab:-[]{}'\"&*!|>#@,?%\n\t \\"))
def test_any_block_is_facts_text_or_refused(inside: str) -> None:
    text = f"---\n{inside}\n---\nThe end."
    try:
        told = split(text, "a")
    except ImportFailed as failed:
        assert isinstance(failed.values["line"], int)
    else:
        assert told.body.endswith("The end.")


def test_leading_lines_with_known_keys_are_facts() -> None:
    told = split_leading_lines("\nTitle: The Rain\nBy: Ann\nA/N: For Bo: hi\n\nIt fell.\n")
    assert told.facts == {"Title": "The Rain", "By": "Ann", "A/N": "For Bo: hi"}
    assert told.body.strip() == "It fell."


@pytest.mark.parametrize(
    "text",
    [
        "Title: A\nHux: Go.\n\nText",
        "Date: 3 May\n\nDear Ren,",
        "Date: 3 May\nStatus: alive\n\nDear Ren,",
        "Title: A\nText right below.",
        "Title: A\n\n",
        "Title: A",
        "Ren: What?\n\nHux: Go.",
        "Title: A\n" + "Tag: b\n" * 13 + "\nText",
        "",
        "\n\n",
    ],
)
def test_leading_lines_that_are_no_facts_are_text(text: str) -> None:
    told = split_leading_lines(text)
    assert told.body == text
    assert told.facts == {}
