"""Settings: one frozen value read once from one mapping.

Only ``cli`` touches the environment. Every variable here stands in
``.env.example`` with its default and meaning, which a test compares.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ConfigurationError
from bot.story import Rating

# Discord's tokens are three base64url parts; the first encodes the bot's id.
_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}")

_RATINGS = {rating.name.lower().replace("_", " "): rating for rating in Rating}
ID_LENGTH = 20  # digits of the longest id of Discord
_LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. ``repr`` never shows the token or the database address."""

    discord_token: str = field(default="", repr=False)
    database_url: str = field(default="sqlite:///data/library.db", repr=False)
    stories_dir: Path = Path("seeds")
    default_rating: Rating = Rating.TEEN
    max_rating: Rating = Rating.NOT_RATED
    drabble_max_words: int = 500
    catch_up_hours: int = 6
    story_pause_seconds: int = 30
    blocked_servers: frozenset[int] = frozenset()
    left_server_days: int = 30
    operator_contact: str = ""
    support_url: str = ""
    privacy_url: str = ""
    log_level: str = "info"
    log_format: str = "text"
    shard_ids: tuple[int, ...] = ()
    shard_count: int | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    discord_api_url: str = ""

    @property
    def catch_up(self) -> timedelta:
        """How late a daily story may still come, when it could not come in time."""
        return timedelta(hours=self.catch_up_hours)

    @property
    def story_pause(self) -> timedelta:
        """How long a member's next story comes to them alone after one everybody sees."""
        return timedelta(seconds=self.story_pause_seconds)

    @property
    def left_kept(self) -> timedelta:
        """How long what is kept of a server waits after the bot left it."""
        return timedelta(days=self.left_server_days)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str]) -> "Settings":
        """Read settings from ``mapping`` (such as ``os.environ``); an empty value is a default.

        Raises:
            ConfigurationError: A value cannot be used; the sentence names the
                variable and what it takes. A token is never repeated in it.
        """

        def given(name: str) -> str:
            return mapping.get(name, "").strip()

        default = cls()
        shard_count = _whole("SHARD_COUNT", given("SHARD_COUNT"), 0, 1, 100_000) or None
        return cls(
            discord_token=_token(given("DISCORD_TOKEN")),
            database_url=_database(given("DATABASE_URL") or default.database_url),
            stories_dir=Path(given("STORIES_DIR") or default.stories_dir).expanduser(),
            default_rating=_rating("DEFAULT_RATING", given("DEFAULT_RATING"), Rating.TEEN),
            max_rating=_ceiling(given("MAX_RATING")),
            drabble_max_words=_whole(
                "DRABBLE_MAX_WORDS", given("DRABBLE_MAX_WORDS"), default.drabble_max_words, 1, 1000
            ),
            catch_up_hours=_whole(
                "CATCH_UP_HOURS", given("CATCH_UP_HOURS"), default.catch_up_hours, 1, 24
            ),
            story_pause_seconds=_whole(
                "STORY_PAUSE_SECONDS",
                given("STORY_PAUSE_SECONDS"),
                default.story_pause_seconds,
                0,
                3_600,
            ),
            blocked_servers=_servers(given("BLOCKED_SERVERS")),
            left_server_days=_whole(
                "LEFT_SERVER_DAYS", given("LEFT_SERVER_DAYS"), default.left_server_days, 0, 365
            ),
            operator_contact=given("OPERATOR_CONTACT"),
            support_url=_address("SUPPORT_URL", given("SUPPORT_URL")),
            privacy_url=_address("PRIVACY_URL", given("PRIVACY_URL")),
            log_level=_choice("LOG_LEVEL", given("LOG_LEVEL"), default.log_level, _LOG_LEVELS),
            log_format=_choice(
                "LOG_FORMAT", given("LOG_FORMAT"), default.log_format, ("text", "json")
            ),
            shard_ids=_shards(given("SHARD_IDS"), shard_count),
            shard_count=shard_count,
            metrics_host=given("METRICS_HOST") or default.metrics_host,
            metrics_port=_whole("METRICS_PORT", given("METRICS_PORT"), 0, 1, 65_535) or None,
            discord_api_url=_address("DISCORD_API_URL", given("DISCORD_API_URL")),
        )


def _token(value: str) -> str:
    if value and not _TOKEN.fullmatch(value):
        raise ConfigurationError("config.token-malformed")
    return value


def _database(value: str) -> str:
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return value
    if not value.startswith(("postgresql://", "postgres://")):
        raise ConfigurationError("config.database", scheme=value.split(":", 1)[0] or "nothing")
    # A password with a bare @ or / in it would end up in what is taken for the server or
    # the database, and so in sentences: such an address is refused, and not repeated.
    try:
        parts = urlsplit(value)
        is_whole = parts.port is None or parts.port > 0
    except ValueError:
        is_whole = False
    else:
        is_whole &= bool(parts.path[1:]) and "/" not in parts.path[1:] and not parts.fragment
        is_whole &= parts.netloc.count("@") <= 1 and "@" not in parts.path + parts.query
    if not is_whole:
        raise ConfigurationError("config.database-server")
    return value


def _rating(name: str, value: str, default: Rating) -> Rating:
    if not value:
        return default
    try:
        return _RATINGS[value.lower().replace("_", " ")]
    except KeyError:
        raise ConfigurationError(
            "config.choice", name=name, value=value, choices=", ".join(_RATINGS)
        ) from None


def _ceiling(value: str) -> Rating:
    # "Not Rated" may hold what Explicit may hold, so the two open together.
    chosen = _rating("MAX_RATING", value, Rating.NOT_RATED)
    return Rating.NOT_RATED if chosen is Rating.EXPLICIT else chosen


def _whole(name: str, value: str, default: int, low: int, high: int) -> int:
    if not value:
        return default
    if value.isascii() and value.isdigit() and low <= int(value) <= high:
        return int(value)
    raise ConfigurationError("config.number", name=name, value=value, low=low, high=high)


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("https", "http") or not parts.hostname or " " in value):
        raise ConfigurationError("config.address", name=name, value=value)
    return value


def _choice(name: str, value: str, default: str, choices: tuple[str, ...]) -> str:
    chosen = value.lower() or default
    if chosen not in choices:
        raise ConfigurationError(
            "config.choice", name=name, value=value, choices=", ".join(choices)
        )
    return chosen


def _servers(value: str) -> frozenset[int]:
    told = value.replace(",", " ").split()
    if not all(each.isascii() and each.isdigit() and len(each) <= ID_LENGTH for each in told):
        raise ConfigurationError("config.servers", value=value)
    return frozenset(map(int, told))


def _shards(value: str, count: int | None) -> tuple[int, ...]:
    if value and count is None:
        raise ConfigurationError("config.shards-without-count", value=value)
    try:
        shards = tuple(int(part) for part in value.replace(",", " ").split())
    except ValueError:
        raise ConfigurationError("config.shards", value=value) from None
    if any(not 0 <= shard < (count or 0) for shard in shards):
        raise ConfigurationError("config.shards", value=value)
    return shards
