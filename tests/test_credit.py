"""The lines around a text: whose it is, how long, how rated, where from."""

from dataclasses import replace

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot import credit
from bot.library.base import Card
from bot.prose.words import count_words
from bot.story import Character, Origin, Permission, Rating, Story
from tests.library_contract import NOON, story_of
from tests.stage import plain

RECORD = Story(
    chapters=(),
    title="The Tooth",
    authors=("Ann Ash",),
    rating=Rating.TEEN,
    words=1_399,
    fandoms=("Pride and Prejudice",),
    characters=(Character("Mary"), Character("Jane"), Character("Bob", appears=False)),
    tags=("Dentistry",),
    source="https://example.org/works/1",
    summary="A tooth aches.",
    permission=Permission.CONSENT,
)


def card_of(record: Story, *, chapters: int = 1, opening: str = "It began at noon.") -> Card:
    return Card(1, 0, record, chapters, opening, NOON)


# Shortening


@given(st.text(), st.integers(1, 60))
def test_shortened_text_is_short_enough(text: str, length: int) -> None:
    short = credit.shortened(text, length)
    assert len(short) <= length
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_text_is_cut_at_a_word() -> None:
    assert credit.shortened("one two three four", 12) == "one two…"
    assert credit.shortened("one two", 7) == "one two"


def test_one_long_word_is_cut_anywhere() -> None:
    assert credit.shortened("a" * 50, 10) == "a" * 9 + "…"


@pytest.mark.parametrize("grapheme", ["👩‍👩‍👧‍👦", "🏳️‍🌈", "e\u0301", "각", "नि", "👍🏽"])
@pytest.mark.parametrize("length", [10, 12])
def test_no_grapheme_is_broken(grapheme: str, length: int) -> None:
    short = credit.shortened(grapheme * 40, length).removesuffix("…")
    assert set(regex.findall(r"\X", short)) <= {grapheme}


# Whose


def test_title_and_author_stand_first() -> None:
    assert plain(credit.byline(RECORD, "en")) == plain("**The Tooth** by Ann Ash")


def test_several_authors_are_listed_as_the_language_does() -> None:
    told = credit.byline(replace(RECORD, authors=("A", "B", "C")), "en")
    assert plain(told).endswith(plain("by A, B, and C"))


def test_nobody_named_is_author_unknown_and_anonymous_is_a_choice() -> None:
    assert "author unknown" in credit.byline(replace(RECORD, authors=()), "en")
    told = credit.byline(replace(RECORD, authors=("Anonymous",)), "en")
    assert "unknown" not in told
    assert "Anonymous" in told


def test_nothing_in_a_title_or_a_name_acts() -> None:
    record = replace(
        RECORD,
        title="**Bold** @everyone <@123> `x` ||y|| [a](https://b.c) discord.gg/abc",
        authors=("# _Ann_ <#5>",),
    )
    told = credit.header(card_of(record), "en")
    for acting in ("@everyone", "<@123>", "<#5>", "||y||", "[a](https", "`x`"):
        assert acting not in told
    assert "\n#" not in told


def test_a_title_of_many_lines_stays_on_its_line() -> None:
    record = replace(RECORD, title="One\n# Two\n> Three", authors=("A\n-# B",))
    told = credit.byline(record, "en")
    assert "\n" not in told


@given(
    title=st.text(max_size=400),
    authors=st.lists(st.text(max_size=200), max_size=30).map(tuple),
    fandoms=st.lists(st.text(max_size=200), max_size=10).map(tuple),
    warnings=st.just(()),
)
def test_a_header_leaves_room_for_the_text(
    title: str, authors: tuple[str, ...], fandoms: tuple[str, ...], warnings: tuple[str, ...]
) -> None:
    record = replace(RECORD, title=title, authors=authors, fandoms=fandoms, warnings=warnings)
    assert len(credit.header(card_of(record), "en")) <= 1_500


def test_endless_warnings_leave_room_for_the_text() -> None:
    record = replace(RECORD, warnings=tuple(f"Warning number {n}" for n in range(200)))
    assert len(credit.header(card_of(record), "en")) <= 1_500


# How long, how rated, who


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (399, "399 words"),
        (1, "1 word"),
        (100, "100 words, a true drabble"),
        (99, "99 words"),
        (1_399, "1,399 words"),
    ],
)
def test_the_length_is_told_and_only_a_hundred_words_are_a_true_drabble(
    words: int, told: str
) -> None:
    line = credit.facts(card_of(replace(RECORD, words=words)), "en")
    assert line.startswith(f"-# {told} · ")
    assert ("true drabble" in line) == (words == 100)


def test_chapters_are_counted_when_there_are_several() -> None:
    assert "chapter" not in credit.facts(card_of(RECORD), "en")
    assert "12 chapters" in credit.facts(card_of(RECORD, chapters=12), "en")


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_stands_in_its_words_and_is_marked_unless_stated(rating: Rating) -> None:
    record = replace(RECORD, rating=rating)
    assert credit.rating(record, "en") == rating.label
    for origin in (Origin.DEFAULT, Origin.ESTIMATED):
        told = credit.rating(replace(record, rating_origin=origin), "en")
        assert told == f"{rating.label} (estimated)"


def test_no_rating_at_all_is_not_rated() -> None:
    assert credit.rating(replace(RECORD, rating=None), "en") == "Not Rated"


