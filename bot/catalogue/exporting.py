"""A story to a Markdown file with front matter that is read again as the same story. Pure.

Nothing is believed: what was written is read by the importer and completed as
an import does it, and what does not come out the same is told by name. Facts
that the bot made itself are left out, so that they are made again; only where
that gives something else are they written down.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from bot.catalogue.completing import complete
from bot.catalogue.marking import Look, looks_of, marked
from bot.catalogue.reports import told_of
from bot.errors import FiresideError
from bot.importers import chapter_notes, read_story
from bot.importers.fields import find_field
from bot.importers.frontmatter import BLOCK_LIMIT
from bot.importers.headings import find_chapter_heading
from bot.importers.plaintext import is_scene_break
from bot.prose.names import Aliases
from bot.prose.notes import split_trailing_notes
from bot.prose.words import fold
from bot.story import Block, BlockKind, Chapter, Origin, Permission, Rating, Story

_MADE = ("title", "rating", "characters")  # what the bot fills in, where a file says nothing
_NAME_LIMIT = 80  # characters of a file's name without its ending
_LISTED = ("authors", "warnings", "categories", "fandoms", "relationships", "tags", "collections")
_NO_NAME = re.compile(r"[^\w\s'’,.()-]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exported:
    """A story as a file; ``lost`` names what would not be read again as it is."""

    text: str
    lost: tuple[str, ...] = ()


def file_stem(title: str) -> str:
    """Make a file's name, without its ending, of a story's ``title``."""
    told = " ".join(_NO_NAME.sub(" ", unicodedata.normalize("NFC", title)).split())
    stem = told[:_NAME_LIMIT].strip(" .")
    return f"{stem} (story)".strip() if not stem or _RESERVED.fullmatch(stem) else stem


def export(
    story: Story,
    stem: str,
    *,
    walls: frozenset[int],
    aliases: Aliases,
    default_rating: Rating,
) -> Exported:
    """Write ``story`` as it is kept; ``stem`` is the name of its file without the ending.

    ``walls`` are the chapters whose paragraphs were found by the bot: each is
    written as the one paragraph it came as.
    """

    def tried(stated: frozenset[str]) -> Exported:
        text = _written(story, stated, walls)
        try:
            read = read_story(text.encode(), f"{stem}.md")
        except FiresideError:
            return Exported(text, ("text",))
        done = complete(read, stem, aliases, default_rating)
        return Exported(text, tuple(_lost(story, done.story)))

    made = {
        "title": story.title_origin is not Origin.STATED,
        "rating": story.rating_origin is not Origin.STATED,
        "characters": all(who.origin is Origin.DETECTED for who in story.characters),
    }
    stated = frozenset(name for name in _MADE if not made[name])
    best = tried(stated)
    needed = stated | (set(_MADE) & set(best.lost))
    if needed != stated:
        best = tried(needed)
    return best


def _written(story: Story, stated: frozenset[str], walls: frozenset[int]) -> str:
    told, chapters = _as_it_came(story, walls)
    said = _facts(told, stated)
    facts = _front_matter(said | {chapter_notes.KEY: list(_chapter_notes(chapters))})
    if len(facts) > BLOCK_LIMIT - 1_000:  # what stands there longer is no front matter
        facts = _front_matter(said)
    return f"---\n{facts}---\n\n" + "\n\n".join(_body(told.title, chapters)) + "\n"


def _front_matter(facts: dict[str, Any]) -> str:
    told = {key: value for key, value in facts.items() if value != []}
    return str(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1_000_000))


def _chapter_notes(chapters: Sequence[Chapter]) -> Iterator[dict[str, Any]]:
    """Give what front matter says of single chapters: a later one has a heading in any case."""
    for number, chapter in enumerate(chapters, 1):
        said = {name: value for name in chapter_notes.FIELDS if (value := getattr(chapter, name))}
        if number > 1 and not chapter.title:
            said[chapter_notes.UNTITLED] = True
        if said:
            yield {"chapter": number, **said}


def _facts(story: Story, stated: frozenset[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "title" in stated:
        facts["title"] = story.title
    if "rating" in stated and story.rating is not None:
        facts["rating"] = story.rating.label
    facts |= {name: list(told) for name in _LISTED if (told := getattr(story, name))}
    if "characters" in stated:
        facts["characters"] = [
            {"name": who.name, "aliases": list(who.aliases)} if who.aliases else who.name
            for who in story.characters
        ]
    facts["language"] = story.language
    facts["series"] = [
        {"name": each.name, "part": each.part} if each.part else {"name": each.name}
        for each in story.series
    ]
    facts["published"] = story.published and story.published.isoformat()
    facts["updated"] = story.updated and story.updated.isoformat()
    facts["source"] = story.source
    is_made = story.permission is Permission.LINK_ONLY and story.source
    if story.permission not in {None, Permission.UNSTATED} and not is_made:
        facts["permission"] = story.permission and story.permission.value
    facts["permission_note"] = story.permission_note
    facts["summary"] = story.summary
    facts["notes"] = story.notes
    facts["words"] = story.stated_words and str(story.stated_words)
    if story.stated_words == 0:
        facts["words"] = "0"
    facts = {key: told for key, told in facts.items() if told}
    if story.complete is not None:
        facts["complete"] = story.complete
    for key, value in story.extra:
        if find_field(key) in {None, key}:
            facts.setdefault(key, value)
    return {**facts, "format": "markdown"}


def _as_it_came(story: Story, walls: frozenset[int]) -> tuple[Story, list[Chapter]]:
    """Take back what `paragraphs` did: walls are one paragraph, with the note at their end."""
    chapters: list[Chapter] = []
    notes = story.notes
    for number, chapter in enumerate(story.chapters):
        note = chapter.blocks[-1] if chapter.blocks else None
        has_note = note is not None and note.kind is BlockKind.NOTE
        if has_note or number in walls:
            first, last = chapter.blocks[0], chapter.blocks[-1]
            spans = tuple(span for block in chapter.blocks for span in block.spans)
            whole = Block(BlockKind.PARAGRAPH, first.start, last.end, spans)
            chapter = replace(chapter, blocks=(whole,))
            if has_note:
                _, told = split_trailing_notes(chapter.text[first.start : last.end])
                notes = notes.removesuffix(told).rstrip("\n") if notes.endswith(told) else notes
        chapters.append(chapter)
    return replace(story, notes=notes), chapters


def _body(title: str, chapters: Sequence[Chapter]) -> Iterator[str]:
    titles = [
        # Markdown begins a chapter at its title: a later one must have some.
        chapter.title or (f"Chapter {number}" if number > 1 else "")
        for number, chapter in enumerate(chapters, 1)
    ]
    tops = sum(map(bool, titles))
    is_alike = tops == 1 and titles[0] and fold(titles[0]) == fold(title)
    if is_alike and find_chapter_heading(title) is None:
        yield f"# {_marked_line(title)}"  # else its only chapter's would be taken for it
        tops += 1
    for chapter, told in zip(chapters, titles, strict=True):
        if told:
            yield f"# {_marked_line(told)}"
        yield from _blocks(chapter, begins_chapters=tops < 2)


def _marked_line(text: str) -> str:
    return marked(text, [frozenset()] * len(text), one_line=True)


def _blocks(chapter: Chapter, *, begins_chapters: bool) -> Iterator[str]:
    """Write blocks; a heading that would begin a chapter stands in a quotation's marks."""
    indent = 0
    number = 0
    for block in chapter.blocks:
        text = chapter.text[block.start : block.end]
        looks = looks_of(block.spans, block.start, block.end)
        match block.kind:
            case BlockKind.SCENE_BREAK:
                yield "* * *"
            case BlockKind.HEADING:
                mark = "> " if begins_chapters or block.level < 2 else ""
                yield f"{mark}{'#' * max(1, block.level)} {marked(text, looks, one_line=True)}"
            case BlockKind.QUOTE:
                yield _indented(marked(text, looks), "> " * max(1, block.level))
            case BlockKind.LIST_ITEM:
                if block.marker:
                    number += 1
                    mark = _list_mark(block.marker, number)
                    begin = "- " * (max(1, block.level) - 1) + mark
                    indent = len(begin)
                else:
                    begin = " " * indent
                yield _indented(marked(text, looks), " " * indent, begin)
            case BlockKind.PREFORMATTED:
                ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
                yield f"{ticks}\n{text}\n{ticks}"
            case BlockKind.IMAGE:
                yield f"![{_marked_line(text)}]()"
            case BlockKind.PARAGRAPH | BlockKind.NOTE:
                told = marked(text, looks)
                if "\n" not in told and is_scene_break(told):
                    told = told.replace(text[0], f"&#{ord(text[0])};", 1)
                yield told


