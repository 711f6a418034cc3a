"""The contract of the store: what can be kept and asked, whichever engine keeps it.

Every question that may end in front of a reader takes an `Audience`, so no
path can forget a rating, a shelf or a block list. "Visible" below means: on
the operator's shelf or the audience's server's, not hidden, not withheld, not
blocked, and rated within the audience's ceiling.

Nothing here knows SQL. Two engines implement it and one suite of tests holds
both to it.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.library.detected import Decision, DetectedName
from bot.library.records import Written
from bot.prose.query import Query
from bot.story import Audience, Chapter, Place, Rating, Story, TagKind

OPERATOR_SHELF = 0  # servers' shelves are numbered by their Discord id
COUNT_LIMIT = 1_000  # counts are exact up to here; above, only that there are more
ALIKE_LIMIT = 8  # stories that bear one mark; a mark of many is a phrase that many use
WITHIN = "//"  # parts a container's path from what is in it; no path on a disk holds it


@dataclass(frozen=True, slots=True)
class Card:
    """A story without its text: what headers and lists show.

    ``record.chapters`` is empty; ``chapters`` counts them.
    """

    id: int
    shelf: int
    record: Story
    chapters: int
    opening: str  # the first whole sentences, for lists
    added: datetime

    @property
    def is_link_only(self) -> bool:
        """Tell whether only a card with a link may be shown (DESIGN: credit and consent)."""
        return self.record.permission is not None and self.record.permission.value == "link only"


@dataclass(frozen=True, slots=True)
class Titled:
    """A story by its title alone: what is offered while somebody types."""

    id: int
    title: str
    author: str = ""  # the first


@dataclass(frozen=True, slots=True)
class Offered:
    """Names to offer while somebody types, none of them lists to be changed.

    Those that begin so (`Library.find_names`), those asked for by their names
    (`Library.names_called`), and the characters that were detected in stories under
    just that name as well (`Library.meant_by`).
    """

    names: "list[Name]"
    called: "list[Name]"
    also: "list[Name]"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stories are found by: a character, fandom, author, tag …"""

    id: int
    kind: TagKind
    name: str
    stories: int = 0  # visible to the audience that asked; exact to `COUNT_LIMIT` at least


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of stories on a shelf; a server's may hold stories of the operator's as well."""

    id: int
    shelf: int
    name: str
    stories: int = 0  # visible to the audience that asked, up to `COUNT_LIMIT`


@dataclass(frozen=True, slots=True)
class Filter:
    """What a story must have; every field given must hold. Names are folded."""

    names: tuple[tuple[TagKind, str], ...] = ()
    max_words: int | None = None
    min_words: int | None = None
    with_text: bool = False  # leave out stories that are link only
    stories: tuple[int, ...] = ()  # only these, when given
    without: tuple[int, ...] = ()  # none of these
    without_names: tuple[str, ...] = ()  # none that carries one of these folded names
    max_rating: Rating | None = None  # rated this at most
    language: str = ""  # a primary language subtag such as "en"
    complete: bool | None = None
    collection: int = 0  # 0: of any


@dataclass(frozen=True, slots=True)
class Count:
    """How many stories fit: those visible, and those only an age-restricted channel may see.

    Exact up to `COUNT_LIMIT`; a count that is higher says `COUNT_LIMIT` and that there
    are more.
    """

    visible: int
    restricted: int
    is_more: bool = False  # more than ``visible``
    is_more_restricted: bool = False


class Order(StrEnum):
    """How stories found are sorted; stories that are equal in it go by id."""

    RELEVANCE = "relevance"
    NEWEST = "newest"  # the last added first
    SHORTEST = "shortest"
    LONGEST = "longest"
    TITLE = "title"  # by its words, as `prose.words.search_key` gives them


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that a search found, with the passage that holds most of the words.

    ``passage`` is as long as ``place`` to its end in the stored text, with line breaks as
    spaces; it is empty when the words stand only in the title or the names, and for a
    story that is link only.
    """

    card: Card
    place: Place  # where the passage starts; the beginning of the story without one
    passage: str = ""
    marks: tuple[tuple[int, int], ...] = ()  # ranges of ``passage`` that matched, in order


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found."""

    hits: tuple[Hit, ...]
    count: Count
    has_more: bool = False  # behind the last hit
    has_earlier: bool = False  # before the first
    is_ranked: bool = True  # False: too many match to weigh each one


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a chapter as stored, with where its neighbours start.

    ``chapter`` holds only the text around the page, and the blocks that the
    page touches; offsets in it are counted
    from ``base``, an offset of the whole chapter. ``start`` and ``end`` are
    offsets of the whole chapter.
    """

    card: Card
    chapter: Chapter
    base: int
    number: int  # from 1, within the chapter
    pages: int  # of the chapter
    start: int
    end: int
    place: Place
    previous: Place | None
    next: Place | None
    chapter_length: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A story as it is opened; ``chapters`` is empty where its text was not asked for."""

    card: Card
    pages: int  # of all its chapters
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a chapter as stored, whole parts of it; offsets count as in `Page`."""

    card: Card
    chapter: Chapter
    base: int
    chapter_length: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A story with a place in it: where a member is, or its beginning."""

    card: Card
    place: Place


@dataclass(frozen=True, slots=True)
class Kept:
    """How many stories a member is in and has saved, and how many of them are visible here."""

    places: int
    places_here: int
    saved: int
    saved_here: int


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
class StoredRun:
    """One import: what was asked for, and what became of it."""

    id: int
    what: str
    at: datetime
    last: datetime  # when its last step was done
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunStep:
    """What one transaction of an import did.

    ``kept`` holds for each file its key, its story, whether that was added
    then, and what was known of the file before; ``gone`` the keys of files
    that were marked as gone.
    """

    number: int
    at: datetime
    kept: tuple[tuple[str, int | None, bool, StoredFile | None], ...] = ()
    gone: tuple[str, ...] = ()


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


class KeptBack(StrEnum):
    """Why a story is kept off its shelf whatever becomes of its file."""

    NOT = ""
    BY_HAND = "hand"  # a person hid it
    WITHHELD = "withheld"  # as it was edited it may never be served (DESIGN: withheld)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A story for who keeps its shelf: hidden or not, and why. ``record.chapters`` is empty."""

    id: int
    shelf: int
    record: Story
    chapters: int
    added: datetime
    updated: datetime
    hidden_since: datetime | None
    kept_back: KeptBack
    edits: str  # JSON: what people changed; "" when nothing


