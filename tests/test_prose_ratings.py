"""Ratings: stated words understood, estimates raised by words, tags and warnings only."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.ratings import estimate_rating, is_withheld, parse_rating
from bot.story import Origin, Rating

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "seeds"
PLAIN = "They had walked to the sea that morning, and she said nothing with her usual grace."


def rate(text: str, language: str = "en") -> Rating:
    return estimate_rating(text, language, Rating.TEEN)[0]


@pytest.mark.parametrize(
    ("stated", "rating"),
    [
        ("General Audiences", Rating.GENERAL),
        ("K+", Rating.GENERAL),
        ("pg", Rating.GENERAL),
        ("Teen And Up Audiences", Rating.TEEN),
        ("Rated: Fiction T", Rating.TEEN),
        ("PG-13", Rating.TEEN),
        ("Mature", Rating.MATURE),
        ("R", Rating.MATURE),
        ("Explicit", Rating.EXPLICIT),
        ("NC-17", Rating.EXPLICIT),
        ("18+", Rating.EXPLICIT),
        ("Not Rated", Rating.NOT_RATED),
        ("spicy", Rating.NOT_RATED),
        ("", Rating.NOT_RATED),
    ],
)
def test_stated_ratings_are_understood_and_unknown_words_are_not_rated(
    stated: str, rating: Rating
) -> None:
    assert parse_rating(stated) is rating


@pytest.mark.parametrize(
    "text",
    [
        "The cock crowed thrice, and Dick said good morning to the pussycat.",
        "The ass brayed at Balaam. She lives in Scunthorpe, near Penistone and Cockfosters.",
        "He cocked the gun, then cocked his head. Her blue tits sang. Moby Dick surfaced.",
        "He worked hard on the farm. The car jerked off the road. Damn it to hell, said the lass.",
        "She graduated summa cum laude. He gave an exclamation: 'Indeed!' he ejaculated gaily.",
        "His cock crowed at dawn in the farm yard. The matchstick man took a titbit of shiitake.",
        "A private dick in a trench coat. Pussy willow stood on the sill. A gay bunch of faggots.",
    ],
)
def test_innocent_words_raise_nothing(text: str) -> None:
    assert estimate_rating(text, "en", Rating.TEEN) == (Rating.TEEN, Origin.DEFAULT)


@pytest.mark.parametrize("text", ["Oh, fuck .", "What the FUCKING hell.", "That is bullshit."])
def test_strong_language_makes_a_story_mature(text: str) -> None:
    assert estimate_rating(text, "en", Rating.GENERAL) == (Rating.MATURE, Origin.ESTIMATED)


@pytest.mark.parametrize(
    "text",
    [
        "She had an orgasm.",
        "He stroked his cock with a groan.",
        "They talked of anal sex all night.",
        "Her nipples hardened, her arousal plain; his erection pressed against her.",
        "He licked her pussy.",
    ],
)
def test_sexual_vocabulary_makes_a_story_explicit(text: str) -> None:
    assert rate(text) is Rating.EXPLICIT


def test_one_medical_word_raises_nothing() -> None:
    assert rate(PLAIN + " The nurse drew a penis on the board.") is Rating.TEEN


@pytest.mark.parametrize(
    ("tag", "rating"),
    [
        ("Smut", Rating.EXPLICIT),
        ("Porn Without Plot", Rating.EXPLICIT),
        ("Explicit Sexual Content", Rating.EXPLICIT),
        ("Implied Smut", Rating.MATURE),
        ("Strong Language", Rating.MATURE),
        ("Rape/Non-con Elements", Rating.MATURE),
        ("Implied Sexual Content", Rating.TEEN),
        ("No Smut", Rating.TEEN),
        ("Non-Explicit", Rating.TEEN),
        ("Sex Education", Rating.TEEN),
        ("Fluff", Rating.TEEN),
    ],
)
def test_tags_raise_the_rating(tag: str, rating: Rating) -> None:
    assert estimate_rating(PLAIN, "en", Rating.TEEN, [tag])[0] is rating


@pytest.mark.parametrize(
    ("warning", "rating"),
    [
        ("Graphic Depictions Of Violence", Rating.MATURE),
        ("Rape/Non-Con", Rating.MATURE),
        ("Underage Sex", Rating.MATURE),
        ("Major Character Death", Rating.TEEN),
        ("Creator Chose Not To Use Archive Warnings", Rating.TEEN),
        ("No Archive Warnings Apply", Rating.TEEN),
    ],
)
def test_archive_warnings_raise_the_rating(warning: str, rating: Rating) -> None:
    assert estimate_rating(PLAIN, "en", Rating.TEEN, (), [warning])[0] is rating


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("雨が降っていた。", ""),
        ("雨が降っていた。", "en"),
        (PLAIN, "de"),
        (PLAIN, "Deutsch"),
        ("Der Hund lief durch die Stadt und fand den Knochen nicht mehr, so sehr er suchte.", ""),
        ("Je ne sais pas pourquoi il est venu dans cette maison avec son chien hier soir.", ""),
    ],
)
def test_a_language_without_a_word_list_is_not_rated(text: str, language: str) -> None:
    rating = estimate_rating(text, language, Rating.TEEN)
    assert rating == (Rating.NOT_RATED, Origin.ESTIMATED)


@pytest.mark.parametrize("language", ["", "und", "en", "en-GB", "English", "EN_us"])
def test_english_is_recognised_by_its_name_or_its_words(language: str) -> None:
    assert estimate_rating(PLAIN, language, Rating.TEEN) == (Rating.TEEN, Origin.DEFAULT)


def test_a_story_without_letters_keeps_the_default() -> None:
    assert estimate_rating("* * *", "", Rating.GENERAL) == (Rating.GENERAL, Origin.DEFAULT)
    assert estimate_rating("", "", Rating.TEEN) == (Rating.TEEN, Origin.DEFAULT)


@given(st.text(max_size=200), st.sampled_from(["", "en", "ja"]), st.sampled_from(Rating))
def test_an_estimate_never_lowers_the_default(text: str, language: str, default: Rating) -> None:
    rating, origin = estimate_rating(text, language, default)
    assert rating >= default
    assert (origin is Origin.DEFAULT) == (rating is default)


@pytest.mark.parametrize("rating", [Rating.MATURE, Rating.EXPLICIT, Rating.NOT_RATED])
@pytest.mark.parametrize("warning", ["Underage", "Underage Sex", "Rape/Non-Con, underage sex"])
def test_underage_above_teen_is_withheld(rating: Rating, warning: str) -> None:
    assert is_withheld(rating, ["No Archive Warnings Apply", warning])


def test_other_warnings_and_lower_ratings_are_not_withheld() -> None:
    assert not is_withheld(Rating.TEEN, ["Underage Sex"])
    assert not is_withheld(Rating.EXPLICIT, ["Rape/Non-Con"])
    assert not is_withheld(Rating.EXPLICIT, [])


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example stories are not here")
def test_two_of_the_example_stories_have_strong_language() -> None:
    ratings = {path.name[:3]: rate(path.read_text("utf-8"), "") for path in EXAMPLES.glob("*.txt")}
    assert ratings == {
        "000": Rating.TEEN,
        "001": Rating.TEEN,
        "002": Rating.TEEN,
        "003": Rating.MATURE,
        "004": Rating.MATURE,
    }
