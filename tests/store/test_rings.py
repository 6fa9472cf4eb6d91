"""Which rows are rung for, and when again."""

from datetime import timedelta

import pytest
from sqlalchemy import true

from broker.topology import ACTS, HPR, INTAKE, NEXI, RING_SIZE
from store import circuits, inbox, outbox, rings
from store.database import Database
from store.moments import db_now, micros
from store.rows import Ending, InboxStatus, OutboxStatus, Ring
from store.tables import connectors
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.store import rows
from tests.store.rows import arrival, arrive, ask, outgoing

MINUTE = timedelta(minutes=1)
PLENTY = 1000


async def mark(database: Database, most: int = PLENTY) -> list[Ring]:
    async with database.write() as tx:
        return await rings.mark(tx, most=most, of_a_ring=RING_SIZE)


async def grow_older(database: Database, by: timedelta) -> None:
    """As if the last ring had been so long ago."""
    for table in (messages, effects):
        await rows.change(database, table, true(), rung_at=table.c.rung_at - micros(by))


async def test_new_rows_are_rung_for_once(database: Database) -> None:
    """A row whose ring is on its way is not rung for again."""
    [message] = await arrive(database, arrival())
    [effect] = await ask(database, outgoing())
    assert {Ring(queue=INTAKE, ids=(message,)), Ring(queue=HPR, ids=(effect,))} == set(await mark(database))
    assert await mark(database) == []


async def test_a_ring_holds_rows_of_one_queue(database: Database) -> None:
    """Who consumes a queue gets nothing that is not his."""
    first, act, second = await arrive(database, arrival(1), arrival(2, queue=ACTS), arrival(3))
    assert [Ring(queue=ACTS, ids=(act,)), Ring(queue=INTAKE, ids=(first, second))] == await mark(database)


async def test_rings_hold_a_hundred_rows_at_most(database: Database) -> None:
    """A flood becomes several rings, oldest rows first."""
    ids = await arrive(database, *(arrival(number) for number in range(250)))
    marked = await mark(database)
    assert [len(ring.ids) for ring in marked] == [100, 100, 50]
    assert ids == [row_id for ring in marked for row_id in ring.ids]


async def test_no_more_rows_are_marked_than_asked_for(database: Database) -> None:
    """What is left over comes next, oldest first."""
    ids = await arrive(database, *(arrival(number) for number in range(25)))
    rung = [await mark(database, most=10) for _ in range(4)]
    assert [ids[:10], ids[10:20], ids[20:], []] == [[i for ring in each for i in ring.ids] for each in rung]


async def test_a_row_is_rung_again_after_waits_that_double(database: Database) -> None:
    """60 s, then 2, 4 and 8 minutes, then every quarter of an hour; a lost ring is never the end."""
    await arrive(database, arrival())
    await mark(database)
    for minutes in (1, 2, 4, 8, 15, 15, 15):
        await grow_older(database, minutes * MINUTE - timedelta(seconds=20))
        assert await mark(database) == [], f"too early for {minutes} minutes"
        await grow_older(database, timedelta(seconds=20))
        assert len(await mark(database)) == 1, f"due after {minutes} minutes"


@pytest.mark.parametrize("status", [s for s in InboxStatus if s is not InboxStatus.NEW])
async def test_no_bell_for_messages_that_are_not_open(database: Database, status: InboxStatus) -> None:
    """Handled, waiting, parked or refused: nobody is to come."""
    await arrive(database, arrival())
    await rows.change(database, messages, status=status)
    assert await mark(database) == []


@pytest.mark.parametrize("status", OutboxStatus)
async def test_bells_ring_for_effects_that_may_be_claimed(database: Database, status: OutboxStatus) -> None:
    """New or unclear, and nothing else."""
    await ask(database, outgoing())
    await rows.change(database, effects, status=status)
    assert bool(await mark(database)) == (status in (OutboxStatus.NEW, OutboxStatus.UNCLEAR))


