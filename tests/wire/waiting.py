"""Waiting for something to become true, with a deadline and without sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

DEADLINE = 20.0  # seconds a test waits for anything before it fails

_T = TypeVar("_T")


class Changes:
    """Wakes those who wait whenever something happened."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Say that something happened."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(
        self, question: Callable[[], _T], what: str, *, seconds: float = DEADLINE
    ) -> _T:
        """Wait until ``question`` gives something true, and give that.

        Raises:
            AssertionError: It did not within ``seconds``; the sentence says ``what``.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (answer := question()):
                    await self._next.wait()
                return answer
        except TimeoutError:
            raise AssertionError(f"waited {seconds:g} seconds in vain for {what}") from None


async def eventually(
    question: Callable[[], Awaitable[_T]], what: str, *, seconds: float = DEADLINE
) -> _T:
    """Ask again and again until the answer is true, where nobody tells of changes: a database.

    Raises:
        AssertionError: It was not within ``seconds``; the sentence says ``what``.
    """
    try:
        async with asyncio.timeout(seconds):
            while not (answer := await question()):  # noqa: ASYNC110 - a file sends no events
                await asyncio.sleep(0.02)
            return answer
    except TimeoutError:
        raise AssertionError(f"waited {seconds:g} seconds in vain for {what}") from None
