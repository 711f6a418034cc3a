"""Canonical names and their aliases: AO3's tag wrangling in small.

An alias always resolves to its canonical name. A weak alias ("Ben") is a name
many people bear: it counts only with the right fandom, or beside another form
of the same character.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import cast

from bot.errors import ConfigurationError
from bot.prose.words import fold

_PAIRED = ("/", "&")  # between lovers, and between friends
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*$")
_KEYS = frozenset({"name", "aliases", "weak", "not", "fandoms", "replace"})


@dataclass(frozen=True, slots=True)
class AliasEntry:
    """One character: the canonical name and every other form of it."""

    name: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # phrases that hold a form and mean something else
    fandoms: tuple[str, ...] = ()
    replaces: bool = False  # merged over an entry of the same name, drops that one's forms

    def belongs_to(self, fandoms: Iterable[str]) -> bool:
        """Tell whether the character is of one of ``fandoms``, however these are worded."""
        own = [fold(fandom) for fandom in self.fandoms]
        return any(
            re.search(rf"\b{re.escape(short)}\b", long)
            for fandom in map(fold, fandoms)
            for mine in own
            for short, long in ((mine, fandom), (fandom, mine))
            if short
        )


class Aliases:
    """A look-up from any form of a name to its character; values are never changed."""

    def __init__(self, entries: Iterable[AliasEntry] = (), rejected: Iterable[str] = ()) -> None:
        self.rejected = tuple(rejected)  # names that are no characters, however they look
        self._entries: dict[str, AliasEntry] = {}
        for entry in entries:
            self._entries[fold(entry.name)] = entry
        self._strong: dict[str, list[AliasEntry]] = {}
        self._weak: dict[str, list[AliasEntry]] = {}
        for entry in self._entries.values():
            for form in (entry.name, *entry.aliases):
                _add(self._strong, form, entry)
            for form in entry.weak:
                _add(self._weak, form, entry)
        self.longest = max(
            (len(form.split()) for form in (*self._strong, *self._weak)), default=0
        )  # words of the longest form

    @classmethod
    def empty(cls) -> "Aliases":
        """Give aliases that know nobody."""
        return cls()

    @property
    def entries(self) -> tuple[AliasEntry, ...]:
        """Every character, in the order of the files."""
        return tuple(self._entries.values())

    def merged(self, other: "Aliases") -> "Aliases":
        """Give these aliases with those of ``other`` added; where they differ, ``other`` wins.

        Forms of the same character are united, unless the entry says
        ``replace = true``. A form that ``other`` gives to one character leaves
        any other character that had it.
        """
        taken = {
            form: key
            for key, entry in other._entries.items()
            for form in map(fold, (entry.name, *entry.aliases, *entry.weak))
        }
        entries: list[AliasEntry] = []
        for key, entry in self._entries.items():
            newer = other._entries.get(key)
            if newer is None and key in taken:
                continue  # the whole character is an alias of another now
            if newer is not None and newer.replaces:
                entries.append(newer)
                continue
            left = [
                tuple(form for form in forms if taken.get(fold(form), key) == key)
                for forms in (entry.aliases, entry.weak)
            ]
            entry = replace(entry, aliases=left[0], weak=left[1])
            entries.append(entry if newer is None else _united(entry, newer))
        entries += [entry for key, entry in other._entries.items() if key not in self._entries]
        return Aliases(entries, dict.fromkeys((*self.rejected, *other.rejected)))

    def canonical(self, name: str, fandoms: Iterable[str] = ()) -> str | None:
        """Resolve any form of a name, or give None when nobody, or more than one, bears it.

        Reads AO3's forms: "A | B" (either may be known) and "Name (Fandom)".
        Weak aliases resolve only with one of the character's ``fandoms``.
        """
        fandoms = tuple(fandoms)
        whole = self.find(name, fandoms)
        if whole is not None:
            return whole.name
        bracket = _BRACKET.search(name) if name.rstrip().endswith(")") else None
        parts = name.split("|") if "|" in name else []
        if bracket is not None:
            fandoms = (*fandoms, bracket.group(1))
            name = name[: bracket.start()]
            parts = [name, *name.split("|")]
        for part in parts:
            found = self.find(part, fandoms)
            if found is not None:
                return found.name
        return None

    def pairing(self, name: str) -> str:
        """Give what all spellings of a relationship have in common; "" when it is none.

        "Hux/Ren" and "Kylo Ren/Armitage Hux" are the same pairing, "Hux & Ren" another.
        """
        for mark in _PAIRED:
            parts = [part.strip() for part in name.split(mark)]
            if len(parts) > 1 and all(parts):
                told = sorted(fold(self.canonical(part) or part) for part in parts)
                return f" {mark} ".join(told)
        return ""

    def find(self, form: str, fandoms: tuple[str, ...] = ()) -> AliasEntry | None:
        """Find the one character a form stands for, without reading AO3's marks."""
        key = fold(form)
        strong = self._strong.get(key, [])
        if len(strong) == 1:
            return strong[0]
        if not fandoms:
            return None
        near = [entry for entry in strong or self._weak.get(key, []) if entry.belongs_to(fandoms)]
        return near[0] if len(near) == 1 else None

    def bearers(self, form: str, *, weak: bool) -> list[AliasEntry]:
        """Give every character that a form, already folded, may stand for."""
        return (self._weak if weak else self._strong).get(form, [])

    def aliases_of(self, canonical: str) -> tuple[str, ...]:
        """Give the other forms of a canonical name, weak ones last; none for a stranger."""
        entry = self._entries.get(fold(canonical))
        return () if entry is None else (*entry.aliases, *entry.weak)


