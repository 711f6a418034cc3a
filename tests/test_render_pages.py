"""Pages and runs of messages: every one fits, and together they are the chapter."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import messages, paginate, render_blocks, render_page
from bot.story import Block, BlockKind, Chapter, Span, Style
from tests.render_chapters import chapter_of, chapters

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
LETTERS = re.compile(r"[^\W_]+")
LIMITS = st.integers(200, 500)


def pages_of(chapter: Chapter, limit: int) -> list[str]:
    """Render all pages of ``chapter``."""
    starts = paginate(chapter, limit)
    return [
        render_page(chapter, start, end, limit)
        for start, end in pairwise([*starts, len(chapter.text)])
    ]


@given(chapters(), LIMITS)
def test_every_page_fits_and_none_is_blank(chapter: Chapter, limit: int) -> None:
    for page in pages_of(chapter, limit):
        assert 0 < len(page) <= limit
        assert page == page.strip()


@given(chapters(), LIMITS)
def test_page_starts_rise_from_the_first_block(chapter: Chapter, limit: int) -> None:
    starts = paginate(chapter, limit)
    assert starts == sorted(set(starts))
    assert starts[:1] in ([], [block.start for block in chapter.blocks[:1]])
    assert bool(starts) == bool(render_blocks(chapter).markdown.strip())


@given(chapters(), LIMITS)
def test_a_page_on_its_own_is_the_same_as_in_the_run(chapter: Chapter, limit: int) -> None:
    assert pages_of(chapter, limit) == messages(chapter, limit)


@given(chapters(styled=False, kinds=[BlockKind.PARAGRAPH]), LIMITS)
def test_a_short_chapter_of_paragraphs_is_cut_as_it_is_written_out(
    chapter: Chapter, limit: int
) -> None:
    assert len(paginate(chapter, limit)) == len(messages(chapter, limit))


@given(chapters(styled=False, marked=False, kinds=[BlockKind.PARAGRAPH]), LIMITS)
def test_plain_paragraphs_are_cut_into_the_pages_of_the_run(chapter: Chapter, limit: int) -> None:
    assert pages_of(chapter, limit) == messages(chapter, limit)


@given(chapters(styled=False, marked=False), LIMITS)
def test_all_words_arrive_once_and_in_order(chapter: Chapter, limit: int) -> None:
    whole = render_blocks(chapter).markdown
    pages = "".join(pages_of(chapter, limit))
    assert "".join(LETTERS.findall(pages)) == "".join(LETTERS.findall(whole))


def test_a_span_over_a_page_break_is_closed_and_reopened() -> None:
    text = "He waited there. " * 30
    block = Block(BlockKind.QUOTE, 0, len(text), (Span(0, len(text), Style.EMPHASIS),))
    pages = pages_of(Chapter(text, (block,)), 200)
    assert len(pages) == 3
    assert all(page.startswith("> *He") and page.endswith("there.*") for page in pages)


def test_preformatted_text_is_a_code_block_on_every_page() -> None:
    pages = pages_of(chapter_of((BlockKind.PREFORMATTED, "    one line\n" * 40)), 200)
    assert all(page.startswith("```\n    one") and page.endswith("line\n```") for page in pages)


def test_pages_break_at_the_scene_break_when_that_costs_no_page() -> None:
    long = "One sentence stands here. " * 5
    kinds = (BlockKind.PARAGRAPH, BlockKind.SCENE_BREAK, BlockKind.PARAGRAPH)
    chapter = chapter_of(*zip(kinds, (long, "***", long), strict=True))
    assert pages_of(chapter, 200)[0].endswith("\\* \\* \\*")


def test_the_first_message_leaves_room_for_a_header() -> None:
    chapter = chapter_of((BlockKind.PARAGRAPH, "One sentence stands here. " * 40))
    pieces = messages(chapter, 400, 220)
    assert len(pieces[0]) <= 220
    assert max(map(len, pieces)) > 220


def test_a_chapter_with_nothing_to_show_has_no_pages() -> None:
    assert paginate(Chapter("", ()), 2_000) == []
    assert paginate(chapter_of((BlockKind.PARAGRAPH, " \n ")), 2_000) == []
    assert messages(Chapter("words", ())) == []


def test_a_limit_too_small_for_a_page_is_refused() -> None:
    with pytest.raises(ValueError, match="200"):
        paginate(chapter_of((BlockKind.PARAGRAPH, "words")), 20)


def test_a_range_that_is_no_page_is_refused_rather_than_cut_short() -> None:
    chapter = chapter_of((BlockKind.PARAGRAPH, "words " * 100))
    with pytest.raises(ValueError, match="no page"):
        render_page(chapter, 0, len(chapter.text), 200)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the example stories are not there")
def test_the_example_stories_read_the_same_as_pages() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        chapter = chapter_of((BlockKind.PARAGRAPH, path.read_text(encoding="utf-8")))
        pages = pages_of(chapter, 2_000)
        assert pages == messages(chapter)
        told = "".join(LETTERS.findall("".join(pages)))
        assert told == "".join(LETTERS.findall(chapter.text))


def test_a_blank_range_makes_an_empty_page() -> None:
    assert render_page(Chapter("", ()), 0, 0, 2_000) == ""
    assert render_page(chapter_of((BlockKind.PARAGRAPH, "  ")), 0, 2, 2_000) == ""
