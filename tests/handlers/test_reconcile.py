"""What the remotes hold that we have not heard of is asked for, in turn and within bounds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from broker.topology import CORRESPONDENCE, NEXI, REPLIES
from case_core.case import Outcome as CaseOutcome
from case_core.effects import Effect, SendDecision
from case_core.messages import FormCompleted, LetterChanged, PaymentChanged
from case_core.routing import identity
from connectors.calls import Ended
from connectors.connector import TryLater
from handlers.reconcile import MOST, SET, Form, Reconcile, Schedule
from store.database import Database
from store.rows import Arrival, OutboxStatus, Outgoing
from store.tables import cases
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.case_core import build
from tests.handlers.carrying import PAYMENT, told
from tests.handlers.desk import Desk, Now, Wakes, instance
from tests.store import rows
from tests.store.rows import ask

HOUR = timedelta(hours=1)
DECISION = SendDecision(
    ask_key="decision",
    recipient=build.NIN,
    case_number="2026-000001-5",
    language="nb",
    profession="SP",
    outcome=CaseOutcome.GRANTED,
    grounds="",
    decided_at=build.NOW,
    appeal_weeks=3,
    appeal_body="Klagenemnda",
)
SCHEDULE = Schedule(
    forms=HOUR, payments=HOUR, letters=HOUR, grace=timedelta(0), overlap=timedelta(minutes=20)
)


@dataclass(frozen=True)
class Found:
    app: str
    instance: str
    changed_at: datetime


@dataclass
class Storage:
    """Gives what it holds from a moment on, oldest change first, and then ends as a test says."""

    forms: Sequence[Found] = ()
    end: Exception | None = None
    apps: tuple[str, ...] = ("autorisasjon",)
    asked: list[datetime | None] = field(default_factory=list)

    async def since(self, app: str, changed_at: datetime | None) -> AsyncIterator[Form]:
        self.asked.append(changed_at)
        for form in self.forms:
            if form.app == app and (changed_at is None or form.changed_at >= changed_at):
                yield form
        if self.end is not None:
            raise self.end


def submitted(amount: int) -> list[Found]:
    """Each a minute after the one before it, the last one long ago enough."""
    start = build.NOW - timedelta(days=30)
    return [
        Found("autorisasjon", instance(number), start + timedelta(minutes=number)) for number in range(amount)
    ]


def reconcile(database: Database, storage: Storage, now: Now, most: int = MOST) -> Reconcile:
    return Reconcile(database, storage, SCHEDULE, now=now, wake=Wakes(), most=most)


async def sent(desk: Desk, case_id: str, number: int, effect: Effect, connector: str) -> str:
    """An effect that was carried out; what the remote calls it."""
    remote_id = f"{connector}-{number}"
    outgoing = Outgoing(
        key=f"sent-{number}", connector=connector, effect=effect, at=build.NOW, case_id=case_id
    )
    [row_id] = await ask(desk.database, outgoing)
    done = {"status": OutboxStatus.DONE, "remote_id": remote_id}
    await rows.change(desk.database, effects, effects.c.id == row_id, **done)
    return remote_id


async def observe(desk: Desk, letter: str, read_at: datetime | None) -> None:
    """What Altinn tells of a letter that was delivered."""
    seen = replace(build.letter_observed("decision", read_at=read_at), letter_id=letter)
    source, external_id = identity(seen) or ("", "")
    arrival = Arrival(source=source, external_id=external_id, queue=REPLIES, message=seen)
    await rows.arrive(desk.database, arrival)


async def asked_for(desk: Desk) -> list[str]:
    """Of which payments and letters the remotes are to be asked, oldest question first."""
    return [
        message.payment_id if isinstance(message, PaymentChanged) else message.letter_id
        for message in await told(desk.database)
        if isinstance(message, PaymentChanged | LetterChanged)
    ]


async def test_what_was_found_before_a_remote_failed_is_kept(database: Database, now: Now) -> None:
    """The next search goes on from there, and the reason stands in the log."""
    forms = submitted(2 * SET + 50)
    storage = Storage(forms, end=Ended(TryLater(reason="503 from storage")))
    look = reconcile(database, storage, now)
    with capture_logs() as logged:
        assert await look.look_for_forms() == len(forms)
    assert "503 from storage" in {line.get("reason") for line in logged}
    assert await look.look_for_forms() == 0
    assert storage.asked == [None, forms[-1].changed_at - SCHEDULE.overlap]
    found = await told(database)
    assert [each.instance for each in found if isinstance(each, FormCompleted)] == [
        each.instance for each in forms
    ]


async def test_one_app_that_fails_keeps_no_other_from_being_searched(database: Database, now: Now) -> None:
    """Its right may be missing while the others' are there."""
    storage = Storage(end=Ended(TryLater(reason="503")), apps=("autorisasjon", "lisens"))
    assert await reconcile(database, storage, now).look_for_forms() == 0
    assert storage.asked == [None, None]


