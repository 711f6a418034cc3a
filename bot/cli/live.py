"""Going live, and the page that needs no Discord."""

import asyncio
import os
import signal
import sys
import webbrowser
from contextlib import suppress

import click

from bot.cli.wiring import read_settings, reading_bar, run_to_end, stop
from bot.client import StoryClient, create_client, invite_link
from bot.config import Settings
from bot.observe import start_logging
from bot.texts import say


@click.command()
def run() -> None:
    """Go live on Discord; without a token, open the local page."""
    settings = read_settings()
    if settings.discord_token and not settings.operator_contact:
        stop(say("cli.no-contact"))
    if settings.discord_token:
        run_to_end(_go_live(settings))
    elif sys.stdout.isatty():
        click.echo(say("cli.no-token-banner"))
        _try(settings, restricted=False, port=None)
    else:
        stop(say("cli.no-token"))


@click.command("try")
@click.option("--restricted", is_flag=True, help="In an age-restricted channel.")
@click.option("--port", type=click.IntRange(1, 65535), help="Serve the page at this port.")
def try_(restricted: bool, port: int | None) -> None:
    """Try the bot in a page on this machine; no token, no Discord."""
    _try(read_settings(), restricted=restricted, port=port)


async def _go_live(settings: Settings) -> None:
    start_logging(settings.log_level, settings.log_format)
    with reading_bar() as progress:
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
        stop(say("cli.no-try"))
    start_logging("warning", settings.log_format)

    def tell(address: str) -> None:
        click.echo(say("cli.try-open"))
        click.echo(address)
        click.echo(say("cli.try-stop"))
        sys.stdout.flush()
        if _has_desktop():
            webbrowser.open(address)

    async def serve() -> None:
        with reading_bar() as progress:
            serving = asyncio.ensure_future(
                preview.serve(
                    settings, restricted=restricted, port=port, tell=tell, progress=progress
                )
            )
            _cancel_on_signals(serving)
            with suppress(asyncio.CancelledError):
                await serving

    try:
        run_to_end(serve())
    except preview.PortTaken:
        stop(say("cli.port-taken", port=str(port)))


def _has_desktop() -> bool:
    if not sys.stdout.isatty():
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("darwin", "win32") or bool(shown)
