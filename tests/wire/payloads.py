"""What Discord sends, as JSON: every key that discord.py or Fireside reads.

Keys that discord.py cannot bear as null are left out instead. Permissions
stand in every interaction: without them each permission check would fail.
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

APPLICATION = 1_200_000_000_000_000_001  # the bot's user has the same id
OWNER = 1_200_000_000_000_000_002
READER = 1_200_000_000_000_000_003

SLASH, COMPONENT, AUTOCOMPLETE = 2, 3, 4  # types of interactions
MEMBER_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 16 | 1 << 31  # see, send, history, use commands
BOT_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 16 | 1 << 38  # what the invite link asks for

_EPOCH = 1_420_070_400_000  # milliseconds at which Discord's ids begin
_counter = itertools.count()


@dataclass(frozen=True)
class Channel:
    """A text channel of a server."""

    id: int
    server: int
    name: str
    nsfw: bool = False


@dataclass(frozen=True)
class Server:
    """A server that has invited the bot."""

    id: int
    name: str
    channels: tuple[Channel, ...]


def server(ident: int, name: str, *channels: str) -> Server:
    """Make a server with ordinary ``channels``."""
    made = (Channel(ident + number, ident, each) for number, each in enumerate(channels, 1))
    return Server(ident, name, tuple(made))


def snowflake(at: datetime | None = None) -> int:
    """Make a new id: when it was made stands in it."""
    moment = at or datetime.now(UTC)
    return (int(moment.timestamp() * 1000) - _EPOCH) << 22 | next(_counter) & 0x3FFFFF


def user(ident: int, name: str, *, bot: bool = False) -> Json:
    """Write a person, or the bot."""
    told: Json = {"id": str(ident), "username": name, "discriminator": "0", "avatar": None}
    return {**told, "global_name": None, "public_flags": 0, "bot": bot}


def application() -> Json:
    """Write the application as GET /oauth2/applications/@me gives it."""
    return {
        "id": str(APPLICATION),
        "name": "Fireside",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(OWNER, "owner"),
        "verify_key": "0" * 64,
        "flags": 0,
    }


def ready(session: str, servers: list[Server], shard: list[int]) -> Json:
    """Write READY: servers come as unavailable, then one by one."""
    return {
        "v": 10,
        "session_id": session,
        "resume_gateway_url": "wss://gateway.discord.gg",
        "user": user(APPLICATION, "Fireside", bot=True),
        "application": {"id": str(APPLICATION), "flags": 0},
        "guilds": [{"id": str(each.id), "unavailable": True} for each in servers],
        "shard": shard,
    }


def channel(told: Channel) -> Json:
    """Write a text channel."""
    return {
        "id": str(told.id),
        "guild_id": str(told.server),
        "name": told.name,
        "type": 0,
        "position": 0,
        "permission_overwrites": [],
        "nsfw": told.nsfw,
        "parent_id": None,
    }


def guild_create(told: Server) -> Json:
    """Write a server as GUILD_CREATE brings it, with the bot as its only known member."""
    everyone: Json = {"id": str(told.id), "name": "@everyone", "permissions": str(BOT_PERMISSIONS)}
    bot_member: Json = {"user": user(APPLICATION, "Fireside", bot=True), "roles": [], "flags": 0}
    empty = ("emojis", "stickers", "threads", "presences", "voice_states", "features")
    return {
        "id": str(told.id),
        "name": told.name,
        "owner_id": str(OWNER),
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "member_count": 2,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "roles": [everyone | {"position": 0, "color": 0, "hoist": False, "managed": False}],
        "members": [bot_member | {"joined_at": "2026-01-01T00:00:00+00:00"}],
        "channels": [channel(each) for each in told.channels],
        **{key: [] for key in empty},
    }


def message(ident: int, where: int, body: Json, *, nonce: str | None = None) -> Json:
    """Write a message of the bot, made from the body it was posted with."""
    told: Json = {
        "id": str(ident),
        "channel_id": str(where),
        "author": user(APPLICATION, "Fireside", bot=True),
        # Discord takes white space off both ends.
        "content": (body.get("content") or "").strip(),
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        "flags": body.get("flags") or 0,
        "components": body.get("components") or [],
        **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds")},
    }
    return told if nonce is None else told | {"nonce": nonce}


def interaction(
    ident: int, token: str, kind: int, where: Channel, data: Json, pressed: Json | None = None
) -> Json:
    """Write an interaction of a member in a server; ``pressed`` is the message of a button."""
    member: Json = {
        "user": user(READER, "reader"),
        "roles": [],
        "flags": 0,
        "permissions": str(MEMBER_PERMISSIONS),
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
    }
    told: Json = {
        "id": str(ident),
        "application_id": str(APPLICATION),
        "type": kind,
        "token": token,
        "version": 1,
        "attachment_size_limit": 10_485_760,
        "data": data,
        "guild_id": str(where.server),
        "guild": {"id": str(where.server), "locale": "en-US", "features": []},
        "channel_id": str(where.id),
        "channel": channel(where),
        "member": member,
        "app_permissions": str(BOT_PERMISSIONS),
        "locale": "en-US",
        "guild_locale": "en-US",
        "context": 0,
        "authorizing_integration_owners": {"0": str(where.server)},
        "entitlements": [],
    }
    return told if pressed is None else told | {"message": pressed}


def command_options(command: str, options: dict[str, str], typing: str = "") -> Json:
    """Write what was typed after ``command``; ``typing`` is the option still being typed."""
    name, *below = command.split()
    told: list[Json] = [
        {"name": key, "type": 3, "value": value} | ({"focused": True} if key == typing else {})
        for key, value in options.items()
    ]
    for each in reversed(below):
        told = [{"name": each, "type": 1, "options": told}]
    return {"id": str(snowflake()), "name": name, "type": 1, "options": told}
