"""Reminders and lapse: what happens when the applicant does not answer (purring, henleggelse).

Nothing lapses on our own clock alone: the applicant has been told and reminded, the remote is asked once
more, and only an answer got after the due time counts.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from case_core.case import Ask, AskOf, AskState, Phase, base_key
from case_core.case_types.facts import ApplicationCase, Round
from case_core.case_types.fees import ABOUT_THE_FEE, FEE, outstanding
from case_core.case_types.letters import DEFICIENCY, FEE_LETTER, LAPSE, REMIND, address
from case_core.case_types.looks import FOUND, NOTHING
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.payments import PAID_TOO_LITTLE, link_payment
from case_core.case_types.supplements import SUPPLEMENT
from case_core.case_types.tasks import LOOK, attend, has_task_about
from case_core.effects import Effect, FetchPayment, FetchSubmission, SendLapseNotice, SendReminder
from case_core.waiting import subject

NO_PLACE_TO_LOOK = "nothing-to-ask"
FOUND_NOT_TAKEN = "found-not-taken"
ON_ITS_WAY = ("", "paper:", "delivery:")
"""Before a letter's key: it is being sent, must be posted, or has not arrived."""

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def spans(p: ApplicationParameters, ask: Ask) -> tuple[timedelta, timedelta]:
    """How long there is to answer, and after how long the applicant is reminded."""
    if ask.key == FEE:
        return p.fee_due, p.fee_reminder
    return p.supplement_due, p.supplement_reminder


def tells_of(letter_key: str, ask: Ask) -> bool:
    """Whether that letter first told the applicant of what is owed."""
    told_in = FEE_LETTER if ask.key == FEE else ask.key.replace(SUPPLEMENT, DEFICIENCY)
    return base_key(letter_key) == told_in


def reminds_of(letter_key: str, ask: Ask) -> bool:
    return base_key(letter_key) == f"{REMIND}:{ask.key}"


def owed(case: ApplicationCase) -> tuple[Ask, ...]:
    """What the applicant owes us and has been told of. An appeal is a right and has no reminder."""
    return tuple(
        ask
        for ask in case.open_asks()
        if ask.of is AskOf.APPLICANT and ask.remind_at is not None and not is_in_hand(case, ask)
    )


def is_in_hand(case: ApplicationCase, ask: Ask) -> bool:
    """A letter about it has still to reach the applicant, or a person looks into it."""
    on_their_way = (
        letter_key
        for other in case.open_asks()
        for letter_key in (other.key.removeprefix(start) for start in ON_ITS_WAY)
        if tells_of(letter_key, ask) or reminds_of(letter_key, ask)
    )
    return any(on_their_way) or any(has_task_about(case, key) for key in kept_up_by(ask))


def kept_up_by(ask: Ask) -> tuple[str, ...]:
    """What tasks may be about that keep this from being answered."""
    return ABOUT_THE_FEE if ask.key == FEE else (ask.key,)


def look_at(case: ApplicationCase, ask: Ask) -> Ask | None:
    """The look that was taken after the ask's present due time; an earlier one says nothing any more."""
    looks = case.rounds_of(f"{LOOK}:{ask.key}")
    return next((look for look in looks if ask.due is not None and look.at >= ask.due), None)


# --- remind -----------------------------------------------------------------------------------------


def unreminded(case: ApplicationCase, now: datetime) -> Ask | None:
    asks = (ask for ask in owed(case) if ask.remind_at and ask.remind_at <= now and not ask.reminded)
    return next(asks, None)


