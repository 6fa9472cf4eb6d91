"""One deficiency request at a time: one form, one letter, one answer, from the applicant alone."""

import pytest

from case_core.case import AskState, Phase
from case_core.decide import NotAllowed
from case_core.effects import ConfirmSubmission, RequestSupplement, SendDeficiencyLetter
from case_core.messages import SupplementReceived
from tests.case_core import build, story
from tests.case_core.story import Story

SECOND_FORM = "50100001/9d0c4f11-2c1a-4b92-8f6e-7aa0f0c3d103"


def test_the_request_names_everything_that_is_missing() -> None:
    """One form, prefilled with the case number, for all that is missing."""
    told = story.checked(build.submission(documents=()))
    (request,) = told.asked_for(RequestSupplement)
    assert request == RequestSupplement(
        ask_key="form:1",
        party_id="50100001",
        case_number=build.NUMBER,
        missing=("vitnemal",),
        due=build.NOW + build.PARAMETERS.supplement_due,
        asked_at=build.NOW,
        language="nb",
    )
    assert told.open_keys() >= {"form:1", "supplement:1"}
    assert told.ask("supplement:1").stops_clock


@pytest.mark.parametrize("unanswered", ["person", "hpr"])
def test_no_request_before_the_checks_have_ended(unanswered: str) -> None:
    """A later answer might show that more is missing, and the applicant is asked once."""
    told = story.paid(build.submission(documents=()))
    told.hear(build.authorisations_found() if unanswered == "person" else build.person_found())
    assert not told.asked_for(RequestSupplement)


def test_no_request_before_the_fee_is_paid() -> None:
    """Unpaid, nobody has looked at the application."""
    told = story.opened(build.submission(documents=()))
    told.hear(build.person_found())
    assert not told.asked_for(RequestSupplement)


def test_the_letter_follows_the_form() -> None:
    """The deficiency letter carries the link to a form that is there."""
    told = story.checked(build.submission(documents=()))
    assert not told.asked_for(SendDeficiencyLetter)
    (letter,) = told.hear(build.supplement_requested())
    assert isinstance(letter, SendDeficiencyLetter)
    assert (letter.missing, letter.link) == (("vitnemal",), "https://apps.example/1")
    assert letter.due == told.ask("supplement:1").due


def test_an_answer_heals_the_application() -> None:
    """Documents are attached, the form confirmed, and it is a caseworker's turn."""
    told = story.deficient()
    (confirm,) = told.hear(build.supplement("vitnemal"))
    assert isinstance(confirm, ConfirmSubmission)
    assert confirm.instance == build.SUPPLEMENT_FORM
    assert [document.kind for document in told.case.facts.documents] == ["vitnemal"]
    assert told.ask("supplement:1").state is AskState.MET
    assert told.ask("assess").is_open


def test_the_application_is_as_old_as_its_first_form() -> None:
    """A supplement does not start the processing time anew (forvaltningsloven § 11 a)."""
    told = story.deficient().later(days=10)
    told.hear(build.supplement("vitnemal", at=told.now))
    assert told.case.facts.submitted_at == build.NOW


def test_an_answer_that_does_not_heal_leads_to_a_second_request() -> None:
    """What is still missing is asked for once more, under keys of its own."""
    told = story.deficient()
    told.hear(build.supplement("annet"))
    assert told.open_keys() >= {"form:2", "supplement:2"}
    assert not told.case.has_asked("assess")


def test_after_the_last_round_a_person_decides() -> None:
    """The machine asks no more often than the parameters say."""
    told = story.deficient()
    told.hear(build.supplement("annet"), build.supplement_requested(2, instance=SECOND_FORM))
    told.hear(build.supplement("annet", instance=SECOND_FORM))
    assert len(told.asked_for(RequestSupplement)) == build.PARAMETERS.most_rounds
    assert told.ask("assess").is_open


# --- what does not fit ------------------------------------------------------------------------------

FOREIGN = {
    "another person": (build.supplement("vitnemal", nin=build.OTHER_NIN), "supplement-from-other-person"),
    "an altered number": (build.supplement("vitnemal", case_number="2026/2"), "supplement-names-other-case"),
    "no number": (build.supplement("vitnemal", case_number=""), "supplement-names-other-case"),
    "a form that was never made": (
        build.supplement("vitnemal", instance=SECOND_FORM),
        "supplement-names-other-case",
    ),
}


