"""Editing, hiding and restoring stories, by who keeps their shelf.

A person's word stands above a file's: edits are kept beside the story with the
record its file gave, and laid over it again whenever the file is read anew. A
story that a person hid stays hidden whatever becomes of its file.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.catalogue.edits import (
    REFLOW,
    Difference,
    Edits,
    Rewritten,
    differences,
    edits_from_json,
    edits_to_json,
    fields_named,
    parse_edits,
    rewritten,
)
from bot.config import Settings
from bot.errors import CurationError, ShelfError, StoryNotFound
from bot.library.base import OPERATOR_SHELF, KeptBack, Library, ServerStory, Shelved
from bot.library.records import Written
from bot.prose.names import Aliases
from bot.texts import say

_TRIES = 3  # somebody else may edit the same story at the same time


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did."""

    story: int
    title: str
    differences: list[Difference]
    reflow: bool | None  # what it is now, where that changed
    is_withheld: bool  # it is never shown as it is now (DESIGN: withheld)


class Editing:
    """Changes stories on the shelf of whoever asks; ``shelf`` None is the operator, on any."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        *,
        aliases: Callable[[], Aliases],
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._settings = settings
        self._aliases = aliases
        self._now = now

    async def edit(self, shelf: int | None, story: int, changes: Mapping[str, object]) -> Edited:
        """Change fields of a story (see `edits.FIELDS`); they hold when its file is read again.

        An empty value empties a field; a rating that is emptied is estimated. ``reflow``
        False leaves walls of text as they are.

        Raises:
            CurationError: A field or value cannot be understood, or nothing would change.
            ShelfError: It could not be served like that, and a server's librarians ask.
            StoryNotFound: There is no such story on this shelf.
        """
        new = parse_edits(changes)
        return await self._rewrite(shelf, story, lambda edits: {**edits, **new})

    async def undo_edits(self, shelf: int | None, story: int, fields: Iterable[str] = ()) -> Edited:
        """Let the file's word stand again, for ``fields`` or for all.

        Raises:
            CurationError: None of them was edited.
            StoryNotFound: There is no such story on this shelf.
        """
        gone = fields_named(list(fields))

        def without(edits: Edits) -> Edits:
            left = {name: v for name, v in edits.items() if gone and name not in gone}
            if len(left) == len(edits):
                raise CurationError("curation.not-edited")
            return left

        return await self._rewrite(shelf, story, without)

    async def edits(self, story: int) -> Edits:
        """Give what people changed of a story, by field."""
        found = await self._library.edited([story])
        return edits_from_json(found[story].edits) if story in found else {}

    async def hide(self, shelf: int | None, story: int, *, server: int | None = None) -> None:
        """Take a story off its shelf; one of the operator's is hidden in that server alone.

        ``server`` is how the operator hides a story in one server. What `rights` keeps in
        memory of a server is then to be forgotten.

        Raises:
            CurationError: It is hidden already.
            StoryNotFound: There is no such story on this shelf.
        """
        found = await self._found(shelf, story)
        where = self._hidden_in(shelf, found, server)
        if where is not None:
            await self._decide(where, story, is_hidden=True)
        elif found.kept_back is KeptBack.BY_HAND:
            raise CurationError("curation.hidden-already", title=found.record.title)
        else:
            await self._library.keep_back(story, self._now())

    async def restore(self, shelf: int | None, story: int, *, server: int | None = None) -> None:
        """Put a story back that was hidden.

        Raises:
            CurationError: It is not hidden, is withheld, or its file is gone.
            StoryNotFound: There is no such story on this shelf.
        """
        found = await self._found(shelf, story)
        where = self._hidden_in(shelf, found, server)
        if where is not None:
            await self._decide(where, story, is_hidden=False)
            return
        title = found.record.title
        if found.hidden_since is None:
            raise CurationError("curation.not-hidden", title=title)
        if found.kept_back is KeptBack.WITHHELD:
            raise CurationError("curation.withheld", title=title)
        if not await self._library.let_back(story):
            raise CurationError("curation.file-gone", title=title)

    async def _rewrite(
        self, shelf: int | None, story: int, change: Callable[[Edits], Edits]
    ) -> Edited:
        found = await self._found(shelf, story)
        if shelf not in (None, found.shelf):
            raise CurationError("curation.not-yours", title=found.record.title)
        for _ in range(_TRIES):
            written = await self._library.written(story)
            if written is None:
                break
            stored = (await self._library.edited([story])).get(story)
            before = edits_from_json(stored.edits) if stored else {}
            after = change(before)
            record = stored.record if stored else written.record
            done = await asyncio.to_thread(self._laid_over, written, record, after)
            changed = differences(found.record, done.story)
            was, now = before.get(REFLOW, True), after.get(REFLOW, True)
            if not changed and was == now and before == after:
                raise CurationError("curation.unchanged", title=found.record.title)
            if done.is_withheld and shelf not in (None, OPERATOR_SHELF):
                # The story would be gone for librarians as well, who see what readers may.
                raise ShelfError("shelf.change-refused", reason=say("import.withheld"))
            kept = await self._library.rewrite(
                story,
                done.written,
                edits=edits_to_json(after) if after else "",
                instead_of=stored.edits if stored else "",
                record=record,
                is_withheld=done.is_withheld,
                at=self._now(),
            )
            if kept:
                reflow = bool(now) if was != now else None
                return Edited(story, done.story.title, changed, reflow, done.is_withheld)
        raise StoryNotFound("curation.no-story", story=str(story))

    def _laid_over(self, written: Written, record: str, edits: Edits) -> Rewritten:
        return rewritten(written, record, edits, self._aliases(), self._settings.default_rating)

    async def _found(self, shelf: int | None, story: int) -> Shelved:
        found = await self._library.shelved(story)
        if found is None or (shelf is not None and found.shelf not in (shelf, OPERATOR_SHELF)):
            raise StoryNotFound("curation.no-story", story=str(story))
        return found

    @staticmethod
    def _hidden_in(shelf: int | None, found: Shelved, server: int | None) -> int | None:
        """Give the server in which alone a story is hidden; None: on its shelf."""
        if shelf is not None and shelf != found.shelf:
            return shelf
        return server if found.shelf == OPERATOR_SHELF else None

    async def _decide(self, server: int, story: int, *, is_hidden: bool) -> None:
        decided = {each.story: each for each in await self._library.server_stories(server)}
        before = decided.get(story, ServerStory(story))
        if before.is_hidden is is_hidden:
            key = "curation.hidden-already-here" if is_hidden else "curation.not-hidden-here"
            raise CurationError(key)
        await self._library.decide_for_server(server, replace(before, is_hidden=is_hidden))
