"""What the contract suite of the store is made of: engines, small stories, every question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.library import library_at
from bot.library.base import (
    OPERATOR_SHELF,
    Card,
    Entry,
    Filter,
    Library,
    StoredFile,
    StoredSchedule,
)
from bot.prose.words import count_words, fold
from bot.story import (
    Audience,
    Block,
    BlockKind,
    Chapter,
    Character,
    Permission,
    Place,
    Rating,
    Story,
    TagKind,
)
from tests.postgres import postgres_store

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVERYONE = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TAG = TagKind.FREEFORM
TAGS = [TAG]
READER = 77  # a member who turned a page of every story and saved it

Store = Callable[[], Library]  # gives another library, not opened, on the same store


def sqlite_store(folder: Path) -> Store:
    """Give libraries on one SQLite file in ``folder``."""
    return lambda: library_at(f"sqlite:///{folder / 'library.db'}")


ENGINES: dict[str, Callable[[Path], Store]] = {
    "sqlite": sqlite_store,
    "postgres": postgres_store,
}


def chapter_of(text: str, title: str | None = None) -> Chapter:
    """Make a chapter of paragraphs that blank lines divide."""
    blocks: list[Block] = []
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(paragraph)))
        at += len(paragraph) + 2
    return Chapter(text=text, blocks=tuple(blocks), title=title)


def story_of(
    title: str,
    *texts: str,
    rating: Rating = Rating.GENERAL,
    tags: Sequence[str] = (),
    characters: Sequence[str | Character] = (),
    authors: Sequence[str] = (),
    permission: Permission = Permission.UNSTATED,
    words: int | None = None,
) -> Story:
    """Make a completed story; without ``texts`` its one chapter says its title."""
    told = texts or (f"This is {title}.",)
    return Story(
        chapters=tuple(chapter_of(text) for text in told),
        title=title,
        rating=rating,
        tags=tuple(tags),
        characters=tuple(Character(c) if isinstance(c, str) else c for c in characters),
        authors=tuple(authors),
        permission=permission,
        words=sum(map(count_words, told)) if words is None else words,
    )


def file_of(path: str, source: str = "stories") -> StoredFile:
    """Make what is known of a file whose story was added."""
    return StoredFile(path, source, 100, 5, f"digest of {path}", "context", "added", None)


def starts_every(chapter: Chapter, length: int) -> tuple[int, ...]:
    """Start a page at 0 and then at the first paragraph behind every ``length`` characters."""
    starts = [0]
    starts += [block.start for block in chapter.blocks if block.start // length > 0]
    kept = [0]
    for start in starts:
        if start - kept[-1] >= length:
            kept.append(start)
    return tuple(kept)


def entry_of(
    story: Story, path: str = "", *, story_id: int | None = None, page: int = 1_000
) -> Entry:
    """Make the entry that keeps ``story`` as the file ``path`` (by its title when empty)."""
    return Entry(
        file=file_of(path or f"{story.title}.txt"),
        story=story,
        story_id=story_id,
        fingerprint=f"words of {story.title}",
        opening=f"{story.title} opens.",
        page_starts=tuple(starts_every(chapter, page) for chapter in story.chapters),
    )


async def chapters_in(library: Library, story: int) -> tuple[Chapter, ...]:
    """Give the text of a story that everyone may see; empty when there is none."""
    opened = await library.opened(story, EVERYONE)
    return () if opened is None else opened.chapters


async def pages_in(library: Library, story: int) -> int:
    """Count the pages of a story that everyone may see."""
    opened = await library.opened(story, EVERYONE)
    return 0 if opened is None else opened.pages


async def put(
    library: Library, *stories: Story, shelf: int = OPERATOR_SHELF, at: datetime = NOON
) -> list[int]:
    """Keep ``stories`` on ``shelf``; gives their ids."""
    ids = await library.keep(shelf, [entry_of(story) for story in stories], at)
    assert None not in ids
    return [ident for ident in ids if ident is not None]


def titles_of(cards: Sequence[Card]) -> list[str]:
    """Give the titles of ``cards`` in order."""
    return [card.record.title for card in cards]


QUESTIONS = frozenset(
    {
        "card",
        "opened",
        "chapter titles",
        "page",
        "places",
        "saved",
        "stretch",
        "following",
        "following by date",
        "random",
        "random by name",
        "count",
        "listing",
        "titles",
        "names",
        "name",
        "name called",
        "companions",
    }
)


@dataclass(frozen=True)
class Known:
    """A story as somebody knows it who saw it once; only it carries ``tag``."""

    ident: int
    title: str
    tag: str
    beside: str  # a tag that it shares with others


async def seen_by(library: Library, audience: Audience, known: Known) -> set[str]:
    """Tell in which of the `QUESTIONS` the story ``known`` comes up for ``audience``."""
    ident, title, tag, beside = known.ident, known.title, known.tag, known.beside
    kinds = [TagKind.FREEFORM]
    own = Filter(names=((TagKind.FREEFORM, fold(tag)),))
    everywhere = replace(audience, ceiling=Rating.NOT_RATED, blocked=frozenset())
    # Whoever asks was there once and saved it.
    await library.save_place(READER, Place(ident), NOON)
    await library.save_story(READER, ident, NOON)
    told: dict[str, object] = {
        "card": await library.card(ident, audience),
        "opened": await library.opened(ident, audience),
        "chapter titles": await library.chapter_titles(ident, audience, 0, 25),
        "page": await library.page(Place(ident), audience),
        "places": [m for m in await library.places(READER, audience, 99) if m.card.id == ident],
        "saved": [m for m in await library.saved(READER, audience, 99) if m.card.id == ident],
        "stretch": await library.stretch(Place(ident), 100, audience),
        "following": await library.following(own, audience, by_date=False, after=(None, 0)),
        "following by date": await library.following(own, audience, by_date=True, after=(None, 0)),
        "random": await library.random(Filter(stories=(ident,)), audience, None, 0.5),
        "random by name": await library.random(own, audience, 7, 0.5),
        "count": (await library.count(own, audience)).visible,
        "listing": await library.listing(own, audience, 0, 10),
        "titles": await library.find_titles(fold(title), audience, 10),
        "names": await library.find_names(fold(tag), kinds, audience, 10),
        "name called": await library.name_called(kinds, fold(tag), audience),
    }
    # Ids of names travel in buttons, so they are asked with whatever was once seen.
    for server in {audience.server, 1, None}:
        shown = replace(everywhere, server=server)
        if found := await library.name_called(kinds, fold(tag), shown):
            told["name"] = told.get("name") or await library.name(found.id, audience)
        if near := await library.name_called(kinds, fold(beside), shown):
            companions = await library.companions(near.id, audience, 50)
            told["companions"] = [name for name in companions if name.name == tag]
    return {question for question, answer in told.items() if answer}


def schedule_of(
    *,
    ident: int = 0,
    server: int | None = 1,
    channel: int | None = 10,
    member: int | None = None,
    next_due: datetime | None = NOON,
    paused: str = "",
    last_day: date | None = None,
) -> StoredSchedule:
    """Make a schedule as the delivery keeps it."""
    return StoredSchedule(
        id=ident,
        server=server,
        channel=channel,
        member=member,
        made_by=5,
        rule='{"hour": 20}',
        content='{"what": "drabble"}',
        next_due=next_due,
        paused=paused,
        last_day=last_day,
    )


async def claim(
    library: Library,
    schedule: int,
    due: datetime = NOON,
    next_due: datetime | None = None,
    until: datetime = NOON + timedelta(minutes=1),
) -> int | None:
    """Claim the sending of ``schedule`` that is due at ``due``, for that day."""
    return await library.claim(
        schedule, due, occurrence=due, day=due.date(), next_due=next_due, until=until
    )
