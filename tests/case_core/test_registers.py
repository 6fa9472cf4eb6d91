"""Two registers, each asked once; a silent one holds nobody up."""

import pytest

from case_core.case import AskState
from case_core.case_types.facts import HprCheck, PersonCheck
from case_core.effects import LookUpAuthorisations, LookUpPerson
from case_core.messages import Approval, AuthorisationsFound, Message
from tests.case_core import build, story

APPROVAL = Approval(profession="SP", kind="1", active=False, stopped=True)
ANSWER = AuthorisationsFound(
    at=build.NOW, ask_key="hpr", hpr_number=9_876_543, approvals=(APPROVAL,), stopped=True
)


def test_the_population_register_is_asked_at_once() -> None:
    """Who the applicant is does not wait for the fee; the case number is the purpose."""
    told = story.opened()
    assert told.asked_for(LookUpPerson) == (
        LookUpPerson(ask_key="person", nin=build.NIN, case_number=build.NUMBER),
    )
    assert not told.asked_for(LookUpAuthorisations)


def test_the_personnel_register_is_asked_when_the_fee_is_paid() -> None:
    """Processing starts with the fee."""
    assert story.paid().asked_for(LookUpAuthorisations) == (
        LookUpAuthorisations(ask_key="hpr", nin=build.NIN, case_number=build.NUMBER),
    )


def test_what_the_registers_say_is_kept() -> None:
    """The assessment shows the answers as they were given."""
    told = story.paid()
    told.hear(build.person_found(), ANSWER)
    assert told.case.facts.person == PersonCheck(person=build.person())
    assert told.case.facts.hpr == HprCheck(hpr_number=9_876_543, approvals=(APPROVAL,), stopped=True)


def test_an_answer_that_knows_nobody_is_an_answer() -> None:
    """Unknown in both registers, the application still comes to a caseworker."""
    told = story.paid()
    told.hear(build.person_found(None), build.authorisations_found())
    assert told.ask("person").state is AskState.MET
    assert told.open_keys() >= {"assess"}


@pytest.mark.parametrize(
    ("key", "other"), [("person", build.authorisations_found()), ("hpr", build.person_found())]
)
def test_a_silent_register_holds_nobody_up(key: str, other: Message) -> None:
    """When its time has passed the check counts as unanswered, and a caseworker takes over."""
    told = story.paid()
    told.hear(other)
    due = told.ask(key).due
    assert due is not None
    told.now = due
    told.hear(build.deadline(key, due))
    assert (told.ask(key).state, told.ask(key).reason) == (AskState.FAILED, "timed-out")
    assert told.ask("assess").is_open


@pytest.mark.parametrize(("key", "effect"), [("person", "LookUpPerson"), ("hpr", "LookUpAuthorisations")])
def test_a_register_that_refuses_holds_nobody_up(key: str, effect: str) -> None:
    """A look-up that failed is done by hand: the assessment shows it, and there is no task beside it."""
    told = story.paid()
    told.hear(build.failed(key, effect))
    told.hear(build.authorisations_found() if key == "person" else build.person_found())
    assert told.ask(key).state is AskState.FAILED
    assert told.ask("assess").is_open
    assert not told.case.open_asks("attend")


def test_a_late_answer_is_still_used() -> None:
    """An answer after the time-out is a fact, and what it shows to be missing is asked for."""
    told = story.paid()
    told.hear(build.authorisations_found())
    told.later(days=3).hear(build.deadline("person", told.now))
    asked = told.hear(build.person_found(build.person(last_name="Hansen")))
    assert [effect.ask_key for effect in asked] == ["form:1"]
    assert told.ask("assess").state is AskState.DROPPED
    assert told.ask("person").state is AskState.FAILED
