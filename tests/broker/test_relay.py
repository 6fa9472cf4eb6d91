"""The relay rings for what is due: at once when woken, at the next poll when not, and after any trouble."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from broker.relay import MOST_ROWS, Duty, Relay
from broker.topology import HPR, INTAKE, RING_SIZE
from broker.transport import Handler, NotPublished
from migrations.upgrade import upgrade
from store.codec import Codec
from store.crypto import Cipher
from store.database import Database
from store.moments import micros
from store.rows import Ring
from store.tables import inbox
from tests import postgres as own_postgres
from tests.broker.waiting import until_true
from tests.postgres import Server
from tests.store import rows
from tests.store.rows import arrival, arrive, ask, effect_row, message_row, outgoing

SELDOM = 3600.0
BOUND = 10.0
OFTEN = 0.02


@dataclass
class Published:
    """A transport that keeps the rings it is handed, unless it refuses their queue."""

    rings: list[Ring] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    refusals: int = 0

    async def start(self, handlers: dict[str, Handler]) -> None:
        del handlers

    async def publish(self, ring: Ring) -> None:
        if ring.queue in self.refused:
            self.refusals += 1
            raise NotPublished(ring.queue)
        self.rings.append(ring)

    async def stop(self, patience: float) -> None:
        del patience

    def has(self, ids: list[int]) -> bool:
        return set(ids) <= set(self.ids)

    @property
    def ids(self) -> list[int]:
        return [row_id for ring in self.rings for row_id in ring.ids]


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
        assert not task.done(), "the relay has ended by itself"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def published() -> Published:
    return Published()


async def test_what_lies_there_at_the_start_is_rung_for(database: Database, published: Published) -> None:
    """Rows outlive the process that stored them."""
    [row_id] = await arrive(database, arrival())
    async with running(Relay(database, published, poll=SELDOM)):
        await until_true(lambda: published.ids == [row_id])


async def test_a_wake_up_makes_it_quick(database: Database, published: Published) -> None:
    """Nobody waits for the next poll."""
    relay = Relay(database, published, poll=SELDOM)
    async with running(relay):
        [row_id] = await arrive(database, arrival())
        relay.wake()
        await until_true(lambda: published.ids == [row_id])


@pytest.mark.parametrize("steps", range(6))
async def test_a_relay_that_is_woken_and_cancelled_at_once_ends(
    database: Database, published: Published, steps: int
) -> None:
    """A wake-up must not swallow the cancellation, or the hub never stops."""
    relay = Relay(database, published, poll=SELDOM)
    [row_id] = await arrive(database, arrival())
    task = asyncio.create_task(relay.run())
    await until_true(lambda: published.ids == [row_id])
    for _ in range(20):
        await asyncio.sleep(0)
    relay.wake()
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=BOUND)
    assert done
    assert task.cancelled()


async def test_a_poll_makes_it_certain(database: Database, published: Published) -> None:
    """A row that another process stored, and of which nobody told us."""
    async with running(Relay(database, published, poll=OFTEN)):
        [row_id] = await arrive(database, arrival())
        await until_true(lambda: published.ids == [row_id])


async def test_a_wake_up_during_the_work_is_not_lost(database: Database, published: Published) -> None:
    """Whoever commits and wakes while the relay is busy is rung for in the next round."""
    relay = Relay(database, published, poll=SELDOM)
    async with running(relay):
        for number in range(20):
            await arrive(database, arrival(number))
            relay.wake()
        await until_true(lambda: len(published.ids) == 20)
    assert len(set(published.ids)) == 20


async def test_more_than_one_round_can_hold_is_rung_for_without_waiting(
    database: Database, published: Published
) -> None:
    """A flood is worked off round by round."""
    await arrive(database, *(arrival(number) for number in range(MOST_ROWS + 5)))
    async with running(Relay(database, published, poll=SELDOM)):
        await until_true(lambda: len(published.ids) == MOST_ROWS + 5)


async def test_a_ring_that_is_not_taken_is_taken_back(database: Database, published: Published) -> None:
    """Its rows are rung for at the next poll; the other queues' rings go out meanwhile."""
    [message] = await arrive(database, arrival())
    [effect] = await ask(database, outgoing())
    published.refused = {INTAKE}
    relay = Relay(database, published, poll=SELDOM)
    assert await relay.ring() == 1
    assert published.rings == [Ring(queue=HPR, ids=(effect,))]
    assert (await message_row(database, message)).rung_at is None
    assert (await effect_row(database, effect)).rung_at is not None
    published.refused = set()
    assert await relay.ring() == 1
    assert published.rings[1:] == [Ring(queue=INTAKE, ids=(message,))]


