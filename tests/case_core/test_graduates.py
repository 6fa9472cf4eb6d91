"""Graduates' lists: a lower fee, and a grant at once when nothing speaks against it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from case_core.case import AUTOMATIC, AskState, Outcome, Phase
from case_core.case_types.fees import fee_of
from case_core.effects import CreatePayment, SendDecision
from case_core.messages import Approval, AuthorisationsFound, Message, PersonFound, Way
from tests.case_core import build, story
from tests.case_core.story import Story

FEE = build.FEES[Way.NORWAY]
STOPPED = Approval(profession="SP", kind="1", active=False, stopped=True)
HPR_ANSWER = build.authorisations_found()


def hpr(**changed: object) -> AuthorisationsFound:
    return replace(HPR_ANSWER, **changed)  # type: ignore[arg-type]  # a test names the field


def person(**changed: object) -> PersonFound:
    return build.person_found(replace(build.person(), **changed))  # type: ignore[arg-type]  # likewise


def granted(*messages: Message) -> Story:
    """Reported, paid in full, and what else came."""
    told = story.paid()
    told.hear(build.listed(), *messages)
    return told


def test_a_listed_graduate_is_granted_at_once() -> None:
    """Paid, checked and complete: no caseworker has to act, and the letter goes out."""
    told = granted(build.person_found(), build.authorisations_found())
    (letter,) = told.asked_for(SendDecision)
    assert isinstance(letter, SendDecision)
    assert (letter.outcome, letter.grounds) == (Outcome.GRANTED, "")
    assert letter.listing == told.case.facts.listings[0]
    assert told.case.phase is Phase.DECIDED
    assert not told.case.has_asked("assess")


def test_the_grant_keeps_what_it_rests_on() -> None:
    """An automatic decision names itself so, and keeps the list and every fact that it was made of."""
    told = granted(build.person_found(), build.authorisations_found())
    (decision,) = told.case.decisions
    assert decision.by == AUTOMATIC
    assert decision.grounds.splitlines() == [
        "graduate-list: HVL-2026-1",
        "institution: Høgskulen på Vestlandet",
        "completed: 2025-06-20",
        "profession: SP",
        "fee-paid-ore: 75000",
        "population-register: bosatt",
        "personnel-register: no stopping reaction",
        "documents: vitnemal",
    ]


def test_a_list_that_comes_later_grants_too() -> None:
    """A case that lies with a caseworker is granted when the school reports, and the turn ends."""
    told = story.checked()
    told.hear(build.listed())
    assert told.case.phase is Phase.DECIDED
    assert told.ask("assess").state is AskState.MET


NOT_CLEAN: dict[str, Callable[[], Story]] = {
    "dead": lambda: granted(person(dead=True), HPR_ANSWER),
    "false identity": lambda: granted(person(false_identity=True), HPR_ANSWER),
    "unknown in the population register": lambda: granted(build.person_found(None), HPR_ANSWER),
    "stopped in the personnel register": lambda: granted(build.person_found(), hpr(stopped=True)),
    "an approval is stopped": lambda: granted(build.person_found(), hpr(approvals=(STOPPED,))),
    "no answer about the person": lambda: granted(build.failed("person", "LookUpPerson"), HPR_ANSWER),
    "no answer about approvals": lambda: granted(
        build.failed("hpr", "LookUpAuthorisations"), build.person_found()
    ),
}


@pytest.mark.parametrize("begin", NOT_CLEAN.values(), ids=NOT_CLEAN)
def test_whatever_is_out_of_the_ordinary_goes_to_a_caseworker(begin: Callable[[], Story]) -> None:
    """Reported or not, nobody is granted past an unanswered or a telling check."""
    told = begin()
    assert told.ask("assess").is_open
    assert told.case.decisions == ()


def test_nobody_is_granted_unpaid_or_incomplete() -> None:
    """The fee comes first, and what is missing is asked for as of anybody else."""
    unpaid = story.told_to_pay()
    unpaid.hear(build.listed(), build.person_found())
    deficient = story.deficient()
    deficient.hear(build.listed())
    assert unpaid.case.decisions == deficient.case.decisions == ()
    deficient.hear(build.supplement("vitnemal"))
    assert deficient.case.phase is Phase.DECIDED


def test_an_education_that_is_still_to_be_completed_is_not_granted() -> None:
    """Lists may be sent before the last examination."""
    told = story.checked()
    told.hear(build.listed(completed=date(2026, 6, 19)))
    assert told.ask("assess").is_open
    assert told.case.decisions == ()


def test_a_list_says_nothing_of_an_education_from_elsewhere() -> None:
    """Only Norwegian schools report; the tariff and the assessment stay."""
    told = story.checked(build.submission(application=build.application(way=Way.EEA)))
    told.hear(build.listed())
    assert told.case.decisions == ()
    assert fee_of(build.PARAMETERS, told.case) == build.FEES[Way.EEA]


# --- the fee ----------------------------------------------------------------------------------------


def test_who_is_listed_owes_the_lower_fee() -> None:
    """Reported before the payment is made, the applicant is asked for the lower fee alone."""
    told = story.opened()
    told.hear(build.listed(), build.looked_again("verify-payment", nothing_new=True))
    (asked,) = told.asked_for(CreatePayment)
    assert isinstance(asked, CreatePayment)
    assert asked.amount_ore == build.LISTED_FEE


def test_a_link_for_the_whole_fee_is_replaced() -> None:
    """Reported after the whole fee was asked for, the applicant gets a link for what is owed now."""
    told = story.told_to_pay()
    (again,) = told.later(days=3).hear(build.listed())
    assert again == CreatePayment(
        ask_key="payment#2", case_number=build.NUMBER, amount_ore=build.LISTED_FEE, language="nb"
    )
    (letter,) = told.hear(build.payment_created("payment#2", payment_id="another"))
    assert letter.ask_key == "fee-letter#2"
    assert told.ask("fee").due == told.now + build.PARAMETERS.fee_due


def test_the_difference_is_marked_as_overpaid() -> None:
    """Paid in full before the school reported: granted, and the difference is a fact and a task."""
    told = granted(build.person_found(), build.authorisations_found())
    task = told.ask("attend:overpaid")
    assert told.case.facts.overpaid == task.amount == FEE - build.LISTED_FEE
    assert task.reason == "fee-lower-by-list"
    told.hear(build.payment_observed(refunded=FEE - build.LISTED_FEE))
    assert (told.ask("attend:overpaid").state, told.case.facts.overpaid) == (AskState.MET, 0)
    assert not told.case.has_asked("attend:refund")


def test_a_list_after_the_decision_is_noted() -> None:
    """There is nothing left to grant."""
    told = story.decided()
    assert told.hear(build.listed()) == ()
    assert told.case.facts.listings == ()
