"""The block model as Discord Markdown, and the map of offsets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import render_blocks
from bot.story import Block, BlockKind, Chapter, Span, Style
from tests.render_chapters import chapter_of, chapters

LETTERS = re.compile(r"[^\W_]+")


def paragraph(text: str, *spans: tuple[str, Style]) -> Chapter:
    """Build a paragraph whose ``spans`` style the first place where their words stand."""
    found = tuple(
        Span(text.index(words), text.index(words) + len(words), style) for words, style in spans
    )
    return Chapter(text, (Block(BlockKind.PARAGRAPH, 0, len(text), found),))


@pytest.mark.parametrize(
    ("kind", "text", "markdown"),
    [
        (BlockKind.PARAGRAPH, "One.\nTwo *x*.", "One.\nTwo \\*x\\*."),
        (BlockKind.HEADING, "Chapter #1", "## Chapter #1"),
        (BlockKind.HEADING, "#1", "## \\#1"),
        (BlockKind.SCENE_BREAK, "oOo", "\\* \\* \\*"),
        (BlockKind.SCENE_BREAK, "", "\\* \\* \\*"),
        (BlockKind.QUOTE, "One.\nTwo.\n\nThree.", "> One.\n> Two.\n\n> Three."),
        (BlockKind.LIST_ITEM, "One.\n- Two.", "- One.\n  \\- Two."),
        (BlockKind.PREFORMATTED, "  a\n```\n*b*", "```\n  a\n``\u200b`\n*b*\n```"),
        (BlockKind.IMAGE, "A [cat].", "\\[Picture: A \\[cat\\].\\]"),
        (BlockKind.NOTE, "Thanks!", "Thanks!"),
    ],
)
def test_each_kind_of_block_has_its_form(kind: BlockKind, text: str, markdown: str) -> None:
    assert render_blocks(chapter_of((kind, text))).markdown == markdown


def test_every_kind_of_block_can_be_written() -> None:
    for kind in BlockKind:
        assert "words" in render_blocks(chapter_of((kind, "words"))).markdown or (
            kind is BlockKind.SCENE_BREAK
        )


def test_blocks_stand_apart_by_a_blank_line_and_items_by_none() -> None:
    item = BlockKind.LIST_ITEM
    chapter = chapter_of((BlockKind.PARAGRAPH, "One."), (item, "a"), (item, "b"))
    assert render_blocks(chapter).markdown == "One.\n\n- a\n- b"


@pytest.mark.parametrize(
    ("marker", "level", "markdown"),
    [("•", 1, "- a"), ("3.", 1, "3. a"), ("", 2, "  - a"), ("b)", 1, "b) a"), ("#", 1, "\\# a")],
)
def test_an_item_keeps_its_mark(marker: str, level: int, markdown: str) -> None:
    block = Block(BlockKind.LIST_ITEM, 0, 1, level=level, marker=marker)
    assert render_blocks(Chapter("a", (block,))).markdown == markdown


@pytest.mark.parametrize(
    ("chapter", "markdown"),
    [
        (paragraph("a bb c", ("bb", Style.EMPHASIS)), "a *bb* c"),
        (paragraph("a bb c", ("bb", Style.STRONG)), "a **bb** c"),
        (paragraph("a bb c", ("bb", Style.UNDERLINE)), "a __bb__ c"),
        (paragraph("a bb c", ("bb", Style.STRIKE)), "a ~~bb~~ c"),
        (paragraph("a bb c", ("bb", Style.SPOILER)), "a ||bb|| c"),
        (paragraph("a b*b c", ("b*b", Style.CODE)), "a `b*b` c"),
        (paragraph("a b`b c", ("b`b", Style.CODE)), "a b\\`b c"),
        (paragraph("a bb c", (" bb ", Style.EMPHASIS)), "a *bb* c"),
        (paragraph("ab c", ("a", Style.EMPHASIS), ("b", Style.STRONG)), "_a_**b** c"),
        (
            paragraph("unthinkable", ("think", Style.EMPHASIS), ("un", Style.STRONG)),
            "**un**\u200b_think_able".replace("\u200b_think_able", "_think_\u200bable"),
        ),
        (paragraph("a b c", ("a b", Style.STRONG), ("b c", Style.EMPHASIS)), "**a _b_** *c*"),
        (paragraph("all of it", ("all of it", Style.SMALL)), "-# all of it"),
        (paragraph("all of it", ("of", Style.SMALL)), "all of it"),
        (paragraph("a * b", ("a * b", Style.EMPHASIS)), "_a \\* b_"),
        (paragraph("a~ b", ("a~", Style.STRIKE)), "~~a\\~\u200b~~ b"),
    ],
)
def test_styles_hold_beside_any_neighbour(chapter: Chapter, markdown: str) -> None:
    assert render_blocks(chapter).markdown == markdown


@pytest.mark.parametrize(
    ("label", "href", "markdown"),
    [
        ("here", "https://a.bc/d", "[here](<https://a.bc/d>)"),
        ("here", "https://a.bc/d_(e)*", "[here](<https://a.bc/d%5F%28e%29%2A>)"),
        ("he_re", "https://a.bc/d", "he\\_re (<https://a.bc/d>)"),
        ("https://a.bc/d", "https://a.bc/d", "https\\://a.bc/d"),
        ("here", "javascript:alert(1)", "here"),
        ("here", "https://discord.gg/abc", "here"),
        ("here", "https://ptb.discord.com/invite/abc", "here"),
        ("here", "#note1", "here"),
        ("here", None, "here"),
        ("here", "https://a.bc/" + "d" * 400, "here"),
    ],
)
def test_only_a_web_address_becomes_a_link(label: str, href: str | None, markdown: str) -> None:
    span = Span(0, len(label), Style.LINK, href)
    chapter = Chapter(label, (Block(BlockKind.PARAGRAPH, 0, len(label), (span,)),))
    assert render_blocks(chapter).markdown == markdown


def test_a_picture_is_told_in_the_words_given() -> None:
    chapter = chapter_of((BlockKind.IMAGE, "ein Hund"))
    assert render_blocks(chapter, picture="(Bild: {description})").markdown == "(Bild: ein Hund)"


def test_a_range_cuts_blocks_and_spans_and_repeats_no_mark() -> None:
    text = "one two three"
    block = Block(BlockKind.LIST_ITEM, 0, 13, (Span(0, 7, Style.STRONG),), 1, "•")
    chapter = Chapter(text, (block,))
    assert render_blocks(chapter, 0, 7).markdown == "- **one two**"
    assert render_blocks(chapter, 4, 13).markdown == "**two** three"


def test_controls_are_dropped_and_the_map_goes_round_them() -> None:
    rendered = render_blocks(chapter_of((BlockKind.PARAGRAPH, "a\x00b*\x01c")))
    assert rendered.markdown == "ab\\*c"
    assert [rendered.source_of(place) for place in range(5)] == [0, 2, 3, 3, 5]
    assert [rendered.markdown_of(place) for place in (0, 2, 3, 5)] == [0, 1, 2, 4]


@given(chapters())
def test_the_map_is_monotone_both_ways(chapter: Chapter) -> None:
    rendered = render_blocks(chapter)
    there = [rendered.source_of(place) for place in range(len(rendered.markdown) + 1)]
    back = [rendered.markdown_of(place) for place in range(len(chapter.text) + 1)]
    assert there == sorted(there)
    assert back == sorted(back)


@given(chapters(styled=False))
def test_the_map_leads_every_letter_to_itself(chapter: Chapter) -> None:
    rendered = render_blocks(chapter)
    for block in chapter.blocks:
        if block.kind is BlockKind.SCENE_BREAK:
            continue
        for place in range(block.start, block.end):
            letter = chapter.text[place]
            if letter.isalnum():
                written = rendered.markdown_of(place)
                assert rendered.markdown[written] == letter
                assert rendered.source_of(written) == place


@given(chapters(styled=False, marked=False))
def test_all_words_arrive_in_order(chapter: Chapter) -> None:
    told = "".join(
        chapter.text[block.start : block.end]
        for block in chapter.blocks
        if block.kind is not BlockKind.SCENE_BREAK
    )
    markdown = render_blocks(chapter, picture="{description}").markdown
    assert "".join(LETTERS.findall(markdown)) == "".join(LETTERS.findall(told))


@given(st.text("ab *_~|`\\", min_size=1), st.lists(st.sampled_from(list(Style)), max_size=4))
def test_marks_never_touch_white_space(text: str, styles: list[Style]) -> None:
    spans = tuple(Span(0, len(text), style) for style in styles)
    rendered = render_blocks(Chapter(text, (Block(BlockKind.PARAGRAPH, 0, len(text), spans),)))
    for region in rendered.regions:
        inside = rendered.markdown[region.inner_start : region.inner_end]
        assert inside == inside.strip()
        assert inside
