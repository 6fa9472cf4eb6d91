"""Asked just before an effect is carried out: what is no longer wanted is not done."""

import pytest

from case_core.case import AskState, Outcome
from case_core.effects import Effect
from case_core.still_wanted import still_wanted
from tests.case_core import build, story
from tests.case_core.story import Story


def wanted(told: Story, key: str) -> bool:
    (effect,) = (each for each in told.effects if each.ask_key == key)
    return still_wanted(told.kind, told.case, effect)


def test_everything_is_wanted_when_it_is_asked_for() -> None:
    """Nothing has happened in between."""
    told = story.deficient()
    assert all(still_wanted(told.kind, told.case, effect) for effect in open_effects(told))
    assert open_effects(told)


def open_effects(told: Story) -> list[Effect]:
    return [effect for effect in told.effects if told.case.is_waiting_for(effect.ask_key)]


def test_what_is_answered_is_not_wanted_again() -> None:
    """Its ask is closed."""
    told = story.opened()
    told.hear(build.letter_sent("receipt"))
    assert not wanted(told, "receipt")


def test_nobody_is_asked_to_pay_what_is_paid() -> None:
    """A payment and the letter about it are wanted while the fee is awaited."""
    told = story.asked_to_pay()
    assert wanted(told, "fee-letter")
    told.hear(build.payment_observed(payment_id=build.LINK_PAYMENT))
    assert not wanted(told, "fee-letter")


def test_no_payment_is_made_of_what_is_paid() -> None:
    """The amounts came while the payment lay in the queue."""
    told = story.opened()
    told.hear(build.looked_again("verify-payment", nothing_new=True))
    assert wanted(told, "payment")
    told.hear(build.payment_observed())
    assert not wanted(told, "payment")


def test_nobody_is_reminded_of_what_has_come() -> None:
    """A reminder that lay in the queue when the answer came is cancelled."""
    told = story.told_to_supplement().later(days=14)
    told.hear(build.deadline("supplement:1", told.now))
    assert wanted(told, "remind:supplement:1")
    told.hear(build.supplement("vitnemal"))
    assert not wanted(told, "remind:supplement:1")


@pytest.mark.parametrize("key", ["form:1", "deficiency:1"])
def test_nobody_is_asked_for_documents_after_the_decision(key: str) -> None:
    """Form and letter are wanted while the applicant owes the answer."""
    told = story.unanswerable() if key == "form:1" else story.deficient()
    assert wanted(told, key)
    told.hear(build.decision(Outcome.REFUSED, grounds="Utdanningen er ikke jevngod."))
    assert not wanted(told, key)


@pytest.mark.parametrize("key", ["receipt", "confirm:0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01"])
def test_receipt_and_confirmation_outlive_the_decision(key: str) -> None:
    """What is owed whatever the outcome still goes."""
    assert wanted(story.decided(), key)


def test_a_cancelled_effect_drops_its_ask() -> None:
    """The case does not wait for what will not be done."""
    told = story.asked_to_pay()
    told.hear(build.cancelled("fee-letter", "SendPaymentRequest"))
    assert told.ask("fee-letter").state is AskState.DROPPED
