"""What is known of files: their rows, and those questions that both engines read alike."""

from bot.library.base import StoredFile
from bot.library.both.asking import Asking, Row
from bot.library.rows import moment

STORED_FILE = (  # beside the report, which is left out of long lists
    "source, path, size, modified, digest, context, outcome, story, gone_at, container, record"
)


def stored_file(row: Row) -> StoredFile:
    """Make a file of a row that holds `STORED_FILE` and ``report``."""
    return StoredFile(
        path=row["path"],
        source=row["source"],
        size=row["size"],
        modified=row["modified"],
        digest=row["digest"],
        context=row["context"],
        outcome=row["outcome"],
        story=row["story"],
        report=row["report"],
        gone_since=moment(row["gone_at"]),
        container=row["container"],
        record=row["record"] or None,
    )


class KnownFiles(Asking):
    """The part of the contract that lists files."""

    async def files(self, shelf: int, source: str = "") -> dict[str, StoredFile]:
        """See `Library.files`."""
        own = " AND source = :source" if source else ""
        rows = await self._ask(
            f"SELECT {STORED_FILE}, '{{}}' AS report FROM file"
            f" WHERE shelf = :shelf AND container = ''{own}",
            {"shelf": shelf} | ({"source": source} if source else {}),
        )
        return {file.key: file for file in map(stored_file, rows)}

    async def within(
        self, shelf: int, container: str, after: tuple[int, str], limit: int
    ) -> list[StoredFile]:
        """See `Library.within`."""
        source, path = container.split(":", 1)
        rows = await self._ask(
            f"SELECT {STORED_FILE}, report FROM file"
            " WHERE shelf = :shelf AND container = :container AND source = :source"
            " AND (record, path) > (:record, :path) AND gone_at IS NULL"
            " ORDER BY record, path LIMIT :limit",
            {
                "shelf": shelf,
                "source": source,
                "container": path,
                "record": after[0],
                "path": after[1],
                "limit": limit,
            },
        )
        return [stored_file(row) for row in rows]
