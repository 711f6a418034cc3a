"""Find a time zone by what people call it: a city, a country, "CET", "UTC+2".

Babel gives the names of countries and cities in the member's language; what
it lacks (Munich, Washington, Mumbai) stands in ``data/cities.toml``. For each
language an index is built once: every folded name with the zones it stands
for. A search walks it once and ranks by how the query matches, then by the
member's own country, then by how well known the zone is.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_time
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.errors import DeliveryError
from bot.prose.words import fold

_QUERY_LIMIT = 100  # characters; Discord cuts an option's name there
_NEAR_MISS_LENGTH = 4  # characters from which one typing slip is forgiven
_TWO_SLIPS_LENGTH = 8
# Where summer time is told apart: a winter's and a summer's day, either hemisphere.
_SAMPLES = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
_OFFICIAL = ("official", "de_facto_official")  # Spanish in Mexico is so in fact only
_NOT_PLACES = frozenset({"Etc/Unknown", "Factory", "localtime", "posixrules"})

_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+\-−–])\s*(\d{1,2})(?::?([0-5]\d))?")
_LABEL_END = re.compile(r"\(utc[^()]*\)?\s*$", re.IGNORECASE)
_DROPPED = re.compile(r"[.'ʻ]")
_SPACED = re.compile(r"[\s_/,()·\-]+")


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone as a person knows it, named in their language."""

    key: str  # IANA name
    city: str
    country: str = ""

    @property
    def name(self) -> str:
        """The city and its country, such as ``"Munich, Germany"``, or ``"Singapore"``."""
        if not self.country or self.city in self.country:
            return self.city
        return f"{self.city}, {self.country}"


class _Match(IntEnum):
    """How a query matches a name, best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2  # the start of a later word: "york"
    WORDS = 3  # every word of the query starts one of the name's: "berlin ger"
    INSIDE = 4
    NEAR = 5


class _Kind(IntEnum):
    """What a name names; the first kinds win ties."""

    CITY = 0
    COUNTRY = 1
    ABBREVIATION = 2
    CODE = 3  # of two letters: only found when typed in full
    ZONE_NAME = 4  # "Central European Time"
    KEY = 5


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A zone under one city's name; ``tier`` and ``rank`` order equals."""

    zone: Zone
    tier: int  # 0: the member's own country; 1: the same language; 2: elsewhere
    rank: int
    words: str  # of city, country and key, each after a space


@dataclass(frozen=True, slots=True)
class _Index:
    """All names of zones for one language."""

    main: Mapping[str, _Candidate]  # by key: each zone under its own city's name
    candidates: tuple[_Candidate, ...]
    terms: tuple[tuple[str, _Kind, tuple[_Candidate, ...]], ...]  # text after a space
    places: tuple[tuple[str, tuple[_Candidate, ...]], ...]  # names a slip may have hit
    resting: tuple[_Candidate, ...]  # for the empty query


def find_zones(query: str, locale: str = "en", limit: int = 25) -> list[Zone]:
    """Find the zones that ``query`` may mean, best first, each zone once.

    A zone is named after the city that was found ("Munich" for
    Europe/Berlin). The empty query gives the zones of the language's own
    country, then the best known ones. ``locale`` is Discord's name of a
    language; an unknown one counts as English.
    """
    index = _index(_babel_name(locale))
    shortened = _LABEL_END.sub("", query[:_QUERY_LIMIT])
    wanted = _normal(shortened).rstrip("+ ")
    if not wanted:
        # A query of marks alone is not an empty one: it finds nothing.
        found = [] if query.strip() else list(index.resting)
    elif offset := _OFFSET.fullmatch(fold(shortened)):
        found = _at_offset(offset, index)
    else:
        matches = list(_matches(wanted, index))
        if all(match is _Match.INSIDE for match, _, _ in matches):
            matches += _near_misses(wanted, index)
        found = _ranked(matches)
    zones: dict[str, Zone] = {}
    for candidate in found:
        zones.setdefault(candidate.zone.key, candidate.zone)
    return list(zones.values())[: max(limit, 0)]


