"""Letters on which something depends must arrive, and a decision be read; else they go on paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from case_core.case import AskOf, AskState, Phase
from case_core.effects import FetchLetter
from case_core.still_wanted import still_wanted
from tests.case_core import build, story
from tests.case_core.story import Story
from tests.case_core.test_patience import run_out

P = build.PARAMETERS


def sent(begin: Callable[[], Story], key: str) -> Story:
    told = begin()
    told.hear(build.letter_sent(key))
    return told


def lapsed() -> Story:
    told = story.told_to_pay()
    run_out(told, "fee")
    told.hear(build.looked_again("look:fee", nothing_new=True))
    return told


LETTERS: dict[str, Callable[[], Story]] = {
    "fee-letter": story.asked_to_pay,
    "deficiency:1": story.deficient,
    "decision": story.decided,
    "lapse": lapsed,
}


def overdue(key: str) -> Story:
    """Sent, and the time to arrive is out."""
    told = sent(LETTERS[key], key)
    due = told.ask(f"delivery:{key}").due
    assert due is not None
    told.now = due
    told.hear(build.deadline(f"delivery:{key}", due))
    return told


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_is_waited_for_until_it_arrives(key: str) -> None:
    """The wait is visible, with its due time, and ends with the delivery."""
    told = sent(LETTERS[key], key)
    wait = told.ask(f"delivery:{key}")
    assert (wait.of, wait.due) == (AskOf.REMOTE, told.now + P.delivery_due)
    told.hear(build.letter_observed(key))
    assert told.ask(f"delivery:{key}").state is AskState.MET


@pytest.mark.parametrize("key", LETTERS)
def test_altinn_is_asked_once_more_before_paper(key: str) -> None:
    """An event may have been lost; silence alone puts nothing on paper."""
    told = overdue(key)
    (look,) = told.asked_for(FetchLetter)
    assert look == FetchLetter(ask_key=f"look:delivery:{key}", letter_id=build.letter_id(key))
    assert still_wanted(told.kind, told.case, look)
    assert not told.case.has_asked(f"paper:{key}")


@pytest.mark.parametrize("key", LETTERS)
def test_what_has_not_arrived_goes_on_paper(key: str) -> None:
    """Altinn knows of no delivery: a task says so, and is dropped if it arrives after all."""
    told = overdue(key)
    told.hear(build.looked_again(f"look:delivery:{key}", nothing_new=True))
    assert told.ask(f"paper:{key}").reason == "not-delivered-in-time"
    assert told.ask(f"delivery:{key}").state is AskState.FAILED
    told.hear(build.letter_observed(key))
    assert told.ask(f"paper:{key}").state is AskState.DROPPED
    told.hear(build.letter_observed(key, failed=True))
    assert (told.ask(f"paper:{key}").is_open, told.ask(f"paper:{key}").reason) == (True, "undelivered")


def test_a_look_that_cannot_be_made_leads_to_paper() -> None:
    """Without knowing, the letter is sent another way."""
    told = overdue("decision")
    told.hear(build.failed("look:delivery:decision", "FetchLetter", cause="too-many-attempts"))
    assert told.ask("paper:decision").reason == "too-many-attempts"
    assert told.ask("delivery:decision").state is AskState.FAILED


def test_what_the_look_finds_counts() -> None:
    """Delivered, and only the event was lost."""
    told = overdue("decision")
    told.hear(
        build.letter_observed("decision"), build.looked_again("look:delivery:decision", nothing_new=False)
    )
    assert told.case.phase is Phase.FOLLOW_UP
    assert not told.case.has_asked("paper:decision")


@pytest.mark.parametrize(("begin", "key"), [(story.asked_to_pay, "fee"), (story.deficient, "supplement:1")])
def test_nobody_lapses_before_the_letter_has_arrived(begin: Callable[[], Story], key: str) -> None:
    """What has not arrived has told nobody of anything."""
    told = begin()
    told.hear(build.letter_sent("fee-letter" if key == "fee" else "deficiency:1"))
    told.later(days=90).hear(build.deadline(key, told.now))
    assert not told.case.has_asked(f"look:{key}")


# --- read -------------------------------------------------------------------------------------------


def unread() -> Story:
    """Delivered, and the time to read it is out."""
    told = story.delivered().later(days=14)
    told.hear(build.deadline("read:decision", told.now))
    return told


def test_a_decision_is_waited_for_until_it_is_read() -> None:
    """Read or confirmed shows on the letter and ends the wait."""
    told = story.delivered()
    assert told.ask("read:decision").due == told.now + P.decision_read
    told.hear(build.letter_observed("decision", read_at=told.now))
    assert told.ask("read:decision").state is AskState.MET
    letter = told.case.facts.letter("decision")
    assert letter is not None
    assert letter.read_at == told.now


def test_a_decision_that_nobody_reads_goes_on_paper() -> None:
    """Altinn is asked once more; then a person posts it, and the appeal period counts from there."""
    told = unread()
    assert told.ask("look:read:decision").is_open
    told.hear(build.looked_again("look:read:decision", nothing_new=False))
    assert told.ask("paper:decision").reason == "not-read-in-time"
    told.later(days=10).hear(build.deadline("appeal", told.now))
    assert told.case.phase is Phase.FOLLOW_UP, "not closed while the notice has still to be posted"
    told.hear(build.posted("paper:decision"))
    assert (told.ask("appeal").at, told.ask("appeal").due) == (told.now, told.now + P.appeal_period)
    closed = told.later(days=21)
    closed.hear(build.deadline("appeal", told.now))
    assert closed.case.phase is Phase.CLOSED


def test_a_decision_that_is_read_after_all_is_not_posted() -> None:
    """The task is dropped, and the appeal period is that of the delivery."""
    told = unread()
    told.hear(build.looked_again("look:read:decision", nothing_new=False))
    told.later(days=10).hear(build.letter_observed("decision", read_at=told.now))
    assert told.ask("paper:decision").state is AskState.DROPPED
    assert told.case.phase is Phase.CLOSED


# --- delivered, and then failed ---------------------------------------------------------------------


def test_delivered_and_then_failed_is_the_same_as_failed_and_then_delivered() -> None:
    """Both ways the decision is posted and the appeal period counts from then."""
    one, other = story.decided(), story.decided()
    one.hear(build.letter_sent("decision"), build.letter_observed("decision"))
    one.hear(build.letter_observed("decision", failed=True))
    other.hear(build.letter_sent("decision"), build.letter_observed("decision", failed=True))
    other.hear(build.letter_observed("decision"))
    for told in (one, other):
        told.later(days=2).hear(build.posted("paper:decision"))
    assert one.case.phase is other.case.phase is Phase.FOLLOW_UP
    assert one.ask("appeal") == other.ask("appeal")
    assert one.ask("appeal").due == build.NOW + timedelta(days=2) + P.appeal_period


def test_a_decision_posted_after_the_case_was_closed_is_put_to_a_person() -> None:
    """The time to appeal has not run for somebody who was told only now."""
    told = story.notified()
    told.later(days=21).hear(build.deadline("appeal", told.now))
    told.hear(build.letter_observed("decision", failed=True), build.posted("paper:decision"))
    assert told.case.phase is Phase.CLOSED
    assert told.ask("attend:appeal").reason == "posted-late"
