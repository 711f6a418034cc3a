"""What members keep: their places, and what they saved for later."""

from datetime import datetime

from bot.library.base import Kept, Marked
from bot.library.both.asking import Asking
from bot.library.both.noting import AT_LEISURE, Note
from bot.library.both.stories import CARD_COLUMNS, card_of
from bot.library.rows import moment, seconds
from bot.story import Audience, Place

_END = Place(0, 2**31 - 1, 2**31 - 1)  # beyond every place there is


class People(Asking):
    """The part of the contract that keeps places and saved stories."""

    async def save_place(
        self, member: int, place: Place, at: datetime, *, unless_beyond: Place | None = None
    ) -> None:
        """See `Library.save_place`."""
        most = unless_beyond or _END
        note = Note(
            (("place", member),),
            'INSERT INTO place (member, story, chapter, "offset", at)'
            " SELECT :member, id, :chapter, :offset, :at FROM story WHERE id = :story"
            " ON CONFLICT (member, story) DO UPDATE SET chapter = excluded.chapter,"
            ' "offset" = excluded."offset", at = excluded.at'
            ' WHERE (place.chapter, place."offset") <= (:most_chapter, :most_offset)',
            {
                "most_chapter": most.chapter,
                "most_offset": most.offset,
                "member": member,
                "story": place.story,
                "chapter": place.chapter,
                "offset": place.offset,
                "at": seconds(at),
            },
        )
        self._notes.add(note, within=AT_LEISURE)

    async def place_in(self, member: int, story: int) -> tuple[Place, datetime] | None:
        """See `Library.place_in`."""
        await self._notes.written(("place", member))
        rows = await self._ask(
            'SELECT chapter, "offset", at FROM place WHERE member = :member AND story = :story',
            {"member": member, "story": story},
        )
        if not rows:
            return None
        at = moment(rows[0]["at"])
        assert at is not None
        return Place(story, rows[0]["chapter"], rows[0]["offset"]), at

    async def places(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """See `Library.places`."""
        await self._notes.written(("place", member))
        condition, values = self._visible(audience)
        rows = await self._ask(
            f'SELECT {CARD_COLUMNS}, place.chapter AS at_chapter, place."offset" AS at_offset,'
            " place.at FROM place JOIN story ON story.id = place.story"
            f" WHERE place.member = :member AND {condition}"
            " ORDER BY place.at DESC, story.id LIMIT :limit OFFSET :skip",
            values | {"member": member, "limit": limit, "skip": skip},
        )
        return [
            Marked(card_of(row), Place(row["id"], row["at_chapter"], row["at_offset"]))
            for row in rows
        ]

    async def forget_place(self, member: int, story: int) -> bool:
        """See `Library.forget_place`."""
        await self._notes.written(("place", member))
        changed = await self._change(
            "DELETE FROM place WHERE member = :member AND story = :story",
            {"member": member, "story": story},
        )
        return changed > 0

    async def kept_by(self, member: int, audience: Audience) -> Kept:
        """See `Library.kept_by`."""
        await self._notes.written(("place", member))
        condition, values = self._visible(audience)
        counts = [
            f"(SELECT COUNT(*) FROM {table} {joined} WHERE {table}.member = :member {seen})"
            f" AS {table}_{where}"
            for table in ("place", "saved")
            for where, joined, seen in (
                ("everywhere", "", ""),
                ("here", f"JOIN story ON story.id = {table}.story", f"AND {condition}"),
            )
        ]
        (row,) = await self._ask(f"SELECT {', '.join(counts)}", values | {"member": member})
        return Kept(
            places=row["place_everywhere"],
            places_here=row["place_here"],
            saved=row["saved_everywhere"],
            saved_here=row["saved_here"],
        )

    async def forget_places(self, before: datetime) -> int:
        """See `Library.forget_places`."""
        await self._notes.written()
        return await self._change("DELETE FROM place WHERE at < :at", {"at": seconds(before)})

    async def save_story(self, member: int, story: int, at: datetime) -> None:
        """See `Library.save_story`."""
        await self._change(
            "INSERT INTO saved (member, story, at) SELECT :member, id, :at FROM story"
            " WHERE id = :story ON CONFLICT (member, story) DO NOTHING",
            {"member": member, "story": story, "at": seconds(at)},
        )

    async def unsave_story(self, member: int, story: int) -> bool:
        """See `Library.unsave_story`."""
        changed = await self._change(
            "DELETE FROM saved WHERE member = :member AND story = :story",
            {"member": member, "story": story},
        )
        return changed > 0

    async def has_saved(self, member: int, story: int) -> bool:
        """See `Library.has_saved`."""
        rows = await self._ask(
            "SELECT 1 FROM saved WHERE member = :member AND story = :story",
            {"member": member, "story": story},
        )
        return bool(rows)

    async def has_places(self, member: int) -> bool:
        """See `Library.has_places`."""
        await self._notes.written(("place", member))
        rows = await self._ask(
            "SELECT 1 FROM place WHERE member = :member LIMIT 1", {"member": member}
        )
        return bool(rows)

    async def saved(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """See `Library.saved`."""
        condition, values = self._visible(audience)
        rows = await self._ask(
            f"SELECT {CARD_COLUMNS} FROM saved JOIN story ON story.id = saved.story"
            f" WHERE saved.member = :member AND {condition}"
            " ORDER BY saved.at DESC, story.id LIMIT :limit OFFSET :skip",
            values | {"member": member, "limit": limit, "skip": skip},
        )
        return [Marked(card_of(row), Place(row["id"])) for row in rows]
