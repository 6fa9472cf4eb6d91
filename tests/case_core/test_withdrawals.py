"""The applicant takes the application back: nobody else can, and only before the decision."""

from collections.abc import Callable

import pytest

from case_core.case import AskOf, AskState, Phase
from case_core.decide import NotAllowed
from case_core.effects import (
    ConfirmSubmission,
    CreatePayment,
    LookUpAuthorisations,
    SendWithdrawalConfirmation,
)
from case_core.still_wanted import still_wanted
from tests.case_core import build, story
from tests.case_core.story import Story

BEGINNINGS = {
    "unpaid": story.told_to_pay,
    "unchecked": story.paid,
    "deficient": story.deficient,
    "with a caseworker": story.checked,
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_withdrawal_closes_the_case(begin: Callable[[], Story]) -> None:
    """Whatever was awaited is dropped, the form is confirmed, and the applicant gets a confirmation."""
    told = begin()
    effects = told.hear(build.withdrawal())
    assert [type(effect) for effect in effects] == [ConfirmSubmission, SendWithdrawalConfirmation]
    assert told.case.phase is Phase.CLOSED
    assert told.case.facts.withdrawn == told.now
    assert {ask.of for ask in told.case.open_asks() if not ask.key.startswith("attend:overpaid")} <= {
        AskOf.REMOTE
    }


def test_what_lies_in_the_queue_is_not_carried_out() -> None:
    """Nobody is asked to pay for an application that was taken back."""
    told = story.opened(build.submission(payment=None))
    (payment,) = told.asked_for(CreatePayment)
    told.hear(build.withdrawal())
    assert not still_wanted(told.kind, told.case, payment)
    assert not told.asked_for(LookUpAuthorisations)


@pytest.mark.parametrize("begin", [story.decided, story.notified], ids=["decided", "follow-up"])
def test_after_the_decision_it_is_too_late(begin: Callable[[], Story]) -> None:
    """A person must look: it may be meant as a waiver or an appeal."""
    told = begin()
    with pytest.raises(NotAllowed, match="not-in-this-phase"):
        told.hear(build.withdrawal())


def test_what_was_paid_is_put_to_a_person() -> None:
    """The confirmation says that we consider it; a task with the amount sees to that."""
    told = story.checked()
    told.hear(build.withdrawal())
    task = told.ask("attend:overpaid")
    assert (task.reason, task.amount) == ("paid-for-ended-case", 200_000)
    told.hear(build.payment_observed(refunded=200_000))
    assert told.ask("attend:overpaid").state is AskState.MET
    assert not told.case.has_asked("attend:refund")


def test_a_payment_after_the_withdrawal_is_seen() -> None:
    """Who pays by the old link all the same does not pay into nothing."""
    told = story.told_to_pay()
    told.hear(build.withdrawal())
    told.hear(build.payment_observed(payment_id=build.LINK_PAYMENT))
    assert told.ask("attend:overpaid").amount == 200_000
