"""Bytes to Story, one file per format; what a file is, is told by its content.

``read_story`` is the door. Behind it: ``kinds`` (what is this),
``charset`` (bytes to clean text), ``frontmatter`` (facts at the top),
``plaintext`` and ``markdown`` (text to chapters), ``webpages`` and ``epub``
(markup to ``Contents``: facts and chapters), ``fields`` (which field of a
Story a key means), ``metadata`` (facts to the values of these fields).
``sidecar`` reads the facts that lie beside the files.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from bot.errors import ImportFailed
from bot.importers import chapter_notes, charset, fields, frontmatter, kinds, metadata
from bot.importers.ao3.labels import one_address
from bot.importers.contents import Contents
from bot.importers.epub import read_epub
from bot.importers.html.encoding import find_stated_encoding, is_encoding
from bot.importers.html.mhtml import SavedPage, find_saved_page
from bot.importers.markdown import read_markdown
from bot.importers.plaintext import read_chapters
from bot.importers.provenance import provenance_of
from bot.importers.webpages import read_web_page
from bot.prose.words import fold
from bot.story import BlockKind, Chapter, Story

FILE_LIMIT = 25_000_000  # bytes of one file
LINES_LIMIT = 1_000_000  # of one file; a book of 3 MB has 60,000

_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_PLAIN_SUFFIXES = frozenset({".txt", ".text"})
_FORMATS = {
    "markdown": True,
    "md": True,
    "text": False,
    "plain": False,
    "plain text": False,
    "txt": False,
}
_WEB_FORMATS = frozenset({"html", "htm", "xhtml", "web page"})
_ATX_HEADING = re.compile(r"\s*#{1,6}[ \t]+\S")

__all__ = ["FILE_LIMIT", "LINES_LIMIT", "read_story"]


def read_story(data: bytes, name: str, facts: Mapping[str, object] | None = None) -> Story:
    """Read a file's ``data`` as a story: plain text, Markdown, HTML or an EPUB.

    Text may be in any usual encoding. Markdown is what ``format`` in the
    facts or the front matter calls so; else what is called ``.md``; else,
    under a name that says nothing (not ``.txt``), what has front matter or
    opens with a ``#`` heading.

    Args:
        data: The whole file.
        name: Its name or path, for the ending and for messages.
        facts: What stands beside the file (``sidecar.facts_for``); it goes
            before what stands in it.

    Raises:
        ImportFailed: The file is empty, too large, no text, of a kind that is
            not read, damaged or locked, or its front matter does not parse.
            ``file`` is in its values, ``line`` where there is one.
    """
    if not data:
        raise ImportFailed("import.empty", file=name)
    if len(data) > FILE_LIMIT:
        raise ImportFailed("import.too-big", file=name, limit=FILE_LIMIT // 1_000_000)
    beside = fields.by_field(facts or {})
    if kinds.is_epub(data):
        return _with_facts(read_epub(data, name), name, beside, None)
    kinds.refuse_binary(data, name)
    saved = find_saved_page(data)
    if saved is not None:
        return _read_saved_page(saved, name, beside)
    encoding = str(beside.get("encoding") or "") or find_stated_encoding(data)
    decoded = charset.decode(data, encoding, file=name)
    kinds.refuse_other_text(decoded.text, name)
    text = charset.clean(decoded.text)
    if not _has_text(text):
        raise ImportFailed("import.empty", file=name)
    if text.count("\n") > LINES_LIMIT:
        raise ImportFailed("import.too-many-lines", file=name, lines=LINES_LIMIT)
    if _is_web_page(text, name, beside):
        return _with_facts(read_web_page(text, name), name, beside, decoded)
    return _read_text(text, name, beside, decoded)


def _read_saved_page(saved: SavedPage, name: str, beside: Mapping[str, object]) -> Story:
    stated = find_stated_encoding(saved.data)
    if stated is None and saved.charset is not None and is_encoding(saved.charset):
        stated = saved.charset
    decoded = charset.decode(saved.data, stated, file=name)
    contents = read_web_page(charset.clean(decoded.text), name, saved.address)
    return _with_facts(contents, name, beside, decoded)


def _is_web_page(text: str, name: str, beside: Mapping[str, object]) -> bool:
    form = fold(str(beside.get("format", "")))
    return form in _WEB_FORMATS or (form not in _FORMATS and kinds.is_web_page(text, name))


def _with_facts(
    contents: Contents,
    name: str,
    beside: Mapping[str, object],
    decoded: charset.Decoded | None,
) -> Story:
    """Lay the facts beside a file over those in it."""
    inside = fields.by_field(contents.facts)
    if inside.get("source"):
        inside["source"] = one_address(str(inside["source"]))
    known = metadata.read_merged(fields.merge(inside, beside))
    story = replace(
        known,
        chapters=contents.chapters,
        title=known.title or contents.title,
        title_origin=known.title_origin if known.title else contents.title_origin,
        messages=(
            *(() if decoded is None else decoded.messages),
            *known.messages,
            *contents.messages,
        ),
        provenance=provenance_of(contents.layout, decoded, inside, beside),
    )
    if not any(_tells(chapter) for chapter in story.chapters):
        raise ImportFailed("import.no-story", file=name)
    return story


def _read_text(
    text: str, name: str, beside: Mapping[str, object], decoded: charset.Decoded
) -> Story:
    parted = frontmatter.split(text, name)
    inside = fields.by_field(parted.facts)
    stated = fields.merge(inside, beside)
    is_markdown = _find_format(stated)
    if is_markdown is None:
        is_markdown = _looks_like_markdown(name, parted)
    if not is_markdown and not parted.is_fenced:
        parted = frontmatter.split_leading_lines(text)
        inside = fields.by_field(parted.facts)
        stated = fields.merge(inside, beside)
    notes = stated.pop(chapter_notes.KEY) if _is_list(stated, chapter_notes.KEY) else None
    known = metadata.read_merged(stated)
    messages = (*decoded.messages, *known.messages)
    form = str(stated.get("format", ""))
    if form and fold(form) not in _FORMATS:
        messages += (f"The format “{form[:40]}” is none we know (markdown, text, html); left out.",)
    if is_markdown:
        read = read_markdown(parted.body, known.title)
        story = replace(
            known,
            chapters=read.chapters,
            title=known.title or read.title,
            title_origin=read.title_origin,
            messages=messages + read.messages,
        )
    else:
        story = replace(known, chapters=read_chapters(parted.body), messages=messages)
    chapters, unclear = chapter_notes.with_chapter_notes(story.chapters, notes)
    story = replace(story, chapters=chapters, messages=story.messages + unclear)
    layout = "markdown" if is_markdown else "text"
    story = replace(story, provenance=provenance_of(layout, decoded, inside, beside))
    if not any(_tells(chapter) for chapter in story.chapters):
        raise ImportFailed("import.no-story", file=name)
    return story


def _is_list(facts: Mapping[str, object], key: str) -> bool:
    return isinstance(facts.get(key), list)


def _find_format(stated: Mapping[str, object]) -> bool | None:
    """Find whether the facts call the text Markdown; None if they do not say."""
    return _FORMATS.get(fold(str(stated.get("format", ""))))


def _looks_like_markdown(name: str, parted: frontmatter.Split) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _MARKDOWN_SUFFIXES:
        return True
    if suffix in _PLAIN_SUFFIXES:
        return False
    return parted.is_fenced or _ATX_HEADING.match(parted.body) is not None


def _tells(chapter: Chapter) -> bool:
    return any(
        block.kind is not BlockKind.SCENE_BREAK and _has_text(chapter.text[block.start : block.end])
        for block in chapter.blocks
    )


def _has_text(text: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in text)
