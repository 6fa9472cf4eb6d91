"""Assessment, decision (vedtak), notice and the appeal period.

Nothing is refused automatically on its merits: an assessment is a person's.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import AUTOMATIC, Ask, AskOf, AskState, Decision, Outcome, Phase
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.fees import is_paid
from case_core.case_types.grants import listing_of
from case_core.case_types.letters import DECISION, PAPER, address
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.readings import READ_DECISION, decision_letter
from case_core.case_types.registers import checks_have_ended
from case_core.case_types.supplements import ASSESS, SUPPLEMENT
from case_core.decide import NotAllowed
from case_core.effects import Effect, SendDecision
from case_core.messages import DecisionTaken

APPEAL = "appeal"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def record_decision(
    p: ApplicationParameters, case: ApplicationCase, message: DecisionTaken
) -> ApplicationCase:
    """Keep the decision. Grounds may be left out only when everything is granted (forvaltningsloven § 24)."""
    if message.outcome is not Outcome.REFUSED and not is_paid(p, case):
        raise NotAllowed("fee-not-paid")
    if message.outcome is not Outcome.GRANTED and not message.grounds.strip():
        raise NotAllowed("grounds-missing")
    decision = Decision(
        at=message.at, outcome=message.outcome, grounds=message.grounds.strip(), by=message.actor
    )
    return replace(case, decisions=(*case.decisions, decision))


# --- rules ------------------------------------------------------------------------------------------


def is_ready(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """Paid, checked, and nothing awaited from the applicant: a person's turn."""
    waits = case.open_asks(SUPPLEMENT) or case.is_waiting_for(ASSESS) or case.decisions
    return not waits and is_paid(p, case) and checks_have_ended(case)


def hand_to_caseworker(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return case.with_ask(Ask(key=ASSESS, of=AskOf.US, at=now)), ()


def is_decided(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return bool(case.decisions)


def send_decision(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    decision = case.decisions[-1]
    case = case.settle(ASSESS, AskState.MET, now)
    case = case.settle_all(superseded(case), AskState.DROPPED, now)
    letter = SendDecision(
        **address(case, DECISION),
        outcome=decision.outcome,
        grounds="" if decision.by == AUTOMATIC else decision.grounds,
        decided_at=decision.at,
        appeal_weeks=p.appeal_weeks,
        appeal_body=p.appeal_body,
        listing=listing_of(case.facts, decision.at) if decision.by == AUTOMATIC else None,
    )
    case = replace(case, phase=Phase.DECIDED)
    return case.with_ask(Ask(key=DECISION, of=AskOf.REMOTE, at=now)), (letter,)


def superseded(case: ApplicationCase) -> tuple[Ask, ...]:
    """What a decision makes pointless; letters on their way still go."""
    return tuple(ask for ask in case.open_asks() if ask.of in (AskOf.APPLICANT, AskOf.REGISTER))


def notified_at(case: ApplicationCase) -> datetime | None:
    """When the notice reached the applicant: made available in Altinn, or posted (forvaltningsloven § 29)."""
    letter = decision_letter(case)
    paper = case.ask(f"{PAPER}:{DECISION}")
    posted = paper.met_at if paper is not None and paper.state is AskState.MET else None
    return (letter.delivered_at if letter else None) or posted


def is_notified(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return notified_at(case) is not None


def start_appeal_period(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    since = notified_at(case) or now
    ask = Ask(key=APPEAL, of=AskOf.APPLICANT, at=since, due=since + p.appeal_period)
    return replace(case, phase=Phase.FOLLOW_UP).with_ask(ask), ()


def appeal_period_is_over(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    """Not while the notice has still to be posted, or it is not known whether it was read."""
    appeal = case.ask(APPEAL)
    unsure = case.is_waiting_for(f"{PAPER}:{DECISION}") or case.is_waiting_for(READ_DECISION)
    return appeal is not None and appeal.is_overdue(now) and not unsure


def close(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    case = case.settle(APPEAL, AskState.DROPPED, now)
    return replace(case, phase=Phase.CLOSED), ()
