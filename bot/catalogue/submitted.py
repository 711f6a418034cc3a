"""What was read of a submission, written down so that its words are kept as they were shown.

A librarian confirms what the report said, also after a restart: so it is the
story as it was read that waits, and neither its file nor a link to it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.catalogue.blocking import BlockList
from bot.catalogue.judging import LINE_MARK, Item, Run
from bot.catalogue.parsing import Read
from bot.catalogue.reports import FileReport, told_of
from bot.catalogue.shelving import Shelving
from bot.library.base import (
    OPERATOR_SHELF,
    Library,
    StoredFile,
    StoredSubmission,
    SubmittedStory,
)
from bot.library.records import Written, record_from_json, write_down
from bot.prose.ratings import is_withheld
from bot.story import Audience, Origin, Permission, Rating, Story
from bot.texts import say

SOURCE = "discord"  # of files that came by Discord
MOST_STORIES = 200  # of one submission
MOST_TEXT = 40_000_000  # characters of one submission
SUGGESTED, ADDED = "suggested", "added"
KEPT = ("added", "updated")  # outcomes of stories that go onto the shelf
UNCLEAR = "unclear"  # the outcome of a story whose text nobody said may be shown


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was brought: its bytes at ``path``, its ``name``, and what is said of it."""

    path: Path
    name: str
    facts: dict[str, object] = field(default_factory=dict[str, object])


_WRITTEN = Written.__slots__
# What of a written story follows from its record.
_FROM_RECORD = (
    *("title", "title_folded", "title_key", "rating", "rating_stated", "link_only"),
    *("record", "names", "language", "complete"),
)


class Enough(Exception):
    """A submission holds as much as one may; the rest is left out."""


class Reporting(Shelving):
    """Judges what was read as if it went onto the shelf, and keeps it for later instead."""

    def __init__(
        self,
        library: Library,
        submission: StoredSubmission,
        audience: Audience,
        blocked: BlockList,
        *,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(library, submission.server, Run(blocked, dry_run=True), now=now)
        self.submission = submission
        self.sums: Counter[str] = Counter()
        self._audience = audience
        self._number = 0
        self._length = 0

    async def keep(self, items: Sequence[tuple[Item, Read | None]]) -> list[FileReport]:
        """Judge ``items`` and add them to the submission.

        Raises:
            Enough: There were more than one submission takes.
        """
        reports = await super().keep(items)
        stories: list[SubmittedStory] = []
        is_enough = False
        for (item, read), report in zip(items, reports, strict=True):
            if self._number == MOST_STORIES or self._length > MOST_TEXT:
                is_enough = True
                break
            assert read is not None  # nothing is known of a file that was never here
            self._number += 1
            told = await self._told(report, read)
            body = ""
            if told["outcome"] in (*KEPT, UNCLEAR):
                body = await asyncio.to_thread(body_of, read)
            self._length += len(body)
            self._sum_up(told)
            stories.append(SubmittedStory(self._number, item.told, _json(told), body))
        await self.library.add_submitted(self.submission, stories)
        if is_enough:
            raise Enough
        return reports

    async def _told(self, report: FileReport, read: Read) -> dict[str, Any]:
        """Give what is told of a story beside what an import tells."""
        told = {**report.told, "outcome": report.outcome, "details": report.details}
        if report.outcome not in KEPT or read.written is None:
            return told
        # A card with a link needs somewhere to lead to.
        is_linked = told["permission"] == Permission.LINK_ONLY
        if told["permission"] == Permission.UNSTATED or (is_linked and not told["source"]):
            told["outcome"] = UNCLEAR
        words = read.written.fingerprint
        twin = (await self.library.with_fingerprints(OPERATOR_SHELF, [words])).get(words)
        if twin is not None and await self.library.card(twin.story, self._audience) is not None:
            told["messages"] = [*told["messages"], say("shelf.twin")]
        return told

    def _sum_up(self, told: dict[str, Any]) -> None:
        self.sums[told["outcome"]] += 1
        if told["outcome"] in KEPT:
            self.sums["linked"] += told["permission"] == Permission.LINK_ONLY
            self.sums["estimated"] += told["rating_origin"] == Origin.ESTIMATED


def item_of(submission: StoredSubmission, story: SubmittedStory, before: StoredFile | None) -> Item:
    """Give the item of a story that goes onto the shelf; ``before`` is what is known of it."""
    file = StoredFile(
        path_of(submission, story), SOURCE, len(story.body), 0, "", "", "refused", None
    )
    return Item(story.shown, file, before, before)


def path_of(submission: StoredSubmission, story: SubmittedStory) -> str:
    """Give what a story is known by on its shelf: the same however often it is confirmed.

    What stands behind the mark is not shown to people (`judging`).
    """
    return f"{story.shown}{LINE_MARK}{submission.id}.{story.number}"


def read_of(story: SubmittedStory) -> Read:
    """Give a story as it was read, by whatever version: it may have waited for weeks."""
    told = json.loads(story.body)
    written = {name: value for name, value in told.pop("written").items() if name in _WRITTEN}
    return Read(**told, written=Written(**written))


def body_of(read: Read) -> str:
    """Write down a story as it was read."""
    assert read.written is not None
    return _json(
        {
            "digest": read.digest,
            "told": read.told,
            "details": read.details,
            "withheld": read.withheld,
            "written": {name: getattr(read.written, name) for name in _WRITTEN},
        }
    )


def changed(read: Read, **facts: Any) -> Read:
    """Change facts of a story that was read, such as its title, rating or permission."""
    assert read.written is not None
    written, record = rewritten(read.written, **facts)
    told = told_of(record) | {"chapters": len(written.chapters)}
    withheld = is_withheld(record.rating or Rating.GENERAL, record.warnings)
    return replace(read, written=written, told=read.told | told, withheld=withheld)


def rewritten(before: Written, **facts: Any) -> tuple[Written, Story]:
    """Change facts of a written story, and nothing of its text; gives its record as well."""
    record = replace(record_from_json(before.record), **facts)
    made = write_down(record)
    written = replace(before, **{name: getattr(made, name) for name in _FROM_RECORD})
    # Who is named by a person is not detected any more.
    return (replace(written, detected=()) if "characters" in facts else written), record


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
