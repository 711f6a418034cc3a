"""Excerpts: whole sentences from a paragraph's start, never the last paragraph."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.excerpts import LONG_ENOUGH, choose_excerpt, opening_lines
from bot.prose.reflow import paragraph_starts
from bot.prose.sentences import sentence_ends

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "seeds"
SENTENCE = "The lamp on the quay had been lit since four, and the boats were in. "


def ranges(text: str) -> list[tuple[int, int]]:
    return [
        (start, start + len(text[start:end].rstrip()))
        for start, end in pairwise([*paragraph_starts(text), len(text)])
    ]


def check(text: str, limit: int, draws: int, seed: int = 0) -> set[tuple[int, int]]:
    paragraphs = ranges(text)
    ends = {end for _, end in paragraphs}
    rng = Random(seed)
    found: set[tuple[int, int]] = set()
    for _ in range(draws):
        chosen = choose_excerpt(paragraphs, text, limit, rng)
        if chosen is None:
            continue
        start, end = chosen
        assert start in {begin for begin, _ in paragraphs}
        assert 0 < end - start <= limit
        assert end <= paragraphs[-1][0]
        assert end in ends or end in sentence_ends(text, start, end)
        found.add(chosen)
    return found


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example stories are not here")
@pytest.mark.parametrize("number", range(5))
def test_a_thousand_excerpts_of_the_example_stories_hold_the_rules(number: int) -> None:
    (path,) = EXAMPLES.glob(f"{number:03}_*.txt")
    found = check(path.read_text("utf-8"), 1_500, 1_000)
    assert found
    assert all(end - start >= LONG_ENOUGH for start, end in found)


def test_different_draws_give_different_passages() -> None:
    text = "\n\n".join([SENTENCE.strip() + f" Bell {n} rang." for n in range(60)])
    assert len(check(text, 600, 200)) > 20


def test_a_passage_that_stands_alone_is_preferred() -> None:
    long = SENTENCE * 6
    text = f"And then he left. {long}\n\nMara stayed. {long}\n\nHe slept. {long}\n\nThe end."
    opened = {text[start:].split()[0] for start, _ in check(text, 600, 50)}
    assert opened == {"Mara"}


def test_speech_over_several_paragraphs_is_not_entered_in_the_middle() -> None:
    long = SENTENCE * 5
    text = f'"Listen. {long}\n\n"Nobody came. {long}"\n\nMara stayed. {long}\n\nThe end.'
    opened = {text[start:].split()[0] for start, _ in check(text, 500, 50)}
    assert '"Nobody' not in opened


def test_a_passage_does_not_end_inside_a_quotation() -> None:
    text = f'Mara spoke. {SENTENCE * 4}"One. Two. Three. {SENTENCE * 9}" She sat.\n\nThe end.'
    for start, end in check(text, 400, 50):
        assert text[start:end].count('"') % 2 == 0


def test_stories_of_one_and_two_paragraphs() -> None:
    rng = Random(1)
    assert (
        choose_excerpt(ranges("It rained. It stopped."), "It rained. It stopped.", 100, rng) is None
    )
    two = "It rained.\n\nIt stopped."
    assert choose_excerpt(ranges(two), two, 100, rng) == (0, 10)
    assert choose_excerpt(ranges(two), two, 5, rng) is None
    assert choose_excerpt([], "", 100, rng) is None


def test_a_chapter_that_others_follow_may_give_its_last_paragraph() -> None:
    text = "It rained."
    assert choose_excerpt(ranges(text), text, 100, Random(1), final=False) == (0, 10)


@given(
    st.lists(st.text(st.sampled_from("Aab .!?\"'“”\n。あ…-"), max_size=60), max_size=8),
    st.integers(1, 120),
)
def test_every_passage_of_any_text_holds_the_rules(parts: list[str], limit: int) -> None:
    check("\n\n".join(parts), limit, 5)


def test_opening_lines_are_whole_sentences_that_fit() -> None:
    text = "It rained.\nNobody came. The dog slept on the step."
    assert opening_lines(text, 30) == "It rained. Nobody came."
    assert opening_lines(text, 8) == "It…"
    assert opening_lines("雨" * 50, 10) == "雨" * 9 + "…"
    assert opening_lines("", 10) == ""


@given(st.text(max_size=300), st.integers(1, 60))
def test_opening_lines_always_fit(text: str, limit: int) -> None:
    assert len(opening_lines(text, limit)) <= limit
