"""Stories for a server's own shelf: read and reported first, kept when somebody says so.

A librarian brings files and confirms the report; a member suggests one story
and a librarian accepts it (`suggestions`). Until then nothing of it is on the
shelf, so no path can show it.
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
    Brought,
    Enough,
    Reporting,
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
from bot.story import Audience

OPEN, WAITING, ACCEPTED, DECLINED = "open", "waiting", "accepted", "declined"
OPEN_KEPT = timedelta(days=1)  # a report that is not confirmed, a suggestion that is not sent
MOST_OPEN = 5  # reports of one member that wait for a word
_BATCH = 20  # stories kept together
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
        self.deciding = asyncio.Lock()  # held while something goes onto a shelf, or is declined

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
        return text_of(await asyncio.to_thread(read_of, story))

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
        async with self.deciding:
            submission = await self.find(ident, server, ADDED, OPEN)
            shelved = Shelved()
            recording = self._recording(server)
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
        shelving = Shelving(
            self._library,
            submission.server,
            Run(BlockList(await self._library.takedowns())),
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
        async with self.deciding:
            last = await self._library.last_run(server)
            if last is None or last.id != run or last.undone is not None:
                raise ShelfError("shelf.undo-late")
            undone = await Undoing(self._library, server, now=self._now).undo()
            assert undone is not None
            return undone

    async def shelve(
        self,
        submission: StoredSubmission,
        stories: Sequence[SubmittedStory],
        reads: Sequence[Read],
    ) -> Shelved:
        """Put ``stories``, whose text may have changed to ``reads``, onto the shelf at once."""
        shelved = Shelved()
        await self._keep(submission, stories, reads, self._recording(submission.server), shelved)
        return shelved

    def _recording(self, server: int) -> Recording:
        return Recording(self._library, server, SOURCE, now=self._now)


def text_of(read: Read) -> str:
    """Give all the text of a story that was read."""
    assert read.written is not None
    return "\n\n".join(part[2] for part in read.written.parts)


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
