"""Stories for a server's own shelf: read and reported first, kept when somebody says so.

A librarian brings files and confirms the report; a member suggests one story
and a librarian accepts it. Until then nothing of it is on the shelf, so no
path can show it.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.catalogue.blocking import BlockList
from bot.catalogue.bringing import Bringing
from bot.catalogue.changes import Changes
from bot.catalogue.edits import laying_over
from bot.catalogue.folder import FileOnDisk, Folder
from bot.catalogue.judging import Run
from bot.catalogue.parsing import Read
from bot.catalogue.readers import Readers
from bot.catalogue.shelving import Recording, Shelving
from bot.catalogue.submitted import (
    ADDED,
    KEPT,
    SOURCE,
    SUGGESTED,
    UNCLEAR,
    Brought,
    Enough,
    Reporting,
    body_of,
    changed,
    item_of,
    path_of,
    read_of,
)
from bot.catalogue.undoing import Undoing, Undone
from bot.config import Settings
from bot.errors import ShelfError
from bot.importers.sidecar import FactFiles, meta_name
from bot.importers.worker import Limits
from bot.library.base import Library, StoredSubmission, SubmittedStory
from bot.prose.names import Aliases
from bot.prose.ratings import estimate_rating
from bot.story import Audience, Permission
from bot.texts import say

OPEN, WAITING, ACCEPTED, DECLINED = "open", "waiting", "accepted", "declined"
OPEN_KEPT = timedelta(days=1)  # a report that is not confirmed, a suggestion that is not sent
WAITING_KEPT = timedelta(days=90)
DECIDED_KEPT = timedelta(days=30)  # until the member was told
MOST_OPEN = 5  # reports of one member that wait for a word
MOST_WAITING = 3  # suggestions of one member that wait in one server
MOST_IN_QUEUE = 100  # suggestions that wait in one server
REASON_LENGTH = 500  # characters
_BATCH = 20  # stories kept together
_KNOWN_FOR = timedelta(minutes=1)  # another process may have decided something meanwhile
_DECIDED = (ACCEPTED, DECLINED)
# What is said of a submission that is not what it was any more.
_STATES = {
    WAITING: "shelf.was-sent",
    ACCEPTED: "shelf.was-accepted",
    DECLINED: "shelf.was-declined",
}


@dataclass(slots=True)
class Shelved:
    """What went onto a shelf: by which import, which stories, and what became of each."""

    run: int = 0
    stories: list[int] = field(default_factory=list[int])
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class Submissions:
    """Takes what is brought to servers' shelves; one thing at a time."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        *,
        aliases: Callable[[], Aliases],
        now: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self._library = library
        self._settings = settings
        self._aliases = aliases
        self._now = now
        self._limits = Limits() if limits is None else limits
        self._reading = asyncio.Lock()  # one reading of files at a time, whoever asks
        self._deciding = asyncio.Lock()
        self._untold: tuple[datetime, frozenset[int]] | None = None
        self._decisions = 0  # how many were made here

    # Reading

    async def read(
        self,
        files: Sequence[Brought],
        audience: Audience,
        *,
        kind: str = ADDED,
        facts: dict[str, Any] | None = None,
    ) -> StoredSubmission:
        """Read ``files`` for the shelf of the audience's server, and keep the report.

        ``audience`` is the member's who brought them; ``facts`` are kept with it.
        """
        server, member = audience.server, audience.member
        assert server is not None
        assert member is not None
        now = self._now()
        submission = StoredSubmission(0, server, member, kind, OPEN, "{}", now, now + OPEN_KEPT)
        await self._make_room(submission)
        submission = replace(submission, id=await self._library.add_submission(submission))
        try:
            async with self._reading:
                sums = await self._read(submission, files, audience)
        except BaseException:
            await self._library.remove_submission(submission.id)
            raise
        done = replace(submission, facts=json.dumps({**(facts or {}), "sums": sums}))
        await self._library.change_submission(done, OPEN)
        return done

    async def _make_room(self, submission: StoredSubmission) -> None:
        """Forget the oldest of what a member brought before and never said a word about."""
        known = await self._library.submissions_by(submission.member, [OPEN])
        same = [each for each in known if each.kind == submission.kind]
        most = MOST_OPEN if submission.kind == ADDED else 1
        for old in same[: max(0, len(same) + 1 - most)]:
            await self._library.remove_submission(old.id)

    async def _read(
        self, submission: StoredSubmission, files: Sequence[Brought], audience: Audience
    ) -> dict[str, int]:
        blocked = BlockList(await self._library.takedowns())
        reporting = Reporting(self._library, submission, audience, blocked, now=self._now)
        readers = Readers(
            self._aliases(), "", self._settings.default_rating, limits=self._limits, workers=1
        )
        folder = _folder_of(submission, files)
        try:
            bringing = Bringing(folder, {}, reporting, readers, lambda _: "")
            async with aclosing(bringing.reports(tells_unchanged=True)) as telling:
                async for _ in telling:
                    pass
        except Enough:
            reporting.sums["left out"] = 1
        finally:
            await readers.close()
        return dict(reporting.sums)

    # What waits

    async def find(self, ident: int, server: int, kind: str, state: str) -> StoredSubmission:
        """Give a submission to ``server`` that is still in ``state``.

        Raises:
            ShelfError: It is not, or it expired.
        """
        found = await self._library.submission(ident)
        if found is None or (found.server, found.kind) != (server, kind):
            raise ShelfError("shelf.expired" if state == OPEN else "suggest.gone")
        if found.state != state:
            raise ShelfError(_STATES.get(found.state, "suggest.gone"))
        if found.expires <= self._now():
            raise ShelfError("shelf.expired")
        return found

    async def stories(
        self, submission: StoredSubmission, after: int, limit: int
    ) -> list[dict[str, Any]]:
        """List what the report says of each story, from behind number ``after``."""
        found = await self._library.submitted(submission.id, after, limit)
        return [{**json.loads(each.told), "shown": each.shown} for each in found]

    async def text(self, submission: StoredSubmission) -> str:
        """Give all the text of a suggestion, to look at before it is accepted."""
        (story,) = await self._library.submitted(submission.id, 0, 1, with_body=True)
        return _text_of(await asyncio.to_thread(read_of, story))

    async def discard(self, submission: StoredSubmission) -> None:
        """Forget what was brought."""
        await self._library.remove_submission(submission.id)

    # A librarian's own

    async def confirm(self, ident: int, server: int) -> Shelved:
        """Put what a librarian brought onto the shelf, as the report said.

        Confirmed again after a crash, it goes on where it was.

        Raises:
            ShelfError: It was confirmed or discarded already, or it expired.
        """
        async with self._deciding:
            submission = await self.find(ident, server, ADDED, OPEN)
            shelved = Shelved()
            recording = Recording(self._library, server, SOURCE, now=self._now)
            after = 0
            while stories := await self._library.submitted(
                submission.id, after, _BATCH, with_body=True
            ):
                after = stories[-1].number
                wanted = [each for each in stories if json.loads(each.told)["outcome"] in KEPT]
                reads = await asyncio.to_thread(lambda: list(map(read_of, wanted)))  # noqa: B023
                await self._keep(submission, wanted, reads, recording, shelved)
            await self._library.remove_submission(submission.id)
            return shelved

    async def _keep(
        self,
        submission: StoredSubmission,
        stories: Sequence[SubmittedStory],
        reads: Sequence[Read],
        recording: Recording,
        shelved: Shelved,
    ) -> None:
        if not stories:
            return
        keys = [f"{SOURCE}:{path_of(submission, each)}" for each in stories]
        known = await self._library.known(submission.server, keys)
        items = [
            (item_of(submission, story, known.get(key)), read)
            for key, story, read in zip(keys, stories, reads, strict=True)
        ]
        blocked = BlockList(await self._library.takedowns())
        run = Run(Changes(frozenset(), frozenset()), {}, blocked)
        shelving = Shelving(
            self._library,
            submission.server,
            run,
            now=self._now,
            recording=recording,
            lay_over=laying_over(self._aliases(), self._settings.default_rating),
        )
        for report in await shelving.keep(items):
            shelved.told.append({**report.told, "outcome": report.outcome})
            if report.outcome in KEPT:
                shelved.stories.append(report.told["story"])
        shelved.run = await recording.run()

    async def undo(self, server: int, run: int) -> Undone:
        """Take what an import put onto a shelf off again.

        Raises:
            ShelfError: Something else was added since, or it was undone before.
        """
        async with self._deciding:
            last = await self._library.last_run(server)
            if last is None or last.id != run or last.undone is not None:
                raise ShelfError("shelf.undo-late")
            undone = await Undoing(self._library, server, now=self._now).undo()
            assert undone is not None
            return undone

    # Members' suggestions

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
        submission = await self.read([file], audience, kind=SUGGESTED, facts=facts)
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
        text = _text_of(read)
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
        async with self._deciding:
            submission = await self.find(ident, server, SUGGESTED, WAITING)
            stories = await self._library.submitted(submission.id, 0, 1, with_body=True)
            claim = Permission(json.loads(submission.facts)["claim"])
            read = await asyncio.to_thread(read_of, stories[0])
            read = changed(read, permission=claim, permission_note=note)
            recording = Recording(self._library, server, SOURCE, now=self._now)
            shelved = Shelved()
            await self._keep(submission, stories, [read], recording, shelved)
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
        async with self._deciding:
            submission = await self.find(ident, server, SUGGESTED, WAITING)
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


def _text_of(read: Read) -> str:
    assert read.written is not None
    return "\n\n".join(part[2] for part in read.written.parts)


def _reason(told: dict[str, Any]) -> str:
    """Give why a story was not taken."""
    return str(told.get("reason") or (told["messages"] or [""])[-1])


def _folder_of(submission: StoredSubmission, files: Sequence[Brought]) -> Folder:
    """Give the files as a folder holds them, with what is said of each beside it."""
    found: list[FileOnDisk] = []
    metas: dict[str, Any] = {}
    for number, file in enumerate(files):
        relative = f"{number}/{file.name}"
        key = f"{SOURCE}:{submission.id}/{relative}"
        size = file.path.stat().st_size
        found.append(FileOnDisk(file.path, relative, key, file.name, size, 0))
        metas[f"{number}/{meta_name(file.name)}"] = file.facts
    return Folder(tuple(found), exists=True, beside=FactFiles(metas=metas))


def named(names: Sequence[str]) -> list[str]:
    """Give names of files as we use them: without folders, and never empty."""
    return [Path(name.replace("\\", "/")).name.strip() or "story" for name in names]
