"""A long story in instalments: nothing lost, nothing twice, cut where a reader would rest."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.prose.instalments import Instalment, Span, next_instalment
from bot.story import Block, BlockKind, Chapter

SPAN = Span(ideal=300, most=400)


def chapter(*parts: str) -> Chapter:
    """Make a chapter of paragraphs; "***" is a scene break and "# x" a heading."""
    blocks: list[Block] = []
    at = 0
    for part in parts:
        kind = BlockKind.PARAGRAPH
        if part == "***":
            kind = BlockKind.SCENE_BREAK
        elif part.startswith("# "):
            kind = BlockKind.HEADING
        blocks.append(Block(kind, at, at + len(part)))
        at += len(part) + 2
    return Chapter("\n\n".join(parts), tuple(blocks))


def told(whole: Chapter, span: Span = SPAN) -> list[str]:
    """Give the texts of all instalments."""
    return [whole.text[each.start : each.end] for each in cut(whole, span)]


def cut(whole: Chapter, span: Span) -> list[Instalment]:
    found: list[Instalment] = []
    start: int | None = 0
    while start is not None and (each := next_instalment(whole, start, span)) is not None:
        found.append(each)
        start = each.next
    return found


def prose(characters: int, letter: str = "a") -> str:
    return f"{letter.upper()}{letter * (characters - 2)}."


def test_a_short_chapter_is_one_instalment() -> None:
    whole = chapter("Rain fell.", "It stopped.")
    assert told(whole) == ["Rain fell.\n\nIt stopped."]
    assert cut(whole, SPAN)[0].next is None


def test_it_ends_at_the_scene_break_nearest_to_the_length_and_begins_behind_it() -> None:
    early, late = prose(250), prose(120, "b")
    whole = chapter(early, "***", late, "***", prose(300, "c"))
    assert told(whole) == [early, late, prose(300, "c")]


def test_a_scene_break_too_near_to_the_beginning_is_passed_over() -> None:
    whole = chapter(prose(40), "***", prose(200, "b"), prose(200, "c"), prose(200, "d"))
    first = told(whole)[0]
    assert "***" in first
    assert first.endswith(prose(200, "b"))


def test_a_heading_goes_with_what_stands_below_it() -> None:
    whole = chapter(prose(280), "# The Second Night", prose(280, "b"))
    assert told(whole) == [prose(280), f"# The Second Night\n\n{prose(280, 'b')}"]


def test_without_a_scene_it_ends_with_a_paragraph() -> None:
    parts = [prose(110, letter) for letter in "abcdefgh"]
    for text in told(chapter(*parts)):
        assert set(text.split("\n\n")) <= set(parts)


def test_the_last_line_of_a_chapter_does_not_stand_alone() -> None:
    parts = [prose(100, letter) for letter in "abcd"] + [prose(20, "e")]
    assert all(len(text) > 100 for text in told(chapter(*parts)))


def test_one_huge_paragraph_is_cut_between_sentences() -> None:
    sentence = "The lamp went out and nobody moved. "
    texts = told(chapter((sentence * 40).strip()))
    assert len(texts) > 2
    assert all(text.endswith("moved.") for text in texts)


def test_a_text_without_any_mark_is_still_cut() -> None:
    texts = told(chapter("a" * 1_000))
    assert "".join(texts) == "a" * 1_000
    assert all(len(text) <= SPAN.most for text in texts)


def test_an_emoji_made_of_several_is_never_cut() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    texts = told(chapter(family * 200))
    assert all(len(text) % len(family) == 0 for text in texts)


def test_nothing_but_a_scene_break_left_is_the_end() -> None:
    whole = chapter("Rain fell.", "***")
    assert told(whole) == ["Rain fell."]
    assert next_instalment(whole, len("Rain fell."), SPAN) is None


def test_a_chapter_with_nothing_in_it_has_none() -> None:
    assert next_instalment(Chapter("", ()), 0, SPAN) is None


paragraphs = st.text("ab. \n", min_size=1, max_size=700).map(str.strip).filter(bool)
marks = st.sampled_from(["***", "# Night"])


@given(st.lists(paragraphs | marks, max_size=12), st.integers(10, 500), st.integers(0, 200))
def test_every_word_comes_once_and_in_order(parts: list[str], ideal: int, more: int) -> None:
    whole = chapter(*parts)
    span = Span(ideal, ideal + more)
    found = cut(whole, span)
    shown = [
        whole.text[b.start : b.end] for b in whole.blocks if b.kind is not BlockKind.SCENE_BREAK
    ]
    texts = [whole.text[each.start : each.end].replace("***", "") for each in found]
    assert "".join("".join(texts).split()) == "".join("".join(shown).split())
    assert all(0 < each.end - each.start <= span.most for each in found)
    for before, after in itertools.pairwise(found):
        assert before.next is not None
        assert before.end <= before.next <= after.start