@dataclass(frozen=True, slots=True)
class StoredEdits:
    """What people changed of a story, and what its file says; both JSON."""

    edits: str
    record: str


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """A daily story as kept: where to, when, what. ``rule`` and ``content`` are JSON.

    Exactly one of ``channel`` (with ``server``) and ``member`` says where to.
    """

    id: int
    server: int | None
    channel: int | None
    member: int | None
    made_by: int
    rule: str
    content: str
    next_due: datetime | None  # None: never again
    paused: str = ""  # "" while running, else the key of the reason
    last_day: date | None = None  # the newest local day that was claimed or skipped


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One due sending of a schedule: chosen and written down before anything is sent."""

    id: int
    schedule: int
    due: datetime
    story: int | None
    nonce: str
    part: str  # JSON: what of the story, such as an excerpt's range
    messages: tuple[int, ...]  # ids of what was sent, in order
    state: str  # "claimed", "sent", "skipped" or "failed"
    follows: int | None = None  # the newest message of any delivery when it was chosen
    put_off: int = 0  # how often, because Discord failed


class Changed(StrEnum):
    """What may be cached and was changed; each with a number that says whose."""

    SERVER = "server"  # its settings; the server's id
    SHELF = "shelf"  # its stories and their names; the shelf's number
    EVERYTHING = "everything"  # 0: nobody knows what was changed meanwhile


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process of several: whose servers and members it serves; all by default.

    Discord says which shard a server is on: its id, shifted right by 22, modulo
    the number of shards. Members are shared out in the same way.
    """

    ids: tuple[int, ...] = ()  # none: all
    count: int = 1


ALL_SHARDS = Shards()


