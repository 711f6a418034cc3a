"""Stories that members handed in for their server's shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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


class Submissions(Protocol):
    """Stories handed in, until somebody decides."""

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
