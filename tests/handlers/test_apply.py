"""`apply`: the messages that are waiting now become changes of cases, each exactly once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.topology import ALTINN, CORRESPONDENCE, FOLKEREGISTERET, NEXI
from case_core.case import Phase
from case_core.case_types.facts import ApplicationCase
from case_core.messages import (
    FormCompleted,
    LetterChanged,
    Message,
    PaymentChanged,
    PaymentObserved,
    PaymentUnknown,
    SubmissionUnknown,
)
from case_core.routing import instance_key, payment_key
from store import keys, outbox
from store.documents import find
from store.inbox import replay
from store.moments import from_micros
from store.rows import OutboxStatus
from store.tables import documents, inbox
from tests.case_core import build
from tests.handlers.desk import Desk, Wakes, applier, instance, submission
from tests.store import rows
from tests.store.rows import effect_row, message_row

HANDLED = ("handled", "")


def supplement(nin: str = build.NIN) -> Message:
    """One that comes in on the form of the first case."""
    return build.supplement("vitnemal", nin=nin, instance=instance(1))


async def test_a_submission_opens_a_case(desk: Desk, wakes: Wakes) -> None:
    """With a number, its history, its keys, its documents, and the first effects asked for."""
    [row_id] = await desk.handle(submission())
    [stored] = await desk.all_cases()
    case = await desk.case(stored.id)
    assert (case.version, case.phase, case.number) == (1, Phase.OPEN, stored.number)
    assert stored.number.startswith("2026-000001-")
    assert await desk.ends(row_id) == [HANDLED]
    assert (await message_row(desk.database, row_id)).case_id == stored.id
    assert [event.message for event in await desk.history(stored.id)] == ["SubmissionReceived"]
    assert wakes.times == 1


async def test_what_a_case_asks_for_is_in_the_outbox(desk: Desk) -> None:
    """Each effect once, under the case's own key, at the connector that carries it."""
    case = await desk.open()
    stored = {row.effect: row for row in await desk.effects()}
    assert {name: row.connector for name, row in stored.items()} == {
        "SendReceipt": CORRESPONDENCE,
        "ConfirmSubmission": ALTINN,
        "FetchPayment": NEXI,
        "LookUpPerson": FOLKEREGISTERET,
    }
    assert {row.key for row in stored.values()} == {f"{case.id}/{row.ask_key}" for row in stored.values()}
    assert {row.case_id for row in stored.values()} == {case.id}


async def test_a_case_holds_the_keys_that_messages_name_it_by(desk: Desk) -> None:
    """Its form and its payment."""
    case = await desk.open(7)
    async with desk.database.read() as tx:
        held = await keys.holders(tx, [instance_key(instance(7)), payment_key("payment-7")])
    assert set(held.values()) == {case.id}
    assert len(held) == 2


async def test_documents_become_rows_of_the_case(desk: Desk) -> None:
    """Found by their id, with all that was told of them; the name is encrypted."""
    case = await desk.open(3)
    [document] = submission(3).documents
    async with desk.database.read() as tx:
        assert await find(tx, document.id) == (case.id, document)
        assert await find(tx, "nobody's") is None
    [row] = await rows.rows(desk.database, documents)
    assert document.name.encode() not in row.name


async def test_five_duplicates_open_one_case(desk: Desk) -> None:
    """Told by five, in one set and in the next: the others are handled and say why nothing came of them."""
    ids = await desk.handle(*[submission()] * 3)
    ids += await desk.handle(*[submission()] * 2)
    assert await desk.ends(*ids) == [HANDLED, *[("handled", "has-its-case-already")] * 4]
    [stored] = await desk.all_cases()
    assert (stored.version, stored.events) == (1, 1)
    assert len(await desk.effects()) == 4
    assert {(await message_row(desk.database, each)).case_id for each in ids} == {stored.id}


async def test_five_tellings_of_a_fact_change_a_case_once(desk: Desk) -> None:
    """The case is the same after the second as after the first, and so is its history."""
    case = await desk.open()
    paid = build.payment_observed(payment_id="payment-1")
    ids = await desk.handle(*[paid] * 3)
    ids += await desk.handle(*[paid] * 2)
    assert await desk.ends(*ids) == [HANDLED] * 5
    assert (await desk.case(case.id)).version == case.version + 1
    assert len(await desk.history(case.id)) == 2
    assert len([row for row in await desk.effects() if row.effect == "LookUpAuthorisations"]) == 1


