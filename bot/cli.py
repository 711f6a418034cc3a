"""The command line: reads argv and the environment, wires the parts, prints.

Every expected failure ends in one sentence on standard error and exit status
1; wrong usage in click's own words and status 2.
"""

import asyncio
import json
import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import click
import discord
from dotenv import dotenv_values
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot import __version__
from bot.catalogue import Catalogue, FileReport
from bot.catalogue import Progress as TellProgress
from bot.catalogue.reports import report_of
from bot.client import StoryClient, create_client, invite_link
from bot.config import Settings
from bot.errors import ConfigurationError, FiresideError
from bot.library import library_at
from bot.library.base import Library
from bot.observe import start_logging
from bot.story import BlockKind, Chapter, Story
from bot.texts import explain, say

BAD_TOKEN = 4004  # the gateway's code for a token that is no longer good


@click.group()
@click.version_option(__version__, prog_name="fireside")
def main() -> None:
    """Fireside: a Discord bot that tells stories."""


@main.command()
def run() -> None:
    """Go live on Discord; without a token, open the local page."""
    settings = _settings()
    if settings.discord_token:
        _run(_go_live(settings))
    elif sys.stdout.isatty():
        click.echo(say("cli.no-token-banner"))
        _try(settings, restricted=False, port=None)
    else:
        _stop(say("cli.no-token"))


@main.command("try")
@click.option("--restricted", is_flag=True, help="In an age-restricted channel.")
@click.option("--port", type=click.IntRange(1, 65535), help="Serve the page at this port.")
def try_(restricted: bool, port: int | None) -> None:
    """Try the bot in a page on this machine; no token, no Discord."""
    _try(_settings(), restricted=restricted, port=port)


@main.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and judge everything, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per story.")
@click.option("--remove-missing", is_flag=True, help="Also hide the stories whose files are gone.")
def import_(paths: tuple[Path, ...], dry_run: bool, as_json: bool, remove_missing: bool) -> None:
    """Read story files and folders onto the operator's shelf."""
    settings = _settings()
    start_logging("warning", settings.log_format)
    _run(_import(settings, paths, dry_run, as_json, remove_missing))


