"""The two clients of the bench of answers: Fireside, and a bare command that says the same.

Both are logged in and hear the gateway's payloads from us.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
from discord import app_commands

from bot.client import create_client
from bot.config import Settings
from tests.wire import payloads

GUILD = payloads.server(1_300_000_000_000_000_000, "Bench", "general")
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcDe.not-a-real-token-not-a-real-token"

_ids = itertools.count(2_000_000_000_000_000_000)


@dataclass
class Client:
    """A client that is logged in and hears the gateway's payloads from us."""

    client: discord.Client
    ended: dict[str, float] = field(default_factory=dict[str, float])
    bodies: list[bytes] = field(default_factory=list[bytes])
    is_keeping: bool = False

    def feed(self, make: Callable[[int], dict[str, Any]]) -> str:
        """Hand one interaction in as the gateway would; gives its id."""
        ident = next(_ids)
        self.client._connection.parse_interaction_create(cast("Any", make(ident)))
        return str(ident)

    async def settle(self) -> None:
        """Wait until everything that was begun has ended, what comes after the reply included."""
        own = asyncio.current_task()
        while busy := [task for task in asyncio.all_tasks() if task is not own and _is_work(task)]:
            await asyncio.wait(busy)

    async def answer(self, make: Callable[[int], dict[str, Any]], count: int, at_once: int) -> None:
        """Have ``count`` interactions answered, ``at_once`` of them together."""
        for first in range(0, count, at_once):
            for _ in range(min(at_once, count - first)):
                self.feed(make)
            await self.settle()
        await self.write_down()

    async def write_down(self) -> None:
        """Have written what would be within a second, so that it counts here."""
        house = getattr(self.client, "house", None)
        if house is not None:
            await house.library.write_down()


def _is_work(task: "asyncio.Task[Any]") -> bool:
    name = getattr(task.get_coro(), "__qualname__", "")
    return not name.startswith(("Loop._loop", "main", "_measure"))


def _traced(kept: Client) -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()

    async def ended(_: object, __: SimpleNamespace, told: aiohttp.TraceRequestEndParams) -> None:
        parts = told.url.path.split("/")
        if parts[-1] == "callback":
            kept.ended[parts[-3]] = time.perf_counter()

    async def sent(
        _: object, __: SimpleNamespace, told: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        if kept.is_keeping:
            kept.bodies.append(told.chunk)

    trace.on_request_end.append(ended)
    trace.on_request_chunk_sent.append(sent)
    return trace


async def _ready(client: discord.Client) -> Client:
    kept = Client(client)
    client.http.http_trace = _traced(kept)
    await client.login(TOKEN)
    state = cast("Any", client._connection)
    state.application_id = payloads.APPLICATION
    told = payloads.guild_create(GUILD, [payloads.channel(each) for each in GUILD.channels], [])
    state._add_guild_from_data(told)
    return kept


@asynccontextmanager
async def fireside(folder: Path) -> AsyncGenerator[Client]:
    """Open Fireside in ``folder``, on the stories that lie there."""
    settings = Settings.from_mapping(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'library.db'}",
            "STORIES_DIR": str(folder / "stories"),
            "STORY_PAUSE_SECONDS": "0",
        }
    )
    client = create_client(settings, rng=Random(1))
    try:
        kept = await _ready(client)
        await kept.settle()
        yield kept
    finally:
        await client.close()


@asynccontextmanager
async def bare(command: str, data: dict[str, Any]) -> AsyncGenerator[Client]:
    """Make a client whose one command says what Fireside said, and nothing else."""
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        max_messages=None,
        shard_count=1,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    tree = app_commands.CommandTree(client)

    async def say(interaction: discord.Interaction) -> None:
        send = interaction.response.send_message
        await send(data["content"], view=_view(data), ephemeral=bool(data.get("flags")))

    if command:

        @tree.command(name=command, description="Say it")
        async def answered(
            interaction: discord.Interaction, character: str | None = None, words: str | None = None
        ) -> None:
            await say(interaction)

        @answered.autocomplete("character")
        async def choices(
            interaction: discord.Interaction, typed: str
        ) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=c["name"], value=c["value"]) for c in data["choices"]]

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content=data["content"], view=_view(data))

    try:
        yield await _ready(client)
    finally:
        await client.close()


def _view(data: dict[str, Any]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(data.get("components", ())):
        for item in row["components"]:
            view.add_item(_item(item, number))
    view.stop()
    return view


def _item(told: dict[str, Any], row: int) -> discord.ui.Item[discord.ui.View]:
    if told["type"] == 2:
        return discord.ui.Button(
            label=told["label"],
            custom_id=told["custom_id"],
            style=discord.ButtonStyle(told["style"]),
            row=row,
        )
    options = [
        discord.SelectOption(
            label=each["label"], value=each["value"], description=each.get("description")
        )
        for each in told["options"]
    ]
    return discord.ui.Select(
        custom_id=told["custom_id"],
        placeholder=told.get("placeholder"),
        options=options,
        row=row,
    )
