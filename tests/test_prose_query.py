"""What people type into a search, read as terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.query import MOST_TOKENS, Query, Term, loosely, parse_query, pieces
from bot.prose.words import tokens


def words(*told: str) -> tuple[Term, ...]:
    return tuple(Term((word,)) for word in told)


def test_words_are_folded_and_each_is_wanted() -> None:
    assert parse_query("  Łucja's STRASSE ") == Query(words("lucjas", "strasse"))


@pytest.mark.parametrize(
    "typed",
    ['"red fox" ran', "“red fox” ran", "„Red Fox“ ran", "«red fox» ran", "「red fox」 ran"],
)
def test_quotation_marks_of_any_kind_make_a_phrase(typed: str) -> None:
    assert parse_query(typed) == Query((Term(("red", "fox")), *words("ran")))


def test_a_quotation_mark_that_is_never_closed_holds_to_the_end() -> None:
    assert parse_query('ran "red fox') == Query((*words("ran"), Term(("red", "fox"))))


def test_a_minus_leaves_out_a_word_or_a_phrase() -> None:
    query = parse_query('fox -dog -"old hound" −cat')
    assert query.wanted == words("fox")
    assert query.unwanted == (Term(("dog",)), Term(("old", "hound")), Term(("cat",)))


def test_only_leaving_out_is_a_query_too() -> None:
    query = parse_query("-war")
    assert (query.wanted, query.unwanted) == ((), words("war"))
    assert not query.is_empty


def test_a_hyphen_inside_a_word_leaves_nothing_out() -> None:
    assert parse_query("well-known") == Query((Term(("well", "known")),))


def test_a_star_makes_a_beginning() -> None:
    assert parse_query("sha* -gho*") == Query(
        (Term(("sha",), is_beginning=True),), (Term(("gho",), is_beginning=True),)
    )


def test_pieces_are_words_and_whole_phrases_as_they_were_typed() -> None:
    typed = 'lamp "went out" -"at sea" * -fog "never closed'
    assert pieces(typed) == ["lamp", '"went out"', '-"at sea"', "-fog", '"never closed']


@given(st.text(max_size=60))
def test_the_pieces_ask_for_what_was_typed(typed: str) -> None:
    assert parse_query(" ".join(pieces(typed))) == parse_query(typed)


@pytest.mark.parametrize(
    ("typed", "looser"),
    [
        ("kingfisher", "kingfisher*"),
        ('"went out, at last" lamp -fog', "went* out* at* last* lamp* -fog"),
        ("ru* (sea)", "ru* (sea*"),
        ("海", "海*"),
        ("* -", ""),
    ],
)
def test_loosely_takes_phrases_apart_and_words_as_beginnings(typed: str, looser: str) -> None:
    assert loosely(typed) == looser


def test_operators_and_sql_are_words() -> None:
    typed = "cat AND (dog OR NOT fox) NEAR/3 title:x ^y; DROP TABLE story--"
    query = parse_query(typed)
    assert query.unwanted == ()
    told = [token for term in query.wanted for token in term.tokens]
    assert told == list(dict.fromkeys(tokens(typed)))


def test_a_japanese_word_is_found_as_its_pairs_side_by_side() -> None:
    assert parse_query("東京タワー").wanted == (Term(("東京", "京タ", "タワ", "ワー")),)


def test_a_lone_letter_that_stands_in_pairs_is_a_beginning() -> None:
    assert parse_query("狐").wanted == (Term(("狐",), is_beginning=True),)
    assert parse_query("a").wanted == words("a")


@pytest.mark.parametrize("typed", ["", "   ", '"', '""', "-", "*", "- - -", "🦊" * 100, "…—!?"])
def test_nothing_to_look_for_is_an_empty_query(typed: str) -> None:
    assert parse_query(typed).is_empty


def test_a_term_typed_twice_is_one() -> None:
    assert parse_query("fox Fox FOX").wanted == words("fox")


@given(st.text())
def test_whatever_is_typed_gives_terms_of_tokens(typed: str) -> None:
    query = parse_query(typed)
    told = [token for term in (*query.wanted, *query.unwanted) for token in term.tokens]
    assert len(told) <= MOST_TOKENS
    assert all(token and " " not in token and '"' not in token for token in told)


@given(st.text(alphabet='ab "-*“”', max_size=40))
def test_marks_in_any_place_are_read(typed: str) -> None:
    query = parse_query(typed)
    found = {token for term in (*query.wanted, *query.unwanted) for token in term.tokens}
    assert found == set(tokens(typed))
