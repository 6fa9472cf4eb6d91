"""Deadlines fire once, and never before what came in time has been seen."""

from datetime import timedelta

import pytest

from broker.topology import CLOCK
from case_core.messages import DeadlinePassed
from store import inbox, outbox, timers
from store.database import Database
from store.rows import Closing, InboxStatus
from store.tables import deadlines
from store.tables import inbox as messages
from tests.case_core import build
from tests.store import rows
from tests.store.rows import arrival, arrive

PAST = build.NOW
FAR = build.NOW + timedelta(days=36_500)


async def due(database: Database, *asked: tuple[str, str], at: object = PAST) -> None:
    async with database.write() as tx:
        await tx.connection.execute(
            deadlines.insert(),
            [{"case_id": case, "ask_key": key, "due_at": at, "fired_at": None} for case, key in asked],
        )


async def fire(database: Database, most: int = 100) -> int:
    async with database.write() as tx:
        return await timers.fire_due(tx, CLOCK, most)


async def fired(database: Database) -> list[DeadlinePassed]:
    async with database.write() as tx:
        claimed = await inbox.claim(tx, [row.id for row in await rows.rows(database, messages)])
    return [row.message for row in claimed if isinstance(row.message, DeadlinePassed)]


async def test_a_passed_deadline_becomes_a_message(database: Database) -> None:
    """It goes to its case, says what was due and when, and is told at the database's time."""
    await due(database, ("case-1", "fee"))
    assert await fire(database) == 1
    [message] = await fired(database)
    [row] = await rows.rows(database, messages)
    assert (message.ask_key, message.due) == ("fee", PAST)
    assert (row.queue, row.case_id, row.source) == (CLOCK, "case-1", timers.SOURCE)
    async with database.read() as tx:
        assert PAST < message.at <= await outbox.clock(tx)


async def test_a_deadline_fires_once(database: Database) -> None:
    """However often the clock is looked at."""
    await due(database, ("case-1", "fee"))
    assert [await fire(database) for _ in range(3)] == [1, 0, 0]
    assert len(await rows.rows(database, messages)) == 1


async def test_what_is_not_due_does_not_fire(database: Database) -> None:
    """It is the database's clock that says so."""
    await due(database, ("case-1", "fee"), at=FAR)
    assert await fire(database) == 0


@pytest.mark.parametrize("status", [InboxStatus.NEW, InboxStatus.WAITING])
async def test_nothing_fires_while_an_older_message_is_open(database: Database, status: InboxStatus) -> None:
    """What came in time must be seen in time; the other cases' deadlines fire meanwhile."""
    [row_id] = await arrive(database, arrival(case_id="case-1"))
    await rows.change(database, messages, status=status)
    await due(database, ("case-1", "fee"), ("case-2", "fee"))
    assert await fire(database) == 1
    await rows.change(database, messages, messages.c.id == row_id, status=InboxStatus.NEW)
    async with database.write() as tx:
        await inbox.close(tx, [Closing(id=row_id, status=InboxStatus.HANDLED, case_id="case-1")])
    assert await fire(database) == 1
    assert {row.case_id for row in await rows.rows(database, messages)} == {"case-1", "case-2"}


@pytest.mark.parametrize("status", [InboxStatus.HANDLED, InboxStatus.PARKED, InboxStatus.REFUSED])
async def test_a_closed_message_holds_no_deadline(database: Database, status: InboxStatus) -> None:
    """A parked message waits for a person; its case does not."""
    await arrive(database, arrival(case_id="case-1"))
    await rows.change(database, messages, status=status)
    await due(database, ("case-1", "fee"))
    assert await fire(database) == 1


async def test_all_deadlines_of_a_case_that_are_due_fire_together(database: Database) -> None:
    """One does not hold up the other."""
    await due(database, ("case-1", "fee"), ("case-1", "supplement:1"))
    assert await fire(database) == 2


async def test_many_deadlines_fire_in_portions(database: Database) -> None:
    """Oldest first; the next look takes the next ones."""
    for number in range(5):
        await due(database, (f"case-{number}", "fee"), at=PAST - timedelta(hours=number))
    assert [await fire(database, most=2) for _ in range(4)] == [2, 2, 1, 0]
    stored = await rows.rows(database, messages)
    assert [row.case_id for row in stored] == ["case-4", "case-3", "case-2", "case-1", "case-0"]
