"""The fee: a claim is verified, what is short is asked for, and money that goes back is not overlooked."""

from collections.abc import Callable

import pytest

from case_core.case import AskState, Outcome, Phase
from case_core.case_types.facts import Payment
from case_core.case_types.fees import net_paid
from case_core.decide import NotAllowed
from case_core.effects import CreatePayment, FetchPayment, LookUpAuthorisations, SendPaymentRequest
from case_core.messages import FormPayment, Way
from tests.case_core import build, story
from tests.case_core.story import Story

FEE = build.FEES[Way.NORWAY]
NO_CLAIM = {
    "no payment in the form": None,
    "skipped": build.form_payment(status="Skipped", payment_id=None),
    "failed": build.form_payment(status="Failed"),
    "paid without a payment id": build.form_payment(payment_id=None),
}


def test_a_claim_is_verified_before_it_counts() -> None:
    """A form that says `Paid` makes us ask Nexi; until it answers nothing is paid or asked for."""
    told = story.opened()
    (look,) = told.asked_for(FetchPayment)
    assert look == FetchPayment(ask_key="verify-payment", payment_id=build.FORM_PAYMENT)
    assert told.ask("fee").is_open
    assert not told.asked_for(CreatePayment)
    assert not told.asked_for(LookUpAuthorisations)


def test_a_verified_claim_pays_the_fee() -> None:
    """What Nexi has charged meets the fee and lets the processing start."""
    told = story.paid()
    assert told.ask("fee").state is AskState.MET
    assert len(told.asked_for(LookUpAuthorisations)) == 1
    assert not told.asked_for(CreatePayment)


def test_a_claim_is_trusted_where_the_parameters_say_so() -> None:
    """Without verification the form's word is enough."""
    told = story.opened(kind=build.unverified())
    assert told.ask("fee").state is AskState.MET
    assert not told.asked_for(FetchPayment)


def test_a_trusted_claim_that_is_short_is_asked_for() -> None:
    """A claim of less than our own tariff does not pay the fee, verified or not."""
    message = build.submission(payment=build.form_payment(total_ore=FEE - 1))
    told = story.opened(message, build.unverified())
    assert told.ask("fee").is_open
    assert len(told.asked_for(CreatePayment)) == 1


def test_a_short_claim_is_filled_up() -> None:
    """When Nexi has charged less than the fee, a payment of the rest is made and its link sent."""
    told = story.opened()
    told.hear(build.payment_observed(charged=FEE - 50_000))
    told.hear(build.looked_again("verify-payment", nothing_new=False))
    (payment,) = told.asked_for(CreatePayment)
    assert isinstance(payment, CreatePayment)
    assert payment.amount_ore == 50_000
    (letter,) = told.hear(build.payment_created())
    assert isinstance(letter, SendPaymentRequest)
    assert (letter.amount_ore, letter.link, letter.due) == (50_000, build.LINK, told.ask("fee").due)
    told.hear(build.payment_observed(payment_id=build.LINK_PAYMENT, charged=50_000))
    assert told.ask("fee").state is AskState.MET


def test_a_claim_that_was_found_waits_for_its_amounts() -> None:
    """Nexi's answer may come before the amounts; nobody is asked to pay in between."""
    told = story.opened()
    told.hear(build.looked_again("verify-payment", nothing_new=False))
    assert not told.asked_for(CreatePayment)
    told.hear(build.payment_observed())
    assert told.ask("fee").state is AskState.MET
    assert not told.asked_for(CreatePayment)


def test_a_false_claim_leads_to_a_payment() -> None:
    """When Nexi has charged nothing, the whole fee is asked for."""
    told = story.opened()
    (payment,) = told.hear(build.looked_again("verify-payment", nothing_new=True))
    assert isinstance(payment, CreatePayment)
    assert payment.amount_ore == FEE


@pytest.mark.parametrize("payment", NO_CLAIM.values(), ids=NO_CLAIM)
def test_a_form_that_took_no_payment_leads_to_one(payment: FormPayment | None) -> None:
    """A form without a claim that can be verified makes us ask for the fee at once."""
    told = story.opened(build.submission(payment=payment))
    (asked,) = told.asked_for(CreatePayment)
    assert asked == CreatePayment(ask_key="payment", case_number=build.NUMBER, amount_ore=FEE, language="nb")
    assert not told.asked_for(FetchPayment)


@pytest.mark.parametrize("way", Way)
def test_the_fee_is_that_of_the_way(way: Way) -> None:
    """Each way has its own tariff."""
    told = story.opened(build.submission(application=build.application(way=way), payment=None))
    (asked,) = told.asked_for(CreatePayment)
    assert isinstance(asked, CreatePayment)
    assert asked.amount_ore == build.FEES[way]


def test_no_fee_is_awaited_where_there_is_none() -> None:
    """A way without a fee goes on at once."""
    told = story.opened(build.submission(payment=None), build.free())
    assert not told.case.has_asked("fee")
    assert len(told.asked_for(LookUpAuthorisations)) == 1
    assert not told.asked_for(CreatePayment)


def test_amounts_only_grow() -> None:
    """An older answer that comes later takes nothing back."""
    told = story.paid()
    told.hear(build.payment_observed(charged=0))
    assert told.case.facts.payment(build.FORM_PAYMENT).charged == FEE
    assert net_paid(told.case) == FEE


