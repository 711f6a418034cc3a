"""What people said about stories, what is decided, and taking a story down."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import aiohttp
import click
import discord

from bot.cli.wiring import read_settings, run_to_end, with_library
from bot.config import Settings
from bot.library.base import Library, StoredReport
from bot.replies import NETWORK_ERRORS
from bot.rights import Rights
from bot.texts import say

_MOST = 500  # reports listed in one call


def _now() -> datetime:
    return datetime.now(UTC)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per report.")
@click.option("--decided", is_flag=True, help="Those that were decided instead of those that wait.")
def reports(as_json: bool, decided: bool) -> None:
    """List what people said about stories: "I wrote this", and reports."""

    async def work(library: Library) -> int:
        found = await library.reports(_MOST, are_open=not decided)
        for report in found:
            click.echo(_as_json(report) if as_json else _as_line(report))
        if not found and not as_json:
            click.echo(say("cli.no-reports"), err=True)
        return 0

    run_to_end(with_library(read_settings(), work))


def _as_json(report: StoredReport) -> str:
    told = asdict(report) | {"at": report.at.isoformat()}
    return json.dumps(told, ensure_ascii=False)


def _as_line(report: StoredReport) -> str:
    kind = say(f"rights.kind-{report.kind}")
    words = f": {report.words}" if report.words else ""
    day = f"{report.at:%Y-%m-%d}"
    return f"{report.id}  {day}  {kind}  story {report.story}, “{report.title}”{words}"


@click.command()
@click.argument("report", type=int)
@click.argument("decision", type=click.Choice(["uphold", "dismiss"]), metavar="DECISION")
def decide(report: int, decision: str) -> None:
    """Close a report: DECISION is uphold or dismiss.

    A claim that is dismissed shows the story whole again.
    """

    async def work(library: Library) -> int:
        rights = Rights(library, now=_now)
        told = await (rights.uphold if decision == "uphold" else rights.dismiss)(report)
        key = "cli.upheld-wrote" if told.kind == "wrote" else "cli.upheld"
        said = say(key if decision == "uphold" else "cli.dismissed", story=str(told.story))
        click.echo(said)
        return 0

    run_to_end(with_library(read_settings(), work))


@click.command()
@click.argument("story", type=int, required=False)
@click.option("--list", "as_list", is_flag=True, help="List what was taken down.")
@click.option("--lift", type=int, metavar="NUMBER", help="Let a story be taken in again.")
def takedown(story: int | None, as_list: bool, lift: int | None) -> None:
    """Remove a story for good, edit the messages that hold it, and block it."""
    if (story is not None) + as_list + (lift is not None) != 1:
        raise click.UsageError(say("cli.takedown-usage"))
    settings = read_settings()

    async def work(library: Library) -> int:
        if as_list:
            for each in await library.takedowns():
                click.echo(f"{each.id}  {each.at:%Y-%m-%d}  “{each.title}”  {each.source}".rstrip())
            return 0
        if lift is not None:
            done = await library.lift_takedown(lift)
            key = "cli.lifted" if done else "cli.no-takedown"
            click.echo(say(key, number=str(lift)), err=not done)
            return 0 if done else 1
        assert story is not None
        return await _take_down(library, settings, story)

    run_to_end(with_library(settings, work))


async def _take_down(library: Library, settings: Settings, story: int) -> int:
    taken = await Rights(library, now=_now).take_down(story)
    click.echo(say("cli.taken-down", title=taken.title, number=str(taken.id)))
    messages = await library.posted(story)
    if not messages:
        return 0
    left, edited = [*messages], 0
    try:
        if settings.discord_token:
            edited = await _edit(settings, left)
        else:
            click.echo(say("cli.takedown-no-token"), err=True)
    finally:  # the story is gone already: nobody can ask for this list again
        click.echo(say("cli.takedown-edited", count=edited))
        for channel, message in left:
            told = say("cli.takedown-left", channel=str(channel), message=str(message))
            click.echo(told, err=True)
    return 1 if left else 0


def create_client(connector: aiohttp.BaseConnector | None = None) -> discord.Client:
    """Make a client that edits messages and hears of nothing.

    Args:
        connector: Used for everything that goes to Discord; made inside the running loop.
    """
    return discord.Client(
        intents=discord.Intents.none(),
        allowed_mentions=discord.AllowedMentions.none(),
        connector=connector,
    )


async def _edit(settings: Settings, left: list[tuple[int, int]]) -> int:
    """Put one sentence in the place of each message's text; gives how many were edited.

    What was edited, or was deleted already, is taken out of ``left``.
    """
    edited = 0
    async with create_client() as client:
        await client.login(settings.discord_token)
        for channel, message in [*left]:
            place = client.get_partial_messageable(channel).get_partial_message(message)
            try:
                await place.edit(content=say("rights.removed"), view=None)
                edited += 1
            except discord.NotFound:
                pass  # deleted already
            except (discord.HTTPException, *NETWORK_ERRORS):
                continue
            left.remove((channel, message))
    return edited
