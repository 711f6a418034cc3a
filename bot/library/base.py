"""The contract of the store: what can be kept and asked, whichever engine keeps it.

Every question that may end in front of a reader takes an `Audience`, so no
path can forget a rating, a shelf or a block list. "Visible" below means: on
the operator's shelf or the audience's server's, not hidden, not withheld, not
blocked, and rated within the audience's ceiling.

Nothing here knows SQL. Two engines implement it and one suite of tests holds
both to it.
"""

from typing import Protocol

from bot.library.contract.collections import Collection, Collections
from bot.library.contract.curation import Curation, KeptBack, Shelved, StoredEdits
from bot.library.contract.daily import ALL_SHARDS, Daily, Shards, StoredDelivery, StoredSchedule
from bot.library.contract.detections import Detections
from bot.library.contract.finding import (
    COUNT_LIMIT,
    Count,
    Filter,
    Finding,
    Found,
    Hit,
    Name,
    Offered,
    Order,
    Titled,
)
from bot.library.contract.members import Kept, Marked, Members
from bot.library.contract.reading import Card, Opened, Page, Reading, Stretch
from bot.library.contract.rights import Rights, ServerStory, StoredReport, Takedown
from bot.library.contract.runs import Runs, RunStep, StoredRun
from bot.library.contract.servers import Servers
from bot.library.contract.shelves import (
    ALIKE_LIMIT,
    OPERATOR_SHELF,
    WITHIN,
    Entry,
    MovedPlace,
    Shelves,
    StoredFile,
    Twin,
)
from bot.library.contract.submissions import StoredSubmission, Submissions, SubmittedStory
from bot.library.contract.whole import Batch, Changed, Table, Tables, Value, Whole

__all__ = [
    "ALIKE_LIMIT",
    "ALL_SHARDS",
    "COUNT_LIMIT",
    "OPERATOR_SHELF",
    "WITHIN",
    "Batch",
    "Card",
    "Changed",
    "Collection",
    "Count",
    "Entry",
    "Filter",
    "Found",
    "Hit",
    "Kept",
    "KeptBack",
    "Library",
    "Marked",
    "MovedPlace",
    "Name",
    "Offered",
    "Opened",
    "Order",
    "Page",
    "RunStep",
    "ServerStory",
    "Shards",
    "Shelved",
    "StoredDelivery",
    "StoredEdits",
    "StoredFile",
    "StoredReport",
    "StoredRun",
    "StoredSchedule",
    "StoredSubmission",
    "Stretch",
    "SubmittedStory",
    "Table",
    "Tables",
    "Takedown",
    "Titled",
    "Twin",
    "Value",
]


class Library(
    Whole,
    Shelves,
    Runs,
    Detections,
    Reading,
    Finding,
    Curation,
    Collections,
    Members,
    Rights,
    Submissions,
    Servers,
    Daily,
    Protocol,
):
    """A store of stories, servers and schedules, whichever engine keeps it."""
