"""The channels of the stand-in: what stands in them, who may do what there, and their routes.

Messages of everybody are kept in order, answers to commands among them. A
channel can be taken away, closed to the bot, or be a thread that is archived
or locked; direct messages are opened by their first use.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from tests.wire import payloads
from tests.wire.answers import (
    EMPTY_MESSAGE,
    HAS_A_THREAD,
    MESSAGES_CLOSED,
    NO_ACCESS,
    NO_PERMISSION,
    THREAD_LOCKED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refused,
    answer,
)
from tests.wire.payloads import BOT_PERMISSIONS, Channel, Json, Server

VIEW, SEND, HISTORY = 1 << 10, 1 << 11, 1 << 16  # permissions
CREATE_THREADS, SEND_IN_THREADS = 1 << 35, 1 << 38
# "the past few minutes" in which a nonce is known (resources/message of the documentation).
NONCES_KNOWN = timedelta(minutes=3)
_HISTORY_LIMIT = 100


@dataclass
class Thread:
    """A thread of a channel; ``id`` is its starter message's."""

    id: int
    parent: Channel
    name: str
    is_archived: bool = False
    is_locked: bool = False


@dataclass
class Channels:
    """Everything that was written anywhere.

    Args:
        servers: Gives the servers the bot is in.
        now: Gives the moment that messages and nonces are dated with.
        emit: Sends an event of a server to the bot: server, name, payload.
    """

    servers: Callable[[], list[Server]]
    now: Callable[[], datetime]
    emit: Callable[[int, str, Json], Awaitable[None]]
    messages: dict[int, list[Json]] = field(default_factory=dict[int, list[Json]])
    threads: dict[int, Thread] = field(default_factory=dict[int, Thread])
    members: dict[int, int] = field(default_factory=dict[int, int])  # by direct channel
    closed: set[int] = field(default_factory=set[int])  # members who take no messages
    nonces_known: timedelta = NONCES_KNOWN
    _known: dict[int, Channel] = field(default_factory=dict[int, Channel])
    _removed: set[int] = field(default_factory=set[int])
    _permissions: dict[int, int] = field(default_factory=dict[int, int])
    _nonces: dict[tuple[int, str], Json] = field(default_factory=dict[tuple[int, str], Json])
    _hidden: set[str] = field(default_factory=set[str])

    # What tests do

    async def permit(self, where: Channel, permissions: int) -> None:
        """Give the bot exactly these permissions in a channel, and tell it."""
        self._permissions[where.id] = permissions
        told = payloads.channel(where, permissions=permissions)
        await self.emit(where.server, "CHANNEL_UPDATE", told)

    async def remove(self, where: Channel) -> None:
        """Delete a channel with all its threads, and tell the bot."""
        self._removed.add(where.id)
        self._removed |= {each.id for each in self.threads.values() if each.parent == where}
        await self.emit(where.server, "CHANNEL_DELETE", payloads.channel(where))

    async def open_thread(self, parent: Channel, name: str, ident: int = 0) -> Thread:
        """Open a thread, and tell the bot."""
        made = Thread(ident or self.new_id(), parent, name)
        self.threads[made.id] = made
        await self.emit(parent.server, "THREAD_CREATE", self._thread(made))
        return made

    async def change_thread(self, told: Thread) -> None:
        """Tell the bot that a thread was archived or locked, or is open again."""
        await self.emit(told.parent.server, "THREAD_UPDATE", self._thread(told))

    def say(self, where: int, content: str, *, by: int = payloads.READER) -> Json:
        """Let a member write something."""
        said = payloads.message(self.new_id(), where, {"content": content}, at=self.now(), by=by)
        return self.keep(said)

    def forget_nonces(self) -> None:
        """Forget what was posted with which nonce, as Discord does after a few minutes."""
        self._nonces.clear()

    def hide_from_history(self, where: Channel) -> None:
        """Leave what was posted so far out of the history, as if it came too late for it."""
        self._hidden |= {each["id"] for each in self.messages.get(where.id, [])}

    # What the stand-in asks

    def new_id(self) -> int:
        """Give the id of something that is made now."""
        return payloads.snowflake(self.now())

    def keep(self, message: Json) -> Json:
        """Put a message into its channel."""
        self.messages.setdefault(int(message["channel_id"]), []).append(message)
        return message

    def forget(self, message: Json) -> None:
        """Take a message out of its channel, when it stands there."""
        told = self.messages.get(int(message["channel_id"]), [])
        if message in told:
            told.remove(message)

    def active_threads(self, server: int) -> list[Json]:
        """Write the threads of a server that are not archived."""
        told = [each for each in self.threads.values() if each.parent.server == server]
        return [self._thread(each) for each in told if not each.is_archived]

    def permissions(self, where: Channel) -> int:
        """Give what the bot may do in a channel."""
        return self._permissions.get(where.id, BOT_PERMISSIONS)

    def described(self, where: Channel) -> Json:
        """Write a channel as it is now."""
        return payloads.channel(where, permissions=self._permissions.get(where.id))

    def is_there(self, where: Channel) -> bool:
        """Tell whether a channel was not deleted."""
        return where.id not in self._removed

    # The routes

    def routes(self) -> list[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]]]:
        """List the method, path and handler of each."""
        one, message = "/channels/{channel}", "/channels/{channel}/messages/{message}"
        return [
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", one, self._look_up),
            ("PATCH", one, self._change),
            ("POST", f"{one}/messages", self._post),
            ("GET", f"{one}/messages", self._history),
            ("GET", message, self._message),
            ("PATCH", message, self._edit),
            ("DELETE", message, self._delete),
            ("POST", f"{message}/threads", self._start_thread),
        ]

    async def _open_direct(self, request: web.Request) -> web.Response:
        member = int((await request.json())["recipient_id"])
        ident = payloads.direct_channel(member)
        self.members[ident] = member
        recipient = payloads.user(member, "reader")
        return answer({"id": str(ident), "type": 1, "recipients": [recipient]})

    async def _look_up(self, request: web.Request) -> web.Response:
        place = self._place(request)
        if isinstance(place, Channel):
            return answer(self.described(place))
        if isinstance(place, Thread):
            return answer(self._thread(place))
        recipient = payloads.user(self.members[place], "reader")
        return answer({"id": str(place), "type": 1, "recipients": [recipient]})

    async def _change(self, request: web.Request) -> web.Response:
        place, told = self._place(request), await request.json()
        if not isinstance(place, Thread):
            raise Refused(*NO_PERMISSION)
        place.is_archived = told.get("archived", place.is_archived)
        place.is_locked = told.get("locked", place.is_locked)
        await self.change_thread(place)
        return answer(self._thread(place))

    async def _post(self, request: web.Request) -> web.Response:
        place, body = self._place(request, SEND), await request.json()
        if not (body.get("content") or "").strip() and not body.get("embeds"):
            raise Refused(*EMPTY_MESSAGE)
        where = int(request.match_info["channel"])
        nonce = str(body["nonce"]) if body.get("nonce") and body.get("enforce_nonce") else None
        if nonce is not None:
            known = self._nonces.get((where, nonce))
            if known is not None and self._age(known) < self.nonces_known:
                return answer(known)
        posted = payloads.message(
            self.new_id(), where, body, at=self.now(), nonce=body.get("nonce")
        )
        self.keep(posted)
        if nonce is not None:
            self._nonces[where, nonce] = posted
        if isinstance(place, Thread) and place.is_archived:  # a message opens it again
            place.is_archived = False
            await self.change_thread(place)
        return answer(posted)

    def _age(self, message: Json) -> timedelta:
        return self.now() - datetime.fromisoformat(message["timestamp"])

    async def _history(self, request: web.Request) -> web.Response:
        place, asked = self._place(request), request.query
        limit = min(int(asked.get("limit", 50)), _HISTORY_LIMIT)
        told = [
            each
            for each in self.messages.get(int(request.match_info["channel"]), [])
            if each["id"] not in self._hidden
        ]
        parent = place.parent if isinstance(place, Thread) else place
        if isinstance(parent, Channel) and not self.permissions(parent) & HISTORY:
            told = []  # not an error: Discord gives nothing to who may not read the history
        if "after" in asked:
            chosen = [each for each in told if int(each["id"]) > int(asked["after"])][:limit]
        elif "before" in asked:
            chosen = [each for each in told if int(each["id"]) < int(asked["before"])][-limit:]
        else:
            chosen = told[-limit:]
        return answer(chosen[::-1])  # the newest first, whatever was asked for

    async def _message(self, request: web.Request) -> web.Response:
        return answer(self._found(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message, body = self._found(request), await request.json()
        message |= {key: body[key] for key in ("content", "components") if key in body}
        return answer(message)

    async def _delete(self, request: web.Request) -> web.Response:
        self.messages[int(request.match_info["channel"])].remove(self._found(request))
        return web.Response(status=204)

    async def _start_thread(self, request: web.Request) -> web.Response:
        parent, body = self._place(request, CREATE_THREADS), await request.json()
        starter = int(self._found(request)["id"])
        if starter in self.threads:
            raise Refused(*HAS_A_THREAD)
        if not isinstance(parent, Channel):
            raise Refused(*NO_PERMISSION)
        return answer(self._thread(await self.open_thread(parent, body["name"], starter)), 201)

    def _found(self, request: web.Request) -> Json:
        self._place(request)
        where = int(request.match_info["channel"])
        for message in self.messages.get(where, []):
            if message["id"] == request.match_info["message"]:
                return message
        raise Refused(*UNKNOWN_MESSAGE)

    def _place(self, request: web.Request, needed: int = 0) -> Channel | Thread | int:
        """Give the place a request speaks of: a channel, a thread, or the id of a direct one.

        Raises:
            Refused: There is none, or the bot may not do there what it asks.
        """
        where = int(request.match_info["channel"])
        if where in self.members:
            if needed and self.members[where] in self.closed:
                raise Refused(*MESSAGES_CLOSED)
            return where
        place = self.threads.get(where) or self._channel(where)
        if place is None or where in self._removed:
            raise Refused(*UNKNOWN_CHANNEL)
        thread, channel = (place, place.parent) if isinstance(place, Thread) else (None, place)
        permissions = self.permissions(channel)
        if not permissions & VIEW:
            raise Refused(*NO_ACCESS)
        if thread is not None and needed == SEND:
            needed = SEND_IN_THREADS
            if thread.is_locked:
                raise Refused(*THREAD_LOCKED)
        if needed & ~permissions:
            raise Refused(*NO_PERMISSION)
        return place

    def _channel(self, ident: int) -> Channel | None:
        if ident not in self._known:
            self._known = {each.id: each for told in self.servers() for each in told.channels}
        return self._known.get(ident)

    def _thread(self, told: Thread) -> Json:
        return {
            "id": str(told.id),
            "type": 11,
            "guild_id": str(told.parent.server),
            "parent_id": str(told.parent.id),
            "owner_id": str(payloads.APPLICATION),
            "name": told.name,
            "message_count": 0,
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": told.is_archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": self.now().isoformat(),
                "locked": told.is_locked,
            },
        }