async def test_an_unpaid_payment_is_asked_for_whoever_has_the_turn(desk: Desk, now: Now) -> None:
    """Its fee is owed, whatever else the case waits for and shows first."""
    case = await desk.open()
    payment = await sent(desk, case.id, 1, PAYMENT, NEXI)
    await rows.change(desk.database, cases, about="assess")
    look = reconcile(desk.database, Storage(), now)
    assert await look.look_for_payments() == 1
    assert await asked_for(desk) == [payment]


async def test_a_paid_fee_is_not_asked_for(desk: Desk, now: Now) -> None:
    """There is nothing to wait for any more."""
    case = await desk.open()
    await sent(desk, case.id, 1, PAYMENT, NEXI)
    await desk.handle(build.payment_observed(payment_id="payment-1"))
    assert await reconcile(desk.database, Storage(), now).look_for_payments() == 0


async def test_an_unreadable_case_keeps_no_other_payment_from_being_asked_for(desk: Desk, now: Now) -> None:
    """It waits for its key; the others do not."""
    broken, whole = await desk.open(1), await desk.open(2)
    await sent(desk, broken.id, 1, PAYMENT, NEXI)
    payment = await sent(desk, whole.id, 2, PAYMENT, NEXI)
    await rows.change(desk.database, cases, cases.c.id == broken.id, data=b"not ours")
    assert await reconcile(desk.database, Storage(), now).look_for_payments() == 1
    assert await asked_for(desk) == [payment]


async def test_payments_are_asked_for_in_turn(desk: Desk, now: Now) -> None:
    """A look is bounded; the next goes on where it stopped, and after the last comes the first."""
    case = await desk.open()
    payments = [await sent(desk, case.id, number, PAYMENT, NEXI) for number in range(3)]
    look = reconcile(desk.database, Storage(), now, most=2)
    for expected in (2, 1, 2):
        assert await look.look_for_payments() == expected
        now.passes(HOUR)
    assert await asked_for(desk) == [*payments, *payments[:2]]


async def test_a_payment_is_asked_for_once_in_a_turn_of_the_schedule(desk: Desk, now: Now) -> None:
    """However often somebody looks: polling must not fill the inbox."""
    case = await desk.open()
    await sent(desk, case.id, 1, PAYMENT, NEXI)
    look = reconcile(desk.database, Storage(), now)
    assert [await look.look_for_payments() for _ in range(3)] == [1, 0, 0]
    assert len([row for row in await rows.rows(desk.database, messages) if row.source == "reconcile"]) == 1


async def test_a_letter_is_asked_for_until_it_is_known_as_read(desk: Desk, now: Now) -> None:
    """Delivered is not read; after that there is nothing more to learn."""
    case = await desk.open()
    await rows.change(desk.database, cases, phase="decided")
    letter = await sent(desk, case.id, 1, DECISION, CORRESPONDENCE)
    look = reconcile(desk.database, Storage(), now)
    assert await look.look_for_letters() == 1
    now.passes(HOUR)
    await observe(desk, letter, read_at=None)
    assert await look.look_for_letters() == 1
    now.passes(HOUR)
    await observe(desk, letter, read_at=build.NOW)
    assert await look.look_for_letters() == 0
    assert await asked_for(desk) == [letter, letter]
