"""Walls of text: lost paragraphs are found, nothing but white space changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.reflow import (
    is_wall,
    paragraph_starts,
    reflow,
    split_leading_notes,
    split_trailing_notes,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "seeds"
needs_examples = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the example stories are not here"
)
FILLER = " ".join(["The rain fell on the roof of the mill and nobody spoke of it."] * 14)
ANY_PROSE = st.text(
    st.one_of(st.characters(), st.sampled_from(list("\"'“”‘’.,!?—-… \nAHahes。「」"))), max_size=300
).map(lambda text: text * 6)


def bare(text: str) -> str:
    return "".join(text.split())


def paragraphs(dialogue: str) -> list[str]:
    """Give the paragraphs of a dialogue that follows a long narration."""
    wall = f"Mara met Tobin at the mill, and Tobin saw Mara. {FILLER} {dialogue}"
    assert is_wall(wall)
    found = reflow(wall)
    assert bare("".join(found)) == bare(wall)
    start = next(at for at, text in enumerate(found) if bare(dialogue).startswith(bare(text)))
    return found[start:]


@needs_examples
@pytest.mark.parametrize("number", range(5))
def test_example_stories_become_readable_without_changing_a_word(number: int) -> None:
    (path,) = EXAMPLES.glob(f"{number:03}_*.txt")
    text = path.read_text("utf-8")
    found = reflow(text)
    assert max(map(len, found)) <= 900
    assert len(found) >= 8
    assert bare("".join(found)) == bare(text)


@needs_examples
def test_the_same_speaker_goes_on_after_a_tag_in_the_second_example() -> None:
    (path,) = EXAMPLES.glob("001_*.txt")
    whole = '"Well?" he asks, when Hux says nothing. "Have you come to gloat?"'
    assert whole in reflow(path.read_text("utf-8"))


@needs_examples
def test_the_trailing_notes_of_the_first_example_are_the_authors() -> None:
    (path,) = EXAMPLES.glob("000_*.txt")
    text = path.read_text("utf-8")
    offset, notes = split_trailing_notes(text)
    assert text[offset:].startswith("Notes:")
    assert notes.startswith("Just a little drabble")
    assert reflow(text)[-1].startswith("Notes:")


def test_two_quotations_in_a_row_have_two_speakers() -> None:
    assert paragraphs('"Are you cold?" "A little."') == ['"Are you cold?"', '"A little."']


def test_a_tag_and_the_words_after_it_stay_with_the_speaker() -> None:
    speech = '"Are you cold?" Mara asked. "You look cold."'
    assert paragraphs(speech) == [speech]


def test_an_interrupted_utterance_stays_whole() -> None:
    speech = '"I told you," Mara lifts the lamp, taking a step towards Tobin, "to go home."'
    assert paragraphs(speech) == [speech]


def test_another_name_in_the_second_tag_opens_a_paragraph() -> None:
    found = paragraphs('"Are you cold?" Mara asked. "A little," Tobin said.')
    assert found == ['"Are you cold?" Mara asked.', '"A little," Tobin said.']


def test_nobody_calls_out_their_own_name() -> None:
    found = paragraphs('"Are you cold?" Mara asked. "You know I am, Mara!"')
    assert found == ['"Are you cold?" Mara asked.', '"You know I am, Mara!"']


def test_the_beat_of_the_other_person_opens_their_paragraph() -> None:
    found = paragraphs('"Are you cold?" Mara asked. Tobin shook his head. "Not yet."')
    assert found == ['"Are you cold?" Mara asked.', 'Tobin shook his head. "Not yet."']


def test_one_action_of_the_speaker_keeps_their_words_together() -> None:
    speech = '"Are you cold?" Mara asked. She held out the lamp. "Take it."'
    assert paragraphs(speech) == [speech]


def test_a_sentence_that_leads_into_speech_stays_with_it() -> None:
    speech = 'Tobin looked at the lamp and said, "It is nearly out."'
    assert speech in paragraphs(f'"Are you cold?" Mara asked. {speech}')


def test_a_leap_in_time_opens_a_paragraph() -> None:
    found = paragraphs('"Go home," Mara said. Three days later, the mill was gone. Later, rain.')
    assert found[:2] == ['"Go home," Mara said.', "Three days later, the mill was gone."]


def test_curly_and_single_quotation_marks_are_read_alike() -> None:
    assert paragraphs("“Are you cold?” “A little.”") == ["“Are you cold?”", "“A little.”"]
    single = "‘Are you cold?’ ‘’Course I am, the dogs’ bed is wet.’ ‘Go.’ ‘No.’"
    assert len(paragraphs(single)) == 4


def test_a_word_in_quotation_marks_is_not_speech() -> None:
    text = 'Mara called it "the thing" and Tobin never asked.'
    assert any(text in part for part in reflow(f"{FILLER} {text} {FILLER}"))


def test_marks_in_disorder_leave_only_the_split_by_length() -> None:
    wall = ("Mara said no. " * 30 + '"' + "Tobin went on. " * 30 + "” ” ” ") * 2
    assert bare("".join(reflow(wall))) == bare(wall)
    assert max(map(len, reflow(wall))) <= 700


def test_long_narration_is_split_between_sentences() -> None:
    wall = FILLER * 5
    found = reflow(wall.replace(".The", ". The"))
    assert all(160 <= len(text) <= 700 and text.endswith(".") for text in found)


def test_a_monologue_longer_than_a_page_is_split_at_its_sentences() -> None:
    wall = f'"{FILLER} {FILLER} {FILLER}"'
    assert all(len(text) <= 900 for text in reflow(wall))


def test_scripts_without_spaces_are_split_too() -> None:
    wall = "雨が降っていた。彼は長いあいだ駅の前で待っていた。「行くの？」「うん。」" * 40
    found = reflow(wall)
    assert "".join(found) == wall
    assert max(map(len, found)) <= 700


@pytest.mark.parametrize(
    "text",
    [
        "Short. " * 20,
        f"{FILLER}\n\n{FILLER}",
        "A line of verse that is short\n" * 60,
        "MARA: Are you cold?\nTOBIN: A little.\n" * 40,
        "",
        " \n ",
    ],
)
def test_short_texts_verse_scripts_and_texts_with_paragraphs_are_no_walls(text: str) -> None:
    assert not is_wall(text)


def test_a_text_with_blank_lines_keeps_its_paragraphs() -> None:
    assert reflow(' One. "Two."\nThree. \n \n\n Four.\n\n') == ['One. "Two."\nThree.', "Four."]
    assert reflow("") == reflow(" \n\n ") == []


@given(ANY_PROSE)
def test_reflow_changes_white_space_only(text: str) -> None:
    assert bare("".join(reflow(text))) == bare(text)
    starts = paragraph_starts(text)
    assert starts == sorted(set(starts))
    assert all(not text[start].isspace() for start in starts)
    assert [text[start : start + 1] for start in starts] == [part[0] for part in reflow(text)]


@pytest.mark.parametrize(
    ("end", "note"),
    [
        ("He slept. Notes: For Ana.", "For Ana."),
        ("He slept. End Notes: For Ana.", "For Ana."),
        ('"Good night." A/N: For Ana.', "For Ana."),
        ("He slept.\n\nAuthor's Note: For Ana.", "For Ana."),
        ("He slept. (A/N: For Ana.)", "For Ana."),
        ("He slept. **Author’s Notes:** For Ana.", "For Ana."),
        ('He read: "Notes: keep dry."', ""),
        ("He kept his Notes: they were dry.", ""),
        ("He slept. Notes:", ""),
        ("He took notes: many.", ""),
    ],
)
def test_only_a_marker_outside_the_story_begins_a_note(end: str, note: str) -> None:
    text = f"{FILLER} {end}"
    offset, found = split_trailing_notes(text)
    assert found == note
    assert bare(text[:offset]).startswith(bare(FILLER))
    assert (offset == len(text)) == (note == "")


def test_a_marker_far_from_the_end_is_story() -> None:
    text = f"It began. Notes: {FILLER} {FILLER} {FILLER}"
    assert split_trailing_notes(text) == (len(text), "")
    assert split_trailing_notes("Notes: all of it.") == (17, "")


def test_labelled_lines_before_the_story_are_told_apart() -> None:
    text = "Disclaimer: Not mine.\nSummary: It rains.\nA/N: For Ana.\nIt rained.\nIt stopped."
    offset, notes = split_leading_notes(text)
    assert text[offset:] == "It rained.\nIt stopped."
    assert notes == (("disclaimer", "Not mine."), ("summary", "It rains."), ("note", "For Ana."))


def test_a_leading_note_goes_on_to_the_blank_line() -> None:
    offset, notes = split_leading_notes("A/N: For Ana,\nas ever.\n\nIt rained.")
    assert offset == 24
    assert notes == (("note", "For Ana, as ever."),)


def test_a_text_that_is_all_label_is_story() -> None:
    assert split_leading_notes("Summary: it rained.") == (0, ())
    assert split_leading_notes("Notes: they were wet. He slept.") == (0, ())
    assert split_leading_notes("") == (0, ())
