"""Facts at the top of a file: YAML or TOML front matter, or lines such as ``Title: …``.

A story may open with a scene break of three dashes, or with a letter headed
"Date: …". So a block is front matter only when it reads like a mapping, and
leading lines only when every one of them is a key we know. What reads like a
mapping and does not parse is refused, rather than posted as text.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

import yaml
from yaml.composer import ComposerError

from bot.errors import ImportFailed
from bot.importers.fields import find_field

BLOCK_LIMIT = 64_000  # characters of front matter; a longer block is text
_OPENING_LIMIT = 200  # characters of the first line that are looked at
_LEADING_LINES = 12  # at most so many ``Key: value`` lines open a plain text
_NESTING_LIMIT = 20  # of lists and mappings in front matter

_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_YAML_KEY = re.compile(r"""\s*(["']?)([^\s"':#\[\]{},&*!|>@`-][^"':\n]{0,60})\1\s*:(?:\s|$)""")
_TOML_KEY = re.compile(r"""\s*(?:\[{1,2}[^\]\n]+\]{1,2}\s*$|(["']?)([\w./ ' -]{1,60})\1\s*=)""")
_IDENTIFIER = re.compile(r"[a-z_][\w-]*")
_TOML_PLACE = re.compile(r"^(.*?)\s*\(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)
_TOML_QUOTED = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*')
_BRACKET = re.compile(r"[\[\]{}]")
_DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{_NESTING_LIMIT}}}")
_KEY_LINE = re.compile(r"[ \t]*([^\s:][^:]{0,40}):[ \t]*(.*)")

# Facts that a text may open with by chance, as a letter or a log does; they
# count only beside one that heads nothing but a story.
_CHANCE = frozenset(
    {"published", "updated", "id", "status", "complete", "part", "chapters", "words", "language"}
    | {"source", "permission", "permission note", "format", "encoding"}
)


@dataclass(frozen=True, slots=True)
class Split:
    """A file's facts, as they stand in it, and the text below them."""

    body: str
    facts: dict[str, object] = field(default_factory=dict[str, object])
    is_fenced: bool = False  # YAML or TOML between two fences, not leading lines


def split(text: str, file: str) -> Split:
    """Part ``text`` into its YAML or TOML front matter and the text below.

    A block is front matter when it stands on the first line, is closed, and
    holds a mapping with a key we know, or with keys that are all identifiers;
    anything else is text. Tags and aliases of YAML are never followed.

    Raises:
        ImportFailed: The block reads like front matter and does not parse;
            ``line`` counts in the file.
    """
    opening = text[:_OPENING_LIMIT].split("\n", 1)[0].rstrip()
    closings = _FENCES.get(opening)
    if closings is None:
        return Split(text)
    block = _find_block(text, closings)
    if block is None:
        return Split(text)
    inside, body = block
    facts = _parse_yaml(inside, file) if opening == "---" else _parse_toml_block(inside, file)
    return Split(text) if facts is None else Split(body, facts, is_fenced=True)


def split_leading_lines(text: str) -> Split:
    """Part ``text`` into its leading ``Key: value`` lines and the text below.

    At most twelve lines, each with a key we know, then a blank line and some
    text. A key that letters and logs have too ("Date:") does not count alone.
    """
    start = len(text) - len(text.lstrip("\n"))
    facts: dict[str, object] = {}
    position = start
    for _ in range(_LEADING_LINES + 1):
        end = text.find("\n", position)
        line = text[position:] if end == -1 else text[position:end]
        if not line.strip():
            break
        match = _KEY_LINE.fullmatch(line)
        if match is None or find_field(match[1]) is None or match[1] in facts:
            return Split(text)
        facts[match[1]] = match[2].strip()
        position = end + 1
        if end == -1:
            return Split(text)
    else:
        return Split(text)
    body = text[position:]
    is_head = any(find_field(key) not in _CHANCE for key in facts)
    return Split(body, facts) if is_head and body.strip() else Split(text)


