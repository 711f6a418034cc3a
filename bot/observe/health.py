"""``/healthz`` and ``/metrics`` over HTTP, for whoever keeps the bot alive."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.errors import ConfigurationError
from bot.observe.watching import Watch

_FIGURES_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_log = logging.getLogger(__name__)

# Gives what is wrong, one sentence each; nothing when all is well.
Complaints = Callable[[], Awaitable[list[str]]]
# Brings figures up to date that have to be asked for.
Refresh = Callable[[], Awaitable[None]]


class ObservingServer:
    """Serves health and figures until it is closed.

    ``/healthz`` answers 200 and "ok", or 503 and what is wrong, a line each.
    """

    def __init__(self, watch: Watch, complaints: Complaints, refresh: Refresh) -> None:
        self._watch = watch
        self._complaints = complaints
        self._refresh = refresh
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen at ``host`` and ``port``.

        Raises:
            ConfigurationError: The port is in use, or the host is not ours.
        """
        app = web.Application()
        app.add_routes(
            [web.get("/healthz", self._answer_health), web.get("/metrics", self._answer_figures)]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigurationError(
                "config.metrics-port", host=host, port=str(port), why=error.strerror or str(error)
            ) from error
        self._runner = runner
        _log.info("Health and figures are served at http://%s:%d.", host, port)

    async def close(self) -> None:
        """Stop listening; safe to call twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _answer_health(self, _: web.Request) -> web.Response:
        complaints = await self._complaints()
        if complaints:
            return web.Response(status=503, text="\n".join(complaints) + "\n")
        return web.Response(text="ok\n")

    async def _answer_figures(self, _: web.Request) -> web.Response:
        if not self._watch.can_count:
            return web.Response(
                status=501, text="Install prometheus-client (the extra metrics) for figures.\n"
            )
        await self._refresh()
        return web.Response(body=self._watch.figures(), headers={"Content-Type": _FIGURES_TYPE})
