"""Rings for open rows. A wake-up makes it quick; the poll makes it certain."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from broker.topology import BY_NAME, RING_SIZE
from broker.transport import NotPublished, Transport
from store import rings
from store.database import Database, DatabaseTrouble, is_away
from store.rows import Ring

log = structlog.get_logger(__name__)

MOST_ROWS = 1000
"""Rows of each table marked in one transaction."""

Duty = Callable[[], Awaitable[int]]
"""Something that is looked after on every poll (timers, lapsed leases); how many rows it moved."""


class Relay:
    """Marks due rows as rung and publishes their ids. `poll` is in seconds."""

    def __init__(
        self, database: Database, transport: Transport, *, poll: float, duties: tuple[Duty, ...] = ()
    ) -> None:
        self._database = database
        self._transport = transport
        self._poll = poll
        self._duties = duties
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Rows have been committed; look now and not at the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. Trouble in the database is waited out: rows are not lost by it."""
        polled_at = -self._poll
        while True:
            self._woken.clear()
            try:
                now = asyncio.get_running_loop().time()
                if now - polled_at >= self._poll:
                    polled_at = now
                    await self._see_to_duties()
                rung = await self.ring()
            except DatabaseTrouble as error:
                log.warning("the relay waits for the database", error=type(error).__name__)
                rung = 0
            except Exception:
                # Without the relay nothing goes on: whatever it was, the next round comes.
                log.exception("a round of the relay failed")
                rung = 0
            if rung < MOST_ROWS:
                await self._wait()

    async def ring(self) -> int:
        """Ring once for what is due now; how many rows' rings were taken over."""
        async with self._database.write() as tx:
            marked = await rings.mark(tx, most=MOST_ROWS, of_a_ring=RING_SIZE)
        return sum([await self._publish(ring) for ring in marked])

    async def _publish(self, ring: Ring) -> int:
        try:
            await self._transport.publish(ring)
        except NotPublished as error:
            log.warning("ring not taken", queue=ring.queue, rows=len(ring.ids), reason=str(error))
            async with self._database.write() as tx:
                await rings.unmark(tx, ring, of_messages=BY_NAME[ring.queue].of_messages)
            return 0
        return len(ring.ids)

    async def _see_to_duties(self) -> None:
        for duty in self._duties:
            try:
                await duty()
            except DatabaseTrouble as error:
                log.warning("a duty waits for the database", duty=name_of(duty), error=type(error).__name__)
                if is_away(error):
                    return
            except Exception:
                # One that fails must keep neither the others from being seen to nor the bell from ringing.
                log.exception("a duty failed", duty=name_of(duty))

    async def _wait(self) -> None:
        # Not `wait_for`: it swallows a cancellation that comes together with the wake-up.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self._woken.wait()


def name_of(duty: Duty) -> str:
    return getattr(duty, "__name__", type(duty).__name__)
