"""`carry`: an effect is claimed, called and closed; however the call ends, the row says so."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row
from structlog.testing import capture_logs

from broker.backoff import MOST_ATTEMPTS, WAITS
from broker.topology import FOLKEREGISTERET, INTAKE, REPLIES
from case_core.case import AskState
from case_core.effects import CreatePayment, Effect, LookUpPerson, RequestSupplement, SendReceipt
from case_core.messages import EffectFailed, Message, PersonFound, SubmissionUnknown
from connectors.connector import Answer, Broken, GiveUp, NotYet, Outcome, TryLater
from handlers.carry import LONGEST_WORK, MARGIN, Limits
from store import inbox, outbox
from store.database import Database
from store.moments import from_micros
from store.tables import cases, connectors
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.broker.waiting import until_true
from tests.case_core import build
from tests.handlers.desk import Desk, Now, Wakes, submission
from tests.handlers.scripted import TIMEOUT, Scripted, carrier
from tests.store import rows
from tests.store.rows import ask, effect_row, outgoing

LOOK_UP = LookUpPerson(ask_key="person", nin=build.NIN, case_number="2026-000001-5")
SUPPLEMENT = RequestSupplement(
    ask_key="form:1",
    party_id="50100001",
    case_number="2026-000001-5",
    missing=("vitnemal",),
    due=build.NOW,
    asked_at=build.NOW,
    language="nb",
)
PAYMENT = CreatePayment(ask_key="payment", case_number="2026-000001-5", amount_ore=200_000, language="nb")
RECEIPT = SendReceipt(
    ask_key="receipt",
    recipient=build.NIN,
    case_number="2026-000001-5",
    language="nb",
    profession="SP",
    application=build.application(),
    received_at=build.NOW,
    expected_weeks=8,
)
MINUTE = timedelta(minutes=1)
NEVER = timedelta()


async def carry(database: Database, *ends: Outcome | Exception, effect: Effect = LOOK_UP) -> Row[Any]:
    """One effect, tried as often as there are ends; its row afterwards."""
    [row_id] = await ask(database, outgoing(effect=effect))
    connector = Scripted(ends=ends)
    work = await carrier(database, connector)
    for _ in ends:
        await rows.change(database, effects, due_at=0)
        await rows.change(database, connectors, open_until=0)
        await work([row_id])
    assert len(connector.asked) == len(ends)
    return await effect_row(database, row_id)


async def told(database: Database) -> Sequence[Message | None]:
    """What was put into the inbox, in order."""
    ids = [row.id for row in await rows.rows(database, messages)]
    async with database.write() as tx:
        return [row.message for row in await inbox.claim(tx, ids)]


async def wait_of(database: Database, row: Row[Any]) -> timedelta:
    """How long the row has to wait from now on, to the second."""
    async with database.read() as tx:
        left = from_micros(row.due_at) - await outbox.clock(tx)
    return timedelta(seconds=round(left.total_seconds()))


# --- how a call may end -----------------------------------------------------------------------------


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
    limits = Limits(timeout=timedelta(milliseconds=20), lease=MINUTE, at_a_time=1)
    work = await carrier(database, Scripted(gate=asyncio.Event()), limits=limits)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.reason) == ("unclear", "timed-out")


# --- what may follow when nobody knows whether it was done ------------------------------------------


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


# --- leases, circuits, and what is not tried --------------------------------------------------------


@pytest.mark.parametrize("spare", [NEVER, timedelta(microseconds=-1)])
def test_a_lease_must_outlast_the_call(spare: timedelta) -> None:
    """With a margin; else nothing could ever be carried."""
    with pytest.raises(ValueError, match="must be longer"):
        Limits(timeout=TIMEOUT, lease=TIMEOUT + MARGIN + spare, at_a_time=1)


async def test_an_effect_whose_turn_comes_too_late_is_put_back(database: Database) -> None:
    """A call that could outlast its lease is not begun; it costs no attempt and goes again at once."""
    spare = timedelta(milliseconds=400)
    limits = Limits(timeout=TIMEOUT, lease=TIMEOUT + MARGIN + spare, at_a_time=1)
    ids = await ask(database, *(outgoing(number, effect=LOOK_UP) for number in range(3)))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector, limits=limits))(ids))
    loop = asyncio.get_running_loop()
    over = loop.time() + 2 * spare.total_seconds()
    await until_true(lambda: loop.time() > over)
    assert connector.gate is not None
    connector.gate.set()
    await work
    called = {key for _, key in connector.asked}
    put_back = [row for row in await rows.rows(database, effects) if row.key not in called]
    assert len(put_back) >= 2
    assert {(row.status, row.attempts, row.reason) for row in put_back} == {("new", 0, "lease-too-short")}
    assert {await wait_of(database, row) <= NEVER for row in put_back} == {True}


async def test_no_more_calls_at_a_time_than_allowed(database: Database) -> None:
    """The others wait for their turn, whatever the size of the ring."""
    limits = Limits(timeout=TIMEOUT, lease=TIMEOUT + MARGIN + MINUTE, at_a_time=2)
    ids = await ask(database, *(outgoing(number) for number in range(5)))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector, limits=limits))(ids))
    await until_true(lambda: len(connector.asked) == 2)
    assert connector.gate is not None
    connector.gate.set()
    await work
    assert sorted(key for _, key in connector.asked) == [f"key-{number}" for number in range(5)]


async def test_the_claim_is_committed_before_the_call(database: Database) -> None:
    """Whoever dies during the call leaves a row that says so."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector))([row_id]))
    await until_true(lambda: bool(connector.asked))
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.claims) == ("sending", 1, 1)
    assert connector.gate is not None
    connector.gate.set()
    await work


