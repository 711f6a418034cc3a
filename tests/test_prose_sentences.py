"""Sentence ends: what ends a sentence, what only looks like it, and properties on any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.sentences import Sentences, sentence_ends, sentences

ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from(list(".!?…\"'”“ \n-—*)。」と aAIbH"))), max_size=80
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Darcy came. He left.", ["Mr. Darcy came.", "He left."]),
        ("J. R. R. Tolkien wrote it.", ["J. R. R. Tolkien wrote it."]),
        ("So did I. Hux frowned.", ["So did I.", "Hux frowned."]),
        ("It cost 3.14 pounds. No. 5 did.", ["It cost 3.14 pounds.", "No. 5 did."]),
        ("He said no. Then he went.", ["He said no.", "Then he went."]),
        ("The U.S. Army in the U.S. He left.", ["The U.S. Army in the U.S.", "He left."]),
        ("Mae... she left. Gone... Then night.", ["Mae... she left.", "Gone...", "Then night."]),
        ("Oh . . . Then. I... I know.", ["Oh . . .", "Then.", "I... I know."]),
        (
            "1. One came.\n2. Two came. In 1984. So.",
            ["1. One came.", "2. Two came.", "In 1984.", "So."],
        ),
        ("I can’t. Dad. did. You know me. No.", ["I can’t.", "Dad. did.", "You know me.", "No."]),
        ("No… No… Then she… Well.", ["No… No…", "Then she…", "Well."]),
        ("Bread, e.g. Rye. Milk etc. It sold.", ["Bread, e.g. Rye.", "Milk etc.", "It sold."]),
    ],
)
def test_abbreviations_initials_numbers_and_ellipses_do_not_end_a_sentence(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Well?" he asks. "Go!"', ['"Well?" he asks.', '"Go!"']),
        ('"Well?" Anna asked. She sat.', ['"Well?" Anna asked.', "She sat."]),
        ('"No." Anna stood. “Yes.” ‘Oh.’', ['"No."', "Anna stood.", "“Yes.”", "‘Oh.’"]),
        ('"Well?" Dr. Okafor asked. She sat.', ['"Well?" Dr. Okafor asked.', "She sat."]),
        ('"Well?" Jane Hale asked. She sat.', ['"Well?" Jane Hale asked.', "She sat."]),
        ('"Well?" The old man asked. Oh.', ['"Well?" The old man asked.', "Oh."]),
        ('"No." Anna said nothing. Oh.', ['"No."', "Anna said nothing.", "Oh."]),
        ('"I never---" "You did."', ['"I never---"', '"You did."']),
        ('"Wait—" she said, and ran.', ['"Wait—" she said, and ran.']),
        ("(He left.) *She ran.* Then?", ["(He left.)", "*She ran.*", "Then?"]),
        ("Was it (or she?) left over? Yes.", ["Was it (or she?) left over?", "Yes."]),
    ],
)
def test_closing_quotes_and_tags_belong_to_the_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雨が降った。彼は去った！？本当。", ["雨が降った。", "彼は去った！？", "本当。"]),
        ("「行くの？」と彼は言った。「はい。」", ["「行くの？」と彼は言った。", "「はい。」"]),
        ("“走。”他说。", ["“走。”", "他说。"]),
        ("他走了。“等等！”“来。”", ["他走了。", "“等等！”", "“来。”"]),
        ("„Ja.“ Er ging. „So.“", ["„Ja.“", "Er ging.", "„So.“"]),
        ("हम गए। तुम आए।", ["हम गए।", "तुम आए।"]),
        ("هل ذهبت؟ نعم.", ["هل ذهبت؟", "نعم."]),
    ],
)
def test_other_scripts_end_their_sentences_their_own_way(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_text_without_capitals_still_has_sentences() -> None:
    text = "it rained. he went out. nobody came. the dog slept. it was late."
    assert len(sentences(text)) == 5


def test_a_small_letter_after_a_full_stop_ends_nothing_in_an_ordinary_text() -> None:
    assert sentences("It was so. for once. He knew.") == ["It was so. for once.", "He knew."]


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert sentences("One\n\ntwo\nthree") == ["One", "two\nthree"]


def test_white_space_and_nothing_hold_no_sentences() -> None:
    assert sentences("") == []
    assert sentences(" \n\t ") == []


def test_the_edge_of_a_window_is_no_sentence_end() -> None:
    text = "He came. He saw the sea. He left."
    assert list(sentence_ends(text)) == [8, 24, 33]
    assert list(sentence_ends(text, 0, 20)) == [8]
    assert list(sentence_ends(text, 8, 24)) == [24]


@given(ANY_TEXT)
def test_ends_rise_and_stand_before_white_space_or_the_end(text: str) -> None:
    ends = list(sentence_ends(text))
    assert ends == sorted(set(ends))
    assert all(not text[end - 1].isspace() for end in ends)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(ANY_TEXT, st.integers(0, 80), st.integers(0, 80))
def test_a_window_gives_only_ends_inside_it(text: str, start: int, length: int) -> None:
    assert all(start < end <= start + length for end in sentence_ends(text, start, start + length))


@given(ANY_TEXT, st.integers(0, 80), st.integers(0, 80))
def test_the_first_and_last_of_a_window_are_among_all_ends(text: str, low: int, size: int) -> None:
    ends = set(sentence_ends(text)) | {len(text.rstrip())}
    first = Sentences(text).first(low, low + size)
    last = Sentences(text).last(low, low + size)
    assert first == -1 or (first in ends and low <= first <= low + size)
    assert last == -1 or (last in ends and low < last <= low + size)


def test_a_window_finds_the_nearest_ends_inside_it() -> None:
    found = Sentences("He came. “I saw the sea!” she said. Mr. Hale left… So did I.")
    ends = [8, 35, 50, 60]
    assert [found.first(low, 60) for low in (0, 8, 9, 36, 51)] == [8, 8, 35, 50, 60]
    assert [found.last(0, high) for high in (7, 8, 34, 49, 59, 60)] == [-1, 8, 8, 35, 50, 60]
    assert list(found.ends()) == ends


@pytest.mark.parametrize("bad", [".", "-", "\n", ". ", '."', "- ", ".\n", "a.b", '—"', "。と", "*"])
def test_hostile_runs_are_read_in_linear_time(bad: str) -> None:
    assert len(list(sentence_ends(bad * 100_000))) <= 100_001
