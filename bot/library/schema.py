"""The numbered steps that make each engine's tables, and which versions hold the same."""

from collections.abc import Mapping
from importlib import resources

from bot.errors import BackupUnusable

ENGINES = ("sqlite", "postgres")  # the folders that hold them


def migrations(engine: str) -> list[tuple[int, str]]:
    """List the migrations of an engine in order: number and SQL."""
    folder = resources.files("bot.library").joinpath(engine, "migrations")
    return sorted(
        (int(file.name.split("_", 1)[0]), file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    )


def newest(engine: str) -> int:
    """Give the version of today's tables in an engine."""
    return migrations(engine)[-1][0]


def same_as(engine: str, version: int) -> dict[str, int]:
    """Give the versions, by engine, that hold the same tables and columns as this one.

    Each engine counts for itself; that today's are the same is all that is known.
    """
    if version == newest(engine):
        return {each: newest(each) for each in ENGINES}
    return {engine: version}


def of_engine(engine: str, schema: Mapping[str, int]) -> int:
    """Give the version that ``schema`` names for an engine.

    Raises:
        BackupUnusable: It names none, or one that is newer than today's.
    """
    version = schema.get(engine)
    if version is None:
        raise BackupUnusable("backup.other-engine", engine=", ".join(schema))
    if version > newest(engine):
        raise BackupUnusable("backup.newer-tables", version=version)
    return version
