"""One client of the bench of memory, as a process: ``python -m bench.memory_client KIND``.

``bare`` is discord.py alone, set up as Fireside sets it up; ``imports`` is the
same after importing all that Fireside imports; ``fireside`` is Fireside. Each
talks to the Discord at ``--port`` of loopback and nobody else, and writes
``Ready as`` once every server has arrived.
"""

import argparse
import asyncio
import os
import signal
import socket
import ssl
import sys
from importlib import import_module
from typing import Any

import aiohttp
import discord
from aiohttp.abc import AbstractResolver, ResolveResult
from discord import app_commands

BARE, IMPORTS, FIRESIDE = "bare", "imports", "fireside"
# How long discord.py waits for another server before it is ready, the same for all kinds.
_SECONDS_FOR_ANOTHER_SERVER = 1.0


class _Loopback(AbstractResolver):
    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
        ]

    async def close(self) -> None:
        pass


def _connector(port: int, certificate: str) -> aiohttp.TCPConnector:
    context = ssl.create_default_context(cafile=certificate)
    return aiohttp.TCPConnector(resolver=_Loopback(port), ssl=context, limit=0)


class _Bare(discord.AutoShardedClient):
    def __init__(self, connector: aiohttp.BaseConnector) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            connector=connector,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.tree = app_commands.CommandTree(self)
        self.is_told = False

    async def on_ready(self) -> None:
        if not self.is_told:
            self.is_told = True
            sys.stdout.write(f"Ready as {self.user} in {len(self.guilds)} servers.\n")
            sys.stdout.flush()


async def _run_bare(port: int, certificate: str) -> None:
    async with _Bare(_connector(port, certificate)) as client:
        client._connection.guild_ready_timeout = _SECONDS_FOR_ANOTHER_SERVER
        running = asyncio.ensure_future(client.start(os.environ["DISCORD_TOKEN"]))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            return


def _run_fireside(port: int, certificate: str) -> None:
    from bot.cli import live, main
    from bot.client import StoryClient, create_client
    from bot.config import Settings

    def create(settings: Settings, **more: Any) -> StoryClient:
        client = create_client(settings, connector=_connector(port, certificate), **more)
        client._connection.guild_ready_timeout = _SECONDS_FOR_ANOTHER_SERVER
        return client

    live.create_client = create
    main(["run"])


def main() -> None:
    """Run one kind of client until it is asked to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=(BARE, IMPORTS, FIRESIDE))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", required=True)
    told = parser.parse_args()
    if told.kind == FIRESIDE:
        _run_fireside(told.port, told.certificate)
        return
    if told.kind == IMPORTS:
        import_module("bot.cli")
        import_module("bot.library.sqlite")  # imported when the library is opened
    asyncio.run(_run_bare(told.port, told.certificate))


if __name__ == "__main__":
    main()
