"""Fill in what a story's file does not say, and say where each fact came from.

The title, the rating, who is in it, where the paragraphs of a wall of text
are, where its pages start, its opening lines and its fingerprint. Pure:
bytes in, values out; it runs in a worker.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.likeness import marks_of
from bot.catalogue.paragraphs import with_paragraphs
from bot.library.detected import SHOWN_CHARACTERS, Detection
from bot.prose.excerpts import opening_lines
from bot.prose.names import Aliases, find_characters
from bot.prose.ratings import estimate_rating
from bot.prose.reflow import REFLOW_VERSION
from bot.prose.titles import derive_title
from bot.prose.words import count_words, tokens_in_line
from bot.render import PAGINATION_VERSION, paginate
from bot.story import (
    Block,
    BlockKind,
    Chapter,
    Character,
    Origin,
    Permission,
    Rating,
    Story,
)
from bot.texts import say

# A stored story is made anew when any of these changes. The last number stands for
# what is done here and in prose/names, ratings, titles and excerpts: raise it when
# a story would come out otherwise.
CODE_VERSION = f"{REFLOW_VERSION}.{PAGINATION_VERSION}.8"

PAGE_LENGTH = 1_600  # characters of Markdown: a phone shows a page in one screen or two
OPENING_LENGTH = 160  # characters of the opening lines in a list
OPENING_REACH = 2 * OPENING_LENGTH + 1_000  # characters of prose that decide them, and more
KEPT_DETECTIONS = 20  # the most that are kept of one story: more than are shown

_UNCOUNTED = (BlockKind.HEADING, BlockKind.NOTE, BlockKind.IMAGE, BlockKind.SCENE_BREAK)


@dataclass(frozen=True, slots=True)
class Completed:
    """A story with everything filled in, and what is stored beside it."""

    story: Story
    walls: frozenset[int]
    page_starts: tuple[tuple[int, ...], ...]
    opening: str
    fingerprint: str
    marks: tuple[int, ...]  # see `likeness`
    detected: tuple[Detection, ...] = ()  # whom no metadata names


def complete(story: Story, stem: str, aliases: Aliases, default_rating: Rating) -> Completed:
    """Complete ``story``; ``stem`` is its file's name without the ending."""
    chapters, walls, notes = with_paragraphs(story.chapters)
    counted = list(map(counted_text, chapters))
    words = sum(map(count_words, counted))
    text = "\n\n".join(counted)
    del counted  # as long as the story, which may have many megabytes
    filled = replace(
        story,
        chapters=chapters,
        notes="\n\n".join(note for note in (story.notes, *notes) if note),
        ends_in_note=bool(notes),
        words=words,
        permission=_permission(story),
    )
    filled = _with_title(filled, stem, text)
    filled = with_rating(filled, text, default_rating)
    detected = () if filled.characters else _detected(filled, text, aliases)
    filled = with_characters(filled, detected, aliases)
    lines = [tokens_in_line(chapter.text) for chapter in chapters]
    return Completed(
        story=filled,
        walls=walls,
        page_starts=tuple(pages_of(chapter) for chapter in chapters),
        opening=opening_of(chapters),
        detected=detected,
        fingerprint=_fingerprint((chapter.text for chapter in chapters), lines),
        marks=marks_of(b"".join(lines), filled.source),
    )


def text_of(chapters: Iterable[Chapter]) -> str:
    """Give what counts as story of all ``chapters``."""
    return "\n\n".join(map(counted_text, chapters))


def counted_text(chapter: Chapter) -> str:
    """Give the text of a chapter that counts as story: no headings, notes or pictures."""
    return "\n\n".join(
        chapter.text[block.start : block.end]
        for block in chapter.blocks
        if block.kind not in _UNCOUNTED
    )


def fingerprint_of(texts: Sequence[str]) -> str:
    """Digest the words alone: the same for any format, paragraphing or punctuation."""
    return _fingerprint(texts, map(tokens_in_line, texts))


