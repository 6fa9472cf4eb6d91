"""Two workers at once: what must never happen between them, made to happen as nearly as it can."""

import asyncio
from random import Random

import pytest

from broker.topology import RING_SIZE
from case_core.messages import Message
from case_core.routing import payment_key
from store import cases, inbox, keys, outbox, rings
from store.database import Database, DatabaseTrouble
from store.rows import OutboxStatus
from tests.case_core import build
from tests.conftest import MakeDatabase
from tests.handlers.desk import Desk, applier, submission
from tests.handlers.triggers import closed_gate, stand_still, until_waiting
from tests.store import rows
from tests.store.rows import LEASE, ask, message_row, outgoing

HANDLED = ("handled", "")
A_ROW, A_GATE = "transactionid", "advisory"
SHORT = {
    "idle_in_transaction_session_timeout": "700ms",
    "lock_timeout": "300ms",
    "statement_timeout": "5s",
}

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def overlap(one: Database, two: Database, first: int, second: int) -> None:
    """The first message's transaction is written but not committed when the second one's begins."""
    async with closed_gate(one):
        before = asyncio.create_task(applier(one)([first]))
        await until_waiting(one, A_GATE)
        after = asyncio.create_task(applier(two)([second]))
        await until_waiting(one, A_ROW)
    await asyncio.gather(before, after)


@on_postgresql
async def test_a_wake_up_is_not_lost_when_the_case_comes_first(
    desk: Desk, make_database: MakeDatabase
) -> None:
    """The misser waits for the creator's key to be committed, and then has its case."""
    opening, early = await desk.arrive(submission(), build.payment_observed(payment_id="payment-1"))
    await stand_still(desk.database, "inbox", f"OLD.id = {opening}")
    await overlap(desk.database, make_database(), opening, early)
    assert await desk.ends(opening, early) == [HANDLED, HANDLED]
    [stored] = await desk.all_cases()
    assert stored.version == 2


@on_postgresql
async def test_a_wake_up_is_not_lost_when_the_message_comes_first(
    desk: Desk, make_database: MakeDatabase
) -> None:
    """The creator waits for the misser's key to be committed, and then releases it."""
    opening, early = await desk.arrive(submission(), build.payment_observed(payment_id="payment-1"))
    await stand_still(desk.database, "inbox", f"OLD.id = {early}")
    await overlap(desk.database, make_database(), early, opening)
    assert await desk.ends(opening, early) == [HANDLED, ("new", "")]
    await desk.apply([early])
    assert await desk.ends(early) == [HANDLED]


@on_postgresql
@pytest.mark.parametrize("seed", range(3))
async def test_no_wake_up_is_lost_in_a_crowd(desk: Desk, make_database: MakeDatabase, seed: int) -> None:
    """Cases and what belongs to them arrive at once, at three workers, in any order."""
    random = Random(seed)
    told: list[Message] = [submission(number) for number in range(12)]
    told += [build.payment_observed(payment_id=f"payment-{number}") for number in range(12)]
    random.shuffle(told)
    ids = await desk.arrive(*told)
    random.shuffle(ids)
    workers = [applier(make_database()) for _ in range(3)]
    await asyncio.gather(*(worker(ids[start::3]) for start, worker in enumerate(workers)))
    await desk.apply(ids)
    assert await desk.ends(*ids) == [HANDLED] * 24
    assert [row.version for row in await desk.all_cases()] == [2] * 12


@on_postgresql
async def test_a_frozen_process_does_not_hold_its_cases_for_ever(
    desk: Desk, make_database: MakeDatabase
) -> None:
    """The others go on after the bound; what the frozen one does afterwards is not committed."""
    held, free = await desk.open(1), await desk.open(2)
    frozen, others = make_database(SHORT), make_database(SHORT)
    worker = Desk(database=others, apply=applier(others))
    [waiting] = await desk.arrive(build.person_found(), case_id=held.id)
    [beside] = await desk.arrive(build.person_found(), case_id=free.id)

    async def freeze() -> None:
        async with frozen.write() as tx:
            await cases.load(tx, [held.id])
            await worker.apply([waiting, beside])
            assert await desk.ends(waiting, beside) == [("new", "database-trouble"), HANDLED]
            while (await desk.ends(waiting)) != [HANDLED]:
                await worker.apply([waiting])

    with pytest.raises(DatabaseTrouble):
        await freeze()
    assert (await desk.case(held.id)).version == held.version + 1


@on_postgresql
async def test_a_row_being_marked_is_left_to_its_ring(desk: Desk, make_database: MakeDatabase) -> None:
    """A handler that comes before the relay has committed its mark finds nothing; the ring then brings it."""
    [row_id] = await desk.arrive(submission())
    async with make_database().write() as relay:
        [ring] = await rings.mark(relay, most=10, of_a_ring=RING_SIZE)
        await desk.apply([row_id])
        assert await desk.ends(row_id) == [("new", "")]
    await desk.apply(ring.ids)
    assert await desk.ends(row_id) == [HANDLED]


@on_postgresql
async def test_a_row_being_handled_is_not_marked(desk: Desk, make_database: MakeDatabase) -> None:
    """The relay walks round it, and a handled row stays handled whatever is committed in which order."""
    handled, other = await desk.arrive(submission(1), submission(2))
    await stand_still(desk.database, "inbox", f"OLD.id = {handled} AND NEW.status = 'handled'")
    async with closed_gate(desk.database):
        handling = asyncio.create_task(desk.apply([handled]))
        await until_waiting(desk.database, A_GATE)
        async with make_database().write() as relay:
            [ring] = await rings.mark(relay, most=10, of_a_ring=RING_SIZE)
            assert ring.ids == (other,)
    await handling
    assert await desk.ends(handled) == [HANDLED]
    assert (await message_row(desk.database, handled)).rung_at is None