def reminder_is_due(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return unreminded(case, now) is not None


def remind(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    """Remind once. A reminder whose moment was missed leaves the time that one in time would have left."""
    ask = unreminded(case, now)
    if ask is None:
        return case, ()
    key, due = case.next_round(f"{REMIND}:{ask.key}"), due_after_reminder(p, ask, now)
    letter = SendReminder(**address(case, key), about=subject(ask.key), due=due)
    case = case.with_ask(replace(ask, reminded=True, due=due))
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (letter,)


def due_after_reminder(p: ApplicationParameters, ask: Ask, reminded_at: datetime) -> datetime:
    """The due time that stands, unless less than half of what a reminder should leave is left."""
    due, reminder = spans(p, ask)
    left, stands = due - reminder, ask.due or reminded_at
    return stands if stands - reminded_at >= left / 2 else reminded_at + left


# --- look once more ---------------------------------------------------------------------------------


def unlooked(case: ApplicationCase, now: datetime) -> Ask | None:
    return next((ask for ask in owed(case) if ask.is_overdue(now) and look_at(case, ask) is None), None)


def is_overdue(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return unlooked(case, now) is not None


def look_once_more(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = unlooked(case, now)
    if ask is None:
        return case, ()
    key = case.next_round(f"{LOOK}:{ask.key}")
    effect = look_up(case, ask, key)
    if effect is None:
        case = case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now, state=AskState.FAILED, met_at=now))
        return attend(case, ask.key, now, NO_PLACE_TO_LOOK), ()
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (effect,)


def look_up(case: ApplicationCase, ask: Ask, key: str) -> Effect | None:
    """Where the missing thing would be found; None when the applicant was never given the means."""
    if ask.key == FEE:
        # Where the rest was to be paid; what the form took has been looked at already.
        payment = link_payment(case)
        return FetchPayment(ask_key=key, payment_id=payment.id) if payment else None
    asked = round_of(case, ask)
    if asked is None or not asked.instance:
        return None
    return FetchSubmission(ask_key=key, app=asked.app, instance=asked.instance)


def round_of(case: ApplicationCase, ask: Ask) -> Round | None:
    number = ask.key.partition(":")[2]
    return next((each for each in case.facts.rounds if str(each.number) == number), None)


def untaken(case: ApplicationCase) -> Ask | None:
    """Something had come by the look, and what is owed is still owed."""
    for ask in owed(case):
        look = look_at(case, ask)
        if look is not None and look.reason == FOUND:
            return ask
    return None


def found_is_not_enough(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    """The look found something that did not settle it: too little, or what could not be taken."""
    return untaken(case) is not None


def put_to_a_person(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = untaken(case)
    if ask is None:
        return case, ()
    if ask.key == FEE:
        return attend(case, FEE, now, PAID_TOO_LITTLE, outstanding(p, case)), ()
    return attend(case, ask.key, now, FOUND_NOT_TAKEN), ()


# --- lapse ------------------------------------------------------------------------------------------


def lapsing(case: ApplicationCase) -> Ask | None:
    """An ask whose due time had passed when the remote said that nothing had come."""
    for ask in owed(case):
        looked = look_at(case, ask)
        if looked is None or looked.reason != NOTHING or looked.met_at is None or ask.due is None:
            continue
        if looked.met_at >= ask.due:
            return ask
    return None


def has_run_out(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return lapsing(case) is not None


def lapse(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = lapsing(case)
    if ask is None:
        return case, ()
    about = subject(ask.key)
    # What is on its way to others still goes: receipts, confirmations, what a person has in hand.
    pointless = [each for each in case.open_asks() if each.of in (AskOf.APPLICANT, AskOf.REGISTER)]
    case = case.settle_all(pointless, AskState.DROPPED, now)
    case = replace(case, phase=Phase.CLOSED, facts=replace(case.facts, lapsed=about))
    letter = SendLapseNotice(**address(case, LAPSE), about=about)
    return case.with_ask(Ask(key=LAPSE, of=AskOf.REMOTE, at=now)), (letter,)


# --- still wanted -----------------------------------------------------------------------------------


def reminder_is_wanted(_: ApplicationParameters, case: ApplicationCase, effect: Effect) -> bool:
    return case.is_waiting_for(base_key(effect.ask_key).removeprefix(f"{REMIND}:"))
