"""What may follow when nobody knows whether an effect was done: `carry` after a call that was cut off."""

import asyncio
from datetime import timedelta

import pytest

from case_core.effects import Effect
from connectors.connector import Answer, GiveUp, Outcome, TryLater
from store import outbox
from store.database import Database
from store.tables import outbox as effects
from tests.broker.waiting import until_true
from tests.case_core import build
from tests.handlers.carrying import LOOK_UP, MINUTE, NEVER, PAYMENT, RECEIPT, SUPPLEMENT, carry, told
from tests.handlers.scripted import Scripted, carrier
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
