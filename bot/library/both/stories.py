"""A story by its id: its card, its chapters, one page of it."""

from abc import abstractmethod
from dataclasses import replace
from itertools import groupby
from typing import Any

from bot.library.base import Card, Filter, Opened, Page, Stretch
from bot.library.both.asking import Asking, Row
from bot.library.records import blocks_from_json, record_from_json
from bot.library.rows import moment
from bot.story import Audience, Block, Chapter, Place, Story

Opening = tuple[str, dict[str, Any]]  # a statement, and its values but the story's
CARD_COLUMNS = "story.id, story.shelf, story.record, story.chapters, story.opening, story.added_at"


def card_of(row: Row) -> Card:
    """Make a card of a row that holds `CARD_COLUMNS`."""
    added = moment(row["added_at"])
    assert added is not None
    return Card(
        id=row["id"],
        shelf=row["shelf"],
        record=record_from_json(row["record"]),
        chapters=row["chapters"],
        opening=row["opening"],
        added=added,
    )


class Stories(Asking):
    """The part of the contract that gives one story."""

    async def size(self) -> int:
        """See `Library.size`."""
        # Both are counted in an index; a look at every row takes seconds at a million.
        rows = await self._ask(
            "SELECT (SELECT count(*) FROM story)"
            " - (SELECT count(*) FROM story WHERE hidden_at IS NOT NULL) AS stories"
        )
        return int(rows[0]["stories"])

    async def title_spellings(self, limit: int) -> list[tuple[int, str]]:
        """See `Library.title_spellings`."""
        rows = await self._ask(
            "SELECT id, title_folded FROM story WHERE hidden_at IS NULL"
            " ORDER BY id DESC LIMIT :limit",
            {"limit": limit},
        )
        return [(row["id"], row["title_folded"]) for row in rows]

    async def shelf_size(self, shelf: int) -> tuple[int, int]:
        """See `Library.shelf_size`."""
        rows = await self._ask(
            "SELECT count(*) AS stories, count(hidden_at) AS hidden FROM story"
            " WHERE shelf = :shelf",
            {"shelf": shelf},
        )
        return int(rows[0]["stories"]) - int(rows[0]["hidden"]), int(rows[0]["hidden"])

    async def newest_on(self, shelf: int, limit: int) -> list[Card]:
        """See `Library.newest_on`."""
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story WHERE shelf = :shelf AND hidden_at IS NULL"
            " ORDER BY id DESC LIMIT :limit",
            {"shelf": shelf, "limit": limit},
        )
        return [card_of(row) for row in rows]

    async def card(self, story: int, audience: Audience) -> Card | None:
        """See `Library.card`."""
        condition, values = self._visible(audience)
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM story WHERE id = :story AND {condition}",
            values | {"story": story},
        )
        return card_of(rows[0]) if rows else None

    async def opened(
        self, story: int, audience: Audience, *, most_words: int | None = None
    ) -> Opened | None:
        """See `Library.opened`."""
        sql, values = self._to_open(audience, most_words)
        return opened_of(await self._ask(sql, values | {"story": story}))

    async def drawn(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
        most_words: int | None = None,
    ) -> Opened | None:
        """See `Library.drawn`."""
        story = await self.random(wanted, audience, room, draw, reader=reader)
        return None if story is None else await self.opened(story, audience, most_words=most_words)

    @abstractmethod
    async def random(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
    ) -> int | None:
        """See `Library.random`."""

    def _to_open(self, audience: Audience, most_words: int | None) -> Opening:
        """Give the statement that opens a ``:story``, with its other values."""
        condition, values = self._visible(audience)
        most = _ANY_LENGTH if most_words is None else most_words
        return _OPENED.format(card=CARD_COLUMNS, condition=condition), values | {"most_words": most}

    async def page_start(self, story: int, chapter: int, number: int) -> Place | None:
        """See `Library.page_start`."""
        rows = await self._ask(
            "SELECT start FROM page WHERE story = :story AND chapter = :chapter"
            " AND number <= :number ORDER BY start DESC LIMIT 1",
            {"story": story, "chapter": chapter, "number": max(1, number)},
        )
        return Place(story, chapter, rows[0]["start"]) if rows else None

    async def chapter_titles(
        self, story: int, audience: Audience, first: int, limit: int
    ) -> list[str | None]:
        """See `Library.chapter_titles`."""
        condition, values = self._visible(audience)
        rows = await self._ask(
            "SELECT chapter.title FROM chapter JOIN story ON story.id = chapter.story"
            f" WHERE chapter.story = :story AND chapter.number >= :first AND {condition}"
            " ORDER BY chapter.number LIMIT :limit",
            values | {"story": story, "first": first, "limit": limit},
        )
        return [row["title"] for row in rows]

    async def whole_story(self, story: int) -> Story | None:
        """See `Library.whole_story`."""
        rows = await self._ask("SELECT record FROM story WHERE id = :story", {"story": story})
        if not rows:
            return None
        record = record_from_json(rows[0]["record"])
        rows = await self._ask(
            "SELECT chapter.number, chapter.title, chapter.summary, chapter.notes,"
            " chapter.end_notes, part.text, part.blocks FROM story"
            " JOIN chapter ON chapter.story = story.id"
            " JOIN part ON part.story = story.id AND part.chapter = chapter.number"
            " WHERE story.id = :story ORDER BY chapter.number, part.start",
            {"story": story},
        )
        return replace(record, chapters=_chapters_of(rows))

    async def page(self, place: Place, audience: Audience) -> Page | None:
        """See `Library.page`: one statement whatever the length of the story."""
        condition, values = self._visible(audience)
        rows = await self._ask(
            _PAGE.format(card=CARD_COLUMNS, condition=condition),
            values | {"story": place.story, "chapter": place.chapter, "offset": place.offset},
        )
        if not rows:
            return None
        row = rows[0]
        story, number, base = place.story, place.chapter, row["part_start"]
        following = row["following"]
        if following is not None:
            after = Place(story, number, following)
        elif number + 1 < row["chapters"]:
            after = Place(story, number + 1, 0)
        else:
            after = None
        if row["before"] is not None:
            before = Place(story, number, row["before"])
        elif row["last_of_previous"] is not None:
            before = Place(story, number - 1, row["last_of_previous"])
        else:
            before = None
        # A part holds five pages: making all its blocks would take longer than to read them.
        touching = row["page_start"], row["length"] if following is None else following
        return Page(
            card=card_of(row),
            chapter=_chapter(rows, "".join(r["text"] for r in rows), base, touching),
            base=base,
            number=row["page_number"],
            pages=row["pages"],
            start=row["page_start"],
            end=touching[1],
            place=Place(story, number, row["page_start"]),
            previous=before,
            next=after,
            chapter_length=row["length"],
        )

    async def stretch(self, place: Place, length: int, audience: Audience) -> Stretch | None:
        """See `Library.stretch`."""
        condition, values = self._visible(audience)
        rows = await self._ask(
            _STRETCH.format(card=CARD_COLUMNS, condition=condition),
            values
            | {
                "story": place.story,
                "chapter": place.chapter,
                "offset": place.offset,
                "end": place.offset + length,
            },
        )
        if not rows:
            return None
        base = rows[0]["part_start"]
        return Stretch(
            card=card_of(rows[0]),
            chapter=_chapter(rows, "".join(row["text"] for row in rows), base),
            base=base,
            chapter_length=rows[0]["length"],
        )


