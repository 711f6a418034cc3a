"""The Discord client: intents, the command tree, the loops, and errors to replies.

Everything is ready before Discord hears of us: the library is open, the shelf
is in step with its folder, commands are synced. Only then does the gateway
connect, so the first interaction already finds stories.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from math import nan
from random import Random
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import discord
from discord import app_commands
from discord.ext import tasks
from discord.http import INTERNAL_API_VERSION, Route

from bot.catalogue import SMALL_CHANGE, Progress
from bot.commands import HANDLERS, declare
from bot.commands.daily import offer_first_daily
from bot.commands.shelf import tell_decisions
from bot.commands.translations import CatalogueTranslator
from bot.config import Settings
from bot.controls import Press, parse_custom_id
from bot.delivery import Deliveries
from bot.delivery.pace import Pace
from bot.errors import FiresideError, LibraryUnreachable, StoryNotFound
from bot.house import House, build_house
from bot.library import library_at
from bot.observe import ObservingServer
from bot.replies import fail, is_blocked, was_told
from bot.retention import forget_what_is_old
from bot.texts import say

LOOK_FOR_DUE = 20  # seconds between two looks at what is due
HEALTH_SECONDS = 2  # a library that answers later is not well
LOOK_AGAIN = 5  # minutes between two looks at the stories folder
CLOSING = 3  # seconds that answers under way have when we stop: Discord takes none later
_COMMANDS_NOTE = "commands"

# What daily stories and pages need in a channel; the invite link asks for these.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
)

_FROM_CUSTOM_ID = (discord.InteractionType.component, discord.InteractionType.modal_submit)

_log = logging.getLogger(__name__)


class _Tree(app_commands.CommandTree["StoryClient"]):
    """The command tree, closed in servers that the operator blocked."""

    async def interaction_check(self, interaction: Press, /) -> bool:
        """Tell whether a command may be used where it was typed, and say so where not."""
        self.client.note_answer()
        return not await is_blocked(interaction, self.client.house)


class StoryClient(discord.AutoShardedClient):
    """Fireside on Discord. Made by `create_client`."""

    def __init__(
        self,
        house: House,
        *,
        connector: aiohttp.BaseConnector | None,
        progress: Progress | None,
    ) -> None:
        settings = house.settings
        # No voice is used: nobody needs to hear that its libraries are missing.
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        if settings.discord_api_url:
            # Where discord.py builds every address from; its own setting knows only versions.
            Route.BASE = rest_base(settings.discord_api_url)
        super().__init__(
            intents=discord.Intents(guilds=True),
            connector=connector,
            shard_count=settings.shard_count,
            shard_ids=cast("list[int]", list(settings.shard_ids) or None),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=Pace(_share(settings)).trace(),
        )
        self.house = house
        self.tree = _Tree(self)
        declare(self.tree, house)
        self.tree.error(self._on_command_error)
        self._progress = progress
        self._was_started = False
        self._answering: set[asyncio.Task[Any]] = set()
        self._stories = nan
        self._deliveries = Deliveries(self, house)
        self._observing = ObservingServer(house.watch, self._complaints, self._count_stories)
        self._declare_figures()
        self._look_again = tasks.loop(minutes=LOOK_AGAIN)(self._sync_shelf)
        self._send_due = tasks.loop(seconds=LOOK_FOR_DUE)(self._send_due_once)

    async def login(self, token: str) -> None:
        """Log in; from here on there is something to close."""
        self._was_started = True
        await super().login(token)

    async def setup_hook(self) -> None:
        """Open the library, bring the shelf in step, sync commands when they changed."""
        self._was_started = True
        if self.house.settings.metrics_port is not None:
            await self._observing.open(
                self.house.settings.metrics_host, self.house.settings.metrics_port
            )
        await self.house.library.open()
        changed, is_empty = await self.house.catalogue.changes()
        if is_empty or changed <= SMALL_CHANGE:
            await self._sync_shelf()
        await self._sync_commands()
        # The loop's first turn comes at once; what was put off starts there.
        self._look_again.start()

    async def close(self) -> None:
        """Stop the loops, end what is under way, leave Discord, close the library."""
        await self._observing.close()
        self._look_again.cancel()
        self._send_due.cancel()
        await asyncio.gather(self._deliveries.close(), self._end_answers())
        try:
            if self._was_started:  # before, discord.py has nothing to close, and fails
                await super().close()
        finally:
            await self.house.library.close()

    def note_answer(self) -> None:
        """Note that the running task answers somebody, so that it may end before we leave."""
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _end_answers(self) -> None:
        """Let what is being answered reach its readers, what comes behind an answer included."""
        if not self._answering:
            return
        _log.info("Ending what is being answered: %d.", len(self._answering))
        try:
            async with asyncio.timeout(CLOSING):
                while self._answering:
                    await asyncio.wait(self._answering)
        except TimeoutError:
            for task in self._answering:
                task.cancel()

    async def on_ready(self) -> None:
        """Say that we are there; comes again after every new session."""
        _log.info("Ready as %s in %d servers.", self.user, len(self.guilds))
        if not self._send_due.is_running():
            self._send_due.start()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that we left a server: what is kept of it goes in a while."""
        await self.house.library.note_left(guild.id, self.house.now())

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what is known of a server that has us back."""
        await self.house.library.note_joined(guild.id)

    async def on_interaction(self, interaction: Press) -> None:
        """Answer presses of buttons and selects, and filled forms, from their custom_id alone."""
        if interaction.type not in _FROM_CUSTOM_ID:
            return
        data = cast("dict[str, Any]", interaction.data)
        parsed = parse_custom_id(str(data.get("custom_id", "")))
        if parsed is None:
            return
        self.note_answer()
        verb, values = parsed
        with self.house.watch.interaction(verb if verb in HANDLERS else "unknown") as seen:
            try:
                if await is_blocked(interaction, self.house):
                    seen.outcome = "refused"
                    return
                if verb not in HANDLERS:
                    raise StoryNotFound("error.old-button")
                await HANDLERS[verb](interaction, self.house, values)
            except Exception as error:  # the boundary: every failure becomes an answer
                seen.outcome = "refused" if isinstance(error, FiresideError) else "failed"
                await fail(interaction, self.house, error)

    async def _on_command_error(
        self, interaction: Press, error: app_commands.AppCommandError
    ) -> None:
        if was_told(interaction):
            return
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await fail(interaction, self.house, cause)

    async def on_app_command_completion(self, interaction: Press, _: object) -> None:
        """Say what else there is to say: an offer of a daily story, decided suggestions."""
        self.note_answer()
        for tell in (offer_first_daily, tell_decisions):
            try:
                await tell(interaction, self.house)
            except Exception:  # the command itself was answered
                _log.exception("What comes behind an answer could not be told.")

    def _declare_figures(self) -> None:
        watch = self.house.watch
        watch.gauge("fireside_servers", "Servers the bot is in.", lambda: len(self.guilds))
        watch.gauge(
            "fireside_gateway_up", "1 while every shard is connected.", lambda: self._is_connected()
        )
        watch.gauge(
            "fireside_gateway_latency_seconds",
            "The slowest shard's time between a heartbeat and its answer.",
            lambda: max((latency for _, latency in self.latencies), default=nan),
        )
        watch.gauge(
            "fireside_stories",
            "Stories on all shelves, hidden ones not counted.",
            lambda: self._stories,
        )

    def _is_connected(self) -> bool:
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    async def _complaints(self) -> list[str]:
        """Say what is wrong right now, for ``/healthz``."""
        told: list[str] = []
        if not self._is_connected():
            told.append(say("health.gateway"))
        elif not self._send_due.is_running():
            told.append(say("health.deliveries"))
        try:
            await asyncio.wait_for(self.house.library.note(_COMMANDS_NOTE), HEALTH_SECONDS)
        except (FiresideError, TimeoutError, OSError) as error:
            told.append(say("health.library", why=str(error) or type(error).__name__))
        return told

    async def _count_stories(self) -> None:
        """Ask how many stories there are: other processes add some as well."""
        try:
            size = self.house.library.size()
            self._stories = await asyncio.wait_for(size, HEALTH_SECONDS)
        except (FiresideError, TimeoutError, OSError):
            self._stories = nan  # `/healthz` says why

    async def _send_due_once(self) -> None:
        try:
            await self._deliveries.send_due()
        except LibraryUnreachable as error:  # logged when it began, and when it is over
            _log.debug("What is due could not be looked up: %s", error)
        except Exception:  # an exception would end the loop for good
            _log.exception("What is due could not be looked up; trying again in a moment.")

    async def _sync_shelf(self) -> None:
        try:
            report = await self.house.catalogue.sync(progress=self._progress)
            await forget_what_is_old(self.house)
        except LibraryUnreachable as error:
            _log.warning("The stories folder could not be read: %s; trying again later.", error)
            return
        except Exception:  # an exception would end the loop for good
            _log.exception("The stories folder could not be read; trying again later.")
            return
        if not report.is_quiet:
            self.house.reading.forget_spellings()
            _log.info("Stories: %s", report.line())
        for refused in report.refused:
            _log.warning("%s: %s", refused.told["path"], refused.told["reason"])

    async def _sync_commands(self) -> None:
        """Tell Discord our commands, but only when their declaration changed.

        There are 200 changes a day; syncing at every start can use them up.
        """
        translator = CatalogueTranslator()
        await self.tree.set_translator(translator)
        declared = [
            await command.get_translated_payload(self.tree, translator)
            for command in self.tree.get_commands()
        ]
        told = json.dumps([self.application_id, declared], sort_keys=True, default=str)
        digest = hashlib.sha256(told.encode()).hexdigest()
        if await self.house.library.note(_COMMANDS_NOTE) == digest:
            return
        await self.tree.sync()
        await self.house.library.write_note(_COMMANDS_NOTE, digest)
        _log.info("Told Discord about %d commands.", len(declared))


def create_client(
    settings: Settings,
    *,
    connector: aiohttp.BaseConnector | None = None,
    now: Callable[[], datetime] | None = None,
    rng: Random | None = None,
    progress: Progress | None = None,
) -> StoryClient:
    """Make the client, ready but not logged in; it opens its library when it starts.

    Args:
        settings: What the operator decided.
        connector: Used for everything that goes to Discord; made inside the running loop.
        now: Gives the aware moment; the machine's clock by default.
        rng: Decides random picks; seeded by the machine by default.
        progress: Told of (files done, files to do) while stories are read.

    Raises:
        ConfigurationError: ``settings.database_url`` names no engine we have.
    """
    house = build_house(
        settings,
        library_at(settings.database_url),
        now=now or (lambda: datetime.now(UTC)),
        rng=rng or Random(),
    )
    return StoryClient(house, connector=connector, progress=progress)


def rest_base(proxy: str) -> str:
    """Give where Discord's REST paths begin at a proxy; it may name the version itself."""
    bare = proxy.rstrip("/")
    return bare if "/api" in urlsplit(bare).path else f"{bare}/api/v{INTERNAL_API_VERSION}"


def _share(settings: Settings) -> float:
    """Give this process's part of the bot's shards."""
    return len(settings.shard_ids) / (settings.shard_count or 1) if settings.shard_ids else 1.0


def invite_link(client: discord.Client) -> str:
    """Give the link that invites the bot with exactly the permissions it needs."""
    assert client.application_id is not None
    return discord.utils.oauth_url(
        client.application_id,
        permissions=PERMISSIONS,
        scopes=("bot", "applications.commands"),
    )
