"""A REST proxy between the bot and Discord: every request goes to it, none past it."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import trustme
from aiohttp import web

from bot.client import rest_base
from tests.wire.conftest import Start
from tests.wire.payloads import Channel
from tests.wire.stand_in import StandIn

_OF_A_HOP = {"Host", "Content-Length", "Content-Encoding", "Transfer-Encoding"}


@dataclass
class Proxy:
    """Where it listens, and which paths it was asked for."""

    address: str = ""
    paths: list[str] = field(default_factory=list)


@pytest.fixture
async def proxy(stand_in: StandIn, authority: trustme.CA) -> AsyncIterator[Proxy]:
    """Give a proxy that hands everything on to the stand-in."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    told = Proxy()

    async def hand_on(request: web.Request) -> web.Response:
        told.paths.append(request.path)
        headers = {name: value for name, value in request.headers.items() if name not in _OF_A_HOP}
        async with session.request(
            request.method,
            f"https://127.0.0.1:{stand_in.port}{request.raw_path}",
            headers=headers,
            data=await request.read(),
            server_hostname="discord.com",
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name not in _OF_A_HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hand_on)
    runner = web.AppRunner(app, shutdown_timeout=1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield told
        finally:
            await runner.cleanup()


async def test_every_request_goes_to_the_proxy(
    stand_in: StandIn, general: Channel, start: Start, proxy: Proxy
) -> None:
    async with start(DISCORD_API_URL=proxy.address) as bot:
        await bot.is_ready()
        await stand_in.slash(general, "drabble")
        assert await bot.stop() == 0
    assert sorted(proxy.paths) == sorted(f"/api/v10{each.path}" for each in stand_in.requests)
    assert any("/callback" in path for path in proxy.paths)
    assert any(path.endswith("/gateway/bot") for path in proxy.paths)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://proxy:8080", "http://proxy:8080/api/v10"),
        ("http://proxy:8080/", "http://proxy:8080/api/v10"),
        ("http://proxy/api/v10/", "http://proxy/api/v10"),
        ("https://proxy/discord", "https://proxy/discord/api/v10"),
        ("http://api.proxy", "http://api.proxy/api/v10"),
    ],
)
def test_the_version_is_added_unless_the_address_names_it(address: str, base: str) -> None:
    assert rest_base(address) == base