def _list_mark(marker: str, number: int) -> str:
    """Give what a list item begins with; numbers change their mark, so that none goes on."""
    if marker[:-1].isdecimal():
        return f"{marker[:-1]}{'.' if number % 2 else ')'} "
    return "- "


def _indented(text: str, indent: str, begin: str | None = None) -> str:
    first, *rest = text.split("\n")
    head = indent if begin is None else begin
    return "\n".join([head + first, *(indent + line for line in rest)])


def _lost(story: Story, read: Story) -> Iterator[str]:
    """Name what differs; the messages of an import are none of the story."""
    known, found = told_of(story), told_of(read)
    for name, told in known.items():
        if name != "messages" and _by_key(name, told) != _by_key(name, found[name]):
            yield name
    if [each.title for each in story.chapters] != [each.title for each in read.chapters]:
        yield "chapter_titles"
    if _notes(story) != _notes(read):
        yield "chapter_notes"
    mine, other = (list(map(_shape, each.chapters)) for each in (story, read))
    for name, place in (("text", 0), ("blocks", 1), ("styles", 2)):
        if [[b[place] for b in c] for c in mine] != [[b[place] for b in c] for c in other]:
            yield name


def _notes(story: Story) -> list[tuple[str, ...]]:
    return [tuple(getattr(one, name) for name in chapter_notes.FIELDS) for one in story.chapters]


def _by_key(name: str, told: Any) -> Any:
    if name == "extra":  # their order says nothing
        return sorted((each["key"], each["value"]) for each in told)
    return told


def _shape(chapter: Chapter) -> list[tuple[str, Any, Any]]:
    """Give text, kind and looks of each block, wherever it stands in the chapter's text."""
    return [
        (
            "" if block.kind is BlockKind.SCENE_BREAK else chapter.text[block.start : block.end],
            (block.kind, block.level, block.marker),
            _runs(looks_of(block.spans, block.start, block.end)),
        )
        for block in chapter.blocks
    ]


def _runs(looks: Sequence[Look]) -> list[tuple[int, Look]]:
    """Give where the look changes, and to what."""
    return [
        (at, look)
        for at, look in enumerate(looks)
        if look != (looks[at - 1] if at else frozenset())
    ]
