"""Time zones found by what people call them."""

import zoneinfo
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DeliveryError
from bot.zones import Zone, find_zones, get_zone, label

SUMMER = datetime(2026, 7, 1, 12, 14, tzinfo=UTC)
WINTER = datetime(2026, 1, 1, 12, 14, tzinfo=UTC)
LANGUAGES = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no",
    "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
]  # fmt: skip


def first(query: str, locale: str = "en-US") -> Zone:
    found = find_zones(query, locale)
    assert found, query
    return found[0]


def keys(query: str, locale: str = "en-US") -> list[str]:
    return [zone.key for zone in find_zones(query, locale)]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("Berlin", "Europe/Berlin"), ("berlin", "Europe/Berlin"), ("  BERLIN  ", "Europe/Berlin"),
        ("New York", "America/New_York"), ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("St. John's", "America/St_Johns"), ("st johns", "America/St_Johns"),
        ("Kiev", "Europe/Kyiv"), ("Calcutta", "Asia/Kolkata"), ("Saigon", "Asia/Ho_Chi_Minh"),
        ("東京", "Asia/Tokyo"), ("Wien", "Europe/Vienna"),
    ],
)  # fmt: skip
def test_a_city_with_a_zone_of_its_own_is_found(query: str, key: str) -> None:
    assert first(query).key == key


@pytest.mark.parametrize(
    ("query", "key", "city"),
    [
        ("Munich", "Europe/Berlin", "Munich"), ("münchen", "Europe/Berlin", "Munich"),
        ("Muenchen", "Europe/Berlin", "Munich"),
        ("Washington", "America/New_York", "Washington, D.C."),
        ("washington dc", "America/New_York", "Washington, D.C."),
        ("Beijing", "Asia/Shanghai", "Beijing"), ("Mumbai", "Asia/Kolkata", "Mumbai"),
        ("Bombay", "Asia/Kolkata", "Mumbai"),
        ("San Francisco", "America/Los_Angeles", "San Francisco"),
        ("Sydney", "Australia/Sydney", "Sydney"), ("São Paulo", "America/Sao_Paulo", "Sao Paulo"),
        ("sao paulo", "America/Sao_Paulo", "Sao Paulo"), ("Köln", "Europe/Berlin", "Cologne"),
        ("St. Petersburg", "Europe/Moscow", "Saint Petersburg"),
        ("California", "America/Los_Angeles", "California"), ("Texas", "America/Chicago", "Texas"),
    ],
)  # fmt: skip
def test_a_city_without_a_zone_of_its_own_is_found_and_named(
    query: str, key: str, city: str
) -> None:
    found = first(query)
    assert (found.key, found.city) == (key, city)


@pytest.mark.parametrize(
    ("query", "locale", "key", "name"),
    [
        ("Deutschland", "de", "Europe/Berlin", "Berlin, Deutschland"),
        ("Germany", "de", "Europe/Berlin", "Berlin, Deutschland"),
        ("Allemagne", "fr", "Europe/Berlin", "Berlin, Allemagne"),
        ("ドイツ", "ja", "Europe/Berlin", "ベルリン, ドイツ"),
        ("japan", "ja", "Asia/Tokyo", "東京, 日本"),
        ("Österreich", "de", "Europe/Vienna", "Wien, Österreich"),
        ("osterreich", "de", "Europe/Vienna", "Wien, Österreich"),
        ("Брази", "ru", "America/Sao_Paulo", "Сан-Паулу, Бразилия"),
        ("Brasil", "pt-BR", "America/Sao_Paulo", "São Paulo, Brasil"),
        ("日本", "zh-TW", "Asia/Tokyo", "東京, 日本"),
        ("England", "en-US", "Europe/London", "London, United Kingdom"),
        ("UK", "en-US", "Europe/London", "London, United Kingdom"),
        ("usa", "en-GB", "America/New_York", "New York, United States"),
        ("München", "de", "Europe/Berlin", "München, Deutschland"),
        ("Munich", "ja", "Europe/Berlin", "ミュンヘン, ドイツ"),
        ("北京", "zh-CN", "Asia/Shanghai", "北京, 中国"),
    ],
)  # fmt: skip
def test_countries_and_cities_are_found_and_told_in_the_members_language(
    query: str, locale: str, key: str, name: str
) -> None:
    found = first(query, locale)
    assert (found.key, found.name) == (key, name)