_ANY_LENGTH = 2**62  # words

_OPENED = """
SELECT {card}, (SELECT count(*) FROM page WHERE page.story = story.id) AS pages,
    chapter.number, chapter.title, chapter.summary, chapter.notes, chapter.end_notes,
    part.text, part.blocks
FROM story
LEFT JOIN chapter ON chapter.story = story.id AND story.words <= :most_words
LEFT JOIN part ON part.story = story.id AND part.chapter = chapter.number
WHERE story.id = :story AND {condition}
ORDER BY chapter.number, part.start
"""

_PAGE = """
WITH here AS (
    SELECT start, number FROM page
    WHERE story = :story AND chapter = :chapter AND start <= :offset
    ORDER BY start DESC LIMIT 1
), bounds AS (
    SELECT here.start, here.number,
        (SELECT min(start) FROM page
         WHERE story = :story AND chapter = :chapter AND start > here.start) AS following,
        (SELECT max(start) FROM page
         WHERE story = :story AND chapter = :chapter AND start < here.start) AS before,
        (SELECT max(start) FROM page
         WHERE story = :story AND chapter = :chapter - 1) AS last_of_previous,
        (SELECT max(number) FROM page
         WHERE story = :story AND chapter = :chapter) AS pages,
        (SELECT max(start) FROM part
         WHERE story = :story AND chapter = :chapter AND start <= here.start) AS first_part
    FROM here
)
SELECT {card}, bounds.start AS page_start, bounds.number AS page_number, bounds.following,
    bounds.before, bounds.last_of_previous, bounds.pages,
    chapter.title, chapter.summary, chapter.notes, chapter.end_notes, chapter.length,
    part.start AS part_start, part.text, part.blocks
FROM bounds
JOIN story ON story.id = :story
JOIN chapter ON chapter.story = story.id AND chapter.number = :chapter
JOIN part ON part.story = story.id AND part.chapter = :chapter
    AND part.start >= bounds.first_part
    AND (bounds.following IS NULL OR part.start < bounds.following)
WHERE {condition}
ORDER BY part.start
"""

_STRETCH = """
SELECT {card}, chapter.title, chapter.summary, chapter.notes, chapter.end_notes,
    chapter.length, part.start AS part_start, part.text, part.blocks
FROM story
JOIN chapter ON chapter.story = story.id AND chapter.number = :chapter
JOIN part ON part.story = story.id AND part.chapter = :chapter AND part.start < :end
    AND part.start >= (
        SELECT max(start) FROM part
        WHERE story = :story AND chapter = :chapter AND start <= :offset
    )
WHERE story.id = :story AND {condition}
ORDER BY part.start
"""


def opened_of(rows: list[Any]) -> Opened | None:
    """Make a story of the rows that an `Opening` gives."""
    if not rows:
        return None
    return Opened(card_of(rows[0]), int(rows[0]["pages"]), _chapters_of(rows))


def _chapters_of(rows: list[Row]) -> tuple[Chapter, ...]:
    return tuple(
        _chapter(own, "".join(row["text"] for row in own), 0)
        for _, group in groupby(rows, key=lambda row: row["number"])
        if (own := [row for row in group if row["text"] is not None])
    )


def _chapter(
    rows: list[Row], text: str, base: int, touching: tuple[int, int] | None = None
) -> Chapter:
    blocks: list[Block] = []
    for row in rows:
        blocks.extend(blocks_from_json(row["blocks"], base, touching=touching))
    first = rows[0]
    return Chapter(
        text=text,
        blocks=tuple(blocks),
        title=first["title"],
        summary=first["summary"],
        notes=first["notes"],
        end_notes=first["end_notes"],
    )