def get_zone(key: str, locale: str = "en") -> Zone:
    """Name the zone with this IANA key in a language; an old key gives today's zone.

    Raises:
        DeliveryError: no zone has this key.
    """
    index = _index(_babel_name(locale))
    candidate = index.main.get(key) or index.main.get(_global("zone_aliases").get(key, ""))
    if candidate is None:
        raise DeliveryError("daily.unknown-zone", text=key)
    return candidate.zone


def label(zone: Zone, now: datetime, locale: str = "en") -> str:
    """Tell a zone by its name, offset and clock: "Berlin, Germany (UTC+2, 20:14)".

    Args:
        zone: One that ``find_zones`` or ``get_zone`` gave; its name is used as it is.
        now: Aware, in any zone.
        locale: How the clock is written.
    """
    local = now.astimezone(ZoneInfo(zone.key))
    clock = format_time(local.time(), "short", locale=_babel_name(locale))
    return f"{zone.name} ({_offset_name(local.utcoffset() or timedelta())}, {clock})"


def _matches(wanted: str, index: _Index) -> Iterator[tuple[_Match, _Kind, _Candidate]]:
    start = f" {wanted}"
    # Inside a Latin word two letters stand everywhere and mean nothing.
    inside = len(wanted) > 2 or not wanted.isascii()
    for text, kind, candidates in index.terms:
        if kind is _Kind.CODE:
            if text != start:
                continue
            match = _Match.PREFIX
        elif text.startswith(start):
            match = _Match.EXACT if len(text) == len(start) else _Match.PREFIX
        elif start in text:
            match = _Match.WORD
        elif inside and wanted in text:
            match = _Match.INSIDE
        else:
            continue
        for candidate in candidates:
            yield match, kind, candidate
    starts = [f" {word}" for word in wanted.split()]
    if len(starts) > 1:
        for candidate in index.candidates:
            if all(word in candidate.words for word in starts):
                yield _Match.WORDS, _Kind.CITY, candidate


def _near_misses(wanted: str, index: _Index) -> Iterator[tuple[_Match, _Kind, _Candidate]]:
    """Give the cities and countries that are a slip or two away, also while still typing."""
    if len(wanted) < _NEAR_MISS_LENGTH:
        return
    slips = 2 if len(wanted) >= _TWO_SLIPS_LENGTH else 1
    whole = [text for text, _ in index.places]
    begun = [text[: len(wanted)] for text in whole]
    for names, kind in ((whole, _Kind.CITY), (begun, _Kind.COUNTRY)):
        hits = process.extract(wanted, names, scorer=OSA.distance, score_cutoff=slips, limit=None)
        for _, distance, place in hits:
            for candidate in index.places[place][1]:
                # Whole names before begun ones, one slip before two.
                yield _Match.NEAR, _Kind(kind + 2 * (distance > 1)), candidate


def _ranked(found: Iterable[tuple[_Match, _Kind, _Candidate]]) -> list[_Candidate]:
    return [
        candidate
        for _, _, candidate in sorted(
            found, key=lambda hit: (hit[0], hit[2].tier, hit[1], hit[2].rank)
        )
    ]


def _at_offset(written: re.Match[str], index: _Index) -> list[_Candidate]:
    """Give the fixed zone of an offset, then the places that have it in some season."""
    sign = 1 if written[1] == "+" else -1
    offset = sign * timedelta(hours=int(written[2]), minutes=int(written[3] or 0))
    hours = offset // timedelta(hours=1)
    # The sign of these names is turned round: Etc/GMT-2 is two hours ahead.
    fixed = index.main.get(f"Etc/GMT{-hours:+}" if hours else "Etc/UTC")
    places = [
        candidate
        for key, candidate in index.main.items()
        if not key.startswith("Etc/") and any(offset == there for there, _ in _seasons(key))
    ]
    places.sort(key=lambda candidate: (candidate.tier, candidate.rank))
    return [fixed, *places] if fixed and not offset % timedelta(hours=1) else places