async def test_a_queue_without_consumers_is_tried_at_every_poll_and_not_in_between(
    database: Database, published: Published
) -> None:
    """A relay that nobody listens to must not spin, however many rows are waiting."""
    await arrive(database, *(arrival(number) for number in range(MOST_ROWS + 5)))
    published.refused = {INTAKE}
    async with running(Relay(database, published, poll=SELDOM)):
        await until_true(lambda: published.refusals >= MOST_ROWS // RING_SIZE)
        for _ in range(20):
            await asyncio.sleep(OFTEN)
        assert published.refusals == MOST_ROWS // RING_SIZE


def counting(times: list[int], trouble: Exception | None = None) -> Duty:
    async def duty() -> int:
        times.append(1)
        if trouble is not None and len(times) == 1:
            raise trouble
        return 0

    return duty


async def test_duties_are_seen_to_at_every_poll(database: Database, published: Published) -> None:
    """Deadlines, leases and overdue messages need no thread of their own."""
    times: list[int] = []
    async with running(Relay(database, published, poll=OFTEN, duties=(counting(times),))):
        await until_true(lambda: len(times) >= 3)


async def test_wake_ups_do_not_make_duties_more_frequent(database: Database, published: Published) -> None:
    """A busy hub looks at its clock as often as an idle one."""
    times: list[int] = []
    relay = Relay(database, published, poll=SELDOM, duties=(counting(times),))
    async with running(relay):
        for number in range(5):
            told = await arrive(database, arrival(number))
            relay.wake()
            await until_true(partial(published.has, told))
    assert len(times) == 1


@pytest.mark.parametrize("trouble", [OSError("gone"), TimeoutError()])
async def test_trouble_of_a_duty_is_waited_out(
    database: Database, published: Published, trouble: Exception
) -> None:
    """The next poll sees to it again, and rings."""
    times: list[int] = []
    [row_id] = await arrive(database, arrival())
    async with running(Relay(database, published, poll=OFTEN, duties=(counting(times, trouble),))):
        await until_true(lambda: published.ids == [row_id] and len(times) > 1)


async def test_a_duty_that_fails_keeps_no_other_from_being_seen_to(
    database: Database, published: Published
) -> None:
    """A defect in one of them stops neither deadlines nor the bell."""
    [row_id] = await arrive(database, arrival())
    times: list[int] = []

    async def fail() -> int:
        raise ZeroDivisionError

    with capture_logs() as logged:
        async with running(Relay(database, published, poll=SELDOM, duties=(fail, counting(times)))):
            await until_true(lambda: published.ids == [row_id])
    assert times == [1]
    assert ("a duty failed", "fail") in {(line["event"], line.get("duty")) for line in logged}


async def test_trouble_in_the_database_is_waited_out(database: Database, published: Published) -> None:
    """The relay goes on as soon as the database does; no row is lost by it."""
    [row_id] = await arrive(database, arrival())
    await statement(database, "ALTER TABLE inbox RENAME TO away")
    async with running(Relay(database, published, poll=OFTEN)):
        for _ in range(10):
            await asyncio.sleep(OFTEN)
        assert not published.rings
        await statement(database, "ALTER TABLE away RENAME TO inbox")
        await until_true(lambda: published.ids == [row_id])


async def statement(database: Database, sql: str) -> None:
    async with database.write() as tx:
        await tx.connection.execute(text(sql))


async def test_a_ring_that_got_lost_is_made_again(database: Database, published: Published) -> None:
    """The row is still open a minute later, so the sweep rings once more."""
    [row_id] = await arrive(database, arrival())
    relay = Relay(database, published, poll=SELDOM)
    await relay.ring()
    await rows.change(database, inbox, rung_at=inbox.c.rung_at - micros(timedelta(minutes=2)))
    await relay.ring()
    assert published.ids == [row_id, row_id]


@pytest.fixture
def fragile_postgres() -> Iterator[Server]:
    """A server that a test may stop."""
    try:
        with own_postgres.running() as server:
            yield server
    except own_postgres.NotInstalled as missing:
        pytest.skip(str(missing))


async def test_a_database_server_that_goes_and_comes_is_waited_out(
    fragile_postgres: Server, cipher: Cipher, codec: Codec, published: Published
) -> None:
    """Gone without a word, away for a while, starting up: the relay outlives all of it."""
    server = fragile_postgres
    server.create("hub")
    database = Database(server.url("hub"), cipher, codec)
    await database.run(upgrade)
    await arrive(database, arrival(1))
    async with running(Relay(database, published, poll=OFTEN)):
        await until_true(lambda: len(published.ids) == 1)
        await asyncio.to_thread(server.stop, "immediate")
        for _ in range(10):
            await asyncio.sleep(OFTEN)
        await asyncio.to_thread(server.start)
        await arrive(database, arrival(2))
        await until_true(lambda: len(published.ids) == 2)
    await database.close()