def test_a_reservation_is_no_payment() -> None:
    """Only what is charged counts."""
    told = story.opened()
    told.hear(build.payment_observed(charged=0, reserved=FEE))
    assert told.ask("fee").is_open


@pytest.mark.parametrize("reference", ["2026/2", ""])
def test_our_own_payment_carries_our_number(reference: str) -> None:
    """A payment that we made and that speaks of another case is refused."""
    told = story.asked_to_pay()
    with pytest.raises(NotAllowed):
        told.hear(build.payment_observed(payment_id=build.LINK_PAYMENT, reference=reference))
    assert told.case.facts.payments == (Payment(id=build.LINK_PAYMENT, link=build.LINK),)


def test_the_forms_payment_has_a_reference_of_its_own() -> None:
    """Altinn made the payment in the form before there was a case number."""
    told = story.opened()
    told.hear(build.payment_observed(reference="an-altinn-reference"))
    assert told.ask("fee").state is AskState.MET


# --- refunds ----------------------------------------------------------------------------------------


def refund() -> story.Story:
    told = story.checked()
    told.hear(build.payment_observed(refunded=FEE))
    return told


def test_a_refund_is_put_to_a_person() -> None:
    """When the money has gone back, a person is told; the fee is not reopened and nobody is asked anew."""
    told = refund()
    assert told.ask("attend:refund").reason == "refunded"
    assert told.ask("fee").state is AskState.MET
    assert not told.asked_for(CreatePayment)


def test_a_refunded_application_is_not_granted() -> None:
    """An unpaid application can be refused, not granted."""
    told = refund()
    with pytest.raises(NotAllowed):
        told.hear(build.decision(Outcome.GRANTED))
    told.hear(build.decision(Outcome.REFUSED, grounds="Søknaden er trukket."))
    assert told.case.phase is Phase.DECIDED


def test_a_refund_is_not_taken_back_by_an_older_answer() -> None:
    """What has been refunded stays refunded, whichever answer comes last."""
    told = refund()
    told.hear(build.payment_observed())
    assert net_paid(told.case) == 0


def test_nobody_is_asked_for_documents_after_a_refund() -> None:
    """A demand waits until the fee is there again."""
    told = refund()
    assert told.hear(build.demand("vitnemal")) == ()
    assert told.case.facts.demanded == ("vitnemal",)


def test_a_refund_cannot_be_ticked_off_while_the_fee_is_lacking() -> None:
    """The task is put again until the fee is there or the case is decided."""
    told = refund()
    told.hear(build.done("attend:refund"))
    assert told.ask("attend:refund").is_open


def test_a_refund_during_a_supplement_leaves_nobody_waiting_in_vain() -> None:
    """A supplement that comes after the refund does not start the processing; a person has it."""
    told = story.deficient()
    told.hear(build.payment_observed(refunded=FEE), build.supplement("vitnemal"))
    assert not told.case.has_asked("assess")
    assert told.ask("attend:refund").is_open


def test_a_refund_is_the_same_told_in_one_step_or_in_two() -> None:
    """Charged and refunded in one answer was paid once: a person has it, and nobody is asked to pay twice."""
    told = story.opened()
    told.hear(build.payment_observed(refunded=FEE))
    told.hear(build.looked_again("verify-payment", nothing_new=False))
    assert not told.asked_for(CreatePayment)
    assert told.ask("fee").state is AskState.MET
    assert (told.ask("attend:refund").reason, told.ask("attend:refund").amount) == ("refunded", FEE)


@pytest.mark.parametrize("begin", [story.decided, story.notified], ids=["decided", "follow-up"])
def test_money_that_goes_back_after_the_decision_is_put_to_a_person(begin: Callable[[], Story]) -> None:
    """A charge-back of a granted application is seen, with its amount, and can be ticked off."""
    told = begin()
    phase = told.case.phase
    assert told.hear(build.payment_observed(refunded=50_000)) == ()
    assert told.ask("attend:refund").amount == 50_000
    told.hear(build.done("attend:refund"))
    assert told.ask("attend:refund").state is AskState.MET
    assert told.case.phase is phase


def test_a_fee_that_is_there_again_ends_the_task() -> None:
    """Paid anew, by whatever payment, the case goes on."""
    told = refund()
    told.hear(build.payment_observed(payment_id=build.FORM_PAYMENT, charged=2 * FEE, refunded=FEE))
    assert told.ask("attend:refund").state is AskState.MET
    told.hear(build.decision())
    assert told.case.phase is Phase.DECIDED


# --- failures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "effect"), [("payment", "CreatePayment"), ("verify-payment", "FetchPayment")]
)
def test_a_payment_that_cannot_be_made_or_verified_goes_to_a_person(key: str, effect: str) -> None:
    """The fee stays open and a caseworker has a task that says why."""
    told = story.opened(build.submission(payment=None if key == "payment" else build.CLAIM))
    told.hear(build.failed(key, effect, cause="rejected"))
    assert told.ask(key).state is AskState.FAILED
    assert told.ask(f"attend:{key}").reason == "rejected"
    assert told.ask("fee").is_open


def test_a_link_that_comes_after_the_fee_is_not_sent() -> None:
    """Nobody is asked to pay what is already paid."""
    told = story.opened()
    told.hear(build.looked_again("verify-payment", nothing_new=True), build.payment_observed())
    assert told.hear(build.payment_created()) == ()
    assert not told.asked_for(SendPaymentRequest)