async def test_a_ring_for_a_handled_row_does_nothing(desk: Desk, make_database: MakeDatabase) -> None:
    """The row was handled before its ring went out; nothing happens twice."""
    [row_id] = await desk.arrive(submission())
    async with make_database().write() as relay:
        [ring] = await rings.mark(relay, most=10, of_a_ring=RING_SIZE)
    await desk.apply([row_id])
    before = await desk.all_cases()
    await desk.apply(ring.ids)
    assert before == await desk.all_cases()
    async with make_database().write() as relay:
        again = await rings.mark(relay, most=10, of_a_ring=RING_SIZE)
    assert ring.queue not in {each.queue for each in again}


@on_postgresql
async def test_an_effect_is_claimed_by_one_of_two(desk: Desk, make_database: MakeDatabase) -> None:
    """Before the first one has committed and after."""
    ids = await ask(desk.database, outgoing(1), outgoing(2))
    other = make_database()
    async with make_database().write() as first:
        assert len(await outbox.claim(first, ids[:1], LEASE)) == 1
        async with other.write() as second:
            assert [each.id for each in await outbox.claim(second, ids, LEASE)] == ids[1:]
    async with other.write() as third:
        assert await outbox.claim(third, ids, LEASE) == []


async def test_many_claimers_share_what_there_is(desk: Desk, make_database: MakeDatabase) -> None:
    """Each effect has one holder, and none is left over."""
    ids = await ask(desk.database, *(outgoing(number) for number in range(40)))

    async def take(database: Database) -> list[int]:
        async with database.write() as tx:
            return [each.id for each in await outbox.claim(tx, ids, LEASE)]

    taken = await asyncio.gather(*(take(make_database()) for _ in range(4)))
    assert sorted(sum(taken, [])) == ids  # noqa: RUF017 - four short lists
    assert {row.status for row in await desk.effects()} == {OutboxStatus.SENDING}
    assert {row.claims for row in await desk.effects()} == {1}


@pytest.mark.parametrize("seed", range(4))
async def test_sets_with_crossing_keys_do_not_deadlock(
    database: Database, make_database: MakeDatabase, seed: int
) -> None:
    """Whatever keys two sets hold and miss, both come through, and each key has one case."""
    random = Random(seed)
    names = [payment_key(str(number)) for number in range(20)]

    async def settle(process: Database, case_id: str) -> None:
        for _ in range(8):
            drawn = random.sample(names, 12)
            async with process.write() as tx:
                await keys.settle_keys(tx, dict.fromkeys(drawn[:6], case_id), set(drawn[6:]))

    await asyncio.gather(*(settle(make_database(), f"case-{number}") for number in range(3)))
    async with database.read() as tx:
        assert len(await keys.holders(tx, names)) == 20


async def test_sets_with_crossing_cases_do_not_deadlock(desk: Desk, make_database: MakeDatabase) -> None:
    """Cases are locked in one order, however the messages lie."""
    opened = [await desk.open(number) for number in range(6)]
    told = [await desk.arrive(build.payment_observed(payment_id=f"payment-{n}")) for n in range(6)]
    found = [await desk.arrive(build.person_found(), case_id=case.id) for case in reversed(opened)]
    sets = ([row_id for [row_id] in told], [row_id for [row_id] in found])
    await asyncio.gather(*(applier(make_database())(ids) for ids in sets))
    assert {(await message_row(desk.database, row_id)).attempts for ids in sets for row_id in ids} == {1}
    assert [row.version for row in await desk.all_cases()] == [3] * 6


@pytest.mark.parametrize("workers", [2, 4])
async def test_workers_with_the_same_ids_handle_each_message_once(
    desk: Desk, make_database: MakeDatabase, workers: int
) -> None:
    """A ring that is delivered twice, to two processes at the same moment."""
    opened = [await desk.open(number) for number in range(5)]
    ids = await desk.arrive(*(submission(number) for number in range(10, 20)))
    for case in opened:
        ids += await desk.arrive(build.person_found(), case_id=case.id)
    await asyncio.gather(*(applier(make_database())(ids) for _ in range(workers)))
    assert await desk.ends(*ids) == [HANDLED] * 15
    stored = await desk.all_cases()
    assert len(stored) == 15
    assert {len(await desk.history(row.id)) - row.version for row in stored} == {0}
    assert {(await message_row(desk.database, row_id)).attempts for row_id in ids} == {1}
    assert len({row.key for row in await desk.effects()}) == len(await desk.effects()) == 60


@on_postgresql
async def test_an_arrival_told_by_two_at_once_is_one_row(desk: Desk, make_database: MakeDatabase) -> None:
    """The second teller waits for the first one's commit and is then told that it is here already."""
    one, two = make_database(), make_database()
    async with one.write() as first:
        [row_id] = await inbox.add(first, [rows.arrival()])

        async def tell_again() -> list[int | None]:
            async with two.write() as second:
                return await inbox.add(second, [rows.arrival()])

        again = asyncio.create_task(tell_again())
        await until_waiting(desk.database, A_ROW)
    assert await again == [None]
    assert row_id is not None