def _fingerprint(texts: Iterable[str], lines: Iterable[bytes]) -> str:
    digest, marks = hashlib.sha256(), hashlib.sha256()
    has_words = False
    for text, words in zip(texts, lines, strict=True):
        digest.update(words)
        has_words = has_words or bool(words)
        if not has_words:
            marks.update("".join(text.split()).encode())
    # A story of nothing but emoji is known by its marks.
    return (digest if has_words else marks).hexdigest()


def _with_title(story: Story, stem: str, text: str) -> Story:
    if story.title:
        return story
    title = derive_title(stem, text)
    return replace(
        story,
        title=title,
        title_origin=Origin.DERIVED,
        messages=(*story.messages, say("import.title-derived", title=title)),
    )


def with_rating(story: Story, text: str, default: Rating) -> Story:
    """Give ``story`` the rating it states, or the one its ``text`` has."""
    if story.rating is not None:
        is_told = story.rating_origin is Origin.STATED
        return story if is_told else replace(story, rating_origin=Origin.STATED)
    rating, origin = estimate_rating(text, story.language, default, story.tags, story.warnings)
    messages = story.messages
    if origin is Origin.ESTIMATED:
        messages = (*messages, say("import.rating-estimated", rating=rating.label))
    return replace(story, rating=rating, rating_origin=origin, messages=messages)


def _detected(story: Story, text: str, aliases: Aliases) -> tuple[Detection, ...]:
    return tuple(
        Detection(
            name=who.name,
            aliases=aliases.aliases_of(who.name) or who.aliases,
            appears=who.appears,
            confidence=round(100 * who.confidence),
            mentions=who.mentions,
            evidence=who.evidence,
            example=who.example,
        )
        for who in find_characters(text, aliases, story.fandoms)[:KEPT_DETECTIONS]
    )


def with_characters(story: Story, detected: Sequence[Detection], aliases: Aliases) -> Story:
    """Give ``story`` the people it names under their canonical names, or those ``detected``."""
    if story.characters:
        named = [
            Character(
                canonical := aliases.canonical(who.name, story.fandoms) or who.name,
                tuple(who.aliases) or aliases.aliases_of(canonical),
                who.origin,
                who.appears,
            )
            for who in story.characters
        ]
    else:
        named = [
            Character(who.name, tuple(who.aliases), Origin.DETECTED, who.appears)
            for who in detected[:SHOWN_CHARACTERS]
        ]
    unique = {who.name: who for who in reversed(named)}
    characters = tuple(reversed(unique.values()))
    return story if characters == story.characters else replace(story, characters=characters)


def _permission(story: Story) -> Permission:
    if story.permission is not None:
        return story.permission
    return Permission.LINK_ONLY if story.source else Permission.UNSTATED


def pages_of(chapter: Chapter) -> tuple[int, ...]:
    """Give where the pages of a chapter start."""
    starts = paginate(chapter, PAGE_LENGTH)
    # The first page holds offset 0, whatever white space the file begins with.
    return (0, *starts[1:])


def opening_of(chapters: tuple[Chapter, ...]) -> str:
    """Give the lines that a list shows of a story."""
    return opening_lines(_prose(chapters), OPENING_LENGTH)


def _prose(chapters: tuple[Chapter, ...]) -> str:
    for chapter in chapters:
        for block in chapter.blocks:
            if block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE):
                return _first_prose(chapter, block)
    return ""


def _first_prose(chapter: Chapter, first: Block) -> str:
    """Give the texts of a kind of block from ``first`` on, as many as opening lines may need."""
    found: list[str] = []
    length = 0
    for block in chapter.blocks:
        if block.start >= first.start and block.kind is first.kind:
            found.append(chapter.text[block.start : block.end])
            length += len(found[-1].strip())
            if length > OPENING_REACH:
                break
    return "\n\n".join(found)
