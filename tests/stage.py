"""A small Discord to play on: the real client, real SQLite, simcord in Discord's place.

``async with stage(settings) as s`` gives one server with a general and an
age-restricted channel, an admin and two members. People type and press as
they would; tests assert what is visible.
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
import simcord

from bot.client import StoryClient, create_client
from bot.config import Settings
from bot.preview import mark_age_restricted

USER_STORIES = Path(__file__).resolve().parents[2] / "shared" / "seeds"
DISCORD_API = Path(__file__).resolve().parents[2] / "shared" / "discord-api"
SEEDS = Path(__file__).resolve().parents[1] / "seeds"

SETTLING = 30  # seconds the bot may take on a busy machine; simcord's own are 5

needs_user_stories = pytest.mark.skipif(
    not USER_STORIES.is_dir(), reason="the five example stories are not beside this checkout"
)


def settings_for(tmp_path: Path, stories: Path = SEEDS, **more: str) -> Settings:
    """Give settings with a library of its own below ``tmp_path``."""
    return Settings.from_mapping(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'library.db'}",
            "STORIES_DIR": str(stories),
            "STORY_PAUSE_SECONDS": "0",  # one clock stands still while somebody types much
            **more,
        }
    )


@dataclass
class Stage:
    """What stands on the stage."""

    env: simcord.Env
    settings: Settings
    clients: list[StoryClient]
    guild: Any
    general: Any
    adult: Any
    ada: Any  # may manage the server
    ben: Any
    cid: Any
    clock: "Clock"
    seed: int = 1
    expected: list[type[BaseException]] = field(default_factory=list)  # errors a test provokes

    @property
    def client(self) -> StoryClient:
        return self.clients[-1]

    async def restart(self) -> None:
        """Stop the bot and start a new one on the same library."""
        old = self.client
        self.clients.append(_client(self.settings, self.clock, self.seed))
        await self.env.restart_bot(self.client)
        await old.close()
        mark_age_restricted(self.client, self.guild.id, self.adult.id)

    def texts(self, result: Any) -> list[str]:
        """Give the contents of every message an interaction brought, in order."""
        return [message.content for message in messages(result)]


class Clock:
    """A moment that moves only when a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def _client(settings: Settings, clock: Clock, seed: int) -> StoryClient:
    return create_client(settings, now=clock, rng=Random(seed))


@asynccontextmanager
async def stage(
    settings: Settings, clock: Clock, seed: int = 1, *, locale: str = "en-US"
) -> AsyncGenerator[Stage]:
    """Set the stage, with a server whose language is that of ``locale``, and clear it away."""
    client = _client(settings, clock, seed)
    clients = [client]
    # Not simcord.run: a fixture is left in another context than it was entered in.
    env = simcord.Env(client, shard_count=1, settle_timeout=SETTLING)
    try:
        await env.start()
        try:
            guild = env.create_guild("Reading Room", preferred_locale=locale)
            general = guild.create_text_channel("general")
            adult = guild.create_text_channel("after-dark")
            await env.settle()
            mark_age_restricted(client, guild.id, adult.id)
            admins = guild.create_role(
                "Admins", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
            )
            ada = guild.add_member(env.create_user("ada"), roles=[admins])
            ben = guild.add_member(env.create_user("ben"))
            cid = guild.add_member(env.create_user("cid"))
            await env.settle()
            ready = Stage(env, settings, clients, guild, general, adult, ada, ben, cid, clock, seed)
            yield ready
        finally:
            await env.shutdown()
        _raise_unexpected(env, ready.expected)
    finally:
        for each in clients:
            await each.close()


def _raise_unexpected(env: simcord.Env, expected: list[type[BaseException]]) -> None:
    """Fail the test for every error that left a command's body and was not provoked.

    Expected refusals are sentences by then: the page of `try` shows what leaves a
    command as a fault, and jams.
    """
    errors = [e for e in env.errors if not isinstance(getattr(e, "original", e), tuple(expected))]
    if errors:
        raise BaseExceptionGroup("the bot raised errors", errors)


def let_all_speak(client: StoryClient, locale: str) -> None:
    """Have everybody's Discord set to ``locale``, which simcord itself does not know.

    The client is handed what Discord would send, so it stays the shipped client.
    """
    parsers = client._connection.parsers
    parse = parsers["INTERACTION_CREATE"]
    parsers["INTERACTION_CREATE"] = lambda payload: parse({**payload, "locale": locale})


def messages(result: Any) -> list[Any]:
    """Give every message an interaction brought, in order."""
    first = result.response
    return [*([first] if first is not None else []), *result.followups]


async def past_cover(result: Any, who: Any) -> Any:
    """Press Read where a story opened as a cover; gives what then brought its text."""
    shown = messages(result)[-1]
    return await who.click(shown, label="Read") if "Read" in labels(shown) else result


def is_private(result: Any) -> bool:
    """Tell whether everything an interaction brought is seen by one person only."""
    told = messages(result)
    assert told, "the interaction was not answered"
    return all(message.ephemeral for message in told)


def labels(message: Any) -> list[str]:
    """Give the words on the buttons of a message."""
    return [item.get("label", "") for item in items(message)]


def options(message: Any) -> list[str]:
    """Give the labels of the options of the selects of a message."""
    return [option["label"] for item in items(message) for option in item.get("options", [])]


def option_value(message: Any, label: str) -> str:
    """Give the value of the option called ``label``."""
    return next(
        option["value"]
        for item in items(message)
        for option in item.get("options", [])
        if option["label"] == label
    )


def select_id(message: Any) -> str:
    """Give the custom_id of the only select of a message."""
    (found,) = [item["custom_id"] for item in items(message) if item.get("options")]
    return found


def items(message: Any) -> list[dict[str, Any]]:
    """Give the buttons and selects of a message as Discord has them."""
    components = json.loads(json.dumps(message.components, default=lambda c: c.to_dict()))
    return [item for row in components for item in row["components"]]


def plain(markdown: str) -> str:
    """Take the escapes and marks of Discord Markdown away, white space too."""
    bare = re.sub(r"\\([^\w\s])", r"\1", markdown)
    return "".join(bare.replace("\u2068", "").replace("\u2069", "").split())
