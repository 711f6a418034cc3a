"""What the stand-in answers with, in the shapes that discord.py needs."""

import json

from aiohttp import web

from tests.wire.payloads import Json

# Discord's own numbers of errors.
UNKNOWN_CHANNEL = 404, 10003
UNKNOWN_MESSAGE = 404, 10008
NO_ACCESS = 403, 50001
MESSAGES_CLOSED = 403, 50007
NO_PERMISSION = 403, 50013
EMPTY_MESSAGE = 400, 50006
THREAD_LOCKED = 400, 50083
HAS_A_THREAD = 400, 160004


class Refused(Exception):
    """A request that Discord refuses."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


def answer(told: object, status: int = 200) -> web.Response:
    """Answer with JSON."""
    # Not web.json_response: with a charset discord.py takes the body for plain text.
    return web.Response(
        body=json.dumps(told).encode(), status=status, content_type="application/json"
    )


def error(status: int, code: int = 0) -> web.Response:
    """Refuse, with Discord's number of the error."""
    return answer({"code": code, "message": f"the stand-in says {status}"}, status)


def too_many(retry_after: float, scope: str) -> web.Response:
    """Refuse what came too often; ``scope`` is "user", "global" or "shared"."""
    is_global = scope == "global"
    told: Json = {"message": "You are being rate limited.", "code": 0}
    response = answer(told | {"retry_after": retry_after, "global": is_global}, 429)
    response.headers["Retry-After"] = str(retry_after)
    response.headers["Via"] = "1.1 google"  # without it discord.py takes this for a ban
    response.headers["X-RateLimit-Scope"] = scope
    if is_global:
        response.headers["X-RateLimit-Global"] = "true"
    return response
