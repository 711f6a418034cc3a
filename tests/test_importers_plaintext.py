"""Plain text: where paragraphs, scenes and chapters begin, with no word lost."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importers.headings import find_chapter_heading
from bot.importers.plaintext import is_scene_break, read_chapters
from bot.story import BlockKind, Chapter

PROSE = (
    "The rain had been falling since the morning, and nobody at the station spoke of it. "
    "A long train stood in the dark, lit from inside, and its doors were open. "
    "She counted the windows twice, found a different number each time, and gave it up. "
)


def paragraphs(chapter: Chapter) -> list[str]:
    return [chapter.text[block.start : block.end] for block in chapter.blocks]


def only(text: str) -> list[str]:
    (chapter,) = read_chapters(text)
    return paragraphs(chapter)


def test_a_text_without_a_line_break_is_one_paragraph() -> None:
    assert only(PROSE * 50) == [(PROSE * 50).strip()]


def test_blank_lines_part_paragraphs_and_the_text_stays_as_it_came() -> None:
    (chapter,) = read_chapters("\n\nOne.  Two.\n \t\n\n  Three.\n\n")
    assert chapter.text == "One.  Two.\n \t\n\n  Three."
    assert paragraphs(chapter) == ["One.  Two.", "Three."]


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert only("One.\n“Two?”\nThree.") == ["One.", "“Two?”", "Three."]


def test_verse_keeps_its_lines() -> None:
    assert only("The rain it falls\nOn me and you\n\nThe rain it falls\nIt always do") == [
        "The rain it falls\nOn me and you",
        "The rain it falls\nIt always do",
    ]


def test_long_lines_are_paragraphs_even_where_blank_lines_part_scenes() -> None:
    assert only(f"{PROSE}\n“No.”\n{PROSE}\n\n{PROSE}") == [
        PROSE.strip(),
        "“No.”",
        PROSE.strip(),
        PROSE.strip(),
    ]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_lines_broken_at_a_fixed_width_are_joined_by_spaces(width: int) -> None:
    text = "\n\n".join([textwrap.fill(PROSE, width)] * 5)
    assert only(text) == [PROSE.strip()] * 5


def test_indents_part_paragraphs_in_lines_of_a_fixed_width() -> None:
    text = "\n".join([textwrap.fill(PROSE * 2, 72, initial_indent="   ")] * 5)
    assert only(text) == [(PROSE * 2).strip()] * 5


def test_short_last_lines_part_paragraphs_where_nothing_else_does() -> None:
    text = "\n".join([textwrap.fill(PROSE * 3, 72)] * 5)
    assert only(text) == [(PROSE * 3).strip()] * 5


def test_verse_inside_lines_of_a_fixed_width_keeps_its_lines() -> None:
    prose = textwrap.fill(PROSE * 2, 72)
    assert only(f"{prose}\n\nRain, rain,\ngo away.\n\n{prose}")[1] == "Rain, rain,\ngo away."


def test_a_word_parted_at_its_hyphen_is_joined_without_a_space() -> None:
    line = "a" * 60 + " well-"
    told = only("\n\n".join([f"{line}\nknown and then it goes on here for long enough"] * 6))
    assert told[0].startswith("a" * 60 + " well-known and")


def test_lines_of_a_script_without_spaces_are_joined_without_a_space() -> None:
    lines = "雨の駅で彼女は待っていた" * 5
    text = "\n\n".join(["\n".join([lines] * 3)] * 4)
    assert only(text) == [lines * 3] * 4


@pytest.mark.parametrize(
    "line",
    [
        "***",
        "* * *",
        "---",
        "~~~~",
        "#",
        "•",
        "◊ ◊ ◊",
        "oOo",
        "-xXx-",
        "=====",
        "_",
        "-" * 72,
        "~oOoOo~",
        "⁂",
        "*\xa0*\xa0*",
    ],
)
def test_lines_of_marks_are_scene_breaks(line: str) -> None:
    assert is_scene_break(line)
    (chapter,) = read_chapters(f"One.\n{line}\nTwo.")
    assert [block.kind for block in chapter.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.SCENE_BREAK,
        BlockKind.PARAGRAPH,
    ]


@pytest.mark.parametrize("line", ["", "...", "xxx", "Oo", "No.", "-- no", "!", "…", "*-" * 11, "1"])
def test_lines_with_words_are_no_scene_breaks(line: str) -> None:
    assert not is_scene_break(line)


def test_a_gap_of_many_blank_lines_is_a_scene_break() -> None:
    (chapter,) = read_chapters("One.\n\nTwo.\n\n\n\n\nThree.\n\nFour.")
    assert [block.kind.name for block in chapter.blocks] == [
        "PARAGRAPH",
        "PARAGRAPH",
        "SCENE_BREAK",
        "PARAGRAPH",
        "PARAGRAPH",
    ]
    assert paragraphs(chapter)[2].isspace()


def test_chapter_headings_alone_and_in_order_cut_chapters() -> None:
    chapters = read_chapters(
        "A foreword.\n\nPrologue\n\nRain.\n\nChapter One: The Train\n\nFog.\n\n"
        "CHAPTER II\n\nSnow.\nChapter 3\n\nIce.\n\nEpilogue\n\nSun."
    )
    assert [chapter.title for chapter in chapters] == [
        None,
        "Prologue",
        "Chapter One: The Train",
        "CHAPTER II",
        "Epilogue",
    ]
    assert chapters[3].text == "Snow.\nChapter 3\n\nIce."


@pytest.mark.parametrize(
    "text",
    [
        "Chapter 1\n\nAlone.",
        "Chapter 2\n\nRain.\n\nChapter 1\n\nFog.",
        "Rain.\n\nChapter 1\n\nChapter 2\n\nChapter 3",
        "Chapter 1\nChapter 2\n\nRain.",
        "Chapter and verse.\n\nRain.\n\nChapter house.\n\nFog.",
        "Epilogue\n\nRain.\n\nPrologue\n\nFog.",
    ],
)
def test_other_lines_of_that_kind_are_text(text: str) -> None:
    (chapter,) = read_chapters(text)
    assert chapter.text == text
    assert chapter.title is None


def test_a_table_of_contents_does_not_hide_the_chapters() -> None:
    contents = "Chapter 1\n\nChapter 2\n\nChapter 3\n\n"
    chapters = read_chapters(
        contents + "Chapter 1\n\nRain.\n\nChapter 2\n\nFog.\n\nChapter 3\n\nSun."
    )
    assert [chapter.title for chapter in chapters][1:] == ["Chapter 1", "Chapter 2", "Chapter 3"]


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Chapter 12", 12),
        ("chapter twenty-one", 21),
        ("Chapter Forty Two - Home", 42),
        ("CHAPTER XLIX.", 49),
        ("Chapter ivory", None),
        ("Chapter one hundred", None),
        ("Chapter 1-2", None),
        ("Chapter", None),
        ("Prologues", None),
        ("", None),
    ],
)
def test_chapter_numbers_are_read(line: str, order: int | None) -> None:
    heading = find_chapter_heading(line)
    assert (heading.order if heading else None) == order


LINES = st.sampled_from(
    [
        "",
        " ",
        "One two.",
        "  Three.",
        "\tFour",
        PROSE,
        "***",
        "oOo",
        "Chapter 1",
        "Chapter Two: X",
        "Epilogue",
        "雨の駅",
        "שלום",
        "👩\u200d🚀",
        "well-",
        "a" * 70,
        "x " * 30,
        "\u3000「さむい」",
    ]
)


@given(st.lists(LINES, max_size=40).map("\n".join) | st.text())
def test_every_word_arrives_in_order_once(text: str) -> None:
    chapters = read_chapters(text)
    told = "".join((chapter.title or "") + chapter.text for chapter in chapters)
    assert "".join(told.split()) == "".join(text.split())


@given(st.lists(LINES.filter(str.strip), min_size=1, max_size=8).map("\n\n".join))
def test_plain_paragraphs_are_read_as_any_other_text(text: str) -> None:
    # A space at the end is dropped, but has every line looked at.
    assert read_chapters(text) == read_chapters(f"{text} ")


@given(st.lists(LINES, max_size=40).map("\n".join) | st.text())
def test_blocks_are_in_order_and_leave_out_white_space_alone(text: str) -> None:
    for chapter in read_chapters(text):
        end = 0
        for block in chapter.blocks:
            assert end <= block.start < block.end
            assert not chapter.text[end : block.start].strip()
            end = block.end
        assert end == len(chapter.text)
