"""Settings from a mapping, and .env.example beside them."""

import re
from dataclasses import fields
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.story import Rating
from bot.texts import say

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcDe.not-a-real-token-not-a-real-token"


def example() -> dict[str, str]:
    read = dotenv_values(stream=StringIO(EXAMPLE.read_text("utf-8")))
    return {name: value or "" for name, value in read.items()}


def sentence(error: ConfigurationError) -> str:
    return say(error.key, "en", **error.values)


def refused(**mapping: str) -> str:
    """Give the sentence with which a setting is refused."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping(mapping)
    return sentence(caught.value)


# .env.example


def test_the_example_holds_every_setting_and_no_other() -> None:
    assert list(example()) == [field.name.upper() for field in fields(Settings)]


def test_every_variable_that_is_read_stands_in_the_example() -> None:
    asked: set[str] = set()

    class Asked(dict[str, str]):
        def get(self, key: str, default: str = "") -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            asked.add(key)
            return default

    Settings.from_mapping(Asked())
    assert asked == set(example())


def test_the_values_of_the_example_are_the_defaults() -> None:
    assert Settings.from_mapping(example()) == Settings() == Settings.from_mapping({})


def test_every_variable_of_the_example_has_a_comment_that_gives_its_default() -> None:
    paragraphs = EXAMPLE.read_text("utf-8").split("\n\n")[1:]
    assert len(paragraphs) > 5
    for paragraph in paragraphs:
        *comment, last = paragraph.strip().split("\n")
        assert comment[0].startswith("# ")
        assert "=" in last
        assert re.search(r"Default|Empty:", paragraph), paragraph


def test_the_default_stated_in_a_comment_is_the_one_that_holds() -> None:
    values = example()
    told = re.findall(
        r"Default:\s(?:#\s)?([^\s,;(]+?)[\s.]*(?:\(.*?\))?[.\n].*?\n([A-Z_]+)=",
        EXAMPLE.read_text("utf-8").replace("\n# ", " "),
    )
    stated = {name: value for value, name in told}
    assert stated["DRABBLE_MAX_WORDS"] == values["DRABBLE_MAX_WORDS"] == "500"
    assert stated["DEFAULT_RATING"] == values["DEFAULT_RATING"] == "teen"
    assert stated["MAX_RATING"] == values["MAX_RATING"] == "explicit"
    assert stated["LOG_LEVEL"] == values["LOG_LEVEL"] == "info"


def test_the_example_holds_no_secret() -> None:
    assert example()["DISCORD_TOKEN"] == ""


# Values


def test_an_empty_or_blank_value_is_the_default() -> None:
    assert Settings.from_mapping(dict.fromkeys(example(), "")) == Settings()
    assert Settings.from_mapping(dict.fromkeys(example(), "  ")) == Settings()


def test_variables_of_others_are_nobodys_business() -> None:
    assert Settings.from_mapping({"PATH": "/bin", "discord_token": "x"}) == Settings()


def test_every_setting_is_read() -> None:
    settings = Settings.from_mapping(
        {
            "DISCORD_TOKEN": f" {TOKEN} ",
            "DATABASE_URL": "sqlite:////var/lib/library.db",
            "STORIES_DIR": "/srv/stories",
            "DEFAULT_RATING": "Mature",
            "MAX_RATING": "TEEN",
            "DRABBLE_MAX_WORDS": "1000",
            "OPERATOR_CONTACT": "ann@example.org",
            "SUPPORT_URL": "https://example.org/help",
            "PRIVACY_URL": "http://example.org/privacy",
            "LOG_LEVEL": "Debug",
            "LOG_FORMAT": "JSON",
            "SHARD_IDS": "0, 1,2",
            "SHARD_COUNT": "4",
            "METRICS_PORT": "9100",
            "DISCORD_API_URL": "http://127.0.0.1:3000",
        }
    )
    assert settings == Settings(
        discord_token=TOKEN,
        database_url="sqlite:////var/lib/library.db",
        stories_dir=Path("/srv/stories"),
        default_rating=Rating.MATURE,
        max_rating=Rating.TEEN,
        drabble_max_words=1000,
        operator_contact="ann@example.org",
        support_url="https://example.org/help",
        privacy_url="http://example.org/privacy",
        log_level="debug",
        log_format="json",
        shard_ids=(0, 1, 2),
        shard_count=4,
        metrics_port=9100,
        discord_api_url="http://127.0.0.1:3000",
    )


def test_the_home_folder_may_be_written_short() -> None:
    assert Settings.from_mapping({"STORIES_DIR": "~/stories"}).stories_dir == (
        Path.home() / "stories"
    )


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("general", Rating.GENERAL),
        ("Teen", Rating.TEEN),
        ("MATURE", Rating.MATURE),
        ("explicit", Rating.EXPLICIT),
        ("not rated", Rating.NOT_RATED),
        ("Not_Rated", Rating.NOT_RATED),
    ],
)
def test_a_default_rating_is_read_in_any_case(value: str, rating: Rating) -> None:
    assert Settings.from_mapping({"DEFAULT_RATING": value}).default_rating is rating


def test_explicit_and_not_rated_open_together() -> None:
    for value in ("explicit", "not rated", ""):
        assert Settings.from_mapping({"MAX_RATING": value}).max_rating is Rating.NOT_RATED
    assert Settings.from_mapping({"MAX_RATING": "mature"}).max_rating is Rating.MATURE


# Refused values name their variable and what it takes


@pytest.mark.parametrize("name", ["DEFAULT_RATING", "MAX_RATING"])
@pytest.mark.parametrize("value", ["pg-13", "5", "teen,mature"])
def test_an_unknown_rating_is_refused_with_the_known_ones(name: str, value: str) -> None:
    told = refused(**{name: value})
    assert name in told
    assert value in told
    assert "general, teen, mature, explicit, not rated" in told


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("DRABBLE_MAX_WORDS", "1", "1,000"),
        ("SHARD_COUNT", "1", "100,000"),
        ("METRICS_PORT", "1", "65,535"),
    ],
)
@pytest.mark.parametrize("value", ["0", "-1", "1e3", "many", "1.5", "٣", "9" * 30, "1_0"])
def test_a_number_out_of_bounds_is_refused_with_its_bounds(
    name: str, low: str, high: str, value: str
) -> None:
    told = refused(**{name: value})
    assert name in told
    assert f"from {low} to {high}" in told


@pytest.mark.parametrize("name", ["SUPPORT_URL", "PRIVACY_URL", "DISCORD_API_URL"])
@pytest.mark.parametrize("value", ["example.org", "javascript:alert(1)", "ftp://example.org"])
def test_an_address_that_is_none_is_refused(name: str, value: str) -> None:
    assert name in refused(**{name: value})


@pytest.mark.parametrize("name", ["SUPPORT_URL", "PRIVACY_URL", "DISCORD_API_URL"])
@pytest.mark.parametrize("value", ["https://", "http:// example.org"])
def test_an_address_without_a_site_is_refused(name: str, value: str) -> None:
    assert name in refused(**{name: value})


@pytest.mark.parametrize(("name", "value"), [("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml")])
def test_an_unknown_choice_is_refused_with_the_known_ones(name: str, value: str) -> None:
    told = refused(**{name: value})
    assert name in told
    assert ("warning" if name == "LOG_LEVEL" else "json") in told


@pytest.mark.parametrize("value", ["a", "0;1", "1.5", "0-3"])
def test_shards_that_are_no_numbers_are_refused(value: str) -> None:
    assert "SHARD_IDS" in refused(SHARD_IDS=value, SHARD_COUNT="4")


@pytest.mark.parametrize("value", ["-1", "4", "0,9"])
def test_shards_that_do_not_exist_are_refused(value: str) -> None:
    assert "SHARD_IDS" in refused(SHARD_IDS=value, SHARD_COUNT="4")


def test_shards_without_their_number_in_all_are_refused() -> None:
    assert "SHARD_COUNT" in refused(SHARD_IDS="0,1")


@pytest.mark.parametrize(
    "value", ["mysql://ann:hunter2@host/db", "sqlite:///", "library.db", "sqlite://library.db"]
)
def test_a_database_that_is_not_served_is_refused_with_an_example(value: str) -> None:
    told = refused(DATABASE_URL=value)
    assert "DATABASE_URL" in told
    assert "sqlite:///data/library.db" in told


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://ann:hunter2@host/db",
        "postgres://host:5433/db?sslmode=require&search_path=stories",
        "postgresql:///db?host=/var/run/postgresql",
        "postgresql://ann:hunter%2F%402@[::1]:5432/db",
    ],
)
def test_an_address_of_a_postgresql_database_is_taken(value: str) -> None:
    assert Settings.from_mapping({"DATABASE_URL": value}).database_url == value


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://host",
        "postgresql://host/",
        "postgresql://host:99999999/db",
        "postgresql://ann:hunter2@more@host/db",
        "postgresql://ann:hunter2/more@host/db",
        "postgresql://ann:hunter2?more@host/db",
        "postgresql://ann:hunter2#more@host/db",
        "postgresql://ann@host/hunter2/db",
    ],
)
def test_an_address_of_which_a_password_could_spill_is_refused_unrepeated(value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping({"DATABASE_URL": value})
    assert "hunter2" not in sentence(caught.value) + str(caught.value) + repr(caught.value)
    assert "%40" in sentence(caught.value)


# Secrets


@pytest.mark.parametrize(
    "value",
    ["hunter2-is-my-secret", "a.b.c", TOKEN[:-40], f"Bot {TOKEN}", f"{TOKEN}\n{TOKEN}", "0" * 70],
)
def test_a_malformed_token_is_never_repeated(value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping({"DISCORD_TOKEN": value})
    for told in (sentence(caught.value), str(caught.value), repr(caught.value)):
        assert value not in told
        assert TOKEN not in told
    assert "DISCORD_TOKEN" in sentence(caught.value)


def test_no_secret_stands_in_a_repr() -> None:
    settings = Settings.from_mapping(
        {"DISCORD_TOKEN": TOKEN, "DATABASE_URL": "sqlite:////secret/place.db"}
    )
    for told in (repr(settings), str(settings), f"{settings!r}", f"{[settings]}"):
        assert TOKEN not in told
        assert "secret" not in told


def test_the_password_of_a_database_is_never_repeated() -> None:
    address = "postgresql://ann:hunter2@host/db"
    assert "hunter2" not in repr(Settings.from_mapping({"DATABASE_URL": address}))
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping({"DATABASE_URL": address.replace("postgresql", "mysql")})
    assert "hunter2" not in sentence(caught.value) + str(caught.value) + repr(caught.value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().log_level = "debug"  # pyright: ignore[reportAttributeAccessIssue]
