"""`carry`: an effect is claimed, called and closed; however the call ends, the row says so."""

import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from broker.backoff import MOST_ATTEMPTS, WAITS
from broker.topology import INTAKE, REPLIES
from case_core.messages import EffectFailed, PersonFound, SubmissionUnknown
from connectors.connector import Answer, Broken, GiveUp, NotYet, TryLater
from handlers.endings import LONGEST_WORK
from store.database import Database
from store.tables import connectors
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.case_core import build
from tests.handlers.carrying import LOOK_UP, MINUTE, RECEIPT, carry, told, wait_of
from tests.handlers.desk import Now
from tests.handlers.scripted import Scripted, carrier, limits
from tests.store import rows
from tests.store.rows import ask, effect_row, outgoing


async def test_an_answer_ends_the_effect_and_is_told(database: Database) -> None:
    """The reply goes to the effect's case under the effect's own id."""
    reply = build.person_found()
    row = await carry(database, Answer(reply=reply, remote_id="remote-1"))
    assert (row.status, row.attempts, row.remote_id, row.lease) == ("done", 1, "remote-1", None)
    [arrived] = await rows.rows(database, messages)
    assert (arrived.source, arrived.external_id, arrived.queue) == ("carry", str(row.id), REPLIES)
    assert await told(database) == [reply]


async def test_facts_are_stored_before_the_reply(database: Database) -> None:
    """The reply may let a rule run that must have seen them."""
    facts = (build.payment_observed(), build.payment_observed(charged=1))
    reply = build.looked_again("verify-payment", nothing_new=False)
    await carry(database, Answer(reply=reply, facts=facts))
    assert await told(database) == [*facts, reply]


async def test_a_fact_found_twice_is_one_message(database: Database) -> None:
    """Whichever effect found it, and however often."""
    work = await carrier(database, Scripted(ends=[Answer(facts=(build.payment_observed(),))]))
    await work(await ask(database, outgoing(1), outgoing(2)))
    [arrived] = await rows.rows(database, messages)
    assert arrived.source == "nexi"


async def test_facts_without_an_identity_are_told_apart_by_their_effect(database: Database) -> None:
    """Two look-ups that found nothing are two messages, each told once."""
    unknown = SubmissionUnknown(at=build.NOW, instance=build.FORM, reason="gone")
    work = await carrier(database, Scripted(ends=[Answer(facts=(unknown,))]))
    ids = await ask(database, outgoing(1), outgoing(2))
    await work(ids)
    stored = await rows.rows(database, messages)
    assert {(row.external_id, row.queue) for row in stored} == {(f"{each}/0", INTAKE) for each in ids}


async def test_a_register_that_knows_nobody_has_answered(database: Database) -> None:
    """A 404 from a register is an answer like any other."""
    row = await carry(database, Answer(reply=PersonFound(at=build.NOW, ask_key="person", person=None)))
    assert row.status == "done"
    assert await told(database) == [PersonFound(at=build.NOW, ask_key="person", person=None)]


async def test_what_will_stay_wrong_fails_at_once(database: Database) -> None:
    """The case is told why and by which effect."""
    row = await carry(database, GiveUp(cause="reserved", reason="The recipient has opted out"))
    assert (row.status, row.attempts, row.reason) == ("failed", 1, "The recipient has opted out")
    assert await told(database) == [
        EffectFailed(
            at=build.NOW,
            ask_key="person",
            effect="LookUpPerson",
            cause="reserved",
            detail="The recipient has opted out",
        )
    ]


async def test_trouble_is_waited_out_by_the_schedule(database: Database) -> None:
    """Each attempt waits longer than the one before it."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    work = await carrier(database, Scripted(ends=[TryLater(reason="503")]))
    for attempt, wait in enumerate(WAITS, start=1):
        await rows.change(database, effects, due_at=0)
        await rows.change(database, connectors, open_until=0)
        await work([row_id])
        row = await effect_row(database, row_id)
        assert (row.status, row.attempts, row.reason) == ("new", attempt, "503")
        assert await wait_of(database, row) == wait
    assert not await told(database)


async def test_the_remotes_own_wish_is_respected(database: Database) -> None:
    """Retry-After goes before our schedule."""
    row = await carry(database, TryLater(reason="429", after=7 * MINUTE))
    assert await wait_of(database, row) == 7 * MINUTE
    assert row.attempts == 1


async def test_work_in_progress_costs_no_attempt(database: Database) -> None:
    """A scan takes its time."""
    row = await carry(
        database, NotYet(after=MINUTE, reason="scan-pending"), NotYet(after=MINUTE, reason="scan")
    )
    assert (row.status, row.attempts, row.reason, row.claims) == ("new", 0, "scan", 2)
    assert await wait_of(database, row) == MINUTE


async def test_work_that_never_ends_fails(database: Database) -> None:
    """After three days a person must look."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    now = Now(build.NOW + LONGEST_WORK)
    work = await carrier(database, Scripted(ends=[NotYet(after=MINUTE, reason="scan-pending")]), now=now)
    await work([row_id])
    assert (await effect_row(database, row_id)).status == "failed"
    [failed] = await told(database)
    assert isinstance(failed, EffectFailed)
    assert failed.cause == "not-yet-for-too-long"


async def test_what_we_are_refused_for_days_fails(database: Database) -> None:
    """It costs no attempt, so only time can end it; then a person must look."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    now = Now(build.NOW + LONGEST_WORK)
    work = await carrier(database, Scripted(ends=[Broken(reason="token refused")]), now=now)
    await work([row_id])
    assert (await effect_row(database, row_id)).status == "failed"
    [failed] = await told(database)
    assert isinstance(failed, EffectFailed)
    assert (failed.cause, failed.detail) == ("broken-for-too-long", "token refused")


async def test_what_is_about_us_costs_no_attempt_and_opens_the_circuit(database: Database) -> None:
    """An expired key must not kill a day's effects."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    connector = Scripted(ends=[Broken(reason="token refused")])
    work = await carrier(database, connector)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.reason) == ("new", 0, "token refused")
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    assert len(connector.asked) == 1
    assert not await told(database)


async def test_exhausted_attempts_fail(database: Database) -> None:
    """After about two days of trying a person must look, and the case says so."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    await rows.change(database, effects, attempts=MOST_ATTEMPTS - 2)
    work = await carrier(database, Scripted(ends=[TryLater(reason="503")]))
    await work([row_id])
    assert (await effect_row(database, row_id)).status == "new"
    await rows.change(database, effects, due_at=0)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts) == ("failed", MOST_ATTEMPTS)
    [failed] = await told(database)
    assert isinstance(failed, EffectFailed)
    assert (failed.cause, failed.detail) == ("too-many-attempts", "503")


async def test_a_defect_in_a_connector_loses_nothing(database: Database) -> None:
    """It counts as an attempt that may have had effect, and its text stays out of rows and logs."""
    with capture_logs() as logged:
        row = await carry(database, ZeroDivisionError(build.NIN), effect=RECEIPT)
    assert (row.status, row.attempts, row.reason) == ("unclear", 1, "handling-fails: ZeroDivisionError")
    assert build.NIN not in repr(logged)


async def test_a_call_that_hangs_is_given_up(database: Database) -> None:
    """After the time-out nobody knows whether it was done."""
    [row_id] = await ask(database, outgoing(effect=RECEIPT))
    bound = limits(timeout=timedelta(milliseconds=20))
    work = await carrier(database, Scripted(gate=asyncio.Event()), limits=bound)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.reason) == ("unclear", "timed-out")
