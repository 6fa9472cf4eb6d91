"""The transport of one process: rings go from the relay to tasks of the same event loop."""

import asyncio
from collections import deque
from typing import TypeAlias

import structlog

from broker.topology import BY_NAME, RING_SIZE
from broker.transport import Handler, NotPublished
from store.rows import Ring

log = structlog.get_logger(__name__)

Ids: TypeAlias = tuple[int, ...]


class Rings(asyncio.Queue[Ids]):
    """Rings in the order in which they came; the next one can be measured before it is taken."""

    def _init(self, maxsize: int) -> None:
        del maxsize
        self._queue: deque[Ids] = deque()

    def next_fits(self, room: int) -> bool:
        return bool(self._queue) and len(self._queue[0]) <= room


class EmbeddedTransport:
    """Nothing to install. Rings are in memory only, which loses nothing: the rows are the memory."""

    def __init__(self) -> None:
        self._queues: dict[str, Rings] = {}
        self._consumers: list[asyncio.Task[None]] = []

    async def start(self, handlers: dict[str, Handler]) -> None:
        for name, handler in handlers.items():
            queue = self._queues[name] = Rings()
            for _ in range(BY_NAME[name].in_flight):
                consuming = self._consume(name, queue, handler)
                self._consumers.append(asyncio.create_task(consuming, name=f"queue {name}"))

    async def publish(self, ring: Ring) -> None:
        queue = self._queues.get(ring.queue)
        if queue is None:
            raise NotPublished(f"Nobody consumes {ring.queue}")
        queue.put_nowait(ring.ids)

    async def stop(self, patience: float) -> None:
        """Rings not yet begun are dropped; their rows wait for the next start."""
        queues, self._queues = self._queues, {}
        for queue in queues.values():
            drop_all(queue)
        unfinished = [queue.join() for queue in queues.values()]
        try:
            await asyncio.wait_for(asyncio.gather(*unfinished), timeout=patience)
        except TimeoutError:
            log.warning("handlers did not finish in time", seconds=patience)
        for consumer in self._consumers:
            consumer.cancel()
        await asyncio.gather(*self._consumers, return_exceptions=True)
        self._consumers.clear()

    async def _consume(self, name: str, queue: Rings, handler: Handler) -> None:
        while True:
            taken = [await queue.get()]
            taken += more(queue, RING_SIZE - len(taken[0]))
            ids = tuple(dict.fromkeys(row_id for ids in taken for row_id in ids))
            try:
                await handler(ids)
            except Exception:
                log.exception(
                    "a ring was not handled; its rows will be rung again", queue=name, rows=len(ids)
                )
            finally:
                for _ in taken:
                    queue.task_done()


def more(queue: Rings, room: int) -> list[Ids]:
    """What else lies waiting and fits in. A ring that does not is the next one taken: it must not starve."""
    taken: list[Ids] = []
    while queue.next_fits(room):
        ring = queue.get_nowait()
        room -= len(ring)
        taken.append(ring)
    return taken


def drop_all(queue: Rings) -> None:
    while not queue.empty():
        queue.get_nowait()
        queue.task_done()
