"""Runs ``python -m bot`` against the stand-in: ``python -m tests.wire.bot_process``.

The shipped command line and clients run as they are, with ``run`` when no other
command is given. What differs is the connector they are given, which finds
discord.com and gateway.discord.gg on loopback, trusts the stand-in's certificate
and refuses every other host; the clock, which is a file that a test moves; how
often it looks for what is due; and, when asked for, the moment at which it dies.
"""

import argparse
import signal
import socket
import ssl
import sys
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import discord
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.cli import live, permissions, rights
from bot.cli import main as command_line
from bot.client import StoryClient, create_client
from bot.config import Settings
from tests.wire.clock import Clock
from tests.wire.dying import die_at

DISCORD = frozenset({"discord.com", "gateway.discord.gg"})
REFUSED = "The bot asked for another host: "

# Discord sends a bot's servers within moments; discord.py waits this long for another one.
_SECONDS_FOR_ANOTHER_SERVER = 0.1


class _OnlyTheStandIn(AbstractResolver):
    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in DISCORD:
            sys.stderr.write(f"{REFUSED}{host}\n")
            raise OSError(f"there is no {host} in this test")
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


def _connector(port: int, certificate: Path) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        resolver=_OnlyTheStandIn(port),
        ssl=ssl.create_default_context(cafile=str(certificate)),
        limit=0,
    )


def main() -> None:
    """Run the bot, or what it was told, until it ends by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True, help="where the stand-in listens")
    parser.add_argument("--certificate", type=Path, required=True, help="what it is trusted by")
    parser.add_argument("--clock", type=Path, help="a file it reads the time from")
    parser.add_argument("--look", type=float, help="seconds between two looks at what is due")
    parser.add_argument("--seed", type=int, help="decides random picks")
    parser.add_argument("--dies-at", type=int, help="the step of its writing at which it dies")
    parser.add_argument("--stops-at", type=int, help="the step at which it stops, until SIGCONT")
    parser.add_argument("command", nargs="*", default=["run"], help="of ``python -m bot``")
    told = parser.parse_args()
    clock = Clock(told.clock) if told.clock else None

    def create(settings: Settings, **more: Any) -> StoryClient:
        client = create_client(
            settings,
            connector=_connector(told.port, told.certificate),
            now=clock,
            rng=Random(told.seed),
            **more,
        )
        client._connection.guild_ready_timeout = _SECONDS_FOR_ANOTHER_SERVER
        if told.look:
            client._send_due.change_interval(seconds=told.look)
        if told.dies_at:
            die_at(client.house.library, told.dies_at)
        if told.stops_at:
            die_at(client.house.library, told.stops_at, signal.SIGSTOP)
        return client

    def create_editor() -> discord.Client:
        return create_idle(connector=_connector(told.port, told.certificate))

    def create_onlooker(settings: Settings) -> discord.AutoShardedClient:
        client = create_looking(settings, connector=_connector(told.port, told.certificate))
        client._connection.guild_ready_timeout = _SECONDS_FOR_ANOTHER_SERVER
        return client

    create_idle, rights.create_client = rights.create_client, create_editor
    create_looking, permissions.create_client = permissions.create_client, create_onlooker
    live.create_client = create
    command_line(told.command)


if __name__ == "__main__":
    main()
