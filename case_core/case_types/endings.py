"""How effects end when they did not succeed, and what a person does about it."""

from dataclasses import replace

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.letters import put_on_paper
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.supplements import ATTEND, FORM, SUPPLEMENT
from case_core.decide import Failure, NotAllowed
from case_core.effects import (
    LETTERS,
    ConfirmSubmission,
    CreatePayment,
    Effect,
    FetchLetter,
    FetchPayment,
    FetchSubmission,
    LookUpAuthorisations,
    LookUpPerson,
    RequestSupplement,
)
from case_core.messages import DeadlinePassed, EffectCancelled, EffectFailed, TaskDone

FAILURES: dict[type[Effect], Failure] = {
    FetchSubmission: Failure.TO_CASEWORKER,
    ConfirmSubmission: Failure.TO_CASEWORKER,
    RequestSupplement: Failure.TO_CASEWORKER,
    CreatePayment: Failure.TO_CASEWORKER,
    FetchPayment: Failure.TO_CASEWORKER,
    FetchLetter: Failure.TO_CASEWORKER,
    LookUpPerson: Failure.BY_HAND,
    LookUpAuthorisations: Failure.BY_HAND,
    **dict.fromkeys(LETTERS, Failure.ON_PAPER),
}

BY_NAME = {effect.__name__: failure for effect, failure in FAILURES.items()}


def record_failed(_: ApplicationParameters, case: ApplicationCase, message: EffectFailed) -> ApplicationCase:
    """Close the ask as failed and put the matter where it can be mended."""
    if not case.is_waiting_for(message.ask_key):
        return case
    case = case.settle(message.ask_key, AskState.FAILED, message.at, message.cause)
    match BY_NAME[message.effect]:
        case Failure.ON_PAPER:
            return put_on_paper(case, message.ask_key, message.at, message.cause)
        case Failure.TO_CASEWORKER:
            return attend(drop_unasked(case, message), message)
        case Failure.BY_HAND:
            return case


def attend(case: ApplicationCase, message: EffectFailed) -> ApplicationCase:
    ask = Ask(key=f"{ATTEND}:{message.ask_key}", of=AskOf.US, at=message.at, reason=message.cause)
    return case.with_ask(ask)


def drop_unasked(case: ApplicationCase, message: EffectFailed) -> ApplicationCase:
    """Without a form the applicant was never asked and owes us nothing."""
    name, _, number = message.ask_key.partition(":")
    if name != FORM:
        return case
    return case.settle(f"{SUPPLEMENT}:{number}", AskState.DROPPED, message.at)


def record_cancelled(
    _: ApplicationParameters, case: ApplicationCase, message: EffectCancelled
) -> ApplicationCase:
    return case.settle(message.ask_key, AskState.DROPPED, message.at)


def record_done(_: ApplicationParameters, case: ApplicationCase, message: TaskDone) -> ApplicationCase:
    """A person ends what was put to a person. What others owe us is not for a person to tick off."""
    if message.ask_key not in {ask.key for ask in case.open_asks(f"{ATTEND}:")}:
        raise NotAllowed("no-such-task")
    return case.settle(message.ask_key, AskState.MET, message.at, message.note)


def record_deadline(_: ApplicationParameters, case: ApplicationCase, __: DeadlinePassed) -> ApplicationCase:
    """Time is no fact: the rules look at the asks. A deadline that has moved therefore changes nothing."""
    return replace(case)