@pytest.mark.parametrize(("message", "reason"), FOREIGN.values(), ids=FOREIGN)
def test_a_supplement_that_is_not_the_cases_own_is_refused(message: SupplementReceived, reason: str) -> None:
    """Not a byte of it is attached, and the applicant still owes the answer."""
    told = story.deficient()
    with pytest.raises(NotAllowed, match=f"^{reason}$"):
        told.hear(message)
    assert told.case.facts.documents == ()
    assert len(told.case.facts.forms) == 1
    assert told.ask("supplement:1").is_open


def test_a_late_answer_is_taken_while_the_case_is_open() -> None:
    """Late is better than never; a lapse takes an answer from the remote first."""
    told = story.deficient().later(days=60)
    told.hear(build.supplement("vitnemal"))
    assert told.ask("supplement:1").state is AskState.MET


# --- demanded by a caseworker -----------------------------------------------------------------------


def test_a_demand_becomes_a_request_like_any_other() -> None:
    """The caseworker's documents and words go to the applicant, and the assessment waits."""
    told = story.checked()
    (request,) = told.hear(build.demand("vitnemal"))
    assert isinstance(request, RequestSupplement)
    assert request.missing == ("vitnemal",)
    assert told.ask("assess").state is AskState.DROPPED
    (letter,) = told.hear(build.supplement_requested())
    assert isinstance(letter, SendDeficiencyLetter)
    assert letter.words == "Kopien er uleselig."


def test_what_was_demanded_is_demanded_once() -> None:
    """After the answer the assessment goes on, though the kind had been there from the beginning."""
    told = story.checked()
    told.hear(build.demand("vitnemal"), build.supplement_requested(), build.supplement("vitnemal"))
    assert told.case.facts.demanded == ()
    assert told.ask("assess").is_open


def test_a_demand_goes_beyond_the_last_round() -> None:
    """A person may ask more often than the machine."""
    told = story.checked()
    for number in (1, 2, 3):
        instance = f"50100001/form-{number}"
        told.hear(build.demand("vitnemal"), build.supplement_requested(number, instance=instance))
        told.hear(build.supplement("vitnemal", instance=instance))
    assert len(told.asked_for(RequestSupplement)) == build.PARAMETERS.most_rounds + 1


def test_a_demand_waits_for_the_fee() -> None:
    """It is kept until the processing may start."""
    told = story.opened()
    told.hear(build.demand("praksis"))
    assert not told.asked_for(RequestSupplement)
    told.hear(build.payment_observed(), build.person_found(), build.authorisations_found())
    (request,) = told.asked_for(RequestSupplement)
    assert isinstance(request, RequestSupplement)
    assert request.missing == ("praksis",)


# --- a form that could not be made ------------------------------------------------------------------


def without_form() -> Story:
    told = story.checked(build.submission(documents=()))
    told.hear(build.failed("form:1", "RequestSupplement", cause="prefill-dropped"))
    return told


def test_who_was_not_asked_owes_nothing() -> None:
    """Without a form the applicant's ask is dropped and a person has the matter."""
    told = without_form()
    assert told.ask("supplement:1").state is AskState.DROPPED
    assert told.ask("attend:form:1").reason == "prefill-dropped"
    assert not told.asked_for(SendDeficiencyLetter)


def test_a_form_that_failed_is_not_made_again_by_itself() -> None:
    """It would fail again; a person says when, by ending the task or by asking anew."""
    told = without_form()
    assert len(told.asked_for(RequestSupplement)) == 1
    (again,) = told.hear(build.done("attend:form:1"))
    assert again.ask_key == "form:2"


def test_a_demand_takes_the_failed_request_over() -> None:
    """Asking anew ends the task that the failed form had led to, and no other."""
    told = without_form()
    told.hear(build.failed("confirm:0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01", "ConfirmSubmission"))
    told.hear(build.demand("vitnemal"))
    assert told.ask("attend:form:1").state is AskState.DROPPED
    assert told.ask("attend:confirm:0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01").is_open


def test_a_failed_confirmation_does_not_hold_the_request_back() -> None:
    """That Altinn could not be told is a person's matter; the applicant is asked all the same."""
    told = story.paid(build.submission(documents=()))
    told.hear(build.failed("confirm:0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01", "ConfirmSubmission"))
    told.hear(build.person_found(), build.authorisations_found())
    assert len(told.asked_for(RequestSupplement)) == 1
    assert told.case.phase is Phase.OPEN
