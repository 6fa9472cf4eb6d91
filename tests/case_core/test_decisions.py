"""Assessment, decision, notice and appeal: never without a person's act, never closed too early."""

from datetime import timedelta

import pytest

from case_core.case import AskOf, AskState, Decision, Outcome, Phase
from case_core.effects import SendDecision
from tests.case_core import build, story


def test_a_complete_application_comes_to_a_caseworker() -> None:
    """Paid, checked and complete: nothing is decided by itself."""
    told = story.checked()
    assert told.ask("assess").of is AskOf.US
    assert told.case.decisions == ()
    assert not told.asked_for(SendDecision)


def test_a_decision_is_kept_with_its_grounds_and_sent() -> None:
    """The letter carries outcome, grounds, time limit and appeal body (forvaltningsloven §§ 24, 25, 27)."""
    told = story.checked()
    (letter,) = told.hear(build.decision(Outcome.CONDITIONAL, grounds="  Under veiledning.  "))
    assert told.case.decisions == (
        Decision(at=told.now, outcome=Outcome.CONDITIONAL, grounds="Under veiledning.", by="saksbehandler"),
    )
    assert isinstance(letter, SendDecision)
    assert (letter.outcome, letter.grounds) == (Outcome.CONDITIONAL, "Under veiledning.")
    assert (letter.appeal_weeks, letter.appeal_body) == (3, "Statens helsepersonellnemnd")
    assert told.case.phase is Phase.DECIDED
    assert told.ask("assess").state is AskState.MET


def test_a_decision_ends_what_the_applicant_owed() -> None:
    """A refusal while a supplement is awaited drops the request; letters on their way still go."""
    told = story.deficient()
    told.hear(build.decision(Outcome.REFUSED, grounds="Utdanningen er ikke jevngod."))
    assert told.ask("supplement:1").state is AskState.DROPPED
    assert told.ask("deficiency:1").is_open


def test_a_decision_does_not_wait_for_a_register() -> None:
    """Whoever decides without the answer is not told of its absence afterwards."""
    told = story.paid()
    told.hear(build.decision(grounds="Vilkårene er oppfylt."))
    assert {told.ask(key).state for key in ("person", "hpr")} == {AskState.DROPPED}


def test_the_appeal_period_runs_from_the_notice() -> None:
    """Not the sending but the arrival starts the three weeks (forvaltningsloven § 29)."""
    told = story.decided()
    told.later(days=1).hear(build.letter_sent("decision"))
    assert not told.case.has_asked("appeal")
    arrived = told.now
    told.later(days=2).hear(build.letter_observed("decision", delivered_at=arrived))
    assert told.case.phase is Phase.FOLLOW_UP
    appeal = told.ask("appeal")
    assert (appeal.at, appeal.due) == (arrived, arrived + timedelta(weeks=3))
    assert not appeal.stops_clock


@pytest.mark.parametrize(("days", "phase"), [(20.9, Phase.FOLLOW_UP), (21, Phase.CLOSED)])
def test_the_case_closes_when_the_appeal_period_is_over(days: float, phase: Phase) -> None:
    """Not a moment before."""
    told = story.notified().later(days=days)
    told.hear(build.deadline("appeal", told.now))
    assert told.case.phase is phase


def test_an_old_notice_closes_at_once() -> None:
    """Told after the period has run out that it arrived and was read, the case goes all the way."""
    told = story.decided()
    told.hear(build.letter_sent("decision"))
    arrived = told.now
    told.later(days=30).hear(build.letter_observed("decision", delivered_at=arrived, read_at=arrived))
    assert told.case.phase is Phase.CLOSED
    assert told.open_keys().isdisjoint({"appeal"})


def test_nobody_is_reminded_of_an_appeal() -> None:
    """An appeal is a right and no duty."""
    told = story.notified().later(days=14)
    assert told.hear(build.deadline("appeal", told.now)) == ()


# --- on paper ---------------------------------------------------------------------------------------


def test_a_decision_that_cannot_be_delivered_goes_on_paper() -> None:
    """The appeal period runs from the day it was posted."""
    told = story.decided()
    told.hear(build.failed("decision", "SendDecision", cause="reserved"))
    assert told.ask("paper:decision").reason == "reserved"
    assert told.case.phase is Phase.DECIDED
    told.later(days=3).hear(build.posted("paper:decision"))
    assert told.ask("appeal").at == told.now


def test_a_decision_that_altinn_lost_goes_on_paper() -> None:
    """Sent, and then found undelivered: the same task, once."""
    told = story.decided()
    told.hear(build.letter_sent("decision"))
    told.hear(build.letter_observed("decision", delivered_at=None, failed=True))
    told.hear(build.letter_observed("decision", delivered_at=None, failed=True))
    assert told.ask("paper:decision").reason == "undelivered"
    assert told.case.phase is Phase.DECIDED


def test_a_letter_that_was_seen_and_then_failed_has_not_arrived() -> None:
    """What Altinn calls failed starts no appeal period, even if it names a moment of delivery."""
    told = story.decided()
    told.hear(build.letter_sent("decision"), build.letter_observed("decision", failed=True))
    assert told.case.phase is Phase.DECIDED
    told.hear(build.letter_observed("decision"))
    assert told.ask("paper:decision").is_open
    assert not told.case.has_asked("appeal")


def test_a_letter_that_was_posted_is_not_posted_again() -> None:
    """A later report of the same failure opens no new task."""
    told = story.decided()
    told.hear(build.letter_sent("decision"))
    told.hear(
        build.letter_observed("decision", delivered_at=None, failed=True), build.posted("paper:decision")
    )
    told.hear(build.letter_observed("decision", delivered_at=None, failed=True))
    assert not told.ask("paper:decision").is_open