def test_only_who_appears_is_named() -> None:
    assert plain(credit.characters(RECORD, "en")) == plain("Mary and Jane")
    nobody = replace(RECORD, characters=(Character("Bob", appears=False),))
    assert credit.characters(nobody, "en") == ""


def test_detected_people_are_marked_as_detected() -> None:
    detected = replace(RECORD, characters=(Character("Mary", origin=Origin.DETECTED),))
    assert plain(credit.characters(detected, "en")) == plain("Mary (detected)")
    assert "detected" not in credit.characters(RECORD, "en")


def test_warnings_stand_above_the_text() -> None:
    record = replace(RECORD, warnings=("Major Character Death", "Underage"))
    told = credit.header(card_of(record), "en").split("\n")
    assert plain(told[-1]) == plain("-# Warnings: Major Character Death and Underage")


def test_no_warnings_apply_is_no_warning() -> None:
    for warnings in ((), ("No Archive Warnings Apply",), ("no archive warnings apply",)):
        assert credit.warnings(replace(RECORD, warnings=warnings), "en") == ""


# Where from


def test_the_source_is_a_link_without_a_preview() -> None:
    assert credit.source(RECORD, "en") == "-# Source: <https://example.org/works/1>"
    assert credit.source(RECORD, "en", only_site=True) == "-# Source: <https://example.org>"
    assert credit.source(replace(RECORD, source=""), "en") == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/" + "x" * 300,
        "https://example.org/a b",
        "https://example.org/> @everyone <",
        "https://example.org/a\nb",
    ],
)
def test_an_odd_or_endless_address_is_named_by_its_site(address: str) -> None:
    assert (
        credit.source(replace(RECORD, source=address), "en") == "-# Source: <https://example.org>"
    )


# Entries of lists


def test_an_entry_gives_whose_how_long_how_rated_and_how_it_begins() -> None:
    first, second, third = credit.entry(card_of(RECORD), "en", 100).split("\n")
    assert plain(first) == plain("**The Tooth** by Ann Ash")
    assert second == "-# 1,399 words · Teen"
    assert plain(third) == plain("> It began at noon.")


def test_an_entry_without_an_opening_is_two_lines() -> None:
    assert credit.entry(card_of(RECORD, opening=" \n "), "en", 100).count("\n") == 1


def test_the_opening_of_an_entry_is_one_line_and_cannot_act() -> None:
    told = credit.entry(card_of(RECORD, opening="One\n\n**two** @here\n# three"), "en", 100)
    assert told.count("\n") == 2
    assert "@here" not in told
    assert "**two**" not in told


def test_an_entry_of_a_story_that_only_links_shows_its_summary_not_its_text() -> None:
    record = replace(RECORD, permission=Permission.LINK_ONLY)
    told = plain(credit.entry(card_of(record), "en", 100))
    assert plain("A tooth aches.") in told
    assert plain("It began at noon.") not in told


# Link only

LINKED = replace(RECORD, permission=Permission.LINK_ONLY)


def test_a_link_card_gives_credit_summary_tags_and_link() -> None:
    told = plain(credit.link_card(card_of(LINKED), "en"))
    for part in ("The Tooth", "Ann Ash", "A tooth aches.", "https://example.org/works/1"):
        assert plain(part) in told
    assert "Dentistry" in told, "its tags belong on the card"


def test_a_link_card_says_how_an_author_reaches_the_operator() -> None:
    told = credit.link_card(card_of(LINKED), "en", "ida@example.org")
    assert plain(told).endswith(plain("to ida@example.org, to have it removed or shown whole."))
    assert "Did you write this?" not in credit.link_card(card_of(LINKED), "en")
    longest = credit.link_card(
        card_of(replace(LINKED, summary="Words here. " * 200)), "en", "x" * 900
    )
    assert len(longest) <= 2_000


@pytest.mark.parametrize("summary", ["", "Words here. " * 200])
def test_a_link_card_holds_at_most_75_words_of_the_text_and_fits_a_message(summary: str) -> None:
    opening = " ".join(f"w{n}" for n in range(300))
    told = credit.link_card(card_of(replace(LINKED, summary=summary), opening=opening), "en")
    quoted = [line for line in told.split("\n") if line.startswith("> ")]
    shown = [word for line in quoted for word in plain(line).split() if word.startswith(">w")]
    assert sum(count_words(line) for line in quoted if not summary) <= 75
    assert not (summary and shown)
    assert len(told) <= 2_000


def test_a_link_card_of_a_text_without_spaces_shows_little_of_it() -> None:
    card = card_of(replace(LINKED, summary=""), opening="狐が走る。" * 100)
    (quoted,) = [line for line in credit.link_card(card, "en").split("\n") if line.startswith("> ")]
    assert count_words(quoted) <= 75


def test_only_a_story_that_links_is_link_only() -> None:
    told = {
        permission: card_of(replace(story_of("x"), permission=permission)).is_link_only
        for permission in Permission
    }
    assert [permission for permission, links in told.items() if links] == [Permission.LINK_ONLY]


def test_a_passage_over_several_paragraphs_reads_as_one_line() -> None:
    passage = "a lamp.  It was   the sea."
    assert credit.marked_passage(passage, [(2, 6)], 100) == "a **lamp**. It was the sea."
