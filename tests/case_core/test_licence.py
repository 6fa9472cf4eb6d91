"""Licence (helsepersonelloven § 49): the same rules, its own fees and documents, and no graduates' lists."""

import pytest

from case_core.case import Outcome, Phase
from case_core.case_types.licence import VERDICTS
from case_core.decide import NotAllowed, Verdict, open_case
from case_core.effects import CreatePayment, LookUpAuthorisations, SendDecision, SendReceipt
from case_core.messages import GraduateListed, Licence
from tests.case_core import build
from tests.case_core.story import Story, opened

FEES = build.LICENCE_PARAMETERS.fee_ore


def licence(kind: Licence) -> Story:
    return opened(build.licence_submission(kind), build.licences())


def test_a_student_pays_nothing_and_is_checked_at_once() -> None:
    """Without a fee the registers are asked straight away, and the receipt says so."""
    told = licence(Licence.STUDENT)
    assert not told.case.has_asked("fee")
    assert len(told.asked_for(LookUpAuthorisations)) == 1
    (receipt,) = told.asked_for(SendReceipt)
    assert isinstance(receipt, SendReceipt)
    assert (receipt.free, receipt.expected_weeks, receipt.licence) == (True, 8, "student")


@pytest.mark.parametrize("kind", [Licence.FIELD, Licence.OVER_80])
def test_the_fee_is_that_of_the_kind_of_licence(kind: Licence) -> None:
    """Not the way but the kind decides."""
    (asked,) = licence(kind).asked_for(CreatePayment)
    assert isinstance(asked, CreatePayment)
    assert asked.amount_ore == FEES[kind]


def test_a_licence_is_decided_by_a_person() -> None:
    """Checked and complete it comes to a caseworker, and the letter is about the licence."""
    told = licence(Licence.STUDENT)
    told.hear(build.person_found(), build.authorisations_found())
    (letter,) = told.hear(build.decision(Outcome.GRANTED))
    assert isinstance(letter, SendDecision)
    assert letter.licence == "student"
    assert told.case.phase is Phase.DECIDED


def test_what_is_paid_without_being_owed_is_put_to_a_person() -> None:
    """A fee charged for a licence that carries none has to go back."""
    told = opened(build.licence_submission(payment=build.form_payment()), build.licences())
    told.hear(build.payment_observed(charged=165_500))
    assert told.ask("attend:overpaid").amount == 165_500


@pytest.mark.parametrize(("kind", "asked"), [(Licence.STUDENT, True), (Licence.OVER_80, False)])
def test_documents_go_by_the_kind_of_licence(kind: Licence, asked: bool) -> None:  # noqa: FBT001  a table's column
    """A student shows the diploma so far; who is over 80 does not."""
    message = build.licence_submission(kind)
    told = opened(message, build.licences())
    told.hear(build.payment_observed(payment_id="form-payment", charged=FEES[kind]))
    required = told.kind.parameters(told.case.params_date).required
    assert (kind in required[0].licences) is asked


@pytest.mark.parametrize("kind", ["", "turnus", build.NIN])
def test_a_licence_that_nobody_knows_opens_no_case(kind: str) -> None:
    """It is parked for a person, and what the form said is not repeated."""
    with pytest.raises(NotAllowed) as why:
        open_case(build.licences(), build.licence_submission(kind), case_id="1", number=build.NUMBER)
    assert str(why.value) == "unknown-licence"


def test_no_list_reaches_a_licence() -> None:
    """No school reports licences, and no key leads a list here."""
    assert set(VERDICTS[GraduateListed].values()) == {Verdict.REFUSE}
    told = licence(Licence.STUDENT)
    assert not [key for key in told.kind.keys(told.case) if key.startswith("graduate:")]