Value = str | int | float | bytes | None  # what a table of either engine holds; True is 1
Batch = list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that both engines have."""

    name: str
    columns: tuple[str, ...]
    points_at: frozenset[str]  # tables that its rows need to be there


class Tables(Protocol):
    """Every table of a library as it is at one moment, for whoever copies all of it.

    What an engine can make anew, such as an index of words, is not among them.
    """

    async def every(self) -> list[Table]:
        """List the tables, in no order."""
        ...

    async def count(self, table: Table) -> int:
        """Count the rows of ``table``."""
        ...

    async def last(self, table: Table) -> int | None:
        """Give the highest id that ``table`` ever gave; None when it gives none."""
        ...

    def rows(self, table: Table) -> AsyncIterator[Batch]:
        """Give the rows of ``table`` by its ``columns``, some hundred at a time."""
        ...

    async def fill(self, table: Table, batches: AsyncIterator[Batch], last: int | None) -> None:
        """Add rows to an empty table; ids go on behind ``last``."""
        ...


@dataclass(frozen=True, slots=True)
class ServerStory:
    """What one server decided about a story of the operator's shelf; all unset means nothing."""

    story: int
    is_hidden: bool = False
    rating: Rating | None = None  # raised: it counts when it is above the story's own
    is_link_only: bool = False  # somebody said that they wrote it, and the operator decides


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What somebody said about a story, for the operator to decide."""

    id: int
    kind: str  # "wrote", "rating", "tags" or "other"
    story: int
    title: str  # as it was then
    server: int | None
    member: int
    words: str  # what they wrote, at most 1,000 characters
    at: datetime
    decision: str = ""  # "" while open, else "upheld" or "dismissed"


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """Stories that somebody brought in Discord for the shelf of ``server``, and that wait.

    Those that a librarian brought ("added") are "open" until that librarian
    confirms them. A member's ("suggested") are "open" until the member sends
    them, then "waiting" for any librarian, and "accepted" or "declined" until
    the member was told. ``facts`` is JSON, and nothing is kept past ``expires``.
    """

    id: int
    server: int
    member: int
    kind: str
    state: str
    facts: str
    at: datetime
    expires: datetime
    story: int | None = None  # the one it became
    reason: str = ""  # why it was declined


@dataclass(frozen=True, slots=True)
class SubmittedStory:
    """One story, or one refused file, of a submission; ``told`` and ``body`` are JSON."""

    number: int  # from 1
    shown: str  # the name of its file
    told: str  # what the report says of it
    body: str = ""  # the story as it was read; "" where it was not asked for


@dataclass(frozen=True, slots=True)
class Takedown:
    """A story that its author had removed; its words and address are never taken again."""

    id: int
    story: int
    title: str
    fingerprint: str
    source: str
    at: datetime


class Library(Protocol):
    """A store of stories, servers and schedules."""

    async def open(self) -> None:
        """Open the store, migrating an older one forwards.

        Raises:
            LibraryTooNew: A newer version wrote it; nothing was changed.
            LibraryUnreadable: It cannot be opened, or is something else.
        """
        ...

    async def close(self) -> None:
        """Close every connection; safe to call twice."""
        ...

    async def write_down(self) -> None:
        """Write at once what answers left behind and still waits; see `remember_shown`."""
        ...

    def tables(self, *, to_fill: bool = False) -> AbstractAsyncContextManager[Tables]:
        """Give all tables as they are now, to read; ``to_fill``: alone, in one transaction."""
        ...

    def as_it_is(self) -> AbstractAsyncContextManager[tuple[dict[str, int], Tables]]:
        """Give all tables to read, and the versions of each engine's tables that are the same.

        The library need not be open, and is not migrated.

        Raises:
            LibraryTooNew: Its version is above the newest migration we know.
            LibraryUnreadable: There is none, or it cannot be read.
        """
        ...

    def anew(self, schema: Mapping[str, int]) -> AbstractAsyncContextManager[Tables]:
        """Make this library, which is not there yet, with tables of a version, to be filled.

        ``schema`` holds that version for each engine that can have it. At the end
        the library is brought up to date. It is there whole or not at all.

        Raises:
            BackupUnusable: This engine knows no tables of that version, or they are too new.
            LibraryNotEmpty: There is a library already.
            LibraryUnreadable: It cannot be made.
        """
        ...

    # Several processes that are one bot

    def listen(self, told: Callable[[Changed, int], None]) -> None:
        """Have ``told`` called, from the open library's event loop, for what others change.

        What this process changes may come as well. In a library that only one
        process opens nothing ever comes.
        """
        ...

    def alone(self, doing: str, *, wait: bool = False) -> AbstractAsyncContextManager[bool]:
        """Tell whether no other process is ``doing`` that now, and keep others from it.

        With ``wait`` it takes as long as others do it, and is always True.
        """
        ...

    # Files and shelves

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

    # Who was detected in stories that do not say

    async def detected_names(
        self, shelf: int, limit: int, *, undecided: bool = False, spotted: int = 3
    ) -> list[DetectedName]:
        """List the names that were detected on ``shelf``, those of the most stories first.

        ``undecided`` leaves out what was decided for every story. Each comes
        with at most ``spotted`` of its stories, the surest first.
        """
        ...

    async def detected_name(
        self, shelf: int, folded: str, *, story: int | None = None, spotted: int = 3
    ) -> DetectedName | None:
        """Give one name that was detected on ``shelf``, or None; counted in ``story`` alone."""
        ...

    async def name_decisions(self, shelf: int) -> list[Decision]:
        """List what was decided about the names detected on ``shelf``, the latest first."""
        ...

    async def decide_name(self, shelf: int, decision: Decision, at: datetime) -> int:
        """Keep a decision in place of the one before; gives how many stories it changed.

        It holds at once for the stories of the shelf, some at a time, and for
        those that are kept later.
        """
        ...

    async def take_back_name(self, shelf: int, folded: str, story: int | None) -> bool:
        """Forget a decision, as if it had never been made; False when there is none."""
        ...

    async def meant_by(self, folded: str, audience: Audience) -> list[str]:
        """List the characters that go by ``folded`` in visible stories where they were detected."""
        ...

    # Imports, and undoing one

    async def begin_run(self, shelf: int, what: str, at: datetime) -> int:
        """Begin an import; gives its id. The one before can no longer be undone."""
        ...

    async def last_run(self, shelf: int) -> StoredRun | None:
        """Give the last import onto ``shelf``."""
        ...

    async def run_steps(self, run: int, limit: int) -> list[RunStep]:
        """List the last steps of an import that were not dropped, the latest first."""
        ...

    async def run_image(self, run: int, after: int) -> tuple[int, Written] | None:
        """Give the next story (by id, behind ``after``) an import changed, as it was before."""
        ...

    async def put_back(
        self,
        shelf: int,
        run: int,
        story: int,
        written: Written,
        moved: Sequence[MovedPlace],
        at: datetime,
    ) -> None:
        """Give a story the text and record of an image back, and drop the image."""
        ...

    async def drop_step(self, run: int, number: int) -> None:
        """Forget a step that was undone."""
        ...

    async def end_undo(self, run: int, at: datetime) -> None:
        """Mark an import as undone."""
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

    # Asking

    async def card(self, story: int, audience: Audience) -> Card | None:
        """Give the card of a story that is visible to ``audience``."""
        ...

    async def opened(
        self, story: int, audience: Audience, *, most_words: int | None = None
    ) -> Opened | None:
        """Give a visible story whole, in one statement.

        A story of more than ``most_words`` words comes without its text.
        """
        ...

    async def page_start(self, story: int, chapter: int, number: int) -> Place | None:
        """Give where page ``number`` (from 1) of a chapter (from 0) starts.

        A number past the end gives the last page; a chapter that does not exist None.
        """
        ...

    async def chapter_titles(
        self, story: int, audience: Audience, first: int, limit: int
    ) -> list[str | None]:
        """List the titles of a visible story's chapters from number ``first`` (from 0)."""
        ...

    async def page(self, place: Place, audience: Audience) -> Page | None:
        """Give the page that holds ``place`` of a visible story.

        A place past the end is on the last page; a chapter that no longer
        exists gives None.
        """
        ...

    async def stretch(self, place: Place, length: int, audience: Audience) -> Stretch | None:
        """Give at least ``length`` characters of a visible story's chapter from ``place`` on.

        Less where the chapter ends; None when it has no such chapter, or may not be shown.
        """
        ...

    async def following(
        self,
        wanted: Filter,
        audience: Audience,
        *,
        by_date: bool,
        after: tuple[date | None, int],
    ) -> int | None:
        """Give the visible story that fits and comes next; None behind the last.

        Args:
            wanted: What it must have.
            audience: Who will see it.
            by_date: In the order of when they were published, those without a date
                last; else in the order in which they were added.
            after: Date and id of the story before it, which may be gone since; id 0
                gives the first.
        """
        ...

    async def random(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
    ) -> int | None:
        """Draw a visible story uniformly among those that fit and that were shown least.

        Args:
            wanted: What it must have.
            audience: Who will see it.
            room: The channel (or member, in direct messages) whose history
                counts: stories it was never shown come first, then the one
                shown longest ago. None: no history.
            draw: A number in [0, 1) that decides.
            reader: The member whose history counts as well. Where there is no
                story that neither saw, what the room did not see comes first.
        """
        ...

    async def drawn(
        self,
        wanted: Filter,
        audience: Audience,
        room: int | None,
        draw: float,
        *,
        reader: int | None = None,
        most_words: int | None = None,
    ) -> Opened | None:
        """Draw a story as `random` does, and give it as `opened` does."""
        ...

    async def count_unseen(self, wanted: Filter, audience: Audience, room: int) -> int:
        """Count the visible stories that fit and that ``room`` was never shown.

        At most `COUNT_LIMIT`.
        """
        ...

    async def count(self, wanted: Filter, audience: Audience) -> Count:
        """Count the stories that fit."""
        ...

    async def listing(
        self,
        wanted: Filter,
        audience: Audience,
        after: int,
        limit: int,
        *,
        order: Order = Order.TITLE,
        before: int = 0,
    ) -> list[Card]:
        """List visible stories that fit, from behind story ``after``.

        0, or a story that is forgotten, begins at the first. With ``before`` instead it
        lists those that stand right before that story, in the same order; one that is
        forgotten (or -1) gives the last ones. By relevance a list without words goes by
        `Order.NEWEST`.
        """
        ...

    async def search(
        self,
        query: Query,
        wanted: Filter,
        audience: Audience,
        *,
        order: Order = Order.RELEVANCE,
        after: int = 0,
        before: int = 0,
        limit: int,
    ) -> Found:
        """Find visible stories whose title, names or text hold what ``query`` asks for.

        ``after`` and ``before`` are those of `listing`. An empty query gives what the
        filter gives.
        """
        ...

    async def find_titles(self, query: str, audience: Audience, limit: int) -> list[Card]:
        """List visible stories whose title starts with, or holds a word that starts with,
        ``query`` (compared as `prose.words.search_key`); those that start with it first,
        then by title. An empty query lists all. Where very many match, those that only
        hold such a word may be the newest of them.
        """
        ...

    async def offer_titles(self, query: str, audience: Audience, limit: int) -> list[Titled]:
        """List what `find_titles` lists, in little."""
        ...

    async def find_names(
        self, query: str, kinds: Sequence[TagKind], audience: Audience, limit: int
    ) -> list[Name]:
        """List names of ``kinds`` that visible stories carry and that match like titles do.

        Those that start with ``query`` come first, then the most used. What the audience
        avoids is left out, and its stories are not counted.
        """
        ...

    async def spellings(self, kinds: Sequence[TagKind], limit: int) -> list[tuple[int, str]]:
        """List names of ``kinds``, the most used first, as (id, name), whoever may see them.

        For near misses; what comes of it must be asked for again with `name`.
        """
        ...

    async def title_spellings(self, limit: int) -> list[tuple[int, str]]:
        """List titles, the newest first, as (story id, folded title), whoever may see them;
        for near misses.
        """
        ...

    async def name(self, ident: int, audience: Audience) -> Name | None:
        """Give a name by its id when a visible story carries it."""
        ...

    async def name_called(
        self, kinds: Sequence[TagKind], folded: str, audience: Audience
    ) -> Name | None:
        """Give the name that is exactly ``folded``, of the first of ``kinds`` that has it,
        when a visible story carries it.
        """
        ...

    async def offered_names(
        self,
        query: str,
        kinds: Sequence[TagKind],
        called: Sequence[str],
        audience: Audience,
        limit: int,
    ) -> Offered:
        """Give all names to offer for ``query`` (folded), as the three questions below do.

        ``called`` are the folded names of characters that somebody who types so may mean.
        """
        ...

    async def names_called(
        self, kinds: Sequence[TagKind], folded: Sequence[str], audience: Audience
    ) -> list[Name]:
        """List the names of ``kinds`` that are exactly one of ``folded``, the most used first,
        as far as visible stories carry them.
        """
        ...

    async def companions(self, name: int, audience: Audience, limit: int) -> list[Name]:
        """List the names most often on the same visible stories as ``name``, of any kind.

        Of very many stories the newest are looked at, and counted. What the audience
        avoids is left out.
        """
        ...

    # Curation

    async def shelved(self, story: int) -> Shelved | None:
        """Give a story for who keeps its shelf, hidden or not."""
        ...

    async def on_shelf(
        self, shelf: int, after: int, limit: int, *, hidden: bool | None = None
    ) -> list[Shelved]:
        """List the stories of ``shelf`` by number from behind ``after``.

        ``hidden`` True gives only those that are hidden, False those that are not.
        """
        ...

    async def edited(self, stories: Sequence[int]) -> dict[int, StoredEdits]:
        """Give what people changed of ``stories``; those that nobody edited are left out."""
        ...

    async def rewrite(
        self,
        story: int,
        written: Written,
        *,
        edits: str,
        instead_of: str,
        record: str,
        is_withheld: bool,
        at: datetime,
    ) -> bool:
        """Keep a story as people edited it; "" as ``edits`` says that nothing is edited any more.

        False when it is gone, or its edits are not ``instead_of`` any more. ``record``
        is what its file says. What is withheld is hidden until it is not.
        """
        ...

    async def keep_back(self, story: int, at: datetime) -> bool:
        """Hide a story by hand; False when it is gone."""
        ...

    async def let_back(self, story: int) -> bool:
        """Show a story again that was kept back; False when its file is gone."""
        ...

    # Collections

    async def collect(self, shelf: int, name: str, stories: Sequence[int]) -> int:
        """Put ``stories`` into the collection of ``shelf`` called ``name``; gives its id.

        It is made when there is none. Stories of another server's shelf, and those
        that are gone, are left out. The name must hold a letter or another mark.
        """
        ...

    async def uncollect(self, collection: int, stories: Sequence[int]) -> int:
        """Take ``stories`` out of a collection; gives how many were in it.

        They stay out whatever their files say. A collection that is empty is gone.
        """
        ...

    async def rename_collection(self, collection: int, name: str) -> bool:
        """Call a collection ``name``; False when it is gone, or its shelf has one of that name."""
        ...

    async def remove_collection(self, collection: int) -> bool:
        """Take all stories out of a collection; False when there were none."""
        ...

    async def collections_on(self, shelf: int, story: int | None = None) -> list[Collection]:
        """List the collections of ``shelf`` by name, or those that hold ``story``.

        For who keeps the shelf: hidden stories count.
        """
        ...

    async def find_collections(
        self, query: str, audience: Audience, limit: int
    ) -> list[Collection]:
        """List collections that hold visible stories and match like titles do, the largest first.

        What the audience avoids is not counted.
        """
        ...

    async def collection(self, ident: int, audience: Audience) -> Collection | None:
        """Give a collection that holds a visible story."""
        ...

    async def collection_called(self, folded: str, audience: Audience) -> Collection | None:
        """Give the collection that is exactly ``folded`` and holds a visible story.

        Of two of that name it is the server's own.
        """
        ...

    async def remember_shown(
        self, room: int, story: int, at: datetime, *, server: int | None = None
    ) -> None:
        """Note that ``room``, a channel of ``server`` if any, was shown ``story``.

        Written within a second, together with what else was noted; until then a
        crash may take it. Whoever asks this library is told of it from now on.
        """
        ...

    async def forget_shown(self, before: datetime) -> int:
        """Delete what rooms were shown before ``before``; gives how many rows."""
        ...

    # Members

    async def save_place(
        self, member: int, place: Place, at: datetime, *, unless_beyond: Place | None = None
    ) -> None:
        """Keep where ``member`` is in a story; one place for each story.

        Written within a second, as with `remember_shown`.
        A place that is kept already stays when it lies ``unless_beyond`` that one.
        """
        ...

    async def place_in(self, member: int, story: int) -> tuple[Place, datetime] | None:
        """Give where ``member`` is in ``story``, and since when."""
        ...

    async def places(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """List the visible stories ``member`` reads, the latest first, behind ``skip`` of them."""
        ...

    async def forget_place(self, member: int, story: int) -> bool:
        """Delete where ``member`` is in ``story``; False when that was not kept."""
        ...

    async def kept_by(self, member: int, audience: Audience) -> Kept:
        """Count the stories ``member`` is in and has saved, in all and visible ones."""
        ...

    async def forget_places(self, before: datetime) -> int:
        """Delete places not used since ``before``; gives how many."""
        ...

    async def save_story(self, member: int, story: int, at: datetime) -> None:
        """Save a story for later; twice is once."""
        ...

    async def unsave_story(self, member: int, story: int) -> bool:
        """Take a story from what ``member`` saved; False when it was not there."""
        ...

    async def has_saved(self, member: int, story: int) -> bool:
        """Tell whether ``member`` saved ``story``."""
        ...

    async def has_places(self, member: int) -> bool:
        """Tell whether ``member`` has a place in any story, whoever may see it where."""
        ...

    async def saved(
        self, member: int, audience: Audience, limit: int, *, skip: int = 0
    ) -> list[Marked]:
        """List the visible stories ``member`` saved, the latest first, behind ``skip`` of them."""
        ...

    # Rights

    async def server_stories(self, server: int) -> list[ServerStory]:
        """List what ``server`` decided about single stories."""
        ...

    async def decide_for_server(self, server: int, decided: ServerStory) -> None:
        """Keep what ``server`` decided about a story; nothing set takes it back."""
        ...

    async def add_report(self, report: StoredReport) -> int:
        """Keep a report (its ``id`` is ignored); gives its id."""
        ...

    async def report(self, report: int) -> StoredReport | None:
        """Give one report."""
        ...

    async def reports(
        self, limit: int, *, are_open: bool = True, shelf: int | None = None
    ) -> list[StoredReport]:
        """List the reports that wait, or those that were decided, the oldest first.

        ``shelf`` asks for those about its stories alone.
        """
        ...

    async def decide_report(self, report: int, decision: str) -> bool:
        """Close a report; False when it is gone or was closed before."""
        ...

    async def count_reports(self, member: int, kind: str, since: datetime) -> int:
        """Count the reports of ``kind`` that ``member`` made at or after ``since``."""
        ...

    async def forget_reports(self, before: datetime) -> int:
        """Delete reports that were closed and made before ``before``; gives how many."""
        ...

    async def remember_posted(
        self, channel: int, messages: Sequence[int], story: int, at: datetime
    ) -> None:
        """Note that messages everybody sees hold text of ``story``; written in an instant."""
        ...

    async def posted(self, story: int) -> list[tuple[int, int]]:
        """List the messages that hold text of ``story``: (channel, message), the newest first."""
        ...

    async def forget_posted(self, before: datetime) -> int:
        """Delete what was posted before ``before``; gives how many rows."""
        ...

    async def take_down(self, story: int, at: datetime) -> Takedown | None:
        """Remove a story with all its text, and block its words and its address for good.

        The same words on another shelf go as well. What was posted stays known by
        its number. None when there is no such story.
        """
        ...

    async def takedowns(self) -> list[Takedown]:
        """List what was taken down, the oldest first."""
        ...

    async def lift_takedown(self, takedown: int) -> bool:
        """Let a story be taken in again; False when there is no such takedown."""
        ...

    # Submissions

    async def add_submission(self, submission: StoredSubmission) -> int:
        """Keep a submission (its ``id`` is ignored); gives its id."""
        ...

    async def submission(self, submission: int) -> StoredSubmission | None:
        """Give one submission."""
        ...

    async def change_submission(self, submission: StoredSubmission, before: str) -> bool:
        """Change a submission whose state is ``before``, at one stroke; False when it is not.

        So of two who decide at once one is told that it was decided.
        """
        ...

    async def remove_submission(self, submission: int) -> bool:
        """Forget a submission with its stories; False when it was gone."""
        ...

    async def submissions(
        self, server: int, state: str, after: int, limit: int
    ) -> list[StoredSubmission]:
        """List a server's submissions in ``state`` from behind the id ``after``, oldest first."""
        ...

    async def submissions_by(self, member: int, states: Sequence[str]) -> list[StoredSubmission]:
        """List what ``member`` submitted, in one of ``states``, oldest first."""
        ...

    async def submitters(self, states: Sequence[str]) -> frozenset[int]:
        """Give every member who submitted something that is in one of ``states``."""
        ...

    async def count_submissions(self, server: int, state: str) -> int:
        """Count a server's submissions in ``state``."""
        ...

    async def forget_submissions(self, now: datetime) -> int:
        """Delete submissions that expired at or before ``now``; gives how many."""
        ...

    async def add_submitted(
        self, submission: StoredSubmission, stories: Sequence[SubmittedStory]
    ) -> None:
        """Keep stories of a submission; one of a number that is there takes its place."""
        ...

    async def submitted(
        self, submission: int, after: int, limit: int, *, with_body: bool = False
    ) -> list[SubmittedStory]:
        """List the stories of a submission from behind number ``after``."""
        ...

    async def drop_submitted(self, submission: int) -> None:
        """Forget the stories of a submission, not the submission."""
        ...

    async def preferences(self, member: int) -> str | None:
        """Give what ``member`` decided as JSON; None when that is nothing."""
        ...

    async def write_preferences(self, member: int, preferences: str | None, at: datetime) -> None:
        """Keep what ``member`` decided; None forgets it."""
        ...

    async def forget_places_of(self, member: int) -> int:
        """Delete every place of ``member``; gives how many."""
        ...

    async def records_of(self, member: int) -> dict[str, list[dict[str, Any]]]:
        """Give every row that is about ``member``, by table; tables without one are left out."""
        ...

    async def forget_member(self, member: int) -> int:
        """Delete everything about ``member`` in one transaction; gives how many rows.

        What others go on using, such as a server's daily story, stays and is
        made by nobody.
        """
        ...

    # Notes the bot keeps for itself

    async def note(self, key: str) -> str | None:
        """Give a small fact written by `write_note`."""
        ...

    async def write_note(self, key: str, value: str) -> None:
        """Keep a small fact, such as the digest of the synced commands."""
        ...

    # Servers

    async def server_settings(self, server: int) -> str | None:
        """Give a server's settings as JSON; None when it never had any."""
        ...

    async def write_server_settings(self, server: int, settings: str, at: datetime) -> None:
        """Keep a server's settings."""
        ...

    async def stored_servers(self) -> list[int]:
        """List the servers of which anything is kept."""
        ...

    async def note_left(self, server: int, at: datetime) -> None:
        """Write down when the bot left ``server``; the first time counts."""
        ...

    async def note_joined(self, server: int) -> None:
        """Take back that the bot left ``server``."""
        ...

    async def left_servers(self, before: datetime) -> list[int]:
        """List the servers that were left at or before ``before``, the longest gone first."""
        ...

    async def count_of_server(self, server: int) -> dict[str, int]:
        """Count the rows that are about ``server`` by table; tables without one are left out."""
        ...

    async def forget_server(self, server: int) -> int:
        """Delete everything of ``server``, its shelf included; gives how many rows.

        What hangs on its stories and daily stories goes with them.
        """
        ...

    # Daily stories

    async def add_schedule(self, schedule: StoredSchedule, at: datetime) -> int:
        """Keep a new schedule (its ``id`` is ignored); gives its id."""
        ...

    async def change_schedule(self, before: StoredSchedule, after: StoredSchedule) -> bool:
        """Put ``after`` in the place of ``before``.

        False when it is gone, or not as it was any more: it may have been claimed
        meanwhile, and a time that is set back would be sent twice.
        """
        ...

    async def remove_schedule(self, schedule: int) -> bool:
        """Remove a schedule with its deliveries; False when it was gone."""
        ...

    async def schedule(self, schedule: int) -> StoredSchedule | None:
        """Give one schedule."""
        ...

    async def schedules_of(
        self, *, server: int | None = None, member: int | None = None
    ) -> list[StoredSchedule]:
        """List the schedules of a server, or of a member's direct messages, oldest first."""
        ...

    async def every_schedule(self) -> list[StoredSchedule]:
        """List all schedules, oldest first."""
        ...

    async def change_content(self, schedule: int, before: str, content: str) -> bool:
        """Replace what a schedule sends and nothing else.

        False when it is gone, or its content is not ``before`` any more.
        """
        ...

    async def due_schedules(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredSchedule]:
        """List running schedules of ``shards`` due at or before ``now``, the longest due first.

        One that still has a claimed delivery comes up when that is closed.
        """
        ...

    async def claim(
        self,
        schedule: int,
        due: datetime,
        *,
        occurrence: datetime,
        day: date,
        next_due: datetime | None,
        until: datetime,
    ) -> int | None:
        """Claim one due sending with one atomic update; gives the delivery's id.

        ``due`` must be the schedule's next time as stored; ``occurrence`` is
        the time that is sent, a later one when some were missed, and ``day``
        the local day it belongs to, which becomes the schedule's last one.

        None when somebody else claimed it, or the schedule changed meanwhile.
        The schedule's next time is set in the same transaction, so neither a
        crash nor a second process can send a day twice. The claim holds until
        ``until``; from then on `take_over` gives it to whoever asks.
        """
        ...

    async def choose(
        self, delivery: int, story: int, part: str, nonce: str, *, held: datetime
    ) -> bool:
        """Write down for good what a claimed delivery sends, before its first byte is sent.

        ``part`` is JSON; `finish` empties it. False when the claim, held to
        ``held``, is not ours any more.
        """
        ...

    async def hold(self, delivery: int, held: datetime, until: datetime) -> bool:
        """Hold a claim, held to ``held``, to ``until`` instead; False when it is not ours any more.

        ``until`` is never before ``held``.
        """
        ...

    async def put_off(self, delivery: int, held: datetime, until: datetime) -> bool:
        """Count that a delivery failed for now, and leave it alone to ``until``.

        False when it is not ours any more.
        """
        ...

    async def add_sent_message(self, delivery: int, number: int, message: int) -> bool:
        """Write down that ``message`` is part ``number`` (from 0) of a delivery.

        False when it belongs to another delivery; twice is once.
        """
        ...

    async def finish(self, delivery: int, state: str) -> None:
        """Close a delivery as "sent", "skipped" or "failed"."""
        ...

    async def open_deliveries(
        self, now: datetime, limit: int, shards: Shards = ALL_SHARDS
    ) -> list[StoredDelivery]:
        """List deliveries of ``shards`` whose claim ran out before ``now``, the earliest first."""
        ...

    async def take_over(
        self, delivery: int, now: datetime, until: datetime
    ) -> StoredDelivery | None:
        """Claim a delivery whose claim ran out before ``now``; it is ours to ``until``.

        None when it is closed, somebody else took it, or its claim still holds.
        """
        ...

    async def forget_deliveries(self, before: datetime) -> int:
        """Delete closed deliveries due before ``before``; gives how many."""
        ...

    async def deliveries_of(self, schedule: int, limit: int) -> list[StoredDelivery]:
        """List the latest deliveries of a schedule, newest first."""
        ...
