"""The applicant takes the application back: the case is closed, and the applicant told so."""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState, Phase
from case_core.case_types.facts import ApplicationCase, Form, earliest
from case_core.case_types.forms import CONFIRM
from case_core.case_types.letters import PAPER, WITHDRAWAL, address
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import ATTEND
from case_core.decide import NotAllowed
from case_core.effects import Effect, SendWithdrawalConfirmation
from case_core.messages import WithdrawalReceived

STILL_TO_DO = (f"{PAPER}:", f"{ATTEND}:{CONFIRM}:", f"{ATTEND}:overpaid")
"""Tasks that a withdrawal does not make needless."""


def record_withdrawal(
    _: ApplicationParameters, case: ApplicationCase, message: WithdrawalReceived
) -> ApplicationCase:
    """Only the applicant can take it back; a case number is no secret."""
    if message.applicant.nin != case.applicant.nin:
        raise NotAllowed("withdrawal-from-other-person")
    form = Form(app=message.app, instance=message.instance, submitted_at=message.submitted_at)
    withdrawn = earliest(case.facts.withdrawn, message.submitted_at)
    return replace(case, facts=replace(case.facts.with_form(form), withdrawn=withdrawn))


def is_withdrawn(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return case.facts.withdrawn is not None


def close_withdrawn(
    _: ApplicationParameters, case: ApplicationCase, now: datetime
) -> tuple[ApplicationCase, tuple[Effect, ...]]:
    """Nobody owes anything any more; what is on its way to others still goes."""
    letter = SendWithdrawalConfirmation(**address(case, WITHDRAWAL), withdrawn_at=case.facts.withdrawn or now)
    case = case.settle_all(pointless(case), AskState.DROPPED, now)
    case = replace(case, phase=Phase.CLOSED)
    return case.with_ask(Ask(key=WITHDRAWAL, of=AskOf.REMOTE, at=now)), (letter,)


def pointless(case: ApplicationCase) -> tuple[Ask, ...]:
    return tuple(
        ask for ask in case.open_asks() if ask.of is not AskOf.REMOTE and not ask.key.startswith(STILL_TO_DO)
    )
