"""The outbox: an effect is one row for ever, carried by one at a time."""

from datetime import timedelta

import pytest

from case_core.effects import FetchPayment
from store import lateness, outbox
from store.database import Database
from store.rows import Claimed, Ending, OutboxStatus
from store.tables import outbox as table
from tests.case_core import build
from tests.store import rows
from tests.store.rows import LEASE, ask, effect_row, outgoing

LONG_AGO = timedelta(seconds=-1)
LATER = timedelta(hours=1)


async def take(database: Database, *ids: int, lease: timedelta = LEASE) -> list[Claimed]:
    async with database.write() as tx:
        return await outbox.claim(tx, ids, lease)


def ending(claimed: Claimed, status: OutboxStatus, **more: object) -> Ending:
    return Ending(id=claimed.id, claim=claimed.claim, status=status, attempts=claimed.attempts, **more)  # type: ignore[arg-type]  # a test's shorthand


async def close(database: Database, *endings: Ending) -> None:
    async with database.write() as tx:
        await outbox.close(tx, endings)


async def expire(database: Database, patience: timedelta = timedelta()) -> int:
    async with database.write() as tx:
        return await outbox.expire_leases(tx, patience)


async def test_an_effect_asked_for_twice_is_one_row(database: Database) -> None:
    """The key of an effect is its identity, in one set, in the next one and for ever."""
    [row_id, same] = await ask(database, outgoing(), outgoing(effect=FetchPayment(payment_id="other")))
    assert row_id == same
    await close(database, *(ending(each, OutboxStatus.DONE) for each in await take(database, row_id)))
    before = await effect_row(database, row_id)
    assert [row_id] == await ask(database, outgoing(effect=FetchPayment(payment_id="third")))
    assert before == await effect_row(database, row_id)


async def test_a_claim_is_written_into_the_row(database: Database) -> None:
    """Sending, under a lease, one attempt more: all of it before the call goes out."""
    [row_id] = await ask(database, outgoing(case_id="case-1"))
    [claimed] = await take(database, row_id)
    assert claimed.effect == FetchPayment(payment_id="payment-1")
    assert (claimed.case_id, claimed.key, claimed.created_at) == ("case-1", "key-1", build.NOW)
    assert (claimed.attempts, claimed.claim, claimed.again, claimed.lease) == (1, 1, False, LEASE)
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.claims) == ("sending", 1, 1)
    assert row.lease is not None


@pytest.mark.parametrize("status", OutboxStatus)
async def test_only_what_is_new_or_unclear_is_claimed(database: Database, status: OutboxStatus) -> None:
    """What is being sent, or has ended, is nobody's to take."""
    [row_id] = await ask(database, outgoing())
    await rows.change(database, table, status=status)
    may_be = status in (OutboxStatus.NEW, OutboxStatus.UNCLEAR)
    assert [row_id] * may_be == [each.id for each in await take(database, row_id)]


async def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    """A late ring cannot shorten a wait that a remote asked for."""
    [row_id] = await ask(database, outgoing())
    [claimed] = await take(database, row_id)
    await close(database, ending(claimed, OutboxStatus.NEW, after=LATER))
    assert await take(database, row_id) == []


async def test_effects_are_claimed_oldest_first(database: Database) -> None:
    """Whatever the order of the ring."""
    ids = await ask(database, *(outgoing(number) for number in range(5)))
    assert sorted(ids) == [each.id for each in await take(database, *reversed(ids))]


async def test_an_effect_is_claimed_by_one(database: Database) -> None:
    """A second ring for it finds nothing."""
    [row_id] = await ask(database, outgoing())
    assert len(await take(database, row_id)) == 1
    assert await take(database, row_id) == []


async def test_an_effect_that_was_tried_before_says_so(database: Database) -> None:
    """Whoever takes it up again may have to look first."""
    [row_id] = await ask(database, outgoing())
    [first] = await take(database, row_id)
    await close(database, ending(first, OutboxStatus.UNCLEAR))
    [second] = await take(database, row_id)
    assert (second.again, second.claim, second.attempts) == (True, 2, 2)


@pytest.mark.parametrize("status", [OutboxStatus.DONE, OutboxStatus.FAILED, OutboxStatus.CANCELLED])
async def test_an_ending_is_written_into_the_row(database: Database, status: OutboxStatus) -> None:
    """How it ended, why, and what the remote calls it."""
    [row_id] = await ask(database, outgoing())
    [claimed] = await take(database, row_id)
    await close(database, ending(claimed, status, reason="because", remote_id="remote-7"))
    row = await effect_row(database, row_id)
    assert (row.status, row.reason, row.remote_id, row.lease) == (status, "because", "remote-7", None)
    assert await take(database, row_id) == []


