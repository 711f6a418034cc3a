"""Who was detected on a shelf, and what was decided about it."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from bot.library.base import Changed
from bot.library.both.asking import Asking, Row
from bot.library.detected import (
    Decision,
    DetectedName,
    Detection,
    Spotted,
    Verdict,
    decided,
    record_decided,
    touched_by,
)
from bot.library.records import Written
from bot.library.rows import seconds
from bot.story import Audience

_AT_ONCE = 100  # stories brought in step in one transaction
_LOOKED_AT = 2_000  # stories, for whom a form of a name may mean
_DECISION = "story, name, verdict, becomes"

Kept = TypeVar("Kept")


MEANT = (
    "SELECT DISTINCT told.name FROM (SELECT name.name FROM other_name"
    " JOIN story ON story.id = other_name.story JOIN name ON name.id = other_name.name"
    f" WHERE other_name.folded = :folded AND {{condition}} LIMIT {_LOOKED_AT}) AS told"
    " ORDER BY told.name LIMIT 25"
)


class Detections(Asking):
    """The part of the contract about detected names."""

    @abstractmethod
    async def _recast(self, writer: Any, changed: Sequence[tuple[int, str]]) -> None:
        """Keep other records, with other characters, of stories that are the same otherwise."""

    async def detected_names(
        self, shelf: int, limit: int, *, undecided: bool = False, spotted: int = 3
    ) -> list[DetectedName]:
        """See `Library.detected_names`."""
        found = await self._ask(
            "SELECT detected.folded, min(detected.name) AS name, count(*) AS stories,"
            " count(*) FILTER (WHERE detected.appears) AS appearing,"
            " CAST(sum(detected.mentions) AS bigint) AS mentions,"
            " max(detected.confidence) AS confidence"
            " FROM story JOIN detected ON detected.story = story.id"
            " WHERE story.shelf = :shelf AND story.hidden_at IS NULL"
            + (_WAITING if undecided else "")
            + " GROUP BY detected.folded ORDER BY stories DESC, mentions DESC, detected.folded"
            " LIMIT :limit",
            {"shelf": shelf, "limit": limit},
        )
        decisions = await self.name_decisions(shelf)
        return [await self._described(shelf, row, decisions, spotted) for row in found]

    async def detected_name(
        self, shelf: int, folded: str, *, story: int | None = None, spotted: int = 3
    ) -> DetectedName | None:
        """See `Library.detected_name`."""
        found = await self._ask(
            "SELECT detected.folded, min(detected.name) AS name, count(*) AS stories,"
            " count(*) FILTER (WHERE detected.appears) AS appearing,"
            " CAST(sum(detected.mentions) AS bigint) AS mentions,"
            " max(detected.confidence) AS confidence"
            " FROM detected JOIN story ON story.id = detected.story"
            " WHERE detected.folded = :folded AND story.shelf = :shelf"
            " AND story.hidden_at IS NULL AND (:story = 0 OR story.id = :story)"
            " GROUP BY detected.folded",
            {"shelf": shelf, "folded": folded, "story": story or 0},
        )
        if not found:
            return None
        return await self._described(shelf, found[0], await self.name_decisions(shelf), spotted)

    async def _described(
        self, shelf: int, row: Row, decisions: Sequence[Decision], spotted: int
    ) -> DetectedName:
        folded = row["folded"]
        seen = await self._ask(
            "SELECT story.id, story.title, detected.name, detected.appears, detected.confidence,"
            " detected.mentions, detected.told FROM detected"
            " JOIN story ON story.id = detected.story"
            " WHERE detected.folded = :folded AND story.shelf = :shelf"
            " AND story.hidden_at IS NULL"
            " ORDER BY detected.confidence DESC, detected.mentions DESC, story.id LIMIT :spotted",
            {"folded": folded, "shelf": shelf, "spotted": spotted},
        )
        return DetectedName(
            name=row["name"],
            stories=row["stories"],
            appears=row["appearing"],
            mentions=row["mentions"],
            confidence=row["confidence"],
            spotted=tuple(Spotted(each["id"], each["title"], _detection(each)) for each in seen),
            decisions=tuple(
                sorted(
                    (each for each in decisions if each.folded == folded),
                    key=lambda each: each.story or 0,
                )
            ),
        )

    async def name_decisions(self, shelf: int) -> list[Decision]:
        """See `Library.name_decisions`."""
        rows = await self._ask(
            f"SELECT {_DECISION} FROM name_decision WHERE shelf = :shelf"
            " ORDER BY at DESC, folded, story",
            {"shelf": shelf},
        )
        return [_decision(row) for row in rows]

    async def decide_name(self, shelf: int, decision: Decision, at: datetime) -> int:
        """See `Library.decide_name`."""
        async with self._transaction() as writer:
            await self._forget_decision(writer, shelf, decision.folded, decision.story)
            await self._run(
                writer,
                "INSERT INTO name_decision (shelf, story, folded, name, verdict, becomes, at)"
                " VALUES (:shelf, CAST(:story AS bigint), :folded, :name, :verdict, :becomes, :at)",
                {
                    "shelf": shelf,
                    "story": decision.story,
                    "folded": decision.folded,
                    "name": decision.name,
                    "verdict": decision.verdict.value,
                    "becomes": decision.becomes,
                    "at": seconds(at),
                },
            )
        return await self._bring_in_step(shelf, decision.folded, decision.story)

    async def take_back_name(self, shelf: int, folded: str, story: int | None) -> bool:
        """See `Library.take_back_name`."""
        async with self._transaction() as writer:
            gone = await self._forget_decision(writer, shelf, folded, story)
        if gone:
            await self._bring_in_step(shelf, folded, story)
        return gone > 0

    async def _forget_decision(
        self, writer: Any, shelf: int, folded: str, story: int | None
    ) -> int:
        return await self._run(
            writer,
            "DELETE FROM name_decision WHERE shelf = :shelf AND folded = :folded"
            " AND coalesce(story, 0) = :story",
            {"shelf": shelf, "folded": folded, "story": story or 0},
        )

    async def meant_by(self, folded: str, audience: Audience) -> list[str]:
        """See `Library.meant_by`."""
        condition, values = self._visible(audience)
        rows = await self._ask(MEANT.format(condition=condition), values | {"folded": folded})
        return [row["name"] for row in rows]

    async def _as_decided(
        self, writer: Any, shelf: int, told: list[tuple[Kept, int, Written]]
    ) -> list[tuple[Kept, int, Written]]:
        """Apply what was decided to stories that are about to be kept."""
        if not any(written.detected for _, _, written in told):
            return told
        decisions = await self._decisions(writer, shelf)
        return [(kept, story, decided(written, decisions, story)) for kept, story, written in told]

    async def _decisions(self, writer: Any, shelf: int) -> list[Decision]:
        rows = await self._rows(
            writer,
            f"SELECT {_DECISION} FROM name_decision WHERE shelf = :shelf",
            {"shelf": shelf},
        )
        return [_decision(row) for row in rows]

    async def _bring_in_step(self, shelf: int, folded: str, story: int | None) -> int:
        """Give stories the characters that now hold, some at a time; gives how many changed."""
        changed, after = 0, 0
        while True:
            async with self._shelving() as writer:
                decisions = await self._decisions(writer, shelf)
                names = sorted(touched_by([folded], decisions))
                marks = ", ".join(f":n{place}" for place in range(len(names)))
                rows = await self._rows(
                    writer,
                    "SELECT DISTINCT story.id FROM detected JOIN story ON story.id = detected.story"
                    f" WHERE detected.folded IN ({marks}) AND story.shelf = :shelf"
                    " AND story.id > :after AND (:story = 0 OR story.id = :story)"
                    f" ORDER BY story.id LIMIT {_AT_ONCE}",
                    {f"n{place}": name for place, name in enumerate(names)}
                    | {"shelf": shelf, "after": after, "story": story or 0},
                )
                stories = [int(row["id"]) for row in rows]
                changed += await self._apply(writer, stories, decisions)
                if stories:
                    await self._tell(writer, Changed.SHELF, shelf)
            if len(stories) < _AT_ONCE:
                return changed
            after = stories[-1]

    async def _apply(
        self, writer: Any, stories: Sequence[int], decisions: Sequence[Decision]
    ) -> int:
        changed: list[tuple[int, str]] = []
        for story in stories:
            rows = await self._rows(
                writer, "SELECT record FROM story WHERE id = :story", {"story": story}
            )
            detected = await self._rows(writer, _OF_STORY, {"story": story})
            before = str(rows[0]["record"])
            after = record_decided(before, [*map(_detection, detected)], decisions, story)
            if after != before:
                changed.append((story, after))
        if changed:
            await self._recast(writer, changed)
        return len(changed)

    async def _detected_in(self, story: int) -> list[Detection]:
        """Give who was detected in a story, in order."""
        return [_detection(row) for row in await self._ask(_OF_STORY, {"story": story})]


_WAITING = (
    " AND NOT EXISTS (SELECT 1 FROM name_decision WHERE name_decision.shelf = :shelf"
    " AND name_decision.folded = detected.folded AND name_decision.story IS NULL)"
)
_OF_STORY = (
    "SELECT name, appears, confidence, mentions, told FROM detected WHERE story = :story"
    " ORDER BY number"
)


def _detection(row: Row) -> Detection:
    aliases, evidence, example = json.loads(row["told"])
    return Detection(
        row["name"],
        aliases,
        bool(row["appears"]),
        row["confidence"],
        row["mentions"],
        evidence,
        example,
    )


def _decision(row: Row) -> Decision:
    return Decision(row["name"], Verdict(row["verdict"]), row["becomes"], row["story"])
