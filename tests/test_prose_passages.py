"""Where the words of a query stand in a text."""

from hypothesis import given
from hypothesis import strategies as st

from bot.prose.passages import PASSAGE_LENGTH, best_passage, find_matches, placed_tokens
from bot.prose.query import parse_query
from bot.prose.words import tokens

STORY = (
    "The lamp was lit before dusk. Nobody saw the ship come in. "
    + "It rained for a week and then it rained again. " * 20
    + "In the morning the keeper’s daughter found a red fox asleep under the lamp. It was warm. "
    + "The sea had nothing more to say about it. " * 20
)


def marked(text: str, typed: str) -> list[str]:
    passage = best_passage(text, parse_query(typed).wanted)
    assert passage is not None
    told = text[passage.start : passage.end]
    return [told[start:end] for start, end in passage.marks]


def test_the_passage_with_most_different_words_is_chosen() -> None:
    passage = best_passage(STORY, parse_query("lamp fox").wanted)
    assert passage is not None
    told = STORY[passage.start : passage.end]
    assert told.startswith("In the morning")
    assert marked(STORY, "lamp fox") == ["fox", "lamp"]
    assert len(told) <= PASSAGE_LENGTH
    assert not told[-1].isspace()


def test_of_equal_passages_the_first_is_chosen() -> None:
    passage = best_passage(STORY, parse_query("rained").wanted)
    assert passage is not None
    assert passage.start == STORY.index("It rained")


def test_a_text_without_the_words_has_no_passage() -> None:
    assert best_passage(STORY, parse_query("volcano").wanted) is None
    assert best_passage("", parse_query("volcano").wanted) is None


def test_marks_cover_the_words_as_they_are_written() -> None:
    text = "Straße, ﬁne, don’t, ÉTÉ, 日本語の東京タワーへ行く。 Well-known Shadows"
    typed = "strasse fine dont ete 東京タワー well-known sha*"
    assert marked(text, typed) == [
        "Straße",
        "ﬁne",
        "don’t",
        "ÉTÉ",
        "東京タワー",
        "Well-known",
        "Shadows",
    ]


def test_a_phrase_is_marked_only_where_its_words_follow_each_other() -> None:
    assert marked("red and fox, then red fox", '"red fox"') == ["red fox"]


def test_a_word_longer_than_a_passage_is_given_whole() -> None:
    long = "x" * 400
    passage = best_passage(f"so {long} ends", parse_query(long).wanted)
    assert passage is not None
    assert f"so {long} ends"[passage.start : passage.end] == long


@given(st.text(max_size=200))
def test_placed_tokens_are_the_tokens_in_order(text: str) -> None:
    placed = list(placed_tokens(text))
    assert [token for token, _, _ in placed] == list(tokens(text))
    assert all(0 <= start < end <= len(text) for _, start, end in placed)


@given(st.text(alphabet="ab éß東京ン't.\n", max_size=600), st.text(alphabet="abé東京*", max_size=4))
def test_a_passage_holds_a_match_and_keeps_its_length(text: str, typed: str) -> None:
    terms = parse_query(typed).wanted
    passage = best_passage(text, terms, 50)
    assert (passage is None) == (not find_matches(text, terms))
    if passage is not None:
        assert passage.marks
        longest = max(match.end - match.start for match in find_matches(text, terms))
        assert passage.end - passage.start <= max(50, longest)
        ends = [end for mark in passage.marks for end in mark]
        assert ends == sorted(ends)
        assert ends[-1] <= passage.end - passage.start
