"""Items that arrive while a transaction runs share the next one: nobody waits to fill a set."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from store.database import is_away

log = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R")


class SharedCommit(Generic[T, R]):
    """Hand an item in and get its result once the transaction that holds it is committed.

    `write` gets 1 to `most` items and gives as many results. If a set fails, its items are written one by
    one, so that a poisonous one fails alone; not when the database is away, which no item is to blame for.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, most: int = 100) -> None:
        self._write = write
        self._most = most
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        """Raises what `write` raises for this item alone."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await done

    async def drain(self) -> None:
        """Wait until everything handed in is written."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                await self._write_set(taken)
        finally:
            self._running = None

    async def _write_set(self, taken: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._write([item for item, _ in taken])
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for the item
            if len(taken) == 1 or is_away(error):
                for _, done in taken:
                    settle(done, error)
                return
            log.warning("a set failed; its items go one by one", items=len(taken), error=type(error).__name__)
            for each in taken:
                await self._write_set([each])
            return
        for (_, done), result in zip(taken, results, strict=True):
            settle(done, result)


def settle(done: asyncio.Future[R], result: R | Exception) -> None:
    """Tell the one who waits, unless they have stopped waiting."""
    if done.done():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