# The index of one language


@lru_cache(maxsize=12)  # languages; each takes 1 MB, and 40 ms to build
def _index(name: str) -> _Index:
    """Build the index for a language by Babel's name of it."""
    locale, english = Locale.parse(name), Locale("en")
    tables = _tables()
    well_known = {key: rank for rank, key in enumerate(tables["well_known"])}
    home, near = _territories(locale)
    terms: dict[tuple[str, _Kind], list[_Candidate]] = defaultdict(list)
    main: dict[str, _Candidate] = {}
    candidates: list[_Candidate] = []

    def add(kind: _Kind, candidate: _Candidate, names: Iterable[str | None]) -> None:
        for text in dict.fromkeys(_normal(each) for each in names if each):
            if text:
                terms[f" {text}", kind].append(candidate)

    for order, key in enumerate(_keys()):
        territory = tables["territories"].get(key) or _global("zone_territories").get(key, "")
        tier = 0 if territory in home else 1 if territory in near else 2
        rank = 1_000 * well_known.get(key, len(well_known) + order)
        country = _country(territory, locale)
        country_names = [country, _country(territory, english)]
        for place, (city, names) in enumerate(_cities(key, locale)):
            words = _normal(" ".join([*names, *country_names, key]))
            candidate = _Candidate(Zone(key, city, country), tier, rank + place, f" {words}")
            candidates.append(candidate)
            add(_Kind.CITY, candidate, names)
            main.setdefault(key, candidate)

        own = main[key]
        add(_Kind.COUNTRY, own, [*country_names, *tables["countries"].get(territory, ())])
        add(_Kind.CODE, own, [territory] if country else ())
        add(_Kind.KEY, own, [key, *_old_keys().get(key, ())])
        add(_Kind.ZONE_NAME, own, [*_zone_names(key, locale), *_zone_names(key, english)])
        letters = [name for _, name in _seasons(key) if name and name.isalpha()]
        add(_Kind.ABBREVIATION, own, letters)
    for abbreviation, keys in tables["abbreviations"].items():
        # Two letters may be a country's code as well: neither is surer.
        kind = _Kind.CODE if len(abbreviation) == 2 else _Kind.ABBREVIATION
        for key in keys:
            if key in main:
                add(kind, main[key], [abbreviation])

    frozen = [(text, kind, tuple(found)) for (text, kind), found in terms.items()]
    places = [(text[1:], found) for text, kind, found in frozen if kind <= _Kind.COUNTRY]
    known = [main[key] for key in well_known if key in main]
    if not any(candidate.tier == 0 for candidate in known):
        known += [candidate for candidate in main.values() if candidate.tier == 0]
    known.sort(key=lambda candidate: (candidate.tier, candidate.rank))
    return _Index(main, tuple(candidates), tuple(frozen), tuple(places), tuple(known))


def _cities(key: str, locale: Locale) -> Iterator[tuple[str, list[str]]]:
    """Give what the cities of a zone are called, and all their names; its own city first."""
    others: Mapping[str, Any] = _tables()["cities"].get(key, {})
    own = [_city(key, locale), _city(key, Locale("en")), *_tables()["also"].get(key, ())]
    # Europe/Belfast is an old key of Europe/London, and a city all the same.
    old = [name.rpartition("/")[2].replace("_", " ") for name in _old_keys().get(key, ())]
    yield own[0], own + [name for name in old if name not in others]
    for city, names in others.items():
        translated = [name for language, name in names.items() if language != "also"]
        yield names.get(locale.language, city), [city, *translated, *names.get("also", ())]


