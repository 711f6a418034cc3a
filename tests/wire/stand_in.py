"""A small Discord on this machine: REST and gateway over TLS, with faults on demand.

It does what Fireside asks of Discord and nothing more: a route it does not
know, a token it did not give out, an interaction nobody typed, a body that
breaks Discord's rules is written into ``problems`` and fails the test. What
the bot sent is in ``requests``, in order.
"""

import asyncio
import json
import ssl
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.wire import payloads
from tests.wire.gateway import Gateway
from tests.wire.interactions import Interaction
from tests.wire.payloads import AUTOCOMPLETE, COMPONENT, SLASH, Channel, Json, Server
from tests.wire.waiting import Changes

_API = "/api/v10"
_UNAUTHORIZED = 401
_COUNTED_AS_INVALID = (401, 403, 429)  # 10,000 in ten minutes get an address banned


@dataclass
class Request:
    """What the bot asked for, without ``/api/v10`` and the query."""

    method: str
    path: str
    json: Json | list[Json] | None
    status: int = 0  # what was answered; 0: nothing yet, or nothing at all


@dataclass
class Fault:
    """What goes wrong with the next ``times`` requests that match.

    Without ``status`` and ``is_dropped`` the answer is right, but waits for ``held``.
    """

    method: str
    path: str  # a pattern, such as "/channels/*/messages"
    status: int = 0  # answered instead of the truth
    code: int = 0  # Discord's own number of the error
    retry_after: float = 1.0  # seconds, with status 429
    times: int = 1
    is_done: bool = False  # what was asked for is done, and only the answer suffers
    is_dropped: bool = False  # the connection breaks instead of an answer
    held: asyncio.Event | None = None  # nothing goes on before this is set


