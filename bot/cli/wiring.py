"""What every command shares: settings, the library, a progress bar, and how failures end.

Every expected failure ends in one sentence on standard error and exit status
1; wrong usage in click's own words and status 2.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import click
import discord
from dotenv import dotenv_values
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from bot.catalogue import Progress as TellProgress
from bot.config import Settings
from bot.errors import ConfigurationError, FiresideError
from bot.library import library_at
from bot.library.base import Library
from bot.texts import explain, say

BAD_TOKEN = 4004  # the gateway's code for a token that is no longer good


def read_settings() -> Settings:
    """Read the settings, or end with the sentence that says which one is wrong."""
    try:
        return Settings.from_mapping(read_environment())
    except ConfigurationError as error:
        stop(explain(error))


def read_environment() -> dict[str, str]:
    """Read ``.env`` of the working folder under the environment, which wins."""
    try:
        filed = {key: value for key, value in dotenv_values(".env").items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        stop(say("cli.env-unreadable", why=str(error)))
    return {**filed, **os.environ}


def stop(sentence: str) -> NoReturn:
    """Say why on standard error and end with status 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def run_to_end(work: Coroutine[Any, Any, int | None]) -> None:
    """Run ``work`` to its end; an expected failure becomes one sentence and status 1."""
    try:
        sys.exit(asyncio.run(work) or 0)
    except KeyboardInterrupt:
        sys.exit(130)
    except FiresideError as error:
        stop(explain(error))
    except discord.LoginFailure:
        stop(say("cli.token-rejected"))
    except discord.Forbidden as error:
        stop(say("cli.forbidden", why=error.text or str(error.code)))
    except discord.PrivilegedIntentsRequired:
        stop(say("cli.intents"))
    except discord.ConnectionClosed as error:
        key = "cli.token-rejected" if error.code == BAD_TOKEN else "cli.gateway-closed"
        stop(say(key, code=str(error.code)))
    except discord.HTTPException as error:
        stop(say("cli.discord-refused", status=str(error.status), why=error.text))
    except (discord.GatewayNotFound, aiohttp.ClientError, TimeoutError):
        stop(say("cli.no-network"))


@contextmanager
def progress_bar(doing: str) -> Generator[Callable[[int, int], None] | None]:
    """Give something to tell of (done, all): a bar on a terminal, else nothing."""
    with _bar(doing) as update:
        yield update and (lambda done, total: update(done, total, ""))


@contextmanager
def reading_bar() -> Generator[TellProgress | None]:
    """Give something to tell of stories that are read: a bar with their rate and the time left."""
    begun = time.monotonic()

    def rate(stories: int) -> str:
        per_second = stories / max(time.monotonic() - begun, 0.01)
        return say("cli.rate", count=stories, rate=round(per_second))

    with _bar(say("cli.reading")) as update:
        yield update and (lambda stories, done, total: update(done, total, rate(stories)))


@contextmanager
def _bar(doing: str) -> Generator[Callable[[int, int, str], None] | None]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    bar = Progress(
        TextColumn(doing),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=None, rate="")

    def tell(done: int, total: int, rate: str) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total, rate=rate)
        if done >= total:
            bar.stop()

    try:
        yield tell
    finally:
        bar.stop()


def is_new_file(settings: Settings) -> bool:
    """Tell whether the library would be a file that is not there yet."""
    scheme, _, path = settings.database_url.partition(":///")
    return scheme == "sqlite" and not Path(path).exists()


async def with_library(
    settings: Settings, work: Callable[[Library], Coroutine[Any, Any, int]]
) -> int:
    """Do ``work`` with the open library; gives its exit status."""
    library = library_at(settings.database_url)
    await library.open()
    try:
        return await work(library)
    finally:
        await library.close()