async def test_applying_the_same_row_again_does_nothing(desk: Desk) -> None:
    """A ring may come twice."""
    [row_id] = await desk.handle(submission())
    before = await desk.all_cases(), await desk.effects()
    await desk.apply([row_id])
    assert before == (await desk.all_cases(), await desk.effects())


async def test_a_set_is_one_transaction(desk: Desk) -> None:
    """Many messages of many cases, and several of the same case, commit together."""
    first = await desk.open(1)
    async with rows.overheard(desk.database) as said:
        await desk.handle(
            *(submission(number) for number in range(2, 12)), build.payment_observed(payment_id="payment-1")
        )
    assert len([each for each, _ in said if "INTO cases" in each]) == 1
    assert len(await desk.all_cases()) == 11
    assert (await desk.case(first.id)).version == 2


async def test_a_message_before_its_case_waits_and_is_released(desk: Desk) -> None:
    """It is handled as soon as the case is there, and not before a person has to look."""
    [early] = await desk.handle(build.payment_observed(payment_id="payment-1"))
    waiting = await message_row(desk.database, early)
    assert (waiting.status, waiting.awaits) == ("waiting", payment_key("payment-1"))
    async with desk.database.read() as tx:
        left = from_micros(waiting.due_at) - await outbox.clock(tx)
    patience = timedelta(days=PaymentObserved.PATIENCE_DAYS)
    assert patience / 2 < left <= patience
    case = await desk.open()
    assert await desk.ends(early) == [("new", "")]
    await desk.apply([early])
    assert await desk.ends(early) == [HANDLED]
    assert (await desk.case(case.id)).version == 2


async def test_a_message_beside_the_one_that_opens_its_case_is_handled_in_the_same_go(desk: Desk) -> None:
    """The payment was told first; it need not wait for another ring."""
    early, opening = await desk.handle(build.payment_observed(payment_id="payment-1"), submission())
    assert await desk.ends(early, opening) == [HANDLED, HANDLED]
    [stored] = await desk.all_cases()
    assert stored.version == 2


async def test_a_key_that_comes_later_releases_too(desk: Desk) -> None:
    """A letter is known by its id only once Altinn has said so."""
    case = await desk.open()
    [early] = await desk.handle(build.letter_observed("receipt"))
    assert (await desk.ends(early))[0][0] == "waiting"
    await desk.handle(build.letter_sent("receipt"), case_id=case.id)
    await desk.apply([early])
    letter = (await desk.case(case.id)).facts.letter("receipt")
    assert letter is not None
    assert letter.delivered_at == build.NOW


@pytest.mark.parametrize(
    ("hint", "effect"),
    [
        (FormCompleted(at=build.NOW, app="autorisasjon", instance=build.FORM), "FetchSubmission"),
        (PaymentChanged(at=build.NOW, payment_id="payment-1"), "FetchPayment"),
        (LetterChanged(at=build.NOW, letter_id="letter-1"), "FetchLetter"),
    ],
)
async def test_a_hint_asks_for_a_look(desk: Desk, hint: Message, effect: str) -> None:
    """Without a case, under a key of its own; nothing else comes of it."""
    [row_id] = await desk.handle(hint)
    [stored] = await desk.effects()
    assert (stored.effect, stored.case_id, stored.key) == (effect, None, f"hint/{row_id}")
    assert stored.status == OutboxStatus.NEW
    assert await desk.ends(row_id) == [HANDLED]
    assert not await desk.all_cases()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (SubmissionUnknown(at=build.NOW, instance=build.FORM, reason="gone"), "nothing-behind-hint: gone"),
        (PaymentUnknown(at=build.NOW, payment_id="p"), "nothing-behind-hint"),
    ],
)
async def test_a_hint_with_nothing_behind_it_is_refused(desk: Desk, message: Message, reason: str) -> None:
    """Quietly: anybody can send one."""
    [row_id] = await desk.handle(message)
    assert await desk.ends(row_id) == [("refused", reason)]


async def test_a_failed_look_up_of_a_hint_is_parked(desk: Desk) -> None:
    """No case will put it to a person, so the parked list does."""
    [row_id] = await desk.handle(build.failed("", "FetchSubmission"))
    assert await desk.ends(row_id) == [("parked", "look-up-failed: FetchSubmission, The remote said no")]


async def test_a_stale_act_is_refused(desk: Desk) -> None:
    """The person has seen another case than it is now; nothing changes."""
    case = await desk.open()
    [row_id] = await desk.handle(build.demand("vitnemal", seen_version=case.version - 1), case_id=case.id)
    assert await desk.ends(row_id) == [("refused", "case-has-changed")]
    assert await desk.case(case.id) == case


