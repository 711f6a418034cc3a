"""``library.toml`` and ``stem.meta.toml``: facts about stories, kept beside their files.

No one should have to edit a story to say who wrote it. A ``library.toml``
speaks for its folder and everything below: keys at its top for every story,
a table for one file, one folder or a pattern. What is nearer to the story
wins, key by key:

    stem.meta.toml  >  library.toml of a nearer folder  >  of a farther one
    and inside one: the file  >  a pattern  >  a deeper folder  >  the top

Everything here takes text and paths that were read elsewhere.
"""

import fnmatch
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import cast

from bot.errors import FiresideError, ImportFailed
from bot.importers.fields import by_field, find_field, merge
from bot.importers.frontmatter import parse_toml

SIDECAR_NAME = "library.toml"
META_SUFFIX = ".meta.toml"
SIDECAR_LIMIT = 5_000_000  # bytes of one library.toml
_FILES = "files"  # the table that may hold the entries, for names that are also keys


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What one ``library.toml`` says; paths count from its folder, with ``/``."""

    defaults: Mapping[str, object] = field(default_factory=dict[str, object])
    entries: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    patterns: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    messages: tuple[str, ...] = ()  # what its author should know

    @classmethod
    def parse(cls, data: str | bytes, file: str = SIDECAR_NAME) -> "Sidecar":
        """Read the text of a ``library.toml``.

        Raises:
            ImportFailed: It is larger than 5 MB, not UTF-8 or not TOML; the
                ``line`` is named.
        """
        defaults: dict[str, object] = {}
        entries: dict[str, dict[str, object]] = {}
        messages: list[str] = []
        for key, value in _parse(data, file).items():
            if not isinstance(value, dict):
                defaults[key] = value
            elif key == _FILES:
                for path, facts in cast("dict[str, object]", value).items():
                    if not _add(entries, path, facts):
                        messages.append(f"{file}: “{path}” under [files] is no table; left out.")
            elif find_field(key) is not None:
                defaults[key] = cast("object", value)
            else:
                _add(entries, key, cast("object", value))
        for facts in (defaults, *entries.values()):
            messages.extend(
                f"{file}: “{key}” is no key we know; kept beside the story."
                for key in facts
                if find_field(key) is None
            )
        told = {path: by_field(facts) for path, facts in entries.items() if facts}
        return cls(
            by_field(defaults),
            {path: facts for path, facts in told.items() if not _is_pattern(path)},
            {path: facts for path, facts in told.items() if _is_pattern(path)},
            tuple(dict.fromkeys(messages)),
        )

    def facts(self, path: str) -> dict[str, object]:
        """Give what this file says about the story at ``path``, by the names of our fields."""
        told = PurePosixPath(_normal(path))
        folders = [str(folder) for folder in reversed(told.parents) if folder.name]
        layers = [self.entries[folder] for folder in folders if folder in self.entries]
        layers += [
            facts for pattern, facts in self.patterns.items() if _matches(pattern, told.parts)
        ]
        if str(told) in self.entries:
            layers.append(self.entries[str(told)])
        return merge(self.defaults, *layers)

    def find_unused(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Find the entries that speak of none of ``paths``: misspelt names, most likely."""
        stories = [PurePosixPath(_normal(path)) for path in paths]
        known = {str(part) for story in stories for part in (story, *story.parents)}
        names = [entry for entry in self.entries if entry not in known]
        return (
            *names,
            *(
                pattern
                for pattern in self.patterns
                if not any(_matches(pattern, story.parts) for story in stories)
            ),
        )


def parse_meta(data: str | bytes, file: str) -> dict[str, object]:
    """Read the text of a ``stem.meta.toml``: facts about the one file beside it.

    Raises:
        ImportFailed: It is larger than 5 MB, not UTF-8 or not TOML.
    """
    return by_field(_parse(data, file))