def _add(index: dict[str, list[AliasEntry]], form: str, entry: AliasEntry) -> None:
    bearers = index.setdefault(fold(form), [])
    if entry not in bearers:
        bearers.append(entry)


def _united(old: AliasEntry, new: AliasEntry) -> AliasEntry:
    """Unite two entries of one character; the newer decides which forms are weak."""
    return AliasEntry(
        new.name,
        _union(new.aliases, _without(old.aliases, new.weak)),
        _union(new.weak, _without(old.weak, new.aliases)),
        _union(new.never, old.never),
        _union(new.fandoms, old.fandoms),
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({fold(form): form for form in (*second, *first)}.values())


def _without(forms: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    dropped = {fold(other) for other in others}
    return tuple(form for form in forms if fold(form) not in dropped)


def load_aliases(toml_text: str) -> Aliases:
    """Read aliases from the text of a ``characters.toml``.

    Raises:
        ConfigurationError: the text is no TOML (``aliases.not-toml``), or an
            entry has no name, a key we do not know or a value of another type
            (``aliases.malformed``).
    """
    try:
        raw = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("aliases.not-toml", problem=str(error)) from error
    listed = raw.get("character", [])
    rejected = _strings(raw.get("reject", []))
    if not isinstance(listed, list) or set(raw) - {"character", "reject"} or rejected is None:
        raise ConfigurationError("aliases.malformed", entry="[[character]]")
    return Aliases(map(_entry, cast(list[object], listed)), rejected)


def _strings(value: object) -> tuple[str, ...] | None:
    """Give a list of names, or None when it is something else."""
    items = cast(list[object], value) if isinstance(value, list) else [None]
    if not all(isinstance(form, str) and form.strip() for form in items):
        return None
    return tuple(cast(list[str], items))


def _entry(item: object) -> AliasEntry:
    if not isinstance(item, dict):
        raise ConfigurationError("aliases.malformed", entry="[[character]]")
    raw = cast(Mapping[str, object], item)
    name = raw.get("name")
    if not isinstance(name, str) or not name.strip() or set(raw) - _KEYS:
        raise ConfigurationError("aliases.malformed", entry=str(name))
    replaces = raw.get("replace", False)
    if not isinstance(replaces, bool):
        raise ConfigurationError("aliases.malformed", entry=name)

    def forms(key: str) -> tuple[str, ...]:
        told = _strings(raw.get(key, []))
        if told is None:
            raise ConfigurationError("aliases.malformed", entry=name)
        return told

    return AliasEntry(
        name.strip(), forms("aliases"), forms("weak"), forms("not"), forms("fandoms"), replaces
    )


@cache  # package data: the same for as long as the program runs
def shipped_aliases() -> Aliases:
    """Give the aliases that come with the program."""
    data = resources.files("bot").joinpath("data", "characters.toml")
    return load_aliases(data.read_text(encoding="utf-8"))
