"""The gateway of the stand-in: sessions that outlive their sockets, and can be resumed.

An event is numbered and kept in its session before it is sent, so what happens
while the socket is gone is replayed at RESUME, as Discord does.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.wire import payloads
from tests.wire.payloads import Json, Server, shard_of
from tests.wire.waiting import Changes

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6  # op codes
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
AUTHENTICATION_FAILED = 4004  # a close code

_HEARTBEAT_INTERVAL = 41_250  # milliseconds, as Discord says it


class _Socket:
    """One connection; what is sent through it is one zlib stream when the client asked so."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        # Without autoclose the close code stays the client's, who does not wait for a goodbye.
        self.response = web.WebSocketResponse(autoclose=False)
        asked = request.query.get("compress")
        self._stream = zlib.compressobj() if asked == "zlib-stream" else None

    async def send(self, op: int, data: object, *, name: str = "", number: int = 0) -> None:
        told: Json = {"op": op, "d": data}
        if op == DISPATCH:
            told |= {"t": name, "s": number}
        text = json.dumps(told)
        try:
            if self._stream is None:
                await self.response.send_str(text)
            else:
                packed = self._stream.compress(text.encode())
                await self.response.send_bytes(packed + self._stream.flush(zlib.Z_SYNC_FLUSH))
        except ConnectionError:  # it broke meanwhile: the event waits for RESUME
            return

    def abort(self) -> None:
        """Break the connection, without a goodbye."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass
class Session:
    """What one IDENTIFY began; ``events`` are numbered from 1."""

    id: str
    identify: Json
    events: list[tuple[str, Json]] = field(default_factory=list)
    socket: _Socket | None = None
    resumes: int = 0
    closed: list[int | None] = field(default_factory=list)  # close codes of its sockets

    async def emit(self, name: str, data: Json) -> None:
        """Send an event, or keep it until the session is resumed."""
        self.events.append((name, data))
        if self.socket is not None:
            await self.socket.send(DISPATCH, data, name=name, number=len(self.events))

    async def resume(self, socket: _Socket, seen: int) -> None:
        """Replay what came after event ``seen``, and go on with ``socket``."""
        while seen < len(self.events):
            name, data = self.events[seen]
            seen += 1
            await socket.send(DISPATCH, data, name=name, number=seen)
        self.resumes += 1
        self.socket = socket
        await self.emit("RESUMED", {})


class Gateway:
    """Speaks with every bot that connects.

    Args:
        token: The only one that is let in.
        servers: Gives the servers the bot is in.
        describe: Writes a server as it is now.
        changes: Told of everything that happens.
    """

    def __init__(
        self,
        token: str,
        servers: Callable[[], list[Server]],
        describe: Callable[[Server], Json],
        changes: Changes,
    ) -> None:
        self.token = token
        self._servers = servers
        self._describe = describe
        self._changes = changes
        self._sockets: set[_Socket] = set()
        self.sessions: list[Session] = []
        self.is_open = True  # False: nobody is let in
        self.refuses_with = 0  # the close code that answers every IDENTIFY; 0: it is taken
        self.is_forgetful = False  # True: no session can be resumed

    @property
    def session(self) -> Session:
        """The newest session."""
        return self.sessions[-1]

    def session_of(self, server: int) -> Session | None:
        """Give the newest session of the shard that hears of ``server``."""
        for session in reversed(self.sessions):
            number, count = session.identify["shard"]
            if shard_of(server, count) == number:
                return session
        return None

    async def emit(self, server: int, name: str, data: Json) -> None:
        """Send an event of a server to the shard that hears of it; 0: a direct message's."""
        session = self.session_of(server)
        if session is not None:
            await session.emit(name, data)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if not self.is_open:
            return web.Response(status=503)
        socket = _Socket(request)
        await socket.response.prepare(request)
        self._sockets.add(socket)
        session: Session | None = None
        try:
            await socket.send(HELLO, {"heartbeat_interval": _HEARTBEAT_INTERVAL})
            async for arrived in socket.response:
                if arrived.type is WSMsgType.TEXT:
                    session = await self._answer(socket, json.loads(arrived.data)) or session
                    self._changes.tell()
        finally:
            self._sockets.discard(socket)
            if session is not None:
                session.closed.append(socket.response.close_code)
                if session.socket is socket:
                    session.socket = None
            self._changes.tell()
        await socket.response.close()
        return socket.response

    async def _answer(self, socket: _Socket, told: Json) -> Session | None:
        op, data = told["op"], told["d"]
        if op == HEARTBEAT:
            await socket.send(HEARTBEAT_ACK, None)
        elif op in (IDENTIFY, RESUME) and data["token"] != self.token:
            await socket.response.close(code=AUTHENTICATION_FAILED)
        elif op == IDENTIFY and self.refuses_with:
            await socket.response.close(code=self.refuses_with)
        elif op == IDENTIFY:
            return await self._identify(socket, data)
        elif op == RESUME:
            return await self._resume(socket, data)
        return None

    async def _identify(self, socket: _Socket, data: Json) -> Session:
        session = Session(f"session-{len(self.sessions) + 1}", data, socket=socket)
        number, count = data["shard"]
        servers = [each for each in self._servers() if shard_of(each.id, count) == number]
        await session.emit("READY", payloads.ready(session.id, servers, data["shard"]))
        for each in servers:
            await session.emit("GUILD_CREATE", self._describe(each))
        self.sessions.append(session)  # only now, so that nobody types before it is ready
        return session

    async def _resume(self, socket: _Socket, data: Json) -> Session | None:
        for session in self.sessions:
            if session.id == data["session_id"] and not self.is_forgetful:
                await session.resume(socket, data["seq"])
                return session
        await socket.send(INVALID_SESSION, False)
        return None

    def drop(self) -> None:
        """Break every connection; what is sent from now on waits for a RESUME."""
        for session in self.sessions:
            session.socket = None
        for socket in list(self._sockets):
            socket.abort()
