"""How effects end when they did not succeed, and what a person does about it."""

from dataclasses import replace

from case_core.case import AskState
from case_core.case_types.deliveries import followed_letter
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.letters import put_on_paper
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.supplements import FORM, SUPPLEMENT
from case_core.case_types.tasks import attend
from case_core.decide import Failure
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
from case_core.messages import DeadlinePassed, EffectCancelled, EffectFailed

FAILURES: dict[type[Effect], Failure] = {
    FetchSubmission: Failure.TO_CASEWORKER,
    ConfirmSubmission: Failure.TO_CASEWORKER,
    RequestSupplement: Failure.TO_CASEWORKER,
    CreatePayment: Failure.TO_CASEWORKER,
    FetchPayment: Failure.TO_CASEWORKER,
    FetchLetter: Failure.ON_PAPER,
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
            return put_on_paper(case, letter_of(message), message.at, message.cause)
        case Failure.TO_CASEWORKER:
            return attend(drop_unasked(case, message), message.ask_key, message.at, message.cause)
        case Failure.BY_HAND:
            return case


def letter_of(message: EffectFailed) -> str:
    """The letter that failed, or whose progress could not be learnt."""
    if message.effect == FetchLetter.__name__:
        return followed_letter(message.ask_key)
    return message.ask_key


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


def record_deadline(_: ApplicationParameters, case: ApplicationCase, __: DeadlinePassed) -> ApplicationCase:
    """Time is no fact: the rules look at the asks. A deadline that has moved therefore changes nothing."""
    return replace(case)
