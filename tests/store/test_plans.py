"""SQLite finds open rows by their partial indexes, however many closed ones lie beside them."""

import re
from collections.abc import Awaitable, Callable

import pytest

from store import inbox, outbox, rings, timers
from store.database import Database, Tx
from store.views.parked import parked_groups, parked_rows
from tests.store import rows
from tests.store.rows import LEASE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def mark(tx: Tx) -> None:
    await rings.mark(tx, most=100, of_a_ring=100)


async def release(tx: Tx) -> None:
    await inbox.release(tx, ["instance:1", "payment:1"])


async def park_overdue(tx: Tx) -> None:
    await inbox.park_overdue(tx, "waited-in-vain")


async def list_parked(tx: Tx) -> None:
    await parked_rows(tx, "no-such-task", 50)


async def group_parked(tx: Tx) -> None:
    await parked_groups(tx)


async def expire(tx: Tx) -> None:
    await outbox.expire_leases(tx, LEASE)


async def fire(tx: Tx) -> None:
    await timers.fire_due(tx, "clock", 100)


@pytest.mark.parametrize(
    ("work", "indexes"),
    [
        (mark, {"ix_inbox_open", "ix_outbox_open"}),
        (release, {"ix_inbox_waiting"}),
        (park_overdue, {"ix_inbox_waiting"}),
        (list_parked, {"ix_inbox_parked"}),
        (group_parked, {"ix_inbox_parked"}),
        (expire, {"ix_outbox_sending"}),
        (fire, {"ix_deadlines_due"}),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_open_rows_are_found_by_their_index(
    database: Database, work: Callable[[Tx], Awaitable[None]], indexes: set[str]
) -> None:
    """The plan of the very statements that the program sends."""
    async with rows.overheard(database) as said, database.write() as tx:
        await work(tx)
    plans = [await plan(database, statement, parameters) for statement, parameters in said]
    told = "\n".join(plans)
    assert indexes == {index for index in indexes if re.search(rf"INDEX {index}\b", told)}, told
    assert "SCAN inbox\n" not in f"{told}\n"
    assert "SCAN outbox\n" not in f"{told}\n"


async def plan(database: Database, statement: str, parameters: object) -> str:
    async with database.read() as tx:
        explained = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]  # as the driver had them
        return "\n".join(str(row.detail) for row in explained)
