"""Who is cancelled in the middle of a transaction leaves nothing behind: no lock and no lost connection."""

import asyncio

import pytest

from store import inbox
from store.database import Database
from store.tables import inbox as table
from tests.conftest import MakeDatabase
from tests.store import rows
from tests.store.rows import arrival, arrive

BOUND = 10.0
POINTS = range(40)


async def tell_slowly(database: Database, number: int) -> None:
    async with database.write() as tx:
        await inbox.add(tx, [arrival(number)])
        await inbox.release(tx, ["nothing"])
        await inbox.park_overdue(tx, "nothing")


@pytest.mark.parametrize("pause", [0.0, 0.0003])
async def test_a_cancelled_transaction_leaves_the_database_usable(
    database: Database, make_database: MakeDatabase, pause: float
) -> None:
    """Wherever it stood: this process can write at once, and so can another."""
    other = make_database()
    for point in POINTS:
        task = asyncio.create_task(tell_slowly(database, point))
        for _ in range(point):
            await asyncio.sleep(pause)
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(BOUND):
            await arrive(database, arrival(1000 + point))
            await arrive(other, arrival(2000 + point))
        told = {row.external_id for row in await rows.rows(database, table)}
        assert (f"event-{point}" in told) or isinstance(ended, asyncio.CancelledError)