@pytest.mark.parametrize(
    ("query", "locale", "key"),
    [
        ("CET", "de", "Europe/Berlin"), ("CET", "fr", "Europe/Paris"),
        ("CET", "pl", "Europe/Warsaw"), ("cest", "it", "Europe/Rome"),
        ("MEZ", "de", "Europe/Berlin"),
        ("PST", "en-US", "America/Los_Angeles"), ("BST", "en-GB", "Europe/London"),
        ("JST", "en-US", "Asia/Tokyo"), ("AEST", "en-US", "Australia/Sydney"),
        ("CST", "en-US", "America/Chicago"), ("CST", "zh-CN", "Asia/Shanghai"),
        ("EST", "en-US", "America/New_York"), ("IST", "hi", "Asia/Kolkata"),
        ("MSK", "ru", "Europe/Moscow"), ("BRT", "pt-BR", "America/Sao_Paulo"),
        ("PT", "en-US", "America/Los_Angeles"), ("ET", "en-US", "America/New_York"),
        ("Eastern Time", "en-US", "America/New_York"),
        ("Mitteleuropäische Zeit", "de", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_an_abbreviation_means_the_zone_nearest_to_the_member(
    query: str, locale: str, key: str
) -> None:
    assert first(query, locale).key == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"), ("america/new_york", "America/New_York"),
        ("US/Eastern", "America/New_York"), ("Asia/Calcutta", "Asia/Kolkata"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Coyhaique", "America/Coyhaique"), ("Etc/UTC", "Etc/UTC"),
    ],
)  # fmt: skip
def test_an_iana_key_is_found_also_an_old_one(query: str, key: str) -> None:
    assert first(query).key == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("UTC+2", "Etc/GMT-2"), ("utc +2", "Etc/GMT-2"), ("GMT+2", "Etc/GMT-2"),
        ("UTC+02:00", "Etc/GMT-2"), ("UTC+0200", "Etc/GMT-2"), ("+2", "Etc/GMT-2"),
        ("UTC-5", "Etc/GMT+5"), ("UTC−5", "Etc/GMT+5"), ("UTC+14", "Etc/GMT-14"),
        ("UTC-12", "Etc/GMT+12"), ("UTC", "Etc/UTC"), ("UTC+0", "Etc/UTC"), ("GMT-0", "Etc/UTC"),
        ("UTC+", "Etc/UTC"), ("GMT", "Etc/GMT"), ("UTC+5:30", "Asia/Kolkata"),
        ("-3:30", "America/St_Johns"), ("＋２", "Etc/GMT-2"),
    ],
)  # fmt: skip
def test_an_offset_is_a_zone_that_never_changes_its_clock(query: str, key: str) -> None:
    assert first(query).key == key


def test_after_the_fixed_offset_come_the_places_that_have_it() -> None:
    assert keys("UTC+2", "de")[:2] == ["Etc/GMT-2", "Europe/Berlin"]


@pytest.mark.parametrize("query", ["UTC+15", "UTC-13", "UTC+5:17", "+99", "UTC+2:75"])
def test_an_offset_that_no_place_has_finds_nothing(query: str) -> None:
    assert find_zones(query) == []


@pytest.mark.parametrize(
    ("query", "locale", "key"),
    [
        ("berln", "en-US", "Europe/Berlin"), ("Sidney", "en-US", "Australia/Sydney"),
        ("san fransisco", "en-US", "America/Los_Angeles"), ("Viena", "en-US", "Europe/Vienna"),
        ("copenhagn", "en-US", "Europe/Copenhagen"), ("phillipines", "en-US", "Asia/Manila"),
        ("washingon", "en-US", "America/New_York"), ("Deutchland", "de", "Europe/Berlin"),
        ("amsterdma", "nl", "Europe/Amsterdam"), ("San Fransi", "en-US", "America/Los_Angeles"),
    ],
)  # fmt: skip
def test_a_near_miss_is_forgiven(query: str, locale: str, key: str) -> None:
    assert first(query, locale).key == key


def test_a_prefix_comes_before_a_later_word_before_the_inside() -> None:
    found = keys("york")
    assert found[0] == "America/New_York"
    found = keys("lin")
    assert found.index("Europe/Vienna") < found.index("Europe/Berlin")  # Linz, Berlin


def test_words_are_found_in_any_order_and_with_the_country() -> None:
    assert first("berlin germany").key == "Europe/Berlin"
    assert first("Germany Munich").city == "Munich"
    assert first("paris fr").key == "Europe/Paris"


def test_a_label_that_was_typed_or_pasted_finds_its_zone() -> None:
    zone = get_zone("Europe/Berlin")
    assert first(label(zone, SUMMER)) == zone
    assert first(zone.name) == zone


def test_a_country_gives_all_its_zones_the_best_known_first() -> None:
    assert keys("United States")[:4] == [
        "America/New_York",
        "America/Los_Angeles",
        "America/Chicago",
        "America/Denver",
    ]
    assert len(keys("Australia")) >= 10


