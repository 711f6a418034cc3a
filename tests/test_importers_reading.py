"""A file's bytes to a story: which format it is, and what is stated where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers import read_story
from bot.importers.charset import clean
from bot.story import Origin, Rating, Story

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the example stories are not here")


def is_markdown(text: str, name: str) -> bool:
    story = read_story((text + "\n\n*This* tells.").encode(), name)
    return story.chapters[-1].text.endswith("This tells.")


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("One.", "a.md", True),
        ("One.", "a.MARKDOWN", True),
        ("# One", "a.txt", False),
        ("---\ntitle: A\n---\nOne.", "a.txt", False),
        ("---\ntitle: A\nformat: Markdown\n---\nOne.", "a.txt", True),
        ("---\nformat: plain text\n---\nOne.", "a.md", False),
        ("Format: markdown\nTitle: A\n\nOne.", "a.txt", False),
        ("---\ntitle: A\n---\nOne.", "story", True),
        ("# One", "", True),
        ("#one", "story", False),
        ("One.", "story.final", False),
    ],
)
def test_markdown_is_told_from_plain_text(text: str, name: str, expected: bool) -> None:
    assert is_markdown(text, name) is expected


def test_facts_beside_the_file_go_before_those_in_it() -> None:
    story = read_story(
        b"---\ntitle: In\nauthor: Ann\nrating: G\n---\n# Head\n\nText.",
        "a.md",
        {"title": "Beside", "rating": "M", "mood": "dark"},
    )
    assert (story.title, story.authors, story.rating) == ("Beside", ("Ann",), Rating.MATURE)
    assert story.extra == (("mood", "dark"),)


def test_leading_lines_of_a_plain_text_are_facts() -> None:
    story = read_story(b"Title: Rain\r\nBy: Ann\r\n\r\nIt fell.", "a.txt")
    assert (story.title, story.authors) == ("Rain", ("Ann",))
    assert story.chapters[0].text == "It fell."


def test_nothing_stated_leaves_the_fields_empty() -> None:
    story = read_story(b"It fell.", "a.txt")
    assert story == Story(chapters=story.chapters)


def test_a_heading_is_the_title_of_markdown() -> None:
    story = read_story(b"# Rain\n\nIt fell.", "a.md")
    assert (story.title, story.title_origin) == ("Rain", Origin.STATED)


def test_an_encoding_beside_the_file_is_used_and_what_is_odd_is_told() -> None:
    text = "Пришла зима. " * 20
    story = read_story(text.encode("cp1251"), "a.txt", {"encoding": "cp1251", "date": "soon"})
    assert story.chapters[0].text == text.strip()
    assert [message.split()[0] for message in story.messages] == ["“soon”"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"---\ntitle: A\n---\n\n", "import.no-story"),
        (b"# Title alone", "import.no-story"),
        (b"* * *\n\n---", "import.no-story"),
        (b"---\ntitle: A\n---\n\xe2\x80\x8b", "import.no-story"),
        (b"---\ntitle: A: B\n---\nText.", "import.front-matter"),
    ],
)
def test_files_without_a_story_are_refused(data: bytes, key: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        read_story(data, "a.md")
    assert failed.value.key == key


@needs_seeds
def test_the_example_stories_arrive_whole() -> None:
    files = sorted(SEEDS.glob("*.txt"))
    assert len(files) == 5
    for file in files:
        data = file.read_bytes()
        (chapter,) = read_story(data, file.name).chapters
        assert chapter.text == data.decode().strip()
        assert len(chapter.blocks) == 1


def test_a_format_that_is_none_is_told() -> None:
    story = read_story(b"---\nformat: scroll\n---\nText.", "a.md")
    assert "scroll" in story.messages[0]


@given(st.text(alphabet=st.characters(exclude_characters="\0")))
def test_every_word_of_a_plain_text_arrives(text: str) -> None:
    try:
        story = read_story(("First.\n" + text).encode("utf-8", "ignore"), "a.txt")
    except ImportFailed as failed:
        assert failed.key == "import.not-text"
    else:
        told = "".join((chapter.title or "") + chapter.text for chapter in story.chapters)
        expected = clean("First.\n" + text)
        assert "".join(told.split()) == "".join(expected.split())
