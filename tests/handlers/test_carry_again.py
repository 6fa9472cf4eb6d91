"""What may follow when nobody knows whether an effect was done: `carry` after a call that was cut off."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from broker.backoff import MOST_ATTEMPTS, WAITS
from case_core.effects import Effect
from case_core.messages import EffectFailed
from connectors.connector import Answer, GiveUp, Outcome, TryLater
from store import outbox
from store.database import Database
from store.tables import outbox as effects
from telemetry.counters import snapshot
from tests.broker.waiting import until_true
from tests.case_core import build
from tests.handlers.carrying import (
    LOOK_UP,
    MINUTE,
    NEVER,
    PAYMENT,
    RECEIPT,
    SUPPLEMENT,
    carry,
    told,
    wait_of,
)
from tests.handlers.scripted import PATIENCE, Scripted, carrier
from tests.store import rows
from tests.store.rows import ask, effect_row, outgoing


@pytest.mark.parametrize(
    ("effect", "status"), [(RECEIPT, "unclear"), (SUPPLEMENT, "unclear"), (PAYMENT, "new"), (LOOK_UP, "new")]
)
async def test_a_call_that_may_have_had_effect_is_unclear(
    database: Database, effect: Effect, status: str
) -> None:
    """Unless a second one does no harm."""
    row = await carry(database, TryLater(reason="reset", sent=True), effect=effect)
    assert (row.status, row.attempts) == (status, 1)


@pytest.mark.parametrize("effect", [RECEIPT, PAYMENT, LOOK_UP])
async def test_what_the_remote_dedupes_or_bears_is_sent_again(database: Database, effect: Effect) -> None:
    """Under the same key, without looking first."""
    [row_id] = await ask(database, outgoing(effect=effect))
    connector = Scripted(ends=[TryLater(reason="reset", sent=True), Answer()])
    work = await carrier(database, connector)
    await work([row_id])
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    assert connector.asked == [("carry", "key-1"), ("carry", "key-1")]
    assert (await effect_row(database, row_id)).status == "done"


async def test_what_cannot_bear_a_second_one_is_looked_for_first(database: Database) -> None:
    """It was done: the answer is what was found, and nothing is sent again."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    reply = build.supplement_requested()
    connector = Scripted(ends=[TryLater(reason="reset", sent=True)], finds=[Answer(reply=reply)])
    work = await carrier(database, connector)
    await work([row_id])
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    assert connector.verbs == ["carry", "find"]
    assert (await effect_row(database, row_id)).status == "done"
    assert await told(database) == [reply]


async def test_what_was_looked_for_and_not_found_is_sent(database: Database) -> None:
    """The remote knows nothing of it, so that the first one had no effect."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    connector = Scripted(ends=[TryLater(reason="reset", sent=True), Answer()])
    work = await carrier(database, connector)
    await work([row_id])
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    assert connector.verbs == ["carry", "find", "carry"]


@pytest.mark.parametrize("end", [TryLater(reason="503"), TryLater(reason="reset", sent=True), ValueError()])
async def test_a_look_that_fails_sends_nothing(database: Database, end: Outcome | Exception) -> None:
    """Not knowing is no leave to do it again."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    connector = Scripted(ends=[TryLater(reason="reset", sent=True)], finds=[end])
    work = await carrier(database, connector)
    await work([row_id])
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    assert connector.verbs == ["carry", "find"]


@pytest.mark.parametrize(("effect", "wait"), [(SUPPLEMENT, PATIENCE), (RECEIPT, WAITS[0])])
async def test_what_will_be_looked_for_is_left_to_the_remote_while_it_may_work(
    database: Database, effect: Effect, wait: timedelta
) -> None:
    """What was cut off may still come about there; looked for too soon it would be done twice."""
    row = await carry(database, TryLater(reason="timed-out", sent=True), effect=effect)
    assert await wait_of(database, row) == wait


async def test_an_effect_of_which_its_carriers_die_has_failed_in_the_end(database: Database) -> None:
    """Each time its lease ran out; it is not carried once more, and its case is told."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    await rows.change(database, effects, attempts=MOST_ATTEMPTS, claims=MOST_ATTEMPTS, status="unclear")
    connector = Scripted()
    await (await carrier(database, connector))([row_id])
    assert not connector.asked
    assert (await effect_row(database, row_id)).status == "failed"
    [failed] = await told(database)
    assert isinstance(failed, EffectFailed)
    assert failed.cause == "too-many-attempts"


async def test_a_first_attempt_is_not_looked_for(database: Database) -> None:
    """There is nothing to find."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    connector = Scripted()
    await (await carrier(database, connector))([row_id])
    assert connector.verbs == ["carry"]


