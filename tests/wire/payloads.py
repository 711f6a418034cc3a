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

SLASH, COMPONENT, AUTOCOMPLETE, FORM_FILLED = 2, 3, 4, 5  # types of interactions
TEXT_FIELD = 4  # a type of component
MEMBER_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 16 | 1 << 31  # see, send, history, use commands
MANAGE_SERVER = 1 << 5
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


def shard_of(server: int, count: int) -> int:
    """Give the shard that hears of a server."""
    return (server >> 22) % count


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


def direct_channel(member: int) -> int:
    """Give the id of a member's direct messages with the bot: always the same."""
    return member + (1 << 40)


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
    """Write READY for one shard: its servers come as unavailable, then one by one."""
    return {
        "v": 10,
        "session_id": session,
        "resume_gateway_url": "wss://gateway.discord.gg",
        "user": user(APPLICATION, "Fireside", bot=True),
        "application": {"id": str(APPLICATION), "flags": 0},
        "guilds": [{"id": str(each.id), "unavailable": True} for each in servers],
        "shard": shard,
    }


def channel(told: Channel, *, permissions: int | None = None) -> Json:
    """Write a text channel; ``permissions`` are what the bot may do there, when it differs."""
    overwrites: list[Json] = []
    if permissions is not None:
        allow, deny = permissions & ~BOT_PERMISSIONS, BOT_PERMISSIONS & ~permissions
        everyone: Json = {"id": str(told.server), "type": 0}
        overwrites.append(everyone | {"allow": str(allow), "deny": str(deny)})
    return {
        "id": str(told.id),
        "guild_id": str(told.server),
        "name": told.name,
        "type": 0,
        "position": 0,
        "permission_overwrites": overwrites,
        "nsfw": told.nsfw,
        "parent_id": None,
    }


def guild_create(told: Server, channels: list[Json], threads: list[Json]) -> Json:
    """Write a server as GUILD_CREATE brings it, with the bot as its only known member."""
    everyone: Json = {"id": str(told.id), "name": "@everyone", "permissions": str(BOT_PERMISSIONS)}
    bot_member: Json = {"user": user(APPLICATION, "Fireside", bot=True), "roles": [], "flags": 0}
    empty = ("emojis", "stickers", "presences", "voice_states", "features")
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
        "channels": channels,
        **{key: [] for key in empty},
        "threads": threads,
    }


def message(
    ident: int,
    where: int,
    body: Json,
    *,
    at: datetime | None = None,
    by: int = APPLICATION,
    nonce: str | None = None,
    answers: Json | None = None,
) -> Json:
    """Write a message, made from the body it was posted with.

    ``answers`` says which interaction it is an answer to.
    """
    told: Json = {
        "id": str(ident),
        "channel_id": str(where),
        "author": user(by, "Fireside", bot=True) if by == APPLICATION else user(by, "reader"),
        # Discord takes white space off both ends.
        "content": (body.get("content") or "").strip(),
        "timestamp": (at or datetime.now(UTC)).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "type": 0,
        "flags": body.get("flags") or 0,
        "components": body.get("components") or [],
        **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds")},
    }
    if nonce is not None:
        told["nonce"] = nonce
    if answers is not None:
        told["interaction_metadata"] = answers
    return told


def interaction(
    ident: int,
    token: str,
    kind: int,
    where: Channel,
    data: Json,
    pressed: Json | None = None,
    *,
    by: int = READER,
) -> Json:
    """Write an interaction of a member in a server; ``pressed`` is the message of a button."""
    member: Json = {
        "user": user(by, "reader"),
        "roles": [],
        "flags": 0,
        "permissions": str(MEMBER_PERMISSIONS | (MANAGE_SERVER if by == OWNER else 0)),
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


def direct_interaction(told: Json, where: int) -> Json:
    """Make an interaction of a server one of the member's direct messages with the bot."""
    person: Json = told["member"]["user"]
    left_out = ("guild_id", "guild", "guild_locale", "member")
    return {key: value for key, value in told.items() if key not in left_out} | {
        "user": person,
        "channel_id": str(where),
        "channel": {"id": str(where), "type": 1, "recipients": [person]},
        "context": 1,
        "authorizing_integration_owners": {"0": "0"},
    }


def filled_form(form: Json, values: dict[str, str | list[str]]) -> Json:
    """Write what a member sends who filled ``form`` (the body of its callback).

    ``values`` are by custom_id; a text field without one is left empty, a
    select without one as it is.
    """
    return {
        "custom_id": form["data"]["custom_id"],
        "components": [_filled(each, values) for each in form["data"]["components"]],
    }


def _filled(component: Json, values: dict[str, str | list[str]]) -> Json:
    told: Json = {"type": component["type"], "id": component.get("id", 0)}
    if "component" in component:  # a label
        return told | {"component": _filled(component["component"], values)}
    if "components" in component:  # a row
        return told | {"components": [_filled(each, values) for each in component["components"]]}
    if "custom_id" not in component:
        return told
    ident = component["custom_id"]
    told["custom_id"] = ident
    if component["type"] == TEXT_FIELD:
        return told | {"value": values.get(ident, component.get("value", ""))}
    given = values.get(ident, [])
    return told | {"values": [given] if isinstance(given, str) else given}


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
