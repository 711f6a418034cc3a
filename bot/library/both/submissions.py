"""Stories that were brought in Discord and wait for a librarian's word."""

from collections.abc import Sequence
from datetime import datetime

from bot.library.base import StoredSubmission, SubmittedStory
from bot.library.both.asking import Asking, Row
from bot.library.rows import moment, seconds

_COLUMNS = "id, server, member, kind, state, facts, story, reason, at, expires_at"


class Submissions(Asking):
    """The part of the contract that keeps submissions."""

    async def add_submission(self, submission: StoredSubmission) -> int:
        """See `Library.add_submission`."""
        async with self._transaction() as writer:
            rows = await self._rows(
                writer,
                "INSERT INTO submission"
                " (server, member, kind, state, facts, story, reason, at, expires_at)"
                " VALUES (:server, :member, :kind, :state, :facts, :story, :reason, :at, :expires)"
                " RETURNING id",
                {
                    **_changing(submission),
                    "server": submission.server,
                    "member": submission.member,
                    "kind": submission.kind,
                },
            )
        return int(rows[0]["id"])

    async def submission(self, submission: int) -> StoredSubmission | None:
        """See `Library.submission`."""
        rows = await self._ask(
            f"SELECT {_COLUMNS} FROM submission WHERE id = :id", {"id": submission}
        )
        return _submission(rows[0]) if rows else None

    async def change_submission(self, submission: StoredSubmission, before: str) -> bool:
        """See `Library.change_submission`."""
        changed = await self._change(
            "UPDATE submission SET state = :state, facts = :facts, story = :story,"
            " reason = :reason, at = :at, expires_at = :expires"
            " WHERE id = :id AND state = :before",
            {**_changing(submission), "id": submission.id, "before": before},
        )
        return changed > 0

    async def remove_submission(self, submission: int) -> bool:
        """See `Library.remove_submission`."""
        changed = await self._change("DELETE FROM submission WHERE id = :id", {"id": submission})
        return changed > 0

    async def submissions(
        self, server: int, state: str, after: int, limit: int
    ) -> list[StoredSubmission]:
        """See `Library.submissions`."""
        rows = await self._ask(
            f"SELECT {_COLUMNS} FROM submission"
            " WHERE server = :server AND state = :state AND id > :after ORDER BY id LIMIT :limit",
            {"server": server, "state": state, "after": after, "limit": limit},
        )
        return [_submission(row) for row in rows]

    async def submissions_by(self, member: int, states: Sequence[str]) -> list[StoredSubmission]:
        """See `Library.submissions_by`."""
        marks, wanted = _one_of(states)
        rows = await self._ask(
            f"SELECT {_COLUMNS} FROM submission WHERE member = :member AND state IN ({marks})"
            " ORDER BY id",
            {"member": member, **wanted},
        )
        return [_submission(row) for row in rows]

    async def submitters(self, states: Sequence[str]) -> frozenset[int]:
        """See `Library.submitters`."""
        marks, wanted = _one_of(states)
        rows = await self._ask(
            f"SELECT DISTINCT member FROM submission WHERE state IN ({marks})", wanted
        )
        return frozenset(int(row["member"]) for row in rows)

    async def count_submissions(self, server: int, state: str) -> int:
        """See `Library.count_submissions`."""
        rows = await self._ask(
            "SELECT count(*) AS made FROM submission WHERE server = :server AND state = :state",
            {"server": server, "state": state},
        )
        return int(rows[0]["made"])

    async def forget_submissions(self, now: datetime) -> int:
        """See `Library.forget_submissions`."""
        return await self._change(
            "DELETE FROM submission WHERE expires_at <= :now", {"now": seconds(now)}
        )

    async def add_submitted(
        self, submission: StoredSubmission, stories: Sequence[SubmittedStory]
    ) -> None:
        """See `Library.add_submitted`."""
        async with self._transaction() as writer:
            for story in stories:
                await self._run(
                    writer,
                    "INSERT INTO submission_story (submission, number, member, shown, told, body)"
                    " VALUES (:submission, :number, :member, :shown, :told, :body)"
                    " ON CONFLICT (submission, number) DO UPDATE SET shown = excluded.shown,"
                    " told = excluded.told, body = excluded.body",
                    {
                        "submission": submission.id,
                        "number": story.number,
                        "member": submission.member,
                        "shown": story.shown,
                        "told": story.told,
                        "body": story.body,
                    },
                )

    async def submitted(
        self, submission: int, after: int, limit: int, *, with_body: bool = False
    ) -> list[SubmittedStory]:
        """See `Library.submitted`."""
        body = "body" if with_body else "'' AS body"
        rows = await self._ask(
            f"SELECT number, shown, told, {body} FROM submission_story"
            " WHERE submission = :submission AND number > :after ORDER BY number LIMIT :limit",
            {"submission": submission, "after": after, "limit": limit},
        )
        return [
            SubmittedStory(row["number"], row["shown"], row["told"], row["body"]) for row in rows
        ]

    async def drop_submitted(self, submission: int) -> None:
        """See `Library.drop_submitted`."""
        await self._change(
            "DELETE FROM submission_story WHERE submission = :submission",
            {"submission": submission},
        )


def _changing(submission: StoredSubmission) -> dict[str, object]:
    """Give the values that change while a submission waits."""
    return {
        "state": submission.state,
        "facts": submission.facts,
        "story": submission.story,
        "reason": submission.reason,
        "at": seconds(submission.at),
        "expires": seconds(submission.expires),
    }


def _one_of(states: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Give the marks of ``states`` in a statement, with their values."""
    wanted = {f"state{number}": state for number, state in enumerate(states)}
    return ", ".join(f":{name}" for name in wanted), wanted


def _submission(row: Row) -> StoredSubmission:
    at, expires = moment(row["at"]), moment(row["expires_at"])
    assert at is not None
    assert expires is not None
    return StoredSubmission(
        row["id"],
        row["server"],
        row["member"],
        row["kind"],
        row["state"],
        row["facts"],
        at,
        expires,
        row["story"],
        row["reason"],
    )