@pytest.mark.parametrize(
    ("locale", "start"),
    [
        ("en-US", ["America/New_York", "America/Los_Angeles", "America/Chicago"]),
        ("en-GB", ["Europe/London", "America/New_York"]),
        ("de", ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]),
        ("pt-BR", ["America/Sao_Paulo", "America/Manaus", "Europe/Lisbon"]),
        ("es-419", ["America/Mexico_City", "America/Argentina/Buenos_Aires", "America/Bogota"]),
        ("es-ES", ["Europe/Madrid", "America/Mexico_City", "America/Argentina/Buenos_Aires"]),
        ("zh-TW", ["Asia/Taipei"]),
        ("no", ["Europe/Oslo"]),
        ("sv-SE", ["Europe/Stockholm"]),
        ("uk", ["Europe/Kyiv"]),
        ("hi", ["Asia/Kolkata"]),
        ("vi", ["Asia/Ho_Chi_Minh"]),
        ("mt", ["Europe/Malta"]),  # not among the best known, and home all the same
    ],
)
def test_an_empty_query_starts_at_home(locale: str, start: list[str]) -> None:
    assert keys("", locale)[: len(start)] == start
    assert keys(" \n ", locale) == keys("", locale)


def test_ties_go_to_the_members_own_country() -> None:
    assert first("be", "de").key == "Europe/Berlin"
    assert first("be", "en-GB").city == "Belfast"
    assert first("be", "zh-CN").city == "北京"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_names_every_zone_it_lists(locale: str) -> None:
    for query in ("", "a", "UTC+1", "CET"):
        found = find_zones(query, locale)
        assert found
        assert len({zone.key for zone in found}) == len(found) <= 25
        for zone in found:
            assert zone.city
            assert zone.name.strip(" ,") == zone.name
            assert len(label(zone, SUMMER, locale)) <= 100


@pytest.mark.parametrize("locale", ["en-US", "de", "ja"])
def test_every_zone_can_be_named_and_labelled(locale: str) -> None:
    for key in zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"}:
        zone = get_zone(key, locale)
        assert zone.city
        assert len(label(zone, SUMMER, locale)) <= 100


@pytest.mark.parametrize("locale", ["", "xx", "en-XX", "not a locale", "../..", "\0", "de_DE-1-2"])
def test_an_unknown_language_counts_as_english(locale: str) -> None:
    assert first("Munich", locale).name == "Munich, Germany"


def test_a_city_that_is_its_country_is_named_once() -> None:
    assert first("Singapore").name == "Singapore"
    assert first("Hong Kong").name == "Hong Kong"


def test_a_fixed_offset_has_no_country() -> None:
    assert first("UTC+2").name == "UTC+2"
    assert get_zone("Etc/GMT+5").name == "UTC-5"
    assert get_zone("Etc/UTC").name == "UTC"
    assert get_zone("UTC").name == "UTC"


def test_a_label_tells_offset_and_clock_of_the_season() -> None:
    berlin = get_zone("Europe/Berlin", "de")
    assert label(berlin, SUMMER, "de") == "Berlin, Deutschland (UTC+2, 14:14)"
    assert label(berlin, WINTER, "de") == "Berlin, Deutschland (UTC+1, 13:14)"
    st_johns = get_zone("America/St_Johns", "fr")
    assert label(st_johns, WINTER, "fr").endswith("(UTC-3:30, 08:44)")
    assert label(first("Munich"), SUMMER, "en-US") == "Munich, Germany (UTC+2, 2:14\u202fPM)"


@pytest.mark.parametrize("key", ["", "Berlin", "Nope/Zone", "localtime", "Factory", "../x", "\0"])
def test_a_key_that_is_no_zone_is_refused(key: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        get_zone(key)
    assert refusal.value.key == "daily.unknown-zone"
    assert refusal.value.values == {"text": key}


@pytest.mark.parametrize("query", ["xyzzy", "🕗", "---", "...", "+", "'", "\0", "\ud800"])
def test_what_is_no_place_finds_nothing(query: str) -> None:
    assert find_zones(query) == []


@pytest.mark.parametrize("unit", ["x", "berlin ", "(utc", " ", "é", "東"])
def test_something_huge_does_no_harm(unit: str) -> None:
    assert isinstance(find_zones(unit * 200_000), list)


def test_the_limit_is_kept() -> None:
    assert len(find_zones("", limit=3)) == 3
    assert find_zones("berlin", limit=0) == []
    assert find_zones("berlin", limit=-1) == []


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(["en-US", "de", "ja"]))
def test_any_query_gives_zones_that_exist_each_once(query: str, locale: str) -> None:
    found = find_zones(query, locale)
    assert len({zone.key for zone in found}) == len(found) <= 25
    assert all(zoneinfo.ZoneInfo(zone.key) for zone in found)


@settings(deadline=None)
@given(
    st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York", "Europe/Kyiv"]), st.data()
)
def test_typing_a_city_keeps_it_in_the_list(key: str, data: st.DataObject) -> None:
    city = get_zone(key).city
    typed = city[: data.draw(st.integers(3, len(city)))]
    assert key in keys(typed)