class StandIn:
    """Discord, as far as Fireside needs it.

    Args:
        token: The bot's token; any other is refused.
        servers: Those that have invited the bot.
    """

    def __init__(self, token: str, *servers: Server) -> None:
        self.token = token
        self.servers = list(servers)
        self.changes = Changes()
        self.gateway = Gateway(token, lambda: self.servers, self.changes)
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self.commands: list[Json] = []  # as synced
        self.messages: dict[int, list[Json]] = {}  # by channel, the oldest first
        self._nonces: dict[tuple[int, str], Json] = {}
        self._hidden: set[str] = set()  # ids of messages the history does not show
        self._interactions: dict[str, Interaction] = {}
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    # Its life

    async def start(self, certificate: ssl.SSLContext) -> None:
        """Listen on a free port of loopback."""
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/", self.gateway.connect)
        for method, path, handler in (
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", "/applications/{application}/commands", self._sync),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{application}/{token}", self._follow_up),
            ("POST", "/channels/{channel}/messages", self._post),
            ("GET", "/channels/{channel}/messages", self._history),
        ):
            app.router.add_route(method, _API + path, handler)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=certificate).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._runner is not None
        return self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let go of what is held, break what is connected, and stop listening."""
        for fault in self._faults:
            if fault.held is not None:
                fault.held.set()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # What tests do and see

    def fail(self, fault: Fault) -> Fault:
        """Let something go wrong from now on."""
        self._faults.append(fault)
        return fault

    def forget_nonces(self) -> None:
        """Forget what was posted with which nonce, as Discord does after a few minutes."""
        self._nonces.clear()

    def hide_from_history(self, where: Channel) -> None:
        """Leave what was posted so far out of the history, as if it came too late for it."""
        self._hidden |= {each["id"] for each in self.messages.get(where.id, [])}

    def asked(self, method: str, path: str) -> list[Request]:
        """Give the requests that match the pattern ``path``."""
        return [r for r in self.requests if r.method == method and fnmatchcase(r.path, path)]

    @property
    def invalid(self) -> int:
        """How many answers count towards Discord's ban of an address."""
        return sum(request.status in _COUNTED_AS_INVALID for request in self.requests)

    async def slash(self, where: Channel, command: str, **options: str) -> Interaction:
        """Type a slash command and wait for the answer."""
        names = [each["name"] for each in self.commands]
        assert command.split()[0] in names, f"Discord offers no /{command}, only {names}"
        return await self._answered(
            await self.send(SLASH, where, payloads.command_options(command, options))
        )

    async def complete(
        self, where: Channel, command: str, option: str, typed: str
    ) -> list[dict[str, str]]:
        """Type into an option and give the choices that are offered."""
        data = payloads.command_options(command, {option: typed}, typing=option)
        asked = await self._answered(await self.send(AUTOCOMPLETE, where, data))
        assert asked.callback is not None
        return asked.callback["data"]["choices"]

    async def press(self, where: Channel, message: Json, label: str) -> Interaction:
        """Press the button that says ``label`` and wait for the answer."""
        buttons = [item for row in message["components"] for item in row["components"]]
        custom_id = {each.get("label"): each.get("custom_id") for each in buttons}[label]
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._answered(await self.send(COMPONENT, where, data, pressed=message))

    async def send(
        self, kind: int, where: Channel, data: Json, pressed: Json | None = None
    ) -> Interaction:
        """Send an interaction through the newest session, without waiting for an answer."""
        ident, token = payloads.snowflake(), f"interaction-token-{next(self._numbers)}"
        now = asyncio.get_running_loop().time()
        made = Interaction(ident, token, kind, where, now, pressed=pressed)
        self._interactions[token] = made
        told = payloads.interaction(ident, token, kind, where, data, pressed)
        await self.gateway.session.emit("INTERACTION_CREATE", told)
        return made

    async def _answered(self, asked: Interaction) -> Interaction:
        await self.changes.until(lambda: asked.callback, "an answer to an interaction", seconds=3)
        return asked

    # Every request

    @web.middleware
    async def _watched(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Write the request down, let go wrong what shall, and watch over the rules."""
        if not request.path.startswith(_API):
            return await handler(request)
        body = await request.text()
        path = request.path.removeprefix(_API)
        told = Request(request.method, path, json.loads(body) if body else None)
        self.requests.append(told)
        self.changes.tell()
        try:
            response = await self._with_fault(request, path, handler)
        except web.HTTPException as refused:
            self.problems.append(f"{request.method} {path}: {refused.reason}")
            response = _error(refused.status)
        told.status = response.status
        self.changes.tell()
        return response

    async def _with_fault(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        fault = self._next_fault(request.method, path)
        if fault is None:
            return await self._authorized(request, path, handler)
        response: web.StreamResponse | None = None
        if fault.is_done:
            response = await self._authorized(request, path, handler)
        self.changes.tell()
        if fault.held is not None:
            await fault.held.wait()
        if fault.is_dropped and request.transport is not None:
            request.transport.abort()
        if fault.status:
            return _error(fault.status, fault.code, fault.retry_after)
        return response or await self._authorized(request, path, handler)

    def _next_fault(self, method: str, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.times and fault.method == method and fnmatchcase(path, fault.path):
                fault.times -= 1
                return fault
        return None

    async def _authorized(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        is_open = path.startswith(("/interactions/", "/webhooks/"))
        given = request.headers.get("Authorization")
        if given != (None if is_open else f"Bot {self.token}"):
            return _error(_UNAUTHORIZED)
        return await handler(request)

    # The routes

    async def _me(self, _: web.Request) -> web.Response:
        return _answer(payloads.user(payloads.APPLICATION, "Fireside", bot=True))

    async def _application(self, _: web.Request) -> web.Response:
        return _answer(payloads.application())

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return _answer(
            {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit}
        )

    async def _sync(self, request: web.Request) -> web.Response:
        told: list[Json] = await request.json()
        ident = {"application_id": str(payloads.APPLICATION), "version": "1"}
        # The entry of a menu is declared without a description; Discord gives an empty one.
        self.commands = [
            {"description": "", **each, **ident, "id": str(payloads.snowflake())} for each in told
        ]
        return _answer(self.commands)

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self._interaction(request)
        answer = asked.answer(await request.json(), asyncio.get_running_loop().time())
        if isinstance(answer, tuple):
            status, code = answer
            self.problems.append(f"the callback of an interaction was refused with {code}")
            return _error(status, code)
        return web.Response(status=204) if answer is None else _answer(answer)

    async def _follow_up(self, request: web.Request) -> web.Response:
        asked = self._interaction(request)
        if asked.callback is None:
            self.problems.append("a followup came before the first answer")
        return _answer(asked.add_message(await request.json()))

    def _interaction(self, request: web.Request) -> Interaction:
        asked = self._interactions.get(request.match_info["token"])
        if asked is None:
            raise web.HTTPNotFound
        return asked

    async def _post(self, request: web.Request) -> web.Response:
        where, body = self._channel(request), await request.json()
        nonce = body.get("nonce") if body.get("enforce_nonce") else None
        if nonce is not None and (where, str(nonce)) in self._nonces:
            return _answer(self._nonces[where, str(nonce)])
        posted = payloads.message(payloads.snowflake(), where, body, nonce=body.get("nonce"))
        self.messages.setdefault(where, []).append(posted)
        if nonce is not None:
            self._nonces[where, str(nonce)] = posted
        return _answer(posted)

    async def _history(self, request: web.Request) -> web.Response:
        limit, after = int(request.query.get("limit", 50)), int(request.query.get("after", 0))
        told = self.messages.get(self._channel(request), [])
        newer = [m for m in told if int(m["id"]) > after and m["id"] not in self._hidden]
        chosen = newer[:limit] if "after" in request.query else newer[-limit:]
        return _answer(chosen[::-1])  # the newest first, whatever was asked for

    def _channel(self, request: web.Request) -> int:
        ident = int(request.match_info["channel"])
        if all(each.id != ident for told in self.servers for each in told.channels):
            raise web.HTTPNotFound
        return ident


def _answer(told: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # Not web.json_response: with a charset discord.py takes the body for plain text.
    return web.Response(
        body=json.dumps(told).encode(),
        status=status,
        content_type="application/json",
        headers=headers,
    )


def _error(status: int, code: int = 0, retry_after: float = 0) -> web.Response:
    told: Json = {"code": code, "message": f"the stand-in says {status}"}
    if status != 429:
        return _answer(told, status)
    headers = {
        "Retry-After": str(retry_after),
        "Via": "1.1 google",  # without it discord.py takes this for a ban and gives up
        "X-RateLimit-Scope": "user",
    }
    return _answer(told | {"retry_after": retry_after, "global": False}, status, headers)