def _territories(locale: Locale) -> tuple[frozenset[str], frozenset[str]]:
    """Tell the countries of a language's own, and those where it is official too."""
    if locale.territory == "419":  # Latin America, a part of the world
        home = frozenset(_tables()["latin_america"])
    elif locale.territory:
        home = frozenset({locale.territory})
    else:
        likely = _global("likely_subtags").get(locale.language, "")
        home = frozenset({likely.rpartition("_")[2]}) - {""}
    if locale.language == "en":
        return home, frozenset()  # official in 80 countries, which says nothing
    near = frozenset(
        territory
        for territory, spoken in _global("territory_languages").items()
        if spoken.get(locale.language, {}).get("official_status") in _OFFICIAL
    )
    return home, near - home


def _city(key: str, locale: Locale) -> str:
    """Name the city of a zone; for a zone of a fixed offset, the offset."""
    if key.startswith("Etc/GMT") and key != "Etc/GMT":
        return _offset_name(timedelta(hours=-int(key.removeprefix("Etc/GMT"))))
    if key.startswith("Etc/"):
        return key.removeprefix("Etc/")
    for tongue in (locale, Locale("en")):
        known = cast("Mapping[str, Mapping[str, str]]", tongue.time_zones)
        # Babel keeps names under the keys of old: Asia/Calcutta.
        for name in (key, *_old_keys().get(key, ())):
            if city := known.get(name, {}).get("city"):
                return city
    return key.rpartition("/")[2].replace("_", " ")


def _country(territory: str, locale: Locale) -> str:
    if territory in ("", "ZZ", "001"):
        return ""
    known = cast("Mapping[str, str]", locale.territories)
    return known.get(territory) or territory


def _zone_names(key: str, locale: Locale) -> Iterator[str]:
    """Give "Central European Time" and its seasons, and short forms such as "MEZ"."""
    known = cast("Mapping[str, Mapping[str, Mapping[str, str]]]", locale.meta_zones)
    for names in known.get(_global("meta_zones").get(key, ""), {}).values():
        # CLDR marks with ∅∅∅ that there is no short form here.
        yield from (name for name in names.values() if name != "∅∅∅")


# What is known of every zone, in any language


def _global(name: str) -> Mapping[str, Any]:
    """Give a table of Babel's; its types are not told."""
    return get_global(cast("Any", name))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    file = resources.files("bot").joinpath("data", "cities.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _old_keys() -> Mapping[str, tuple[str, ...]]:
    """Give the older keys of a zone: Asia/Calcutta of Asia/Kolkata."""
    found: dict[str, list[str]] = defaultdict(list)
    for old, key in _global("zone_aliases").items():
        if "/" in old:  # "EST" and "Japan" are abbreviations and countries
            found[key].append(old)
    return {key: tuple(sorted(old)) for key, old in found.items()}


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    """Give the key of every zone, old names of the same zone left out."""
    available = available_timezones()
    known = set(_global("zone_territories"))
    newer = available - known - set(_global("zone_aliases"))
    return tuple(sorted(((known & available) | newer) - _NOT_PLACES))


@lru_cache(maxsize=1_000)
def _seasons(key: str) -> tuple[tuple[timedelta | None, str | None], ...]:
    """Give the offset and the letters ("CET", or only "+03") of a zone, winter and summer."""
    zone = ZoneInfo(key)
    local = [sample.astimezone(zone) for sample in _SAMPLES]
    return tuple((each.utcoffset(), each.tzname()) for each in local)


@lru_cache(maxsize=100)
def _babel_name(locale: str) -> str:
    """Map Discord's name of a language to Babel's; English when there is none."""
    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


def _normal(text: str) -> str:
    return _SPACED.sub(" ", _DROPPED.sub("", fold(text))).strip()


def _offset_name(offset: timedelta) -> str:
    """Write an offset as "UTC+2" or "UTC-3:30"."""
    minutes = round(offset / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
