"""What a shelf holds: the files that stories came from, and the stories as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.library.contract.reading import Card
from bot.library.records import Written
from bot.story import Place, Story

OPERATOR_SHELF = 0  # servers' shelves are numbered by their Discord id
ALIKE_LIMIT = 8  # stories that bear one mark; a mark of many is a phrase that many use
WITHIN = "//"  # parts a container's path from what is in it; no path on a disk holds it


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What we know of a file, or of one story in it, that was read for a shelf.

    A file of several stories (an archive, lines of JSON) is a *container*: it
    has an entry itself, and one for each story, whose path goes on behind
    `WITHIN` and which names the path of its ``container``.
    """

    path: str  # posix, relative to STORIES_DIR when ``source`` is "stories", else absolute
    source: str  # "stories": kept in step with STORIES_DIR; "import": read once by hand
    size: int
    modified: int  # nanoseconds, as the file system tells
    digest: str  # sha256 of the bytes
    context: str  # digest of everything else that decided the result
    outcome: str
    story: int | None
    report: str = "{}"  # what the import said, as JSON
    gone_since: datetime | None = None
    container: str = ""  # the path of the container; "" for what lies on a disk itself
    record: int | None = None  # the line it stands on, in lines of JSON

    @property
    def key(self) -> str:
        """What the file is known by on its shelf."""
        return f"{self.source}:{self.path}"


@dataclass(frozen=True, slots=True)
class Twin:
    """A story with certain words, and the present files that hold it."""

    story: int
    holders: tuple[tuple[str, int], ...] = ()  # key, and when it was modified as last read


@dataclass(frozen=True, slots=True)
class MovedPlace:
    """Where a member was in a story, and where that is in its new text."""

    member: int
    begun: Place
    to: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to keep, with the completed story that was read from it, if any.

    The story comes as ``written``, or as ``story`` with what is stored beside
    it. ``story_id`` names the story it updates; None adds one. ``page_starts``
    holds for each chapter the offsets at which its pages start. ``instead_of``
    is the path of a file of the same source that this one replaces: a line of
    JSON that was changed.

    For an undo there is what was known of the file ``before``, and an
    ``image`` of the story before (JSON, see `records`); ``is_touch`` marks
    what changed nothing that an undo would bring back. ``moved`` carries
    readers over to the new text.
    """

    file: StoredFile
    story: Story | None = None
    story_id: int | None = None
    fingerprint: str = ""
    opening: str = ""
    page_starts: tuple[tuple[int, ...], ...] = ()
    walls: frozenset[int] = field(default_factory=frozenset[int])  # chapters that were reflowed
    reflow_version: int = 0  # of the code that found paragraphs and pages
    pagination_version: int = 0
    written: Written | None = None
    instead_of: str = ""
    before: StoredFile | None = None
    image: str = ""
    is_touch: bool = False
    moved: tuple[MovedPlace, ...] = ()
    unedited: str = ""  # of a story that people edited: the record its file gives now
    is_withheld: bool = False  # with these edits

    @property
    def has_story(self) -> bool:
        """Tell whether a story is kept, not only what is known of a file."""
        return self.story is not None or self.written is not None


class Shelves(Protocol):
    """Shelves, filled from files."""

    async def files(self, shelf: int, source: str = "") -> dict[str, StoredFile]:
        """Give every known file of ``shelf`` on a disk by its key, gone ones included.

        ``source`` names those of one source alone, such as "stories".
        What stands in containers is left out, and so are the reports: see `known`.
        """
        ...

    async def known(self, shelf: int, keys: Sequence[str]) -> dict[str, StoredFile]:
        """Give those of the files ``keys`` that are known, by key, gone ones included."""
        ...

    async def within(
        self, shelf: int, container: str, after: tuple[int, str], limit: int
    ) -> list[StoredFile]:
        """List what is present in the container of that key, from behind ``after``.

        In the order of (record or 0, path), which is also what ``after`` names;
        ``(-1, "")`` begins at the first.
        """
        ...

    async def count_within(self, shelf: int, container: str) -> dict[str, int]:
        """Count what is present in the container of that key by outcome."""
        ...

    async def keep(
        self, shelf: int, entries: Sequence[Entry], at: datetime, run: int = 0
    ) -> list[int | None]:
        """Keep ``entries`` in one transaction; gives each one's story id, in order.

        A story that is updated keeps its id and when it was added. Keeping a
        file again brings it and its story back when they were gone. What was
        done is written down as a step of ``run``, when it is one.
        """
        ...

    async def hide_gone(self, shelf: int, keys: Sequence[str], at: datetime, run: int = 0) -> int:
        """Mark files as gone and hide the stories no present file holds; gives how many.

        With a container goes all that is in it.
        """
        ...

    async def hide_unseen(
        self, shelf: int, container: str, modified: int, at: datetime, run: int = 0
    ) -> int:
        """Mark as gone what is in the container of that key and was not seen lately.

        What was seen was kept with the time ``modified``. Gives how many
        stories no present file holds now; they are hidden.
        """
        ...

    async def forget_gone(self, before: datetime) -> int:
        """Delete files and stories gone since before ``before``; gives how many stories."""
        ...

    async def with_fingerprints(self, shelf: int, fingerprints: Sequence[str]) -> dict[str, Twin]:
        """Find the stories with these words, hidden ones too, by their words.

        Words that no story has are left out; of two stories the older is given.
        """
        ...

    async def alike(self, shelf: int, marks: Sequence[int]) -> dict[int, list[int]]:
        """Find the stories that bear one of ``marks``, hidden ones too, by mark.

        A mark stands for an address or for words (`catalogue.likeness`). The newest
        `ALIKE_LIMIT` stories of each are given; one that nothing bears is left out.
        """
        ...

    async def remove_stories(self, stories: Sequence[int]) -> None:
        """Delete stories for good."""
        ...

    async def forget_files(self, shelf: int, keys: Sequence[str]) -> None:
        """Forget files, not their stories."""
        ...

    async def changed_at(self, stories: Sequence[int]) -> dict[int, datetime]:
        """Tell when stories were last added or updated; those that are gone are left out."""
        ...

    async def places_of(self, stories: Sequence[int]) -> list[tuple[int, Place]]:
        """List where members are in ``stories``, as (member, place)."""
        ...

    async def written(self, story: int) -> Written | None:
        """Give a story as it is kept, hidden or not."""
        ...

    async def whole_story(self, story: int) -> Story | None:
        """Give a story with all its text, hidden or not; for the operator's command line."""
        ...

    async def size(self) -> int:
        """Count the stories of all shelves that are not hidden, for figures."""
        ...

    async def shelf_size(self, shelf: int) -> tuple[int, int]:
        """Count the stories on one shelf, for who keeps it: those shown, and those hidden."""
        ...

    async def newest_on(self, shelf: int, limit: int) -> list[Card]:
        """List the stories last added to one shelf that are not hidden, for who keeps it."""
        ...
