"""Looked after on every poll: deadlines fire, leases run out, messages that waited too long are parked."""

from datetime import timedelta

from broker.topology import CLOCK, RING_SIZE
from store import inbox, outbox, timers
from store.database import Database

WAITED_IN_VAIN = "waited-in-vain"


class Clock:
    """`patience`: how long a remote may still be working on a call whose caller is gone."""

    def __init__(self, database: Database, *, patience: timedelta) -> None:
        self._database = database
        self._patience = patience

    async def fire_deadlines(self) -> int:
        async with self._database.write() as tx:
            return await timers.fire_due(tx, CLOCK, RING_SIZE)

    async def expire_leases(self) -> int:
        async with self._database.write() as tx:
            return await outbox.expire_leases(tx, self._patience)

    async def see_to_waiting(self) -> int:
        """Wake what has its case after all; park what has waited too long."""
        async with self._database.write() as tx:
            return await inbox.release_found(tx) + await inbox.park_overdue(tx, WAITED_IN_VAIN)
