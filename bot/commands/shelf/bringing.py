"""Files and texts from Discord to where the readers find them, and away again."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import discord

from bot.catalogue.submissions import named
from bot.catalogue.submitted import Brought
from bot.commands.shelf.forms import AS_THE_FILE, FILE_LIMIT, NOBODY, WANT_NOTE
from bot.errors import ImportFailed, ShelfError
from bot.replies import NETWORK_ERRORS
from bot.story import Permission

_MEGABYTE = 1_000_000


@asynccontextmanager
async def fetched(
    files: Sequence[discord.Attachment], facts: Mapping[str, object]
) -> AsyncGenerator[list[Brought]]:
    """Fetch ``files`` for a moment, one after the other; ``facts`` are said of each.

    Raises:
        ImportFailed: One is too large, or Discord does not give it.
    """
    with TemporaryDirectory(prefix="fireside-") as folder:
        brought: list[Brought] = []
        for number, (file, name) in enumerate(
            zip(files, named([file.filename for file in files]), strict=True)
        ):
            if file.size > FILE_LIMIT * _MEGABYTE * 1.05:  # Discord counts in mebibytes
                raise ImportFailed("shelf.too-big", file=name, limit=FILE_LIMIT)
            try:
                data = await file.read()
            except (discord.HTTPException, *NETWORK_ERRORS) as error:
                raise ImportFailed("shelf.not-fetched", file=name) from error
            # Under a name of our own: theirs could be anything. Its ending tells JSON lines.
            path = Path(folder) / f"{number}{_ending(name)}"
            await asyncio.to_thread(path.write_bytes, data)
            brought.append(Brought(path, name, dict(facts)))
        yield brought


@asynccontextmanager
async def written(text: str, facts: Mapping[str, object]) -> AsyncGenerator[Brought]:
    """Put a text that was typed where a file would be, for a moment."""
    with TemporaryDirectory(prefix="fireside-") as folder:
        path = Path(folder) / "text.txt"
        await asyncio.to_thread(path.write_bytes, text.encode("utf-8", "replace"))
        yield Brought(path, path.name, dict(facts))


def permission_facts(permission: str, note: str) -> dict[str, object]:
    """Give what a form says of who lets us show the stories, as facts beside a file.

    Raises:
        ShelfError: It says that somebody agreed, or that there is a licence, but not more.
    """
    if permission == AS_THE_FILE:
        return {}
    if permission == NOBODY:
        return {"permission": Permission.LINK_ONLY.value}
    if Permission(permission) in WANT_NOTE and not note.strip():
        raise ShelfError("shelf.note-missing")
    return {"permission": permission, "permission note": note.strip()}


def _ending(name: str) -> str:
    ending = PurePosixPath(name).suffix
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 12 else ""
