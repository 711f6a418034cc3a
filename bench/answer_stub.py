"""Discord's REST interface as far as an answer needs it, in a process of its own.

It takes every request, answers with the smallest payload that discord.py reads,
and does no more, so that what is measured is the bot.
"""

import asyncio
import json
import multiprocessing
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.wire import payloads

USER = {"id": "1", "username": "fireside", "discriminator": "0", "avatar": None, "bot": True}
_MESSAGE: dict[str, Any] = {
    "id": "2",
    "channel_id": "10",
    "author": USER,
    "content": "",
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 20,
    "flags": 0,
}
_CALLBACK: dict[str, Any] = {
    "interaction": {"id": "3", "type": 2, "response_message_id": "2"},
    "resource": {"type": 4, "message": _MESSAGE},
}


class Stub:
    """Runs while it is entered; ``address`` is where it listens."""

    def __enter__(self) -> Self:
        ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(theirs,), daemon=True
        )
        self._process.start()
        self.address = f"http://127.0.0.1:{ours.recv()}/api/v10"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection) -> None:
    app = web.Application()
    callback = json.dumps(_CALLBACK).encode()
    message = json.dumps(_MESSAGE).encode()
    user = json.dumps(USER).encode()
    application = json.dumps(payloads.application()).encode()

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        path = request.path
        if path.endswith("/callback"):
            body = callback
        elif path.endswith("/users/@me"):
            body = user
        elif "applications/@me" in path or path.endswith("/oauth2/applications/@me"):
            body = application
        elif path.endswith("/commands"):
            body = b"[]"
        else:
            body = message
        return web.Response(body=body, content_type="application/json")

    app.router.add_route("*", "/{path:.*}", answer)

    async def run() -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())