async def test_an_outdated_claim_changes_nothing(database: Database) -> None:
    """Who was away so long that another took over has no say any more."""
    [row_id] = await ask(database, outgoing())
    [old] = await take(database, row_id, lease=LONG_AGO)
    assert await expire(database) == 1
    [new] = await take(database, row_id)
    before = await effect_row(database, row_id)
    for status in OutboxStatus:
        await close(database, ending(old, status, reason="too late"))
    assert before == await effect_row(database, row_id)
    await close(database, ending(new, OutboxStatus.DONE))
    assert (await effect_row(database, row_id)).status == OutboxStatus.DONE


async def test_a_set_of_endings_is_one_statement(database: Database) -> None:
    """All of them are written, and the caller is told which ones counted."""
    ids = await ask(database, *(outgoing(number) for number in range(3)))
    endings = [ending(each, OutboxStatus.DONE) for each in await take(database, *ids)]
    outdated = Ending(id=ids[0], claim=99, status=OutboxStatus.FAILED, attempts=1)
    async with rows.overheard(database) as said, database.write() as tx:
        assert await outbox.close(tx, [*endings, outdated]) == endings
    assert {row.status for row in await rows.rows(database, table)} == {"done"}
    assert len([each for each, _ in said if each.startswith("UPDATE")]) == 1


async def test_a_late_ending_counts_while_nobody_has_taken_over(database: Database) -> None:
    """The one who called knows best, even after the lease."""
    [row_id] = await ask(database, outgoing())
    [claimed] = await take(database, row_id, lease=LONG_AGO)
    await expire(database)
    await close(database, ending(claimed, OutboxStatus.DONE))
    assert (await effect_row(database, row_id)).status == OutboxStatus.DONE


async def test_an_end_is_an_end(database: Database) -> None:
    """The same claim cannot end twice."""
    [row_id] = await ask(database, outgoing())
    [claimed] = await take(database, row_id)
    await close(database, ending(claimed, OutboxStatus.DONE))
    await close(database, ending(claimed, OutboxStatus.NEW))
    assert (await effect_row(database, row_id)).status == OutboxStatus.DONE


async def test_a_lease_that_has_run_out_makes_it_unclear_and_never_new(database: Database) -> None:
    """Nobody knows whether it was done; the remote's own time-out passes first."""
    lapsed, held, waiting = await ask(database, *(outgoing(number) for number in range(3)))
    await take(database, lapsed, lease=LONG_AGO)
    await take(database, held)
    assert await expire(database, LATER) == 1
    row = await effect_row(database, lapsed)
    assert (row.status, row.lease, row.rung_at, row.claims) == ("unclear", None, None, 1)
    assert row.reason == "nobody-said-how-it-ended"
    assert await take(database, lapsed) == []
    assert [(await effect_row(database, each)).status for each in (held, waiting)] == ["sending", "new"]


async def test_an_unreadable_effect_is_claimed_with_the_reason(database: Database) -> None:
    """It disturbs none of those that were claimed with it."""
    bad, good = await ask(database, outgoing(1), outgoing(2))
    await rows.change(database, table, table.c.id == bad, body=b"not ours")
    broken, whole = await take(database, bad, good)
    assert (broken.effect, broken.reason) == (None, "no-key: outbox.body")
    assert whole.effect == FetchPayment(payment_id="payment-2")


async def test_the_database_tells_its_time(database: Database) -> None:
    """Leases compare with nothing else, so it must move forward and be near ours."""
    async with database.read() as tx:
        first = await outbox.clock(tx)
        second = await outbox.clock(tx)
    assert first <= second
    assert first.utcoffset() == timedelta()


async def test_a_late_end_keeps_what_the_remote_calls_it(database: Database) -> None:
    """Whatever its later holder writes; and what was done has not failed."""
    [row_id] = await ask(database, outgoing())
    [old] = await take(database, row_id, lease=LONG_AGO)
    await expire(database)
    [new] = await take(database, row_id)
    late = ending(old, OutboxStatus.DONE, remote_id="remote-1")
    async with database.write() as tx:
        assert await lateness.taken_over(tx, [late, ending(new, OutboxStatus.FAILED)]) == [late]
        await lateness.note_late(tx, [late])
    assert (await effect_row(database, row_id)).status == OutboxStatus.SENDING
    await close(database, ending(new, OutboxStatus.FAILED))
    assert (await effect_row(database, row_id)).remote_id == "remote-1"
    async with database.write() as tx:
        await lateness.note_late(tx, [late])
    assert (await effect_row(database, row_id)).status == OutboxStatus.DONE