async def test_an_act_that_is_not_allowed_is_refused_and_not_parked(desk: Desk) -> None:
    """The person is told at once and can do something else."""
    case = await desk.open()
    [row_id] = await desk.handle(build.decision(seen_version=case.version), case_id=case.id)
    assert await desk.ends(row_id) == [("refused", "fee-not-paid")]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (build.supplement("vitnemal", reference_is_ours=False), "supplement-not-ours"),
        (supplement(nin=build.OTHER_NIN), "supplement-from-other-person"),
        (supplement(), "supplement-names-other-case"),
        (build.payment_observed(payment_id="payment-1", currency="EUR"), "other-currency: EUR"),
    ],
    ids=["not ours", "other person", "other case", "other currency"],
)
async def test_what_does_not_fit_the_case_is_parked(desk: Desk, message: Message, reason: str) -> None:
    """With the reason; the case is as it was, and the message stands beside it if it names it."""
    case = await desk.open()
    [row_id] = await desk.handle(message)
    assert await desk.ends(row_id) == [("parked", reason)]
    assert await desk.case(case.id) == case
    named = (await message_row(desk.database, row_id)).case_id
    assert named == (None if reason == "supplement-not-ours" else case.id)


async def test_a_case_type_that_we_do_not_know_is_parked(desk: Desk) -> None:
    """And opens nothing."""
    [row_id] = await desk.handle(submission(kind="fishing-licence"))
    assert await desk.ends(row_id) == [("parked", "unknown-case-type: fishing-licence")]
    assert not await desk.all_cases()


async def test_a_reply_for_a_case_that_is_not_there_is_parked(desk: Desk) -> None:
    """A defect somewhere, and not a reason to stop."""
    lost, found = await desk.arrive(build.person_found(), submission(), case_id=None)
    await rows.change(desk.database, inbox, inbox.c.id == lost, case_id="gone")
    await desk.apply([lost, found])
    assert [status for status, _ in await desk.ends(lost, found)] == ["parked", "handled"]


async def test_what_is_only_noted_leaves_a_line_and_no_change(desk: Desk) -> None:
    """A register's late answer stands in the history of a decided case."""
    case = await desk.open()
    decided = await decide_case(desk, case.id)
    [row_id] = await desk.handle(build.person_found(), case_id=case.id)
    assert await desk.ends(row_id) == [HANDLED]
    assert await desk.case(case.id) == decided
    assert [event.message for event in await desk.history(case.id)][-1] == "PersonFound"


async def decide_case(desk: Desk, case_id: str) -> object:
    case = await desk.case(case_id)
    paid = build.payment_observed(payment_id="payment-1")
    await desk.handle(paid)
    version = (await desk.case(case.id)).version
    await desk.handle(build.decision(seen_version=version), case_id=case_id)
    decided = await desk.case(case_id)
    assert decided.phase is Phase.DECIDED
    return decided


async def test_a_replayed_message_is_handled_by_what_holds_now(desk: Desk) -> None:
    """What was parked because of a defect goes through when the defect is mended."""
    broken = replace(build.kind(), record={})
    case = await desk.open()
    [row_id] = await desk.arrive(build.person_found(), case_id=case.id)
    await applier(desk.database, broken)([row_id])
    assert await desk.ends(row_id) == [("parked", "handling-fails: KeyError")]
    async with desk.database.write() as tx:
        assert await replay(tx, row_id)
    await desk.apply([row_id])
    assert await desk.ends(row_id) == [HANDLED]


async def test_an_effect_asked_for_before_is_left_as_it_is(desk: Desk) -> None:
    """Its key is its identity, whatever asks for it a second time."""
    case = await desk.open()
    [sent] = [row for row in await desk.effects() if row.effect == "LookUpPerson"]
    forgetful = replace(build.kind(), record={**build.kind().record, type(build.person_found()): forget})
    [row_id] = await desk.arrive(build.person_found(), case_id=case.id)
    await applier(desk.database, forgetful)([row_id])
    assert await desk.ends(row_id) == [HANDLED]
    assert await effect_row(desk.database, sent.id) == sent
    assert len(await desk.effects()) == 4


def forget(_: object, case: ApplicationCase, __: object) -> ApplicationCase:
    """Drop every ask, so that the rules ask for everything again."""
    return replace(case, asks=())