def parse_toml(text: str, *, file: str, key: str, first_line: int = 1) -> dict[str, object]:
    """Parse ``text`` as TOML.

    Raises:
        ImportFailed: With ``key``, the ``reason`` and its ``line``, counted
            from ``first_line``, if it is no TOML or nested deeper than 20.
    """
    if _is_too_deep(text):
        raise ImportFailed(key, file=file, line=first_line, reason="nested too deeply")
    try:
        return cast("dict[str, object]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.match(str(error))
        reason = str(error) if place is None else place[1]
        line = text.count("\n") + 1 if place is None or place[2] is None else int(place[2])
        raise ImportFailed(key, file=file, line=line + first_line - 1, reason=reason) from error


def _find_block(text: str, closings: Sequence[str]) -> tuple[str, str] | None:
    start = text.index("\n") + 1 if "\n" in text else len(text)
    position = start
    while position < len(text) and position - start <= BLOCK_LIMIT:
        end = text.find("\n", position)
        line = text[position:] if end == -1 else text[position:end]
        if line.rstrip() in closings:
            return text[start:position], "" if end == -1 else text[end + 1 :]
        if end == -1:
            return None
        position = end + 1
    return None


class _StaticLoader(yaml.BaseLoader):
    """Text, lists and mappings of text; nothing by tag, nothing by reference."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = cast("yaml.Event", self.peek_event())  # pyright: ignore[reportUnknownMemberType]
        if isinstance(event, yaml.AliasEvent):
            raise ComposerError(None, None, "aliases (*name) are not read", event.start_mark)
        if self._depth >= _NESTING_LIMIT:
            raise ComposerError(None, None, "nested too deeply", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _parse_yaml(block: str, file: str) -> dict[str, object] | None:
    try:
        loaded = cast("object", yaml.load(block, _StaticLoader))
    except yaml.YAMLError as error:
        if not _reads_like_mapping(block, _YAML_KEY):
            return None
        reason, line = _explain(error, block)
        raise ImportFailed("import.front-matter", file=file, line=line, reason=reason) from error
    if not isinstance(loaded, dict):
        return None
    facts = {str(key): value for key, value in cast("dict[object, object]", loaded).items()}
    return facts if _is_front_matter(facts) else None


def _explain(error: yaml.YAMLError, block: str) -> tuple[str, int]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "not YAML"
        # The fence is line 1 of the file, and marks count from 0.
        return reason, 2 + (0 if mark is None else mark.line)
    position = cast("int", getattr(error, "position", 0))
    return "a character that YAML does not allow", 2 + block.count("\n", 0, position)


def _parse_toml_block(block: str, file: str) -> dict[str, object] | None:
    try:
        facts = parse_toml(block, file=file, key="import.front-matter", first_line=2)
    except ImportFailed:
        if _reads_like_mapping(block, _TOML_KEY):
            raise
        return None
    return facts if _is_front_matter(facts) else None


def _is_front_matter(facts: Iterable[str]) -> bool:
    keys = list(facts)
    return bool(keys) and (
        any(find_field(key) is not None for key in keys)
        or all(_IDENTIFIER.fullmatch(key) for key in keys)
    )


def _reads_like_mapping(block: str, key_line: re.Pattern[str]) -> bool:
    """Tell whether most lines of a block that does not parse are those of a mapping."""
    lines = [line for line in block.split("\n") if line.strip()]
    lines = [line for line in lines if not line.lstrip().startswith("#")]
    if not lines:
        return False
    matches = [key_line.match(line) for line in lines]
    keys = [match[2] or "" for match in matches if match is not None]
    first = matches[0]
    if first is None or not (
        _IDENTIFIER.fullmatch((first[2] or "").strip())
        or any(find_field(key) is not None for key in keys)
    ):
        return False
    others = sum(
        1
        for line, match in zip(lines, matches, strict=True)
        if match is None and not line[0].isspace() and line[0] not in "-]}\"'"
    )
    return others < len(lines) - others or (others * 2 == len(lines) and "\n\n" not in block)


def _is_too_deep(text: str) -> bool:
    """Tell whether brackets or dotted keys nest deeper than a parser may recurse."""
    bare = _TOML_QUOTED.sub("", text)
    if _DOTTED.search(bare) is not None:
        return True
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > _NESTING_LIMIT:
            return True
    return False
