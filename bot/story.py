"""The words of this house as frozen values: stories, ratings, readers and what they ask.

The text of a chapter is one string, ``Chapter.text``. Blocks and style spans
are ranges in it, so a place (story, chapter, offset) means the same whatever
the style, the page size or the version of the paragraph finder.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Rating(IntEnum):
    """AO3's five ratings, in the order a ceiling compares them.

    "Not Rated" stands last because it may hold anything (AO3 Content Policy
    II.J): a ceiling that admits it admits everything.
    """

    GENERAL = 0
    TEEN = 1
    MATURE = 2
    EXPLICIT = 3
    NOT_RATED = 4

    @property
    def label(self) -> str:
        """The rating in AO3's words, such as ``"Not Rated"``."""
        return self.name.replace("_", " ").title()

    @property
    def key(self) -> str:
        """The rating as keys of texts spell it, such as ``"not-rated"``."""
        return self.name.lower().replace("_", "-")


class Origin(StrEnum):
    """Where a fact about a story comes from."""

    STATED = "stated"  # the file, or library.toml, says so
    DEFAULT = "default"  # nothing said, the operator's default
    ESTIMATED = "estimated"  # raised by the word list
    DERIVED = "derived"  # made from the text or the file's name
    DETECTED = "detected"  # found in the text


class Permission(StrEnum):
    """What lets us post a story's text."""

    OWN = "own"
    PUBLIC_DOMAIN = "public domain"
    LICENCE = "licence"
    CONSENT = "consent"
    BLANKET = "blanket statement"
    UNSTATED = "unstated"  # no web source: the operator put it there
    LINK_ONLY = "link only"  # a web source and nothing that permits more


class BlockKind(StrEnum):
    """What a block of a chapter is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SCENE_BREAK = "scene break"
    QUOTE = "quote"
    LIST_ITEM = "list item"
    PREFORMATTED = "preformatted"
    IMAGE = "image"  # its text is the description
    NOTE = "note"  # the author's word after the story: read, but not counted


class Style(StrEnum):
    """What a span of text looks like."""

    EMPHASIS = "emphasis"
    STRONG = "strong"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SMALL = "small"
    CODE = "code"
    SPOILER = "spoiler"
    LINK = "link"


class MoreThan(int):
    """A number of which there are more, told as "1,000+"."""


@dataclass(frozen=True, slots=True)
class Span:
    """A styled range, ``start`` inclusive and ``end`` exclusive, in ``Chapter.text``."""

    start: int
    end: int
    style: Style
    href: str | None = None  # links only


@dataclass(frozen=True, slots=True)
class Block:
    """One block: a range of ``Chapter.text``; blocks are in order and never overlap.

    Text between two blocks is white space (or marks the importer dropped).
    A single line break inside a paragraph is a line break.
    """

    kind: BlockKind
    start: int
    end: int
    spans: tuple[Span, ...] = ()
    level: int = 0  # a heading's level from 1; a list item's or quote's depth from 1
    marker: str = ""  # a list item's mark: "•" or "3."


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its text as it came, cleaned of control characters only, and its blocks."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    summary: str = ""
    notes: str = ""
    end_notes: str = ""


@dataclass(frozen=True, slots=True)
class Character:
    """A person of a story, under the canonical name."""

    name: str
    aliases: tuple[str, ...] = ()
    origin: Origin = Origin.STATED
    appears: bool = True  # False: only mentioned


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """A story's place in a series."""

    name: str
    part: str | None = None  # "3", or None when only the series is known


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a story was read, for whoever brings it in; it is not kept with the story.

    ``places`` say for each field that was stated whether it stands in the
    file or beside it: pairs of the field's name and "file" or "beside".
    """

    layout: str = ""  # "text", "markdown", "record", or what a page or book was made by
    encoding: str = ""  # that a text was read in
    is_guessed: bool = False  # nothing said which encoding it is
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A story as an importer read it, or as the catalogue completed it.

    Fields left empty (``title == ""``, ``rating is None``) were not stated;
    the catalogue fills them and records where each came from.
    """

    chapters: tuple[Chapter, ...]
    title: str = ""
    title_origin: Origin = Origin.STATED
    authors: tuple[str, ...] = ()
    rating: Rating | None = None
    rating_origin: Origin = Origin.STATED
    warnings: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    fandoms: tuple[str, ...] = ()
    characters: tuple[Character, ...] = ()
    relationships: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()  # what the file is part of elsewhere
    language: str = ""  # a BCP 47 tag, or the name the file gives; "" when unknown
    series: tuple[SeriesPart, ...] = ()
    published: date | None = None
    updated: date | None = None
    complete: bool | None = None
    source: str = ""  # an http(s) address, or ""
    summary: str = ""
    notes: str = ""
    permission: Permission | None = None
    permission_note: str = ""
    words: int = 0  # counted by prose.words, headings and notes not included
    stated_words: int | None = None  # what the file says
    ends_in_note: bool = False  # the last of its notes stand at the end of its text as well
    extra: tuple[tuple[str, str], ...] = ()  # keys we do not know, kept as given
    messages: tuple[str, ...] = ()  # what a person should know about how it was read
    provenance: Provenance = field(default=Provenance(), compare=False)


class TagKind(StrEnum):
    """The kinds of names a story can be found by."""

    CHARACTER = "character"
    FANDOM = "fandom"
    RELATIONSHIP = "relationship"
    FREEFORM = "tag"
    WARNING = "warning"
    CATEGORY = "category"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: an offset in the stored text of a chapter (from 0)."""

    story: int
    chapter: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads where: every question to the library takes one.

    ``server`` is the shelf that is read beside the operator's (None: only the
    operator's). ``avoided`` and ``blocked`` hold folded names of tags of any
    kind: lists, counts and random picks leave out both; a story that is blocked
    is not shown by name either.
    """

    ceiling: Rating
    beyond: Rating = Rating.GENERAL  # the ceiling of an age-restricted channel of this server
    server: int | None = None
    channel: int | None = None
    member: int | None = None
    blocked: frozenset[str] = field(default_factory=frozenset[str])
    avoided: frozenset[str] = field(default_factory=frozenset[str])
    language: str = "en"  # of the person
    room_language: str = "en"  # of the server, for what everybody sees
    age_restricted: bool = False
    unseen: frozenset[int] = field(default_factory=frozenset[int])  # stories hidden in this server
    not_again: frozenset[int] = field(default_factory=frozenset[int])  # never by chance, for them
    linked: frozenset[int] = field(default_factory=frozenset[int])  # shown as a link in this server
    is_public: bool = False  # answers here may be seen by everybody in the channel
    free_at: datetime | None = None  # when the person may post here again; None: now
    trusts_estimates: bool = True  # False: a rating that nobody stated counts as Not Rated
    warned_by_chance: bool = False  # random picks bring the hardest warnings here too

    @property
    def posts(self) -> bool:
        """Whether an answer is told to everybody in the channel now."""
        return self.is_public and self.free_at is None

    @property
    def is_held(self) -> bool:
        """Whether an answer would be told to everybody here, only not so soon."""
        return self.is_public and self.free_at is not None
