"""Undoing a whole import: its stories go, those it changed get their earlier text back.

Every transaction of an import wrote down what it did (`Library.run_steps`), and
how the stories it changed were before. An undo walks back over that, drops each
step it undid, and so goes on where it was after a crash. What somebody changed
since the import is left as it is, and told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue.blocking import BlockList
from bot.catalogue.places import carried_over, texts_of
from bot.library.base import Entry, Library, MovedPlace, RunStep, StoredFile, StoredRun
from bot.library.records import Written, record_from_json


@dataclass(slots=True)
class Undone:
    """What an undo did."""

    run: StoredRun
    removed: list[int] = field(default_factory=list[int])  # stories that were added
    restored: list[int] = field(default_factory=list[int])  # stories that were changed
    left: list[int] = field(default_factory=list[int])  # stories changed since the import
    in_folder: int = 0  # files that lie in the stories folder: they will be read again


class Undoing:
    """Undoes the last import onto one shelf."""

    def __init__(self, library: Library, shelf: int, *, now: Callable[[], datetime]) -> None:
        self._library = library
        self._shelf = shelf
        self._now = now

    async def undo(self) -> Undone | None:
        """Undo the last import; None when there is none, or it was undone before."""
        run = await self._library.last_run(self._shelf)
        if run is None or run.undone is not None:
            return None
        undone = Undone(run)
        await self._put_back(undone)
        while steps := await self._library.run_steps(run.id, 1):
            await self._undo_step(steps[0], undone)
            await self._library.drop_step(run.id, steps[0].number)
        await self._library.end_undo(run.id, self._now())
        return undone

    async def _put_back(self, undone: Undone) -> None:
        """Give stories that the import changed their earlier text and record back."""
        blocked = BlockList(await self._library.takedowns())
        after = 0
        while (image := await self._library.run_image(undone.run.id, after)) is not None:
            after, written = image
            source = record_from_json(written.record).source
            if blocked.holds(written.fingerprint, source):
                continue
            if after in await self._changed_since([after], undone.run):
                undone.left.append(after)
                continue
            moved = await moved_places(self._library, after, written)
            await self._library.put_back(
                self._shelf, undone.run.id, after, written, moved, undone.run.last
            )
            undone.restored.append(after)

    async def _undo_step(self, step: RunStep, undone: Undone) -> None:
        added = [story for _, story, was_added, _ in step.kept if was_added and story is not None]
        changed = await self._changed_since(added, undone.run)
        undone.left += sorted(changed)
        left = set(undone.left)
        removed = [story for story in added if story not in left]
        await self._library.remove_stories(removed)
        undone.removed += removed
        forgotten: list[str] = []
        back: list[StoredFile] = []
        for key, story, _, before in step.kept:
            if story in left:
                continue
            if before is None or before.key != key:
                forgotten.append(key)
            if before is not None:
                back.append(before)
        undone.in_folder += sum(key.startswith("stories:") for key in forgotten)
        await self._library.forget_files(self._shelf, forgotten)
        known = await self._library.known(self._shelf, step.gone)
        await self._keep([*back, *known.values()])
        gone = [file.key for file in back if file.gone_since is not None]
        if gone:
            await self._library.hide_gone(self._shelf, gone, self._now())

    async def _keep(self, files: list[StoredFile]) -> None:
        """Keep what was known of files, with their stories where there are these still."""
        stories = [file.story for file in files if file.story is not None]
        there = await self._library.changed_at(stories)
        entries = [
            Entry(file, story_id=file.story if file.story in there else None) for file in files
        ]
        await self._library.keep(self._shelf, entries, self._now())

    async def _changed_since(self, stories: list[int], run: StoredRun) -> set[int]:
        """Tell which stories were changed after the import was over."""
        found = await self._library.changed_at(stories)
        return {story for story, at in found.items() if at > run.last}


async def moved_places(library: Library, story: int, written: Written) -> tuple[MovedPlace, ...]:
    """Tell where readers of ``story`` are in the text that it will have."""
    places = await library.places_of([story])
    if not places:
        return ()
    before = await library.written(story)
    if before is None:
        return ()
    old, new = texts_of(before), texts_of(written)
    moved = [MovedPlace(member, at, carried_over(at, old, new)) for member, at in places]
    return tuple(each for each in moved if each.begun != each.to)
