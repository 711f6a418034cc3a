"""Markdown: into blocks and spans, with no word of a story lost to its rules."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importers.markdown import read_markdown
from bot.story import BlockKind, Chapter, Origin

Told = list[tuple[str, str]]


def told(chapter: Chapter) -> Told:
    return [(block.kind.name, chapter.text[block.start : block.end]) for block in chapter.blocks]


def blocks(text: str) -> Told:
    (chapter,) = read_markdown(text).chapters
    return told(chapter)


def spans(text: str) -> list[tuple[str, str]]:
    (chapter,) = read_markdown(text).chapters
    return [
        (span.style.value, chapter.text[span.start : span.end])
        for block in chapter.blocks
        for span in block.spans
    ]


def test_styles_become_spans_of_the_plain_text() -> None:
    assert spans("A *b **c*** ~~d~~ `e` [f](https://g.h).") == [
        ("emphasis", "b c"),
        ("strong", "c"),
        ("strike", "d"),
        ("code", "e"),
        ("link", "f"),
    ]


def test_spans_count_across_blocks() -> None:
    assert spans("One.\n\n> *two*\n\n- three **four**") == [("emphasis", "two"), ("strong", "four")]


def test_only_web_addresses_are_links() -> None:
    assert spans("[a](chapter2.md) [b](javascript:x) <mailto:a@b.c>") == []
    (chapter,) = read_markdown("[a](https://b.c/d)").chapters
    assert chapter.blocks[0].spans[0].href == "https://b.c/d"


def test_soft_breaks_are_spaces_and_hard_breaks_line_breaks() -> None:
    assert blocks("one\ntwo  \nthree\\\nfour\n*five*") == [
        ("PARAGRAPH", "one two\nthree\nfour five")
    ]
    assert spans("one\n*two*\nthree") == [("emphasis", "two")]
    assert blocks("雨の\n駅") == [("PARAGRAPH", "雨の駅")]


def test_html_is_text() -> None:
    assert blocks("<b>One</b> &amp; <!-- two -->\n\n<div>\n*three*\n</div>") == [
        ("PARAGRAPH", "<b>One</b> & <!-- two -->"),
        ("PARAGRAPH", "<div> three </div>"),
    ]


def test_quotes_and_lists_have_depth_and_marks() -> None:
    (chapter,) = read_markdown("> a\n>\n> > b\n\n3. c\n\n   d\n\n   - e\n4. f").chapters
    assert [
        (block.kind.name, block.level, block.marker, chapter.text[block.start : block.end])
        for block in chapter.blocks
    ] == [
        ("QUOTE", 1, "", "a"),
        ("QUOTE", 2, "", "b"),
        ("LIST_ITEM", 1, "3.", "c"),
        ("LIST_ITEM", 1, "", "d"),
        ("LIST_ITEM", 2, "•", "e"),
        ("LIST_ITEM", 1, "4.", "f"),
    ]


def test_fences_keep_their_text_and_indents_are_paragraphs() -> None:
    assert blocks("```text\na  b\n\n c\n```\n\n    Indented *line*.") == [
        ("PREFORMATTED", "a  b\n\n c"),
        ("PARAGRAPH", "Indented line."),
    ]


def test_images_are_blocks_of_their_description() -> None:
    assert blocks("Before *and ![a *cat*](c.png) after*.\n\n![](d.png)") == [
        ("PARAGRAPH", "Before and"),
        ("IMAGE", "a cat"),
        ("PARAGRAPH", "after."),
    ]
    assert spans("*and ![a](c.png) after*.") == [("emphasis", "and"), ("emphasis", "after")]


@pytest.mark.parametrize("mark", ["***", "---", "* * *", "~~~", "#", "===", "oOo", "•", "*"])
def test_marks_between_blank_lines_are_scene_breaks(mark: str) -> None:
    assert [kind for kind, _ in blocks(f"One.\n\n{mark}\n\nTwo.")] == [
        "PARAGRAPH",
        "SCENE_BREAK",
        "PARAGRAPH",
    ]


def test_dashes_under_a_sentence_are_a_scene_break() -> None:
    assert [kind for kind, _ in blocks("“Go.”\n---\nHe went.")] == [
        "PARAGRAPH",
        "SCENE_BREAK",
        "PARAGRAPH",
    ]


def test_dashes_under_a_short_line_make_it_a_heading() -> None:
    chapters = read_markdown(
        "The Train\n---------\n\nIt stood.\n\nChapter 2.\n---\n\nEnd."
    ).chapters
    assert [chapter.title for chapter in chapters] == ["The Train", "Chapter 2."]


def test_a_speaker_in_brackets_is_no_link_definition() -> None:
    assert blocks("[Hux]: Go\n\n[Ren]: No.") == [
        ("PARAGRAPH", "[Hux]: Go"),
        ("PARAGRAPH", "[Ren]: No."),
    ]
    assert spans("[a][b]\n\n[b]: https://c.d") == [("link", "a")]


def test_a_lone_first_heading_is_the_title() -> None:
    read = read_markdown("# The *Rain*\n\nIt fell.")
    assert (read.title, read.title_origin) == ("The Rain", Origin.STATED)
    assert [told(chapter) for chapter in read.chapters] == [[("PARAGRAPH", "It fell.")]]


def test_second_headings_cut_chapters() -> None:
    read = read_markdown("# Rain\n\nA word.\n\n## One\n\na\n\n### Sub\n\nb\n\n## Two\n\nc")
    assert read.title == "Rain"
    assert [chapter.title for chapter in read.chapters] == [None, "One", "Two"]
    assert told(read.chapters[1]) == [("PARAGRAPH", "a"), ("HEADING", "Sub"), ("PARAGRAPH", "b")]


def test_several_first_headings_cut_chapters_and_the_first_may_name_the_story() -> None:
    read = read_markdown("# Rain\n\na\n\n## x\n\nb\n\n# Fog\n\nc")
    assert [chapter.title for chapter in read.chapters] == ["Rain", "Fog"]
    assert (read.title, read.title_origin) == ("Rain", Origin.DERIVED)
    read = read_markdown("# The Storm\n\n# Rain\n\na\n\n# Fog\n\nc")
    assert [chapter.title for chapter in read.chapters] == ["Rain", "Fog"]
    assert (read.title, read.title_origin) == ("The Storm", Origin.STATED)


def test_a_chapter_heading_is_no_title_of_a_story() -> None:
    read = read_markdown("# Chapter 1\n\na\n\n# Chapter 2\n\nb")
    assert read.title == ""
    assert [chapter.title for chapter in read.chapters] == ["Chapter 1", "Chapter 2"]


def test_a_stated_title_goes_before_the_heading() -> None:
    assert read_markdown("# THE RAIN\n\na", "The Rain").chapters[0].title is None
    read = read_markdown("# One\n\na", "The Rain")
    assert (read.title, read.chapters[0].title) == ("The Rain", "One")


def test_headings_right_above_one_another_lose_nothing() -> None:
    read = read_markdown("# A\n\nx\n\n# Part\n\n# B\n\ny\n\n# End")
    assert [chapter.title for chapter in read.chapters] == ["A", "B"]
    assert told(read.chapters[1]) == [("HEADING", "Part"), ("PARAGRAPH", "y"), ("HEADING", "End")]


def test_what_is_nested_too_deeply_is_read_as_plain_text() -> None:
    read = read_markdown(">" * 30 + " deep")
    assert read.chapters[0].text == ">" * 30 + " deep"
    assert read.messages


def test_nothing_to_read_gives_no_chapters() -> None:
    assert read_markdown("").chapters == ()
    assert read_markdown("---\n\n***").chapters == ()


WORDS = st.sampled_from(["rain", "fog ", "Ren", "雨", "é", "👩‍🚀"])
MARKS = st.sampled_from(
    [
        *"*_~`#>-+=!.\\[]() \n",
        "\n\n",
        "\n\n",
        "  \n",
        "**",
        "---\n",
        "\n# ",
        "\n## ",
        "\n- ",
        "\n> ",
        "\n\n~~~\n\n",
        "\n```\n",
        "    ",
        "<b>",
        "\n---\n",
        "]:",
        "\n1. ",
    ]
)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


@given(st.lists(WORDS | MARKS, max_size=60).map("".join))
def test_every_letter_arrives_in_order(text: str) -> None:
    # An address and the language of a fence are no text: leave them out of the sample.
    text = text.replace("](", "] (").replace("```", "\n```\n").replace("~~~", "\n~~~\n")
    read = read_markdown(text)
    found = "" if read.title_origin is Origin.DERIVED else read.title
    found += "".join((chapter.title or "") + chapter.text for chapter in read.chapters)
    assert sorted(letters(found)) == sorted(letters(text))


@given(st.lists(WORDS | MARKS, max_size=60).map("".join))
def test_blocks_and_spans_are_in_order_and_inside(text: str) -> None:
    for chapter in read_markdown(text).chapters:
        end = 0
        for block in chapter.blocks:
            assert end <= block.start < block.end
            assert chapter.text[end : block.start].isspace() or end == block.start == 0
            end = block.end
            assert block.kind is not BlockKind.QUOTE or block.level > 0
            for span in block.spans:
                assert block.start <= span.start < span.end <= block.end
        assert end == len(chapter.text)


@pytest.mark.parametrize(
    "piece",
    [
        "*a **a ",
        "[",
        "![",
        "[a](",
        "_a __a ",
        "~~a",
        "> ",
        "* ",
        "a\n",
        "`a``",
        "<a",
        "[a]: b\n",
        "- a\n",
        "[a]: https://b\n",
        "&",
        "\\",
        "# ",
        "*a _b ",
    ],
)
def test_hostile_markdown_takes_linear_time(piece: str) -> None:
    start = time.perf_counter()
    read_markdown(piece * (60_000 // len(piece)))
    assert time.perf_counter() - start < 10
