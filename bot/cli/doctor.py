"""What is well with this installation, what is not, and the one thing to do about each.

Needs no token and no network unless it is to ask Discord, too, and ends with
status 1 when something must be mended. A library that is not there yet is not
made; an older one is brought up to date, as a start of the bot would.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import click

from bot.cli.permissions import ask
from bot.cli.schedules import OVER, PAUSED, UNREADABLE, reason_of, told_of
from bot.cli.wiring import read_environment, run_to_end
from bot.config import Settings
from bot.daily import PAUSED_BY_HAND
from bot.errors import ConfigurationError, FiresideError
from bot.library import library_at
from bot.library.base import Filter, Library
from bot.story import Audience, Rating
from bot.texts import explain, say

FEWEST_ZONES = 400  # the zone data has about 600; fewer is a slim image's leftover


class Kind(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    NOTE = "note"  # works, but worth knowing
    MEND = "mend"  # must be mended


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``text`` says what to do where something is to be done."""

    kind: Kind
    text: str


@click.command()
@click.option(
    "--discord",
    "asks_discord",
    is_flag=True,
    help="Try every permission that a daily story needs, without posting anything.",
)
def doctor(asks_discord: bool) -> None:
    """Look for what keeps the bot from working, and say what to do about it."""
    run_to_end(_doctor(asks_discord))


async def _doctor(asks_discord: bool) -> int:
    is_well = True
    now = datetime.now(UTC)
    async for finding in findings(read_environment(), now=now, asks_discord=asks_discord):
        click.echo(f"{finding.kind:4}  {finding.text}")
        is_well &= finding.kind is not Kind.MEND
    click.echo(say("doctor.well") if is_well else say("doctor.not-well"))
    return 0 if is_well else 1


async def findings(
    environment: dict[str, str], *, now: datetime, asks_discord: bool = False
) -> AsyncGenerator[Finding]:
    """Look at everything in turn, the first thing to mend first."""
    try:
        settings = Settings.from_mapping(environment)
    except ConfigurationError as error:
        yield Finding(Kind.MEND, explain(error))
        return
    yield Finding(Kind.GOOD, say("doctor.settings"))
    for finding in (*_token(settings), *_zones(), await asyncio.to_thread(_stories, settings)):
        yield finding
    unwritable = await asyncio.to_thread(_unwritable, settings)
    if unwritable is not None:
        yield unwritable
        return
    if asks_discord and not settings.discord_token:
        yield Finding(Kind.MEND, say("cli.no-token"))
        return
    async for finding in _library(settings, now, asks_discord):
        yield finding


def _token(settings: Settings) -> Iterator[Finding]:
    if settings.discord_token:
        yield Finding(Kind.GOOD, say("doctor.token"))
        if not settings.operator_contact:
            yield Finding(Kind.MEND, say("doctor.no-contact"))
    else:
        yield Finding(Kind.NOTE, say("doctor.no-token"))


def _zones() -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Berlin")
    except (ZoneInfoNotFoundError, OSError):
        yield Finding(Kind.MEND, say("doctor.no-zones"))
        return
    count = len(available_timezones())
    if count < FEWEST_ZONES:
        yield Finding(Kind.MEND, say("doctor.few-zones", count=count))
        return
    try:
        package = version("tzdata")
    except PackageNotFoundError:
        package = "-"
    yield Finding(Kind.GOOD, say("doctor.zones", count=count, package=package))


def _stories(settings: Settings) -> Finding:
    folder = settings.stories_dir
    if not folder.is_dir():
        return Finding(Kind.MEND, say("doctor.no-stories-folder", folder=str(folder)))
    if not os.access(folder, os.R_OK | os.X_OK):
        return Finding(Kind.MEND, say("doctor.stories-unreadable", folder=str(folder)))
    if not any(folder.iterdir()):
        return Finding(Kind.MEND, say("doctor.stories-empty", folder=str(folder)))
    return Finding(Kind.GOOD, say("doctor.stories-folder", folder=str(folder)))


def _unwritable(settings: Settings) -> Finding | None:
    """Give what stands in the way of writing the library; None when nothing does."""
    scheme, _, path = settings.database_url.partition(":///")
    if scheme != "sqlite":
        return None
    folder = there = Path(path).resolve().parent
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    return Finding(Kind.MEND, say("doctor.data-unwritable", folder=str(folder), user=str(_user())))


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


async def _library(
    settings: Settings, now: datetime, asks_discord: bool
) -> AsyncGenerator[Finding]:
    scheme, _, path = settings.database_url.partition(":///")
    if scheme == "sqlite" and not await asyncio.to_thread(Path(path).exists):
        yield Finding(Kind.NOTE, say("doctor.no-library"))
        return
    library = library_at(settings.database_url)
    try:
        await library.open()
    except FiresideError as error:
        yield Finding(Kind.MEND, explain(error))
        return
    try:
        everyone = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)
        count = await library.count(Filter(), everyone)
        key = "doctor.library" if count.visible else "doctor.library-empty"
        kind = Kind.GOOD if count.visible else Kind.NOTE
        yield Finding(kind, say(key, count=count.visible))
        async for finding in _daily_stories(library, settings, now):
            yield finding
        if asks_discord:
            async for finding in _permissions(library, settings, now):
                yield finding
    finally:
        await library.close()


async def _daily_stories(
    library: Library, settings: Settings, now: datetime
) -> AsyncGenerator[Finding]:
    running = 0
    for stored in await library.every_schedule():
        state = told_of(stored)["state"]
        where = say("doctor.direct") if stored.channel is None else str(stored.channel)
        if state == UNREADABLE:
            yield Finding(Kind.MEND, say("doctor.unreadable", daily=stored.id, where=where))
        elif state == PAUSED and stored.paused not in PAUSED_BY_HAND:
            why = reason_of(stored)
            yield Finding(Kind.MEND, say("doctor.paused", daily=stored.id, where=where, why=why))
        elif state in (OVER, PAUSED) or stored.next_due is None:
            continue
        elif now - stored.next_due > settings.catch_up:
            due = f"{stored.next_due:%Y-%m-%d %H:%M} UTC"
            yield Finding(Kind.MEND, say("doctor.late", daily=stored.id, where=where, due=due))
        else:
            running += 1
    yield Finding(Kind.GOOD, say("doctor.daily", count=running))


async def _permissions(
    library: Library, settings: Settings, now: datetime
) -> AsyncGenerator[Finding]:
    good = 0
    async for asked in ask(settings, library, now):
        where = say("doctor.place", server=str(asked.server), channel=str(asked.channel))
        if asked.broken or asked.lacking:
            key = "doctor.broken" if asked.broken else "doctor.lacking"
            why = asked.broken or asked.lacking
            yield Finding(Kind.MEND, say(key, daily=asked.daily, where=where, why=why))
        else:
            good += 1
    yield Finding(Kind.GOOD, say("doctor.tried", count=good))