def facts_for(
    path: str, sidecars: Mapping[str, Sidecar], meta: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Gather what lies beside the story at ``path``, nearest last.

    Args:
        path: From the root of the library, with ``/``.
        sidecars: Every ``library.toml`` by its folder from that root; "" is
            the root itself.
        meta: What the ``stem.meta.toml`` beside the story says.
    """
    told = PurePosixPath(_normal(path))
    by_folder = {_normal(folder): sidecar for folder, sidecar in sidecars.items()}
    layers: list[Mapping[str, object]] = []
    for folder in reversed(told.parents):
        sidecar = by_folder.get(str(folder))
        if sidecar is not None:
            layers.append(sidecar.facts(str(told.relative_to(folder))))
    return merge(*layers, *(() if meta is None else (meta,)))


@dataclass(frozen=True, slots=True)
class FactFiles:
    """The files of facts of a whole folder or archive; one that cannot be read is its error.

    ``sidecars`` are by folder ("" is the root), ``metas`` by path.
    """

    sidecars: dict[str, Sidecar | FiresideError] = field(
        default_factory=dict[str, Sidecar | FiresideError]
    )
    metas: dict[str, dict[str, object] | FiresideError] = field(
        default_factory=dict[str, dict[str, object] | FiresideError]
    )

    def add(self, path: PurePosixPath, read: Callable[[], bytes]) -> None:
        """Take the file of facts at ``path``, whose bytes ``read`` gives or cannot give."""
        shown = str(path)
        if path.name.lower() == SIDECAR_NAME:
            folder = _name_of(path.parent)
            try:
                self.sidecars[folder] = Sidecar.parse(read(), shown)
            except FiresideError as error:
                self.sidecars[folder] = error
            return
        try:
            self.metas[shown] = parse_meta(read(), shown)
        except FiresideError as error:
            self.metas[shown] = error

    def facts_beside(self, story: str) -> dict[str, object]:
        """Give what is said of the story at the path ``story``, the nearest winning.

        Raises:
            ImportFailed: A file that speaks for it cannot be read: a story must
                not be served without a fact that somebody wrote down.
        """
        path = PurePosixPath(story)
        sidecars: dict[str, Sidecar] = {}
        for folder in map(_name_of, path.parents):
            sidecar = self.sidecars.get(folder)
            if isinstance(sidecar, FiresideError):
                raise sidecar
            if sidecar is not None:
                sidecars[folder] = sidecar
        meta = self.metas.get(str(path.with_name(meta_name(path.name))))
        if isinstance(meta, FiresideError):
            raise meta
        return facts_for(story, sidecars, meta)


def _name_of(folder: PurePosixPath) -> str:
    return "" if str(folder) == "." else str(folder)


def is_sidecar(name: str) -> bool:
    """Tell whether a file of this name holds facts rather than a story."""
    return name.lower() == SIDECAR_NAME or name.lower().endswith(META_SUFFIX)


def meta_name(name: str) -> str:
    """Give the name of the ``stem.meta.toml`` that speaks for the story file ``name``."""
    return PurePosixPath(name).stem + META_SUFFIX


def _parse(data: str | bytes, file: str) -> dict[str, object]:
    if len(data) > SIDECAR_LIMIT:
        raise ImportFailed("import.sidecar", file=file, line=1, reason="larger than 5 MB")
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ImportFailed(
                "import.sidecar", file=file, line=line, reason="not UTF-8"
            ) from error
    text = data.removeprefix("\ufeff").replace("\r\n", "\n")
    return parse_toml(text, file=file, key="import.sidecar")


def _add(entries: dict[str, dict[str, object]], path: str, value: object) -> bool:
    if not isinstance(value, dict):
        return False
    facts = entries.setdefault(_normal(path), {})
    for key, told in cast("dict[str, object]", value).items():
        if isinstance(told, dict) and find_field(key) is None:
            # Somebody wrote [story.txt], which TOML takes for "txt" in "story".
            _add(entries, f"{path}.{key}", cast("object", told))
        else:
            facts[key] = told
    return True


def _normal(path: str) -> str:
    """Bring a path to one spelling: ``/`` between names, accents composed (macOS splits them)."""
    composed = unicodedata.normalize("NFC", path).replace("\\", "/")
    return str(PurePosixPath(composed.strip("/")))


def _is_pattern(entry: str) -> bool:
    return "*" in entry or "?" in entry


def _matches(pattern: str, parts: tuple[str, ...]) -> bool:
    """Match name by name; ``*`` and ``?`` stay inside one name, ``**`` is any folders."""
    wanted = tuple(PurePosixPath(pattern).parts)

    @cache
    def from_here(at: int, part: int) -> bool:
        if at == len(wanted):
            # A pattern for a folder speaks for everything in it.
            return True
        if wanted[at] == "**":
            return from_here(at + 1, part) or (part < len(parts) and from_here(at, part + 1))
        if part == len(parts):
            return False
        # Names of stories often hold brackets: they are no sets of characters here.
        name = wanted[at].replace("[", "[[]")
        return fnmatch.fnmatchcase(parts[part], name) and from_here(at + 1, part + 1)

    return from_here(0, 0)