async def test_rows_are_not_rung_for_before_they_are_due(database: Database) -> None:
    """The schedule in the row is the only one."""
    [message] = await arrive(database, arrival())
    await ask(database, outgoing())
    async with database.write() as tx:
        await inbox.postpone(tx, message, MINUTE, "database-trouble")
        await tx.connection.execute(effects.update().values(due_at=db_now() + micros(MINUTE)))
    assert await mark(database) == []
    await rows.change(database, messages, due_at=messages.c.due_at - micros(MINUTE))
    await rows.change(database, effects, due_at=effects.c.due_at - micros(MINUTE))
    assert len(await mark(database)) == 2


async def test_a_row_put_back_is_rung_for_at_once(database: Database) -> None:
    """Its old ring is spent; the wait until the next one belongs to lost rings only."""
    [row_id] = await ask(database, outgoing())
    await mark(database)
    async with database.write() as tx:
        [claimed] = await outbox.claim(tx, [row_id], MINUTE)
        await outbox.close(tx, [Ending(id=row_id, claim=claimed.claim, status=OutboxStatus.NEW, attempts=0)])
    assert len(await mark(database)) == 1


async def test_an_unmarked_row_is_rung_for_at_once(database: Database) -> None:
    """A ring that was not taken over is made again, for its own table's rows alone."""
    [message] = await arrive(database, arrival())
    [effect] = await ask(database, outgoing())
    rung = {ring.queue: ring for ring in await mark(database)}
    assert message == effect, "the two tables count alike, so that a mix-up would show"
    async with database.write() as tx:
        await rings.unmark(tx, rung[HPR], of_messages=False)
    assert [rung[HPR]] == await mark(database)
    async with database.write() as tx:
        await rings.unmark(tx, rung[INTAKE], of_messages=True)
    assert [rung[INTAKE]] == await mark(database)


async def test_a_paused_connector_is_not_rung_for(database: Database) -> None:
    """Its effects wait; the others' go on."""
    await ask(database, outgoing(1, connector=HPR), outgoing(2, connector=NEXI))
    async with database.write() as tx:
        await circuits.ensure(tx, [HPR, NEXI])
    await rows.change(database, connectors, connectors.c.name == HPR, paused=True)
    assert [ring.queue for ring in await mark(database)] == [NEXI]
    await rows.change(database, connectors, paused=False)
    assert [ring.queue for ring in await mark(database)] == [HPR]


async def test_an_open_circuit_is_not_rung_for(database: Database) -> None:
    """Its effects spend neither rings nor attempts until the time is up."""
    [row_id] = await ask(database, outgoing())
    async with database.write() as tx:
        await circuits.ensure(tx, [HPR])
        await circuits.record_trouble(tx, HPR, "token refused", broken=True)
    assert await mark(database) == []
    assert (await rows.effect_row(database, row_id)).rings == 0
    await rows.change(database, connectors, open_until=0)
    assert len(await mark(database)) == 1


async def test_a_connector_without_a_row_is_rung_for(database: Database) -> None:
    """Nobody has said anything against it."""
    await ask(database, outgoing())
    assert len(await mark(database)) == 1


async def test_rings_that_were_in_the_memory_of_a_dead_process_are_forgotten(database: Database) -> None:
    """A restart rings at once for what is open, and what has ended stays as it is."""
    open_row, handled = await arrive(database, arrival(1), arrival(2))
    [effect] = await ask(database, outgoing())
    await mark(database)
    await rows.change(database, messages, messages.c.id == handled, status=InboxStatus.HANDLED)
    before = await rows.message_row(database, handled)
    async with database.write() as tx:
        await rings.forget(tx)
    assert before == await rows.message_row(database, handled)
    assert {(ring.queue, ring.ids) for ring in await mark(database)} == {
        (INTAKE, (open_row,)),
        (HPR, (effect,)),
    }
    assert (await rows.message_row(database, open_row)).rings == 1


async def test_a_row_put_back_waits_for_a_lost_ring_as_a_new_one_does(database: Database) -> None:
    """The rings of its earlier attempts do not make it wait longer."""
    [row_id] = await arrive(database, arrival())
    await rows.change(database, messages, rings=9)
    async with database.write() as tx:
        await inbox.postpone(tx, row_id, timedelta(), "database-trouble")
    assert len(await mark(database)) == 1
    await grow_older(database, MINUTE)
    assert len(await mark(database)) == 1