async def test_an_effect_whose_carrier_died_is_looked_for(database: Database) -> None:
    """A lease that ran out says as little as a call that was cut off."""
    [row_id] = await ask(database, outgoing(effect=SUPPLEMENT))
    async with database.write() as tx:
        await outbox.claim(tx, [row_id], timedelta(seconds=-1))
        await outbox.expire_leases(tx, NEVER)
    connector = Scripted()
    await (await carrier(database, connector))([row_id])
    assert connector.verbs == ["find", "carry"]


async def test_what_an_outdated_holder_says_of_a_failure_is_not_told(database: Database) -> None:
    """Another has taken over; only how it ends there counts."""
    [row_id] = await ask(database, outgoing(effect=RECEIPT))
    slow = Scripted(ends=[GiveUp(cause="rejected", reason="late")], gate=asyncio.Event())
    first = asyncio.create_task((await carrier(database, slow))([row_id]))
    await until_true(lambda: bool(slow.asked))
    await rows.change(database, effects, lease=0)
    async with database.write() as tx:
        assert await outbox.expire_leases(tx, NEVER) == 1
    gate = asyncio.Event()
    reply = build.letter_sent("receipt")
    second_connector = Scripted(ends=[Answer(reply=reply)], gate=gate)
    second = asyncio.create_task((await carrier(database, second_connector))([row_id]))
    await until_true(lambda: bool(second_connector.asked))
    assert slow.gate is not None
    slow.gate.set()
    await first
    gate.set()
    await second
    assert (await effect_row(database, row_id)).status == "done"
    assert await told(database) == [reply]


async def test_what_an_outdated_holder_has_done_is_told(database: Database) -> None:
    """It happened; the second holder's answer is then the same message."""
    [row_id] = await ask(database, outgoing(effect=RECEIPT))
    reply = build.letter_sent("receipt")
    slow = Scripted(ends=[Answer(reply=reply)], gate=asyncio.Event())
    first = asyncio.create_task((await carrier(database, slow))([row_id]))
    await until_true(lambda: bool(slow.asked))
    await rows.change(database, effects, lease=0)
    async with database.write() as tx:
        await outbox.expire_leases(tx, NEVER)
        await outbox.claim(tx, [row_id], MINUTE)
    assert slow.gate is not None
    slow.gate.set()
    await first
    assert await told(database) == [reply]
    assert (await effect_row(database, row_id)).status == "sending"


async def test_what_was_done_late_stands_beside_the_failure_of_its_successor(database: Database) -> None:
    """The case hears both, in the order in which they came, and the row has not failed."""
    [row_id] = await ask(database, outgoing(effect=RECEIPT))
    reply = build.letter_sent("receipt")
    slow = Scripted(ends=[Answer(reply=reply, remote_id="letter-1")], gate=asyncio.Event())
    first = asyncio.create_task((await carrier(database, slow))([row_id]))
    await until_true(lambda: bool(slow.asked))
    await rows.change(database, effects, lease=0)
    async with database.write() as tx:
        await outbox.expire_leases(tx, NEVER)
    await (await carrier(database, Scripted(ends=[GiveUp(cause="rejected", reason="400")])))([row_id])
    assert (await effect_row(database, row_id)).status == "failed"
    assert slow.gate is not None
    slow.gate.set()
    await first
    row = await effect_row(database, row_id)
    assert (row.status, row.remote_id) == ("done", "letter-1")
    failed, late = await told(database)
    assert isinstance(failed, EffectFailed)
    assert late == reply


async def test_an_answer_is_written_down_when_the_database_is_back(database: Database) -> None:
    """A blip must not throw away what the remote may not say twice."""
    [row_id] = await ask(database, outgoing(effect=RECEIPT))
    reply = build.letter_sent("receipt")
    connector = Scripted(ends=[Answer(reply=reply)], gate=asyncio.Event())
    with capture_logs() as logged:
        work = asyncio.create_task((await carrier(database, connector))([row_id]))
        await until_true(lambda: bool(connector.asked))
        async with database.write() as tx:
            await tx.connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
        count = database_transactions()
        assert connector.gate is not None
        connector.gate.set()
        await until_true(lambda: database_transactions() > count + 1)
        async with database.write() as tx:
            await tx.connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
        await work
    assert await told(database) == [reply]
    assert (await effect_row(database, row_id)).status == "done"
    assert not [line for line in logged if line["event"] == "an effect was not closed"]


def database_transactions() -> int:
    return int(snapshot()["database.transactions"]["count"])
