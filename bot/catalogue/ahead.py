"""Doing the slow part of the next steps while the step before is finished."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

Step = TypeVar("Step")
Done = TypeVar("Done")

AHEAD = 2  # steps under way beside the one that is taken


async def read_ahead(
    steps: AsyncIterator[Step], read: Callable[[Step], Awaitable[Done]]
) -> AsyncGenerator[tuple[Step, Done]]:
    """Give each of ``steps`` with what ``read`` makes of it, in order, some read ahead.

    What is under way is cancelled when the caller stops or a step fails.
    """
    under_way: deque[tuple[Step, asyncio.Future[Done]]] = deque()
    try:
        async for step in steps:
            under_way.append((step, asyncio.ensure_future(read(step))))
            if len(under_way) > AHEAD:
                earliest, done = under_way[0]
                yield earliest, await done
                under_way.popleft()
        while under_way:
            earliest, done = under_way[0]
            yield earliest, await done
            under_way.popleft()
    finally:
        for _, done in under_way:
            done.cancel()
        await asyncio.gather(*(done for _, done in under_way), return_exceptions=True)