@main.command()
@click.argument("story", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON.")
def show(story: int, as_json: bool) -> None:
    """Show a story by its number."""
    _run(_show(_settings(), story, as_json))


def _settings() -> Settings:
    """Read ``.env`` of the working folder under the environment, which wins."""
    try:
        filed = {key: value for key, value in dotenv_values(".env").items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        _stop(say("cli.env-unreadable", why=str(error)))
    try:
        return Settings.from_mapping({**filed, **os.environ})
    except ConfigurationError as error:
        _stop(explain(error))


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run ``work`` to its end; an expected failure becomes one sentence and status 1."""
    try:
        sys.exit(asyncio.run(work) or 0)
    except KeyboardInterrupt:
        sys.exit(130)
    except FiresideError as error:
        _stop(explain(error))
    except discord.LoginFailure:
        _stop(say("cli.token-rejected"))
    except discord.Forbidden as error:
        _stop(say("cli.forbidden", why=error.text or str(error.code)))
    except discord.PrivilegedIntentsRequired:
        _stop(say("cli.intents"))
    except discord.ConnectionClosed as error:
        key = "cli.token-rejected" if error.code == BAD_TOKEN else "cli.gateway-closed"
        _stop(say(key, code=str(error.code)))
    except discord.HTTPException as error:
        _stop(say("cli.discord-refused", status=str(error.status), why=error.text))
    except (discord.GatewayNotFound, aiohttp.ClientError, TimeoutError):
        _stop(say("cli.no-network"))


async def _go_live(settings: Settings) -> None:
    start_logging(settings.log_level, settings.log_format)
    with _progress() as progress:
        client = create_client(settings, progress=progress)
        live = asyncio.ensure_future(_live(client, settings.discord_token))
        _cancel_on_signals(live)
        try:
            with suppress(asyncio.CancelledError):
                await live
        finally:
            await client.close()


async def _live(client: StoryClient, token: str) -> None:
    await client.login(token)
    click.echo(say("cli.invite", link=invite_link(client)))
    await client.connect()


def _cancel_on_signals(work: asyncio.Future[None]) -> None:
    """End ``work`` on SIGTERM and Ctrl-C; Windows knows only KeyboardInterrupt."""
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)


def _try(settings: Settings, *, restricted: bool, port: int | None) -> None:
    try:
        from bot import preview
    except ModuleNotFoundError:
        _stop(say("cli.no-try"))
    start_logging("warning", settings.log_format)

    def tell(address: str) -> None:
        click.echo(say("cli.try-open"))
        click.echo(address)
        click.echo(say("cli.try-stop"))
        sys.stdout.flush()
        if _has_desktop():
            webbrowser.open(address)

    async def serve() -> None:
        with _progress() as progress:
            serving = asyncio.ensure_future(
                preview.serve(
                    settings, restricted=restricted, port=port, tell=tell, progress=progress
                )
            )
            _cancel_on_signals(serving)
            with suppress(asyncio.CancelledError):
                await serving

    try:
        _run(serve())
    except preview.PortTaken:
        _stop(say("cli.port-taken", port=str(port)))


def _has_desktop() -> bool:
    if not sys.stdout.isatty():
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("darwin", "win32") or bool(shown)


@contextmanager
def _progress() -> Generator[TellProgress | None]:
    """Give something to tell of progress: a bar on a terminal, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    bar = Progress(
        TextColumn(say("cli.reading")),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=None)

    def tell(done: int, total: int) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    try:
        yield tell
    finally:
        bar.stop()


async def _with_library(
    settings: Settings, work: Callable[[Library], Coroutine[Any, Any, int]]
) -> int:
    library = library_at(settings.database_url)
    await library.open()
    try:
        return await work(library)
    finally:
        await library.close()


async def _import(
    settings: Settings,
    paths: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
    remove_missing: bool,
) -> int:
    def tell(report: FileReport) -> None:
        if as_json:
            click.echo(json.dumps(report.told, ensure_ascii=False))
        elif report.outcome != "unchanged":
            click.echo(_import_line(report))

    async def work(library: Library) -> int:
        catalogue = Catalogue(library, settings, now=lambda: datetime.now(UTC))
        with _progress() as progress:
            report = await catalogue.import_paths(
                paths, tell, dry_run=dry_run, remove_missing=remove_missing, progress=progress
            )
        click.echo(report.line(), err=as_json)
        return 1 if report.counts.get("refused") else 0

    return await _with_library(settings, work)


def _import_line(report: FileReport) -> str:
    told = report.told
    if report.outcome == "refused":
        return f"{told['path']}: {say('cli.refused', reason=told['reason'])}"
    line = say(
        "cli.import-line",
        path=told["path"],
        outcome=report.outcome,
        title=told["title"],
        words=told["words"],
        rating=told["rating"],
        origin=told["rating_origin"],
    )
    return "\n".join([line, *(f"    {message}" for message in told["messages"])])


async def _show(settings: Settings, story: int, as_json: bool) -> int:
    async def work(library: Library) -> int:
        found = await library.whole_story(story)
        if found is None:
            _stop(say("cli.no-story", story=str(story)))
        if as_json:
            click.echo(json.dumps(_whole_record(story, found), ensure_ascii=False, indent=2))
        else:
            click.echo(_readable(found))
        return 0

    return await _with_library(settings, work)


def _whole_record(ident: int, story: Story) -> dict[str, Any]:
    told = report_of("", "unchanged", story=ident, record=story).told
    del told["path"], told["record"], told["outcome"]
    return told | {
        "chapter_titles": [chapter.title for chapter in story.chapters],
        "text": [_paragraphs(chapter) for chapter in story.chapters],
    }


def _paragraphs(chapter: Chapter) -> list[str]:
    return [
        chapter.text[block.start : block.end].strip() or "* * *"
        for block in chapter.blocks
        if block.kind is not BlockKind.NOTE
    ]


def _readable(story: Story) -> str:
    lines = [story.title, ", ".join(story.authors) or say("credit.author-unknown"), ""]
    for chapter in story.chapters:
        if chapter.title:
            lines += [chapter.title, ""]
        lines += [f"{paragraph}\n" for paragraph in _paragraphs(chapter)]
    return "\n".join(lines)
