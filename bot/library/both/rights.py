"""What servers decided about single stories, reports, what was posted, and takedowns."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.library.base import ServerStory, StoredReport, Takedown
from bot.library.both.asking import Asking, Row
from bot.library.both.noting import SOON, Note
from bot.library.records import record_from_json
from bot.library.rows import moment, seconds
from bot.story import Rating

_REPORT = "id, kind, story, title, server, member, words, at, decision"
_WITHHELD = {"outcome": "withheld"}
_TAKEDOWN = "id, story, title, fingerprint, source, at"


class Rights(Asking):
    """The part of the contract that keeps rights; how a story is removed differs by engine."""

    async def server_stories(self, server: int) -> list[ServerStory]:
        """See `Library.server_stories`."""
        rows = await self._ask(
            "SELECT story, hidden, rating, link_only FROM server_story WHERE server = :server"
            " ORDER BY story",
            {"server": server},
        )
        return [
            ServerStory(
                row["story"],
                is_hidden=bool(row["hidden"]),
                rating=None if row["rating"] is None else Rating(row["rating"]),
                is_link_only=bool(row["link_only"]),
            )
            for row in rows
        ]

    async def decide_for_server(self, server: int, decided: ServerStory) -> None:
        """See `Library.decide_for_server`."""
        if decided == ServerStory(decided.story):
            await self._change(
                "DELETE FROM server_story WHERE server = :server AND story = :story",
                {"server": server, "story": decided.story},
            )
            return
        await self._change(
            "INSERT INTO server_story (server, story, hidden, rating, link_only)"
            " SELECT :server, id, :hidden, :rating, :link_only FROM story WHERE id = :story"
            " ON CONFLICT (server, story) DO UPDATE SET hidden = excluded.hidden,"
            " rating = excluded.rating, link_only = excluded.link_only",
            {
                "server": server,
                "story": decided.story,
                "hidden": int(decided.is_hidden),
                "rating": None if decided.rating is None else int(decided.rating),
                "link_only": int(decided.is_link_only),
            },
        )

    async def add_report(self, report: StoredReport) -> int:
        """See `Library.add_report`."""
        rows = await self._write(
            "INSERT INTO report (kind, story, title, server, member, words, at, decision)"
            " VALUES (:kind, :story, :title, :server, :member, :words, :at, '') RETURNING id",
            {
                "kind": report.kind,
                "story": report.story,
                "title": report.title,
                "server": report.server,
                "member": report.member,
                "words": report.words,
                "at": seconds(report.at),
            },
        )
        return int(rows[0]["id"])

    async def _write(self, sql: str, values: dict[str, Any]) -> list[Any]:
        async with self._transaction() as writer:
            return await self._rows(writer, sql, values)

    async def report(self, report: int) -> StoredReport | None:
        """See `Library.report`."""
        rows = await self._ask(f"SELECT {_REPORT} FROM report WHERE id = :id", {"id": report})
        return _report(rows[0]) if rows else None

    async def reports(
        self, limit: int, *, are_open: bool = True, shelf: int | None = None
    ) -> list[StoredReport]:
        """See `Library.reports`."""
        there = " AND story IN (SELECT id FROM story WHERE shelf = :shelf)"
        rows = await self._ask(
            f"SELECT {_REPORT} FROM report WHERE (decision = '') = :open"
            f"{'' if shelf is None else there} ORDER BY id LIMIT :limit",
            {"open": are_open, "limit": limit} | ({} if shelf is None else {"shelf": shelf}),
        )
        return [_report(row) for row in rows]

    async def decide_report(self, report: int, decision: str) -> bool:
        """See `Library.decide_report`."""
        changed = await self._change(
            "UPDATE report SET decision = :decision WHERE id = :id AND decision = ''",
            {"id": report, "decision": decision},
        )
        return changed > 0

    async def count_reports(self, member: int, kind: str, since: datetime) -> int:
        """See `Library.count_reports`."""
        rows = await self._ask(
            "SELECT count(*) AS made FROM report WHERE member = :member AND kind = :kind"
            " AND at >= :since",
            {"member": member, "kind": kind, "since": seconds(since)},
        )
        return int(rows[0]["made"])

    async def forget_reports(self, before: datetime) -> int:
        """See `Library.forget_reports`."""
        return await self._change(
            "DELETE FROM report WHERE decision <> '' AND at < :before", {"before": seconds(before)}
        )

    async def remember_posted(
        self, channel: int, messages: Sequence[int], story: int, at: datetime
    ) -> None:
        """See `Library.remember_posted`."""
        told = {"channel": channel, "story": story, "at": seconds(at)}
        rows = ", ".join(f"(:message_{n}, :channel, :story, :at)" for n in range(len(messages)))
        if rows:
            note = Note(
                (("posted", story),),
                f"INSERT INTO posted (message, channel, story, at) VALUES {rows}"
                " ON CONFLICT (message) DO UPDATE SET story = excluded.story, at = excluded.at",
                told | {f"message_{n}": message for n, message in enumerate(messages)},
            )
            self._notes.add(note, within=SOON)

    async def posted(self, story: int) -> list[tuple[int, int]]:
        """See `Library.posted`."""
        await self._notes.written(("posted", story))
        rows = await self._ask(
            "SELECT channel, message FROM posted WHERE story = :story ORDER BY message DESC",
            {"story": story},
        )
        return [(row["channel"], row["message"]) for row in rows]

    async def forget_posted(self, before: datetime) -> int:
        """See `Library.forget_posted`."""
        await self._notes.written()
        return await self._change(
            "DELETE FROM posted WHERE at < :before", {"before": seconds(before)}
        )

    async def take_down(self, story: int, at: datetime) -> Takedown | None:
        """See `Library.take_down`."""
        rows = await self._ask(
            "SELECT title, fingerprint, record FROM story WHERE id = :story", {"story": story}
        )
        if not rows:
            return None
        title, fingerprint = rows[0]["title"], rows[0]["fingerprint"]
        values = {
            "story": story,
            "title": title,
            "fingerprint": fingerprint,
            "source": _source(rows[0]),
            "at": seconds(at),
        }
        async with self._shelving() as writer:
            kept = await self._rows(
                writer,
                "INSERT INTO takedown (story, title, fingerprint, source, at)"
                f" VALUES (:story, :title, :fingerprint, :source, :at) RETURNING {_TAKEDOWN}",
                values,
            )
            same = await self._rows(
                writer,
                "SELECT id FROM story WHERE id = :story OR fingerprint = :fingerprint",
                {"story": story, "fingerprint": fingerprint},
            )
            await self._remove_stories(writer, [int(row["id"]) for row in same])
        return _takedown(kept[0])

    @abstractmethod
    async def _remove_stories(self, writer: Any, stories: list[int]) -> None:
        """Delete stories with all that hangs on them; each engine knows its indexes."""

    async def takedowns(self) -> list[Takedown]:
        """See `Library.takedowns`."""
        rows = await self._ask(f"SELECT {_TAKEDOWN} FROM takedown ORDER BY id")
        return [_takedown(row) for row in rows]

    async def lift_takedown(self, takedown: int) -> bool:
        """See `Library.lift_takedown`."""
        async with self._transaction() as writer:
            gone = await self._run(writer, "DELETE FROM takedown WHERE id = :id", {"id": takedown})
            if gone:  # the files that were not taken are to be read again
                await self._run(
                    writer, "UPDATE file SET size = -1 WHERE outcome = :outcome", _WITHHELD
                )
        return gone > 0


def _source(row: Row) -> str:

    return record_from_json(row["record"]).source


def _report(row: Row) -> StoredReport:
    at = moment(row["at"])
    assert at is not None
    return StoredReport(
        row["id"],
        row["kind"],
        row["story"],
        row["title"],
        row["server"],
        row["member"],
        row["words"],
        at,
        row["decision"],
    )


def _takedown(row: Row) -> Takedown:
    at = moment(row["at"])
    assert at is not None
    return Takedown(row["id"], row["story"], row["title"], row["fingerprint"], row["source"], at)