async def test_an_open_circuit_costs_neither_calls_nor_attempts(database: Database) -> None:
    """The rows are rung for again as soon as it has closed, and not a minute later."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    connector = Scripted()
    work = await carrier(database, connector)
    await rows.change(database, connectors, paused=True)
    await rows.change(database, effects, rung_at=1)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.claims, row.rung_at) == ("new", 0, 0, None)
    assert not connector.asked


async def test_five_failures_in_a_row_open_the_circuit(database: Database) -> None:
    """The sixth effect is not tried."""
    ids = await ask(database, *(outgoing(number) for number in range(6)))
    connector = Scripted(ends=[TryLater(reason="503")])
    work = await carrier(database, connector)
    for row_id in ids:
        await work([row_id])
    assert len(connector.asked) == 5
    last = await effect_row(database, ids[-1])
    assert (last.status, last.attempts) == ("new", 0)


@pytest.mark.parametrize("good", [Answer(), GiveUp(cause="c", reason="r"), NotYet(after=MINUTE, reason="r")])
async def test_a_remote_that_answers_is_in_health(database: Database, good: Outcome) -> None:
    """Whatever it says; the failures before it are forgotten."""
    ids = await ask(database, *(outgoing(number) for number in range(10)))
    bad = TryLater(reason="503")
    connector = Scripted(ends=[*[bad] * 4, good, *[bad] * 4, good])
    work = await carrier(database, connector)
    for row_id in ids:
        await work([row_id])
    assert len(connector.asked) == 10


async def test_an_unreadable_effect_is_put_back_for_a_while(database: Database) -> None:
    """Its bytes may be read again when a key or a release is mended; its neighbours are carried."""
    bad, good = await ask(database, outgoing(1), outgoing(2))
    await rows.change(database, effects, effects.c.id == bad, body=b"not ours")
    connector = Scripted()
    await (await carrier(database, connector))([bad, good])
    row = await effect_row(database, bad)
    assert (row.status, row.attempts, row.reason) == ("new", 0, "no-key: outbox.body")
    assert await wait_of(database, row) == 5 * MINUTE
    assert connector.asked == [("carry", "key-2")]


# --- with a case ------------------------------------------------------------------------------------


async def look_up_of(desk: Desk, case_id: str) -> int:
    [row_id] = [row.id for row in await desk.effects() if (row.case_id, row.ask_key) == (case_id, "person")]
    assert isinstance(row_id, int)
    return row_id


async def test_an_answer_reaches_its_case(desk: Desk, wakes: Wakes) -> None:
    """Carried, told, applied; the relay is woken for it."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    connector = Scripted(ends=[Answer(reply=build.person_found())])
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, wake=wakes)
    woken = wakes.times
    await work([row_id])
    assert wakes.times > woken
    assert connector.asked == [("carry", f"{case.id}/person")]
    await desk.apply([row.id for row in await rows.rows(desk.database, messages)])
    ended = (await desk.case(case.id)).ask("person")
    assert ended is not None
    assert ended.state is AskState.MET


async def test_what_is_not_wanted_any_more_is_cancelled(desk: Desk) -> None:
    """It is not called, and the case is told."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    await desk.handle(build.person_found(), case_id=case.id)
    connector = Scripted()
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))([row_id])
    row = await effect_row(desk.database, row_id)
    assert (row.status, row.reason) == ("cancelled", "not-wanted")
    assert not connector.asked
    [told_row] = [each for each in await rows.rows(desk.database, messages) if each.source == "carry"]
    assert (told_row.type, told_row.case_id) == ("EffectCancelled", case.id)
    await desk.apply([told_row.id])
    assert await desk.ends(told_row.id) == [("handled", "")]


async def test_a_failure_reaches_its_case(desk: Desk) -> None:
    """Every effect ends as a message to its case."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    connector = Scripted(ends=[GiveUp(cause="rejected", reason="400")])
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))([row_id])
    await desk.apply([row.id for row in await rows.rows(desk.database, messages)])
    failed = (await desk.case(case.id)).ask("person")
    assert failed is not None
    assert (failed.state, failed.reason) == (AskState.FAILED, "rejected")


async def test_an_effect_of_an_unreadable_case_is_put_back_for_a_while(desk: Desk) -> None:
    """Nobody can say whether it is still wanted; the others' effects are carried."""
    broken, whole = await desk.open(1), await desk.open(2)
    ids = [await look_up_of(desk, case.id) for case in (broken, whole)]
    await rows.change(desk.database, cases, cases.c.id == broken.id, data=b"not ours")
    connector = Scripted()
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))(ids)
    assert connector.asked == [("carry", f"{whole.id}/person")]
    row = await effect_row(desk.database, ids[0])
    assert (row.status, row.attempts, row.reason) == ("new", 0, "no-key: cases.data")
    assert await wait_of(desk.database, row) == 5 * MINUTE


async def test_carriers_that_close_together_share_a_commit(desk: Desk) -> None:
    """However many effects end while the last transaction runs."""
    for number in range(12):
        await desk.handle(submission(number))
    ids = [row.id for row in await desk.effects() if row.effect == "LookUpPerson"]
    connector = Scripted(gate=asyncio.Event(), ends=[Answer(reply=build.person_found())])
    limits = Limits(timeout=TIMEOUT, lease=TIMEOUT + MARGIN + MINUTE, at_a_time=12)
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, limits=limits)
    task = asyncio.create_task(work(ids))
    await until_true(lambda: len(connector.asked) == 12)
    assert connector.gate is not None
    async with rows.overheard(desk.database) as said:
        connector.gate.set()
        await task
    assert len([each for each, _ in said if "UPDATE outbox" in each]) == 1
    assert {(await effect_row(desk.database, each)).status for each in ids} == {"done"}
