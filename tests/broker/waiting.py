"""Waiting for something to become true, with a bound so generous that only a hang reaches it."""

import asyncio
from collections.abc import Awaitable, Callable

BOUND = 20.0
STEP = 0.005


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Raises `TimeoutError` when it never becomes true."""
    async with asyncio.timeout(BOUND):
        while not await condition():  # noqa: ASYNC110 - rows and locks in a database set no event
            await asyncio.sleep(STEP)


async def until_true(condition: Callable[[], bool]) -> None:
    async def ask() -> bool:
        return condition()

    await until(ask)
