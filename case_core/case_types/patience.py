"""Reminders and lapse: what happens when the applicant does not answer (purring, henleggelse).

Nothing lapses on our own clock alone: the remote is asked once more, and only an answer got after the due
time counts.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState, Phase
from case_core.case_types.facts import ApplicationCase, Round
from case_core.case_types.fees import FEE, FEE_LETTER
from case_core.case_types.letters import PAPER, address
from case_core.case_types.looks import NOTHING
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.supplements import ATTEND, DEFICIENCY, SUPPLEMENT
from case_core.decide import NotAllowed
from case_core.effects import Effect, FetchPayment, FetchSubmission, SendLapseNotice, SendReminder
from case_core.messages import LetterPosted
from case_core.waiting import subject

REMIND = "remind"
LOOK = "look"
LAPSE = "lapse"
NO_PLACE_TO_LOOK = "nothing-to-ask"
POSTED_LATE = "posted-late"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def letter_about(ask: Ask) -> str:
    """The letter that tells the applicant of what is owed."""
    return FEE_LETTER if ask.key == FEE else ask.key.replace(SUPPLEMENT, DEFICIENCY)


def record_posted(p: ApplicationParameters, case: ApplicationCase, message: LetterPosted) -> ApplicationCase:
    """Sent on paper. What it asks for can be answered from now on."""
    if message.ask_key not in {ask.key for ask in case.open_asks(f"{PAPER}:")}:
        raise NotAllowed("no-such-letter")
    told = message.ask_key.removeprefix(f"{PAPER}:")
    for ask in case.open_asks():
        if ask.of is AskOf.APPLICANT and letter_about(ask) == told:
            case = give_time(p, case, ask, message.at)
    return case.settle(message.ask_key, AskState.MET, message.at)


def give_time(p: ApplicationParameters, case: ApplicationCase, ask: Ask, now: datetime) -> ApplicationCase:
    """Count from now, unless the time had run out and been looked at: a person says what happens then."""
    if case.has_asked(f"{LOOK}:{ask.key}"):
        attend = Ask(key=f"{ATTEND}:{ask.key}", of=AskOf.US, at=now, reason=POSTED_LATE)
        return case.with_ask(attend)
    if ask.key == FEE:
        return case.restart(ask.key, now, p.fee_due, p.fee_reminder)
    return case.restart(ask.key, now, p.supplement_due, p.supplement_reminder)


def owed(case: ApplicationCase) -> tuple[Ask, ...]:
    """What the applicant owes us and has been told of. An appeal is a right and has no reminder."""
    return tuple(
        ask
        for ask in case.open_asks()
        if ask.of is AskOf.APPLICANT and ask.remind_at is not None and not is_in_hand(case, ask)
    )


def is_in_hand(case: ApplicationCase, ask: Ask) -> bool:
    """The letter that asks for it has still to be posted, or a person looks into it."""
    return case.is_waiting_for(f"{PAPER}:{letter_about(ask)}") or case.is_waiting_for(f"{ATTEND}:{ask.key}")


# --- remind -----------------------------------------------------------------------------------------


def unreminded(case: ApplicationCase, now: datetime) -> Ask | None:
    return next(
        (
            a
            for a in owed(case)
            if a.remind_at and a.remind_at <= now and not a.reminded and not a.is_overdue(now)
        ),
        None,
    )


def reminder_is_due(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return unreminded(case, now) is not None


def remind(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = unreminded(case, now)
    if ask is None:
        return case, ()
    key = f"{REMIND}:{ask.key}"
    letter = SendReminder(**address(case, key), about=subject(ask.key), due=ask.due or now)
    case = case.with_ask(replace(ask, reminded=True))
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (letter,)


# --- look once more ---------------------------------------------------------------------------------


def unlooked(case: ApplicationCase, now: datetime) -> Ask | None:
    return next((a for a in owed(case) if a.is_overdue(now) and not case.has_asked(f"{LOOK}:{a.key}")), None)


def is_overdue(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return unlooked(case, now) is not None


def look_once_more(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = unlooked(case, now)
    if ask is None:
        return case, ()
    key = f"{LOOK}:{ask.key}"
    effect = look_up(case, ask, key)
    if effect is None:
        case = case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now, state=AskState.FAILED, met_at=now))
        return case.with_ask(Ask(key=f"{ATTEND}:{ask.key}", of=AskOf.US, at=now, reason=NO_PLACE_TO_LOOK)), ()
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (effect,)


def look_up(case: ApplicationCase, ask: Ask, key: str) -> Effect | None:
    """Where the missing thing would be found; None when the applicant was never given the means."""
    if ask.key == FEE:
        # Where the rest was to be paid; what the form took has been looked at already.
        payment_id = next((payment.id for payment in case.facts.payments if payment.link), None)
        return FetchPayment(ask_key=key, payment_id=payment_id) if payment_id else None
    asked = round_of(case, ask)
    if asked is None or not asked.instance:
        return None
    return FetchSubmission(ask_key=key, app=asked.app, instance=asked.instance)


def round_of(case: ApplicationCase, ask: Ask) -> Round | None:
    number = ask.key.partition(":")[2]
    return next((each for each in case.facts.rounds if str(each.number) == number), None)


# --- lapse ------------------------------------------------------------------------------------------


def lapsing(case: ApplicationCase) -> Ask | None:
    """An ask whose due time had passed when the remote said that nothing had come."""
    for ask in owed(case):
        looked = case.ask(f"{LOOK}:{ask.key}")
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
    return case.is_waiting_for(effect.ask_key.removeprefix(f"{REMIND}:"))
