"""What people write about a story, as fields."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importers.dates import parse_date
from bot.importers.fields import by_field, find_field, merge
from bot.importers.metadata import read_facts
from bot.story import Permission, Rating, SeriesPart


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("Title", "title"),
        ("CREATOR", "authors"),
        ("Archive Warnings", "warnings"),
        ("archive_warning", "warnings"),
        ("Additional-Tags", "tags"),
        ("Author’s  Note", "notes"),
        ("A/N", "notes"),
        ("ships", "relationships"),
        ("lang", "language"),
        ("mood", None),
    ],
)
def test_keys_have_synonyms(key: str, field: str | None) -> None:
    assert find_field(key) == field


def test_lists_come_from_lists_and_from_text() -> None:
    assert read_facts({"author": "Ann, Bo ,, ann"}).authors == ("Ann", "Bo")
    assert read_facts({"fandoms": ["Star Wars", "A, B"]}).fandoms == ("Star Wars", "A, B")
    assert read_facts({"tags": "rain\nfog"}).tags == ("rain", "fog")


def test_genres_are_parted_by_semicolons_and_add_to_the_tags() -> None:
    assert read_facts({"tags": "rain", "genre": "Hurt, Comfort; Drama"}).tags == (
        "rain",
        "Hurt, Comfort",
        "Drama",
    )


@pytest.mark.parametrize(
    ("relationship", "people"),
    [
        ("Kylo Ren/Armitage Hux", ["Kylo Ren", "Armitage Hux"]),
        ("Rey & Finn & Poe", ["Rey", "Finn", "Poe"]),
        ("A / B/C (one-sided)", ["A", "B", "C"]),
        ("Past Rey (Star Wars)/Finn", ["Rey", "Finn"]),
        ("Hux & Everyone", ["Hux"]),
        ("Kylux", []),
    ],
)
def test_relationships_name_characters_where_nothing_else_does(
    relationship: str, people: list[str]
) -> None:
    story = read_facts({"pairing": [relationship]})
    assert [character.name for character in story.characters] == people
    assert story.relationships == (relationship,)
    assert len(read_facts({"ships": [relationship], "cast": "Ann"}).characters) == 1


def test_names_of_one_person_are_aliases() -> None:
    told = {"characters": ["Kylo Ren | Ben Solo", {"name": "Hux", "aliases": ["General", "Hugs"]}]}
    kylo, hux = read_facts(told).characters
    assert (kylo.name, kylo.aliases) == ("Kylo Ren", ("Ben Solo",))
    assert (hux.name, hux.aliases) == ("Hux", ("General", "Hugs"))


def test_ratings_are_read_and_unknown_ones_told() -> None:
    assert read_facts({}).rating is None
    assert read_facts({"rated": "PG-13"}).rating is Rating.TEEN
    assert read_facts({"rating": "Not Rated"}).messages == ()
    spicy = read_facts({"rating": "spicy"})
    assert spicy.rating is Rating.NOT_RATED
    assert "spicy" in spicy.messages[0]


@pytest.mark.parametrize(
    "stated",
    [
        "2024-02-28",
        "2024/2/28",
        "2024-02-28T10:00:00Z",
        "28 Feb 2024",
        "Feb. 28th, 2024",
        "February 28 2024",
        "28.02.2024",
        "2/28/2024",
        "Wednesday, 28 February 2024",
    ],
)
def test_dates_are_read_as_people_write_them(stated: str) -> None:
    assert parse_date(stated) == date(2024, 2, 28)


@pytest.mark.parametrize("stated", ["2024-02-30", "3/4/2024", "spring", "2024", "", "0000-01-01"])
def test_what_is_no_date_gives_none(stated: str) -> None:
    assert parse_date(stated) is None


def test_a_date_that_is_none_is_told_and_left_out() -> None:
    story = read_facts({"published": "2024-02-30", "updated": date(2024, 3, 1)})
    assert (story.published, story.updated) == (None, date(2024, 3, 1))
    assert "2024-02-30" in story.messages[0]
    assert read_facts({"date": datetime(2024, 3, 1, tzinfo=UTC)}).published == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("stated", "series"),
    [
        ({"name": "Rain", "part": 3}, (SeriesPart("Rain", "3"),)),
        ("Rain #3", (SeriesPart("Rain", "3"),)),
        ("Part 3 of Rain", (SeriesPart("Rain", "3"),)),
        ("Rain [3]", (SeriesPart("Rain", "3"),)),
        ("Rain, Snow", (SeriesPart("Rain, Snow"),)),
        ("Rain #3, Snow #1", (SeriesPart("Rain", "3"), SeriesPart("Snow", "1"))),
        (["Rain #3", {"title": "Snow"}], (SeriesPart("Rain", "3"), SeriesPart("Snow"))),
    ],
)
def test_series_are_read_in_every_usual_form(
    stated: object, series: tuple[SeriesPart, ...]
) -> None:
    assert read_facts({"series": stated}).series == series


def test_a_part_stated_apart_belongs_to_the_series() -> None:
    assert read_facts({"series": "Rain", "part": "3"}).series == (SeriesPart("Rain", "3"),)
    assert read_facts({"part": "3"}).extra == (("part", "3"),)


@pytest.mark.parametrize(
    ("facts", "complete"),
    [
        ({"complete": True}, True),
        ({"status": "In Progress"}, False),
        ({"status": "Completed"}, True),
        ({"chapters": "3/?"}, False),
        ({"chapters": "3/3"}, True),
        ({"chapters": "3"}, None),
        ({}, None),
    ],
)
def test_whether_a_story_is_complete(facts: dict[str, object], complete: bool | None) -> None:
    assert read_facts(facts).complete is complete


@pytest.mark.parametrize(
    ("stated", "permission", "note"),
    [
        ("own", Permission.OWN, ""),
        ("Public Domain", Permission.PUBLIC_DOMAIN, ""),
        ("license: CC BY-SA 4.0", Permission.LICENCE, "CC BY-SA 4.0"),
        ("CC BY 4.0", Permission.LICENCE, "CC BY 4.0"),
        ("consent (mail of 3 May)", Permission.CONSENT, "mail of 3 May"),
        ("blanket statement", Permission.BLANKET, ""),
        ("link only", Permission.LINK_ONLY, ""),
    ],
)
def test_permissions_with_and_without_a_note(
    stated: str, permission: Permission, note: str
) -> None:
    story = read_facts({"permission": stated})
    assert (story.permission, story.permission_note) == (permission, note)
    assert story.messages == ()


@pytest.mark.parametrize("stated", ["all rights reserved", "probably", "unknown: ask"])
def test_a_permission_that_is_none_is_told(stated: str) -> None:
    story = read_facts({"permission": stated})
    assert story.permission is None
    assert stated in story.messages[0]


def test_a_source_is_a_web_address() -> None:
    address = "https://archiveofourown.org/works/1"
    assert read_facts({"url": address}).source == address
    assert read_facts({"url": "archiveofourown.org/works/1"}).source == address
    for stated in ("javascript:alert(1)", "Tumblr", "https://", "http://[x", "https://a b/"):
        story = read_facts({"source": stated})
        assert story.source == ""
        assert story.extra == (("source", stated),)
        assert len(story.messages) == 1


def test_stated_words_are_a_number() -> None:
    assert read_facts({"words": "4,559"}).stated_words == 4559
    assert read_facts({"words": 12}).stated_words == 12
    assert read_facts({"words": "many"}).messages


def test_unknown_keys_are_kept() -> None:
    story = read_facts({"mood": "dark", "Score": {"a": [1, True]}, "id": 7})
    assert story.extra == (("mood", "dark"), ("Score", '{"a": [1, true]}'), ("id", "7"))


def test_values_are_clean_and_of_one_line_where_one_line_is_meant() -> None:
    story = read_facts({"title": "The\n Rain\0\ud800", "summary": "One.\r\n\r\nTwo."})
    assert story.title == "The Rain"
    assert story.summary == "One.\n\nTwo."


def test_a_long_title_is_kept_and_told() -> None:
    story = read_facts({"title": "x" * 300})
    assert len(story.title) == 300
    assert "300" in story.messages[0]


def test_a_layer_above_overrides_by_field_and_ends_what_belongs() -> None:
    below = by_field({"creators": "Ann", "series": "Rain", "part": 2, "tags": "fog"})
    above = by_field({"author": "Bo", "series": "Snow", "title": ""})
    assert merge(below, above) == {"authors": ["Bo"], "series": "Snow", "tags": ["fog"]}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "part", "aliases", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "title",
        "by",
        "rating",
        "cast",
        "ships",
        "series",
        "part",
        "date",
        "complete",
        "chapters",
        "url",
        "permission",
        "words",
        "summary",
        "notes",
        "genre",
        "x",
        "Ünknown",
        "",
    ]
)


@given(st.dictionaries(KEYS, VALUES))
def test_no_facts_are_ever_refused(facts: dict[str, object]) -> None:
    story = read_facts(facts)
    assert by_field(by_field(facts)) == by_field(facts) or "nan" in str(facts)
    assert "\0" not in story.title
