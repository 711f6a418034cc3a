"""One story per line of JSON: large dumps, and what ``show --json`` printed.

Lines are cut from a stream, so a file may have any size; one line is a story
and has a story's limit. A line that is broken costs that line.
"""

import codecs
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from bot.errors import ImportFailed
from bot.importers import charset, fields, metadata
from bot.importers.chapter_notes import noted
from bot.importers.markdown import read_markdown
from bot.importers.plaintext import read_chapters
from bot.importers.provenance import provenance_of
from bot.importers.webpages import read_web_page
from bot.prose.words import fold
from bot.story import BlockKind, Chapter, Story

LINE_LIMIT = 25_000_000  # bytes of one line
_CHUNK = 65_536
_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_TEXT_KEYS = ("text", "body", "content")
_REPORT_KEYS = frozenset(
    {"path", "record", "outcome", "story", "messages", "reason", "title_origin", "rating_origin"}
)
_Given = tuple[str | None, str, Mapping[str, object]]  # title, text, and what is said around it
_GUESSED = frozenset({"derived", "default", "estimated", "detected"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a stream that is not blank; ``data`` is None when it is too long."""

    number: int  # from 1
    data: bytes | None
    digest: str = ""  # the sha256 of its bytes; of a line too long, of its number

    @property
    def size(self) -> int:
        """How many bytes it has; 0 when it is too long."""
        return len(self.data or b"")


def lines(source: BinaryIO) -> Iterator[Line]:
    """Cut ``source`` into lines, without line ends, byte order mark and blank lines."""
    number = 0
    while data := source.readline(LINE_LIMIT + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(codecs.BOM_UTF8)
        if len(data) > LINE_LIMIT and not data.endswith(b"\n"):
            del data
            while (rest := source.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, None, _sha256(b"%d" % number))
            continue
        data = data.strip(b" \t\r\n\0")
        if data:
            yield Line(number, data, _sha256(data))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def holds_records(head: bytes, name: str) -> bool:
    """Tell whether a file that begins with ``head`` holds one JSON object per line.

    By its name alone when that says so; else when its first line is an object,
    or begins like one and goes on behind ``head``.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start.startswith(b"{"):
        return False
    if PurePosixPath(name).suffix.lower() in _SUFFIXES:
        return True
    first, found, _ = start.partition(b"\n")
    if not found and len(head) > 1_000:
        return first[1:].lstrip().startswith(b'"')
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def read_record(data: bytes, name: str, facts: Mapping[str, object]) -> Story:
    """Read one line as a story.

    Fields are named as everywhere (see `metadata`), or as ``show --json``
    prints them; the text is ``text`` (also body, content), or ``chapters``:
    a list of texts or of ``{title, text}``. ``facts`` goes before them.

    Raises:
        ImportFailed: It is no JSON object, or has no text.
    """
    encoding = fields.by_field(facts).get("encoding")
    decoded = charset.decode(data, str(encoding) if encoding else None, file=name)
    record = _parse(decoded.text, name)
    guessed = {key for key in ("title", "rating") if record.get(f"{key}_origin") in _GUESSED}
    stated = {
        key: value
        for key, value in record.items()
        if key not in _REPORT_KEYS and key not in guessed and key not in _TEXT_KEYS
    }
    form = fold(str(stated.get("format", "")))
    titles = stated.pop("chapter_titles", None)
    given = _list(stated.get("chapters"))
    if given:
        del stated["chapters"]
    stated["characters"] = _stated_characters(stated.get("characters"))
    inside, beside = fields.by_field(stated), fields.by_field(facts)
    known = metadata.read_merged(fields.merge(inside, beside))
    chapters = tuple(
        chapter
        for title, text, notes in _texts(record, given, titles)
        for chapter in _noted(_chapters(text, title, form, name), notes)
    )
    kinds = {block.kind for chapter in chapters for block in chapter.blocks}
    if not kinds - {BlockKind.SCENE_BREAK}:
        raise ImportFailed("import.no-story", file=name)
    return replace(
        known,
        chapters=chapters,
        messages=decoded.messages + known.messages,
        provenance=provenance_of("record", decoded, inside, beside),
    )


def _parse(text: str, name: str) -> dict[str, object]:
    try:
        record = cast("object", json.loads(text, strict=False))
    except RecursionError as error:
        raise ImportFailed("import.bad-record", file=name, reason="nested too deeply") from error
    except ValueError as error:
        place = f", character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        reason = f"{getattr(error, 'msg', error)}{place}"
        raise ImportFailed("import.bad-record", file=name, reason=reason) from error
    if not isinstance(record, dict):
        raise ImportFailed("import.bad-record", file=name, reason="it is no object: {…}")
    return cast("dict[str, object]", record)


def _stated_characters(value: object) -> object:
    """Leave out the characters that an export marked as found in the text."""
    items = _list(value)
    return [item for item in items if _field(item, "origin") not in _GUESSED] if items else value


def _texts(record: Mapping[str, object], chapters: list[object], titles: object) -> list[_Given]:
    """Give the chapters of a record; a list of texts is one chapter's."""
    text = _text_of(record)
    if not text and chapters:
        return [_chapter_given(item) for item in chapters]
    parts = _list(text)
    if any(isinstance(part, list) for part in parts):
        named = [*map(_title, _list(titles)), *[None] * len(parts)]
        return [(title, _joined(part), {}) for title, part in zip(named, parts, strict=False)]
    return [(None, _joined(text), {})]


def _chapter_given(item: object) -> _Given:
    if not isinstance(item, dict):
        return None, _joined(item), {}
    told = cast("dict[str, object]", item)
    return _title(told.get("title")), _joined(_text_of(told)), told


def _noted(chapters: Sequence[Chapter], said: Mapping[str, object]) -> list[Chapter]:
    """Give what one text became its notes: before the first chapter, and behind the last."""
    done = list(chapters)
    before, behind = dict(said), {"end_notes": said.get("end_notes")}
    before.pop("end_notes", None)
    if done:
        done[0] = noted(done[0], before)
        done[-1] = noted(done[-1], behind) if behind["end_notes"] else done[-1]
    return done


def _text_of(told: Mapping[str, object]) -> object:
    return next((told[key] for key in _TEXT_KEYS if told.get(key)), "")


def _field(item: object, key: str) -> object:
    return cast("dict[str, object]", item).get(key) if isinstance(item, dict) else None


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _title(value: object) -> str | None:
    told = " ".join(charset.clean(str(value)).split()) if isinstance(value, str) else ""
    return told or None


def _joined(value: object) -> str:
    """Give a text, or a list of its paragraphs, as clean text."""
    if isinstance(value, list):
        return "\n\n".join(_joined(item) for item in cast("list[object]", value))
    return charset.clean(value) if isinstance(value, str) else ""


def _chapters(text: str, title: str | None, form: str, name: str) -> tuple[Chapter, ...]:
    if form in {"markdown", "md"}:
        found = read_markdown(text).chapters
    elif form in {"html", "htm", "xhtml"} and text:
        found = read_web_page(text, name).chapters
    else:
        found = read_chapters(text)
    if title is not None and len(found) == 1:
        return (replace(found[0], title=title),)
    return found
