"""Reminders and lapse: what happens when the applicant does not answer (purring, henleggelse).

Nothing lapses on our own clock alone: the remote is asked once more, and only an answer got after the due
time counts.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState, Phase
from case_core.case_types.facts import ApplicationCase, Round
from case_core.case_types.fees import FEE
from case_core.case_types.letters import address
from case_core.case_types.looks import NOTHING
from case_core.case_types.parameters import ApplicationParameters
from case_core.effects import Effect, FetchPayment, FetchSubmission, SendLapseNotice, SendReminder
from case_core.waiting import subject

REMIND = "remind"
LOOK = "look"
LAPSE = "lapse"
NO_PLACE_TO_LOOK = "nothing-to-ask"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def owed(case: ApplicationCase) -> tuple[Ask, ...]:
    """What the applicant owes us and has a date for, apart from an appeal, which is a right and no duty."""
    return tuple(ask for ask in case.open_asks() if ask.of is AskOf.APPLICANT and ask.remind_at is not None)


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
        return case.with_ask(Ask(key=f"attend:{ask.key}", of=AskOf.US, at=now, reason=NO_PLACE_TO_LOOK)), ()
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
    case = case.settle_all(case.open_asks(), AskState.DROPPED, now)
    case = replace(case, phase=Phase.CLOSED, facts=replace(case.facts, lapsed=about))
    letter = SendLapseNotice(**address(case, LAPSE), about=about)
    return case.with_ask(Ask(key=LAPSE, of=AskOf.REMOTE, at=now)), (letter,)


# --- still wanted -----------------------------------------------------------------------------------


def reminder_is_wanted(_: ApplicationParameters, case: ApplicationCase, effect: Effect) -> bool:
    return case.is_waiting_for(effect.ask_key.removeprefix(f"{REMIND}:"))
