"""What members suggest for a server's shelf: sent, queued, accepted or declined.

A suggestion is a submission of one story that a librarian decides about; the
member is told, and its text is forgotten as soon as it was declined.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.catalogue.parsing import Read
from bot.catalogue.submissions import (
    ACCEPTED,
    DECLINED,
    OPEN,
    WAITING,
    Shelved,
    Submissions,
    text_of,
)
from bot.catalogue.submitted import KEPT, SUGGESTED, UNCLEAR, Brought, body_of, changed, read_of
from bot.config import Settings
from bot.errors import ShelfError
from bot.library.base import Library, StoredSubmission
from bot.prose.ratings import estimate_rating
from bot.story import Audience, Permission
from bot.texts import say

WAITING_KEPT = timedelta(days=90)
DECIDED_KEPT = timedelta(days=30)  # until the member was told
MOST_WAITING = 3  # suggestions of one member that wait in one server
MOST_IN_QUEUE = 100  # suggestions that wait in one server
REASON_LENGTH = 500  # characters
_KNOWN_FOR = timedelta(minutes=1)  # another process may have decided something meanwhile
_DECIDED = (ACCEPTED, DECLINED)


class Suggestions:
    """Takes what members suggest, and librarians' decisions about it."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        submissions: Submissions,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Take ``submissions``, which read files and keep stories for both."""
        self._library = library
        self._settings = settings
        self._submissions = submissions
        self._now = now
        self._untold: tuple[datetime, frozenset[int]] | None = None
        self._decisions = 0  # how many were made here

    async def may_suggest(self, server: int, member: int) -> None:
        """Check that there is room for one more suggestion.

        Raises:
            ShelfError: The member has three that wait in this server, or a hundred wait there.
        """
        if await self.waiting_of(server, member) >= MOST_WAITING:
            raise ShelfError("suggest.too-many", most=MOST_WAITING)
        if await self._library.count_submissions(server, WAITING) >= MOST_IN_QUEUE:
            raise ShelfError("suggest.queue-full")

    async def waiting_of(self, server: int, member: int) -> int:
        """Count the suggestions of ``member`` that wait in ``server``."""
        waiting = await self._library.submissions_by(member, [WAITING])
        return sum(each.server == server for each in waiting)

    async def suggest(
        self, file: Brought, audience: Audience, facts: dict[str, Any]
    ) -> StoredSubmission:
        """Read one story that a member will suggest, and keep it until they send it.

        Raises:
            ShelfError: It cannot be read, may not be served, or is on the shelf already.
        """
        submission = await self._submissions.read([file], audience, kind=SUGGESTED, facts=facts)
        stories = await self._library.submitted(submission.id, 0, 2, with_body=True)
        told = [json.loads(each.told) for each in stories]
        if len(told) == 1 and told[0]["outcome"] in (*KEPT, UNCLEAR):
            read = await asyncio.to_thread(read_of, stories[0])
            return await self._with_facts(submission, read)
        await self._library.remove_submission(submission.id)
        if len(told) != 1:
            raise ShelfError("suggest.one-story")
        raise ShelfError("suggest.refused", reason=_reason(told[0]))

    async def revise(self, submission: StoredSubmission, **facts: Any) -> StoredSubmission:
        """Change what a member says of the story they suggest; nothing else of it changes.

        Raises:
            ShelfError: It was sent already, or may not be served like that.
        """
        (story,) = await self._library.submitted(submission.id, 0, 1, with_body=True)
        read = changed(await asyncio.to_thread(read_of, story), **facts)
        if read.withheld:
            raise ShelfError("suggest.refused", reason=say("import.withheld"))
        body = await asyncio.to_thread(body_of, read)
        await self._library.add_submitted(submission, [replace(story, body=body)])
        return await self._with_facts(submission, read)

    async def _with_facts(self, submission: StoredSubmission, read: Read) -> StoredSubmission:
        """Keep beside a suggestion what is told of it, and which rating its words suggest."""
        told = read.told
        text = text_of(read)
        estimated, _ = await asyncio.to_thread(
            estimate_rating,
            text,
            told["language"],
            self._settings.default_rating,
            told["tags"],
            told["warnings"],
        )
        assert read.written is not None
        record = read.written.record
        kept = json.loads(submission.facts) | {"record": record, "estimated": int(estimated)}
        done = replace(submission, facts=json.dumps(kept, ensure_ascii=False))
        if not await self._library.change_submission(done, OPEN):
            raise ShelfError("shelf.was-sent")
        return done

    async def send(
        self, submission: StoredSubmission, claim: Permission, note: str = ""
    ) -> StoredSubmission:
        """Put a suggestion into the librarians' queue.

        ``claim`` is who lets us show it, and ``note`` what the member wrote about that.

        Raises:
            ShelfError: It was sent already, or there is no room for it.
        """
        await self.may_suggest(submission.server, submission.member)
        now = self._now()
        facts = json.dumps(json.loads(submission.facts) | {"claim": claim.value, "note": note})
        sent = replace(submission, state=WAITING, facts=facts, at=now, expires=now + WAITING_KEPT)
        if not await self._library.change_submission(sent, OPEN):
            raise ShelfError("shelf.expired")
        return sent

    async def accept(self, ident: int, server: int, note: str) -> tuple[StoredSubmission, Shelved]:
        """Put a suggestion onto the shelf; ``note`` says who gave the permission.

        Raises:
            ShelfError: It was decided already, or may not be taken any more.
        """
        async with self._submissions.deciding:
            submission = await self._submissions.find(ident, server, SUGGESTED, WAITING)
            stories = await self._library.submitted(submission.id, 0, 1, with_body=True)
            claim = Permission(json.loads(submission.facts)["claim"])
            read = await asyncio.to_thread(read_of, stories[0])
            read = changed(read, permission=claim, permission_note=note)
            shelved = await self._submissions.shelve(submission, stories, [read])
            if not shelved.stories:
                raise ShelfError("suggest.refused", reason=_reason(shelved.told[0]))
            now = self._now()
            done = replace(
                submission,
                state=ACCEPTED,
                story=shelved.stories[0],
                at=now,
                expires=now + DECIDED_KEPT,
            )
            if not await self._library.change_submission(done, WAITING):
                # Somebody declined it in this very moment, through another process.
                await self._library.remove_stories(shelved.stories)
                raise ShelfError("shelf.was-declined")
            self._is_decided()
            await self._library.drop_submitted(submission.id)
            return done, shelved

    async def decline(self, ident: int, server: int, reason: str) -> StoredSubmission:
        """Decline a suggestion; its text is forgotten at once.

        Raises:
            ShelfError: It was decided already.
        """
        async with self._submissions.deciding:
            submission = await self._submissions.find(ident, server, SUGGESTED, WAITING)
            now = self._now()
            done = replace(
                submission,
                state=DECLINED,
                reason=reason.strip()[:REASON_LENGTH],
                at=now,
                expires=now + DECIDED_KEPT,
            )
            if not await self._library.change_submission(done, WAITING):
                raise ShelfError("shelf.was-accepted")
            self._is_decided()
            await self._library.drop_submitted(submission.id)
            return done

    def _is_decided(self) -> None:
        """Look anew who is to be told something."""
        self._decisions += 1
        self._untold = None

    async def queue(self, server: int, after: int = 0) -> StoredSubmission | None:
        """Give the oldest suggestion that waits behind the id ``after``."""
        found = await self._library.submissions(server, WAITING, after, 1)
        return found[0] if found else None

    async def count_waiting(self, server: int) -> int:
        """Count the suggestions that wait for a librarian."""
        return await self._library.count_submissions(server, WAITING)

    async def untold(self, member: int) -> list[StoredSubmission]:
        """List decisions that ``member`` was not told yet.

        Asked behind every command, for hardly anybody: who has any is kept in memory for a minute.
        """
        known = self._untold
        if known is None or self._now() - known[0] >= _KNOWN_FOR:
            decisions = self._decisions
            known = self._now(), await self._library.submitters(_DECIDED)
            if decisions == self._decisions:  # else one may have been made while we read
                self._untold = known
        if member not in known[1]:
            return []
        return await self._library.submissions_by(member, _DECIDED)


def _reason(told: dict[str, Any]) -> str:
    """Give why a story was not taken."""
    return str(told.get("reason") or (told["messages"] or [""])[-1])
