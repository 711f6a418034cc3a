"""A small Discord on this machine: REST and gateway over TLS, with faults on demand.

It does what Fireside asks of Discord and nothing more: a route it does not
know, a token it did not give out, an interaction nobody typed, a body that
breaks Discord's rules is written into ``problems`` and fails the test. What
the bot sent is in ``requests``, in order.
"""

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import count

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.wire import payloads
from tests.wire.answers import Refused, answer, error, too_many
from tests.wire.channels import Channels
from tests.wire.faults import Fault
from tests.wire.gateway import Gateway
from tests.wire.interactions import PRIVATE, Interaction
from tests.wire.limits import Limits
from tests.wire.payloads import (
    AUTOCOMPLETE,
    COMPONENT,
    FORM_FILLED,
    READER,
    SLASH,
    Channel,
    Json,
    Server,
)
from tests.wire.waiting import Changes

__all__ = ["Fault", "Request", "StandIn"]

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
    at: float = field(default_factory=lambda: asyncio.get_running_loop().time())


class StandIn:
    """Discord, as far as Fireside needs it.

    Args:
        token: The bot's token; any other is refused.
        servers: Those that have invited the bot.
        now: Dates messages and nonces; the machine's clock by default.
    """

    def __init__(
        self, token: str, *servers: Server, now: Callable[[], datetime] | None = None
    ) -> None:
        self.token = token
        self.servers = list(servers)
        self.changes = Changes()
        self.limits = Limits()
        self.gateway = Gateway(token, lambda: self.servers, self.described, self.changes)
        self.channels = Channels(
            lambda: self.servers, now or (lambda: datetime.now(UTC)), self.gateway.emit
        )
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self.commands: list[Json] = []  # as synced
        self.interactions: list[Interaction] = []
        self.faults: list[Fault] = []
        self.under_way = 0  # requests that came and are not answered
        self._by_token: dict[str, Interaction] = {}
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    # Its life

    async def start(self, certificate: ssl.SSLContext) -> None:
        """Listen on a free port of loopback."""
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/", self.gateway.connect)
        answers = "/webhooks/{application}/{token}"
        for method, path, handler in (
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", "/applications/{application}/commands", self._sync),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", answers, self._follow_up),
            ("GET", f"{answers}/messages/{{message}}", self._answer_message),
            ("PATCH", f"{answers}/messages/{{message}}", self._edit_answer),
            ("DELETE", f"{answers}/messages/{{message}}", self._delete_answer),
            *self.channels.routes(),
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
        for fault in self.faults:
            if fault.held is not None:
                fault.held.set()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # What tests do and see

    @property
    def messages(self) -> dict[int, list[Json]]:
        """What stands in each channel, the oldest first."""
        return self.channels.messages

    def fail(self, fault: Fault) -> Fault:
        """Let something go wrong from now on."""
        self.faults.append(fault)
        return fault

    def asked(self, method: str, path: str) -> list[Request]:
        """Give the requests that match the pattern ``path``."""
        return [r for r in self.requests if r.method == method and fnmatchcase(r.path, path)]

    @property
    def invalid(self) -> int:
        """How many answers count towards Discord's ban of an address."""
        return sum(request.status in _COUNTED_AS_INVALID for request in self.requests)

    @property
    def provoked(self) -> list[tuple[str, str]]:
        """The requests that came too often: their path, and the scope of the limit."""
        return self.limits.refused

    async def slash(
        self, where: Channel, command: str, *, by: int = READER, **options: str
    ) -> Interaction:
        """Type a slash command and wait for the answer."""
        names = [each["name"] for each in self.commands]
        assert command.split()[0] in names, f"Discord offers no /{command}, only {names}"
        return await self.answered(
            await self.send(SLASH, where, payloads.command_options(command, options), by=by)
        )

    async def complete(
        self, where: Channel, command: str, option: str, typed: str
    ) -> list[dict[str, str]]:
        """Type into an option and give the choices that are offered."""
        data = payloads.command_options(command, {option: typed}, typing=option)
        asked = await self.answered(await self.send(AUTOCOMPLETE, where, data))
        assert asked.callback is not None
        return asked.callback["data"]["choices"]

    async def press(
        self, where: Channel, message: Json, label: str, *, by: int = READER
    ) -> Interaction:
        """Press the button that says ``label`` and wait for the answer."""
        custom_id = {each.get("label"): each.get("custom_id") for each in _items(message)}[label]
        data = {"custom_id": custom_id, "component_type": 2}
        return await self.answered(await self.send(COMPONENT, where, data, pressed=message, by=by))

    async def choose(
        self, where: Channel, message: Json, *values: str, by: int = READER
    ) -> Interaction:
        """Choose from the only select of a message and wait for the answer."""
        (told,) = [each for each in _items(message) if "options" in each]
        data = {"custom_id": told["custom_id"], "component_type": 3, "values": [*values]}
        return await self.answered(await self.send(COMPONENT, where, data, pressed=message, by=by))

    async def fill(self, asked: Interaction, **values: str | list[str]) -> Interaction:
        """Fill and send the form that ``asked`` was answered with, and wait for the answer."""
        assert asked.callback is not None
        data = payloads.filled_form(asked.callback, values)
        return await self.answered(
            await self.send(FORM_FILLED, asked.channel, data, pressed=asked.pressed, by=asked.by)
        )

    async def send(
        self,
        kind: int,
        where: Channel,
        data: Json,
        pressed: Json | None = None,
        *,
        by: int = READER,
        is_direct: bool = False,
    ) -> Interaction:
        """Send an interaction to the shard of its server, without waiting for an answer.

        When it ``is_direct`` it comes from the member's direct messages with the bot.
        """
        ident, token = payloads.snowflake(), f"interaction-token-{next(self._numbers)}"
        if is_direct:
            where = Channel(payloads.direct_channel(by), 0, "")
            self.channels.members[where.id] = by
        now = asyncio.get_running_loop().time()
        made = Interaction(ident, token, kind, where, by, now, self._write_answer, pressed=pressed)
        self.interactions.append(made)
        self._by_token[token] = made
        told = payloads.interaction(ident, token, kind, where, data, pressed, by=by)
        if is_direct:
            told = payloads.direct_interaction(told, where.id)
        await self.gateway.emit(where.server, "INTERACTION_CREATE", told)
        return made

    async def answered(self, asked: Interaction) -> Interaction:
        """Wait for the first answer to an interaction."""
        await self.changes.until(lambda: asked.callback, "an answer to an interaction", seconds=3)
        return asked

    def described(self, told: Server) -> Json:
        """Write a server as it is now, for GUILD_CREATE."""
        channels = [each for each in told.channels if self.channels.is_there(each)]
        return payloads.guild_create(
            told,
            [self.channels.described(each) for each in channels],
            self.channels.active_threads(told.id),
        )

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
        self.under_way += 1
        try:
            response = await self._with_fault(request, path, handler)
        except Refused as refused:
            response = error(refused.status, refused.code)
        except web.HTTPException as unknown:
            self.problems.append(f"{request.method} {path}: {unknown.reason}")
            response = error(unknown.status)
        finally:
            self.under_way -= 1
        told.status = response.status
        self.changes.tell()
        return response

    async def _with_fault(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        fault = next((each for each in self.faults if each.takes(request.method, path)), None)
        if fault is None:
            return await self._limited(request, path, handler)
        response: web.StreamResponse | None = None
        if fault.is_done:
            response = await self._limited(request, path, handler)
        self.changes.tell()
        await fault.wait()
        if fault.is_dropped and request.transport is not None:
            request.transport.abort()
        if fault.status == 429:
            return too_many(fault.retry_after, fault.scope)
        if fault.status:
            return error(fault.status, fault.code)
        return response or await self._limited(request, path, handler)

    async def _limited(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        asked = self._by_token.get(request.match_info.get("token", ""))
        channel = None if asked is None else asked.channel.id
        refusal, headers = self.limits.take(request.method, path, channel)
        if refusal is not None:
            response: web.StreamResponse = too_many(refusal.retry_after, refusal.scope)
        else:
            try:
                response = await self._authorized(request, path, handler)
            except Refused as refused:
                response = error(refused.status, refused.code)
        response.headers.update(headers)
        return response

    async def _authorized(
        self, request: web.Request, path: str, handler: Handler
    ) -> web.StreamResponse:
        is_open = path.startswith(("/interactions/", "/webhooks/"))
        given = request.headers.get("Authorization")
        if given != (None if is_open else f"Bot {self.token}"):
            return error(_UNAUTHORIZED)
        return await handler(request)

    # The routes

    async def _me(self, _: web.Request) -> web.Response:
        return answer(payloads.user(payloads.APPLICATION, "Fireside", bot=True))

    async def _application(self, _: web.Request) -> web.Response:
        return answer(payloads.application())

    async def _gateway_bot(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return answer(
            {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit}
        )

    async def _sync(self, request: web.Request) -> web.Response:
        told: list[Json] = await request.json()
        ident = {"application_id": str(payloads.APPLICATION), "version": "1"}
        # The entry of a menu is declared without a description; Discord gives an empty one.
        self.commands = [
            {"description": "", **each, **ident, "id": str(payloads.snowflake())} for each in told
        ]
        return answer(self.commands)

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self._interaction(request)
        try:
            told = asked.answer(await request.json(), asyncio.get_running_loop().time())
        except Refused as refused:
            self.problems.append(f"the callback of an interaction was refused: {refused.code}")
            raise
        return web.Response(status=204) if told is None else answer(told)

    async def _follow_up(self, request: web.Request) -> web.Response:
        asked = self._interaction(request)
        if asked.callback is None:
            self.problems.append("a followup came before the first answer")
        return answer(asked.follow_up(await request.json(), asyncio.get_running_loop().time()))

    async def _answer_message(self, request: web.Request) -> web.Response:
        now = asyncio.get_running_loop().time()
        return answer(self._interaction(request).message(request.match_info["message"], now))

    async def _edit_answer(self, request: web.Request) -> web.Response:
        asked, now = self._interaction(request), asyncio.get_running_loop().time()
        return answer(asked.edit(request.match_info["message"], await request.json(), now))

    async def _delete_answer(self, request: web.Request) -> web.Response:
        asked, now = self._interaction(request), asyncio.get_running_loop().time()
        self.channels.forget(asked.delete(request.match_info["message"], now))
        return web.Response(status=204)

    def _write_answer(self, asked: Interaction, body: Json) -> Json:
        """Write a message that answers an interaction; others see it unless it is private."""
        member = payloads.user(asked.by, "reader")
        answers = {"id": str(asked.id), "type": asked.kind, "user": member}
        message = payloads.message(
            self.channels.new_id(),
            asked.channel.id,
            body,
            at=self.channels.now(),
            answers=answers | {"authorizing_integration_owners": {}},
        )
        is_private = message["flags"] & PRIVATE
        return message if is_private else self.channels.keep(message)

    def _interaction(self, request: web.Request) -> Interaction:
        asked = self._by_token.get(request.match_info["token"])
        if asked is None:
            raise web.HTTPNotFound
        return asked


def _items(message: Json) -> list[Json]:
    """Give the buttons and selects of a message."""
    return [item for row in message["components"] for item in row["components"]]
