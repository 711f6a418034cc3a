"""What goes wrong on demand between a request and its answer."""

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass
class Fault:
    """What goes wrong with the next ``times`` requests that match.

    Without ``status`` and ``is_dropped`` the answer is right, but waits for ``held``
    or comes ``late``.
    """

    method: str
    path: str  # a pattern, such as "/channels/*/messages"
    status: int = 0  # answered instead of the truth
    code: int = 0  # Discord's own number of the error
    retry_after: float = 1.0  # seconds, with status 429
    scope: str = "user"  # with status 429: "user", "global" or "shared"
    times: int = 1
    is_done: bool = False  # what was asked for is done, and only the answer suffers
    is_dropped: bool = False  # the connection breaks instead of an answer
    held: asyncio.Event | None = None  # nothing goes on before this is set
    late: float = 0.0  # seconds

    def takes(self, method: str, path: str) -> bool:
        """Tell whether it befalls this request, and count it."""
        if not self.times or self.method != method or not fnmatchcase(path, self.path):
            return False
        self.times -= 1
        return True

    async def wait(self) -> None:
        """Wait as long as it makes an answer wait."""
        if self.held is not None:
            await self.held.wait()
        if self.late:
            await asyncio.sleep(self.late)
