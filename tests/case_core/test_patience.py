"""Reminders, looking once more, and lapse; nothing lapses on our own clock alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from case_core.case import AskOf, AskState, Phase, deadlines
from case_core.effects import (
    CreatePayment,
    FetchPayment,
    FetchSubmission,
    SendLapseNotice,
    SendPaymentRequest,
    SendReminder,
)
from case_core.messages import Message
from tests.case_core import build, story
from tests.case_core.story import Effects, Story

P = build.PARAMETERS


def pass_deadline(told: Story, key: str, after: timedelta) -> Effects:
    """Time goes on to that moment, and the clock says so."""
    told.now = told.ask(key).at + after
    return told.hear(build.deadline(key, told.now))


def run_out(told: Story, key: str) -> Effects:
    """The reminder goes out in time and arrives, and then the due time passes."""
    remind_at = told.ask(key).remind_at
    assert remind_at is not None
    told.now = remind_at
    (reminder,) = told.hear(build.deadline(key, told.now))
    told.hear(build.letter_sent(reminder.ask_key))
    due = told.ask(key).due
    assert due is not None
    told.now = due
    return told.hear(build.deadline(key, due))


# --- reminders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "key", "after"),
    [
        (story.told_to_pay, "fee", P.fee_reminder),
        (story.told_to_supplement, "supplement:1", P.supplement_reminder),
    ],
    ids=["fee", "supplement"],
)
def test_one_reminder_is_sent(begin: Callable[[], Story], key: str, after: timedelta) -> None:
    """At its time one reminder goes out, with what is owed and by when; the same deadline sends no other."""
    told = begin()
    due = told.ask(key).due
    (reminder,) = pass_deadline(told, key, after)
    assert isinstance(reminder, SendReminder)
    assert (reminder.about, reminder.due) == (key.partition(":")[0], due)
    assert told.ask(key).reminded
    assert told.hear(build.deadline(key, told.now)) == ()


def test_no_reminder_before_its_time() -> None:
    """A moment too early nothing goes out."""
    assert pass_deadline(story.told_to_pay(), "fee", P.fee_reminder - timedelta(seconds=1)) == ()


def test_nobody_is_reminded_of_what_is_done() -> None:
    """The fee has come: its deadline passes unnoticed."""
    assert pass_deadline(story.paid(), "fee", P.fee_reminder) == ()


@pytest.mark.parametrize(
    ("begin", "key", "span", "reminder"),
    [
        (story.told_to_pay, "fee", P.fee_due, P.fee_reminder),
        (story.told_to_supplement, "supplement:1", P.supplement_due, P.supplement_reminder),
    ],
    ids=["fee", "supplement"],
)
def test_who_was_not_reminded_is_reminded_first(
    begin: Callable[[], Story], key: str, span: timedelta, reminder: timedelta
) -> None:
    """After an outage over both moments, nobody lapses: the reminder goes out and leaves its time."""
    told = begin()
    (sent,) = pass_deadline(told, key, span + timedelta(days=3))
    assert isinstance(sent, SendReminder)
    assert sent.due == told.ask(key).due == told.now + span - reminder
    assert not told.case.has_asked(f"look:{key}")
    assert told.ask(key).is_open


def test_a_reminder_a_little_late_moves_nothing() -> None:
    """The clock is never quite punctual; the due time that letters have stated stands."""
    told = story.told_to_pay()
    due = told.ask("fee").due
    pass_deadline(told, "fee", P.fee_reminder + timedelta(hours=5))
    assert told.ask("fee").due == due


@pytest.mark.parametrize("lost", ["in flight", "failed"])
def test_nobody_lapses_before_the_reminder_has_gone_out(lost: str) -> None:
    """A reminder that lies with us, or must be posted, holds the case; once out, it leaves its time."""
    told = story.told_to_pay()
    pass_deadline(told, "fee", P.fee_reminder)
    if lost == "failed":
        told.hear(build.failed("remind:fee", "SendReminder", cause="reserved"))
    assert pass_deadline(told, "fee", P.fee_due + timedelta(days=1)) == ()
    told.hear(
        build.posted("paper:remind:fee") if lost == "failed" else build.letter_sent("remind:fee"),
    )
    assert told.ask("fee").due == told.now + P.fee_due - P.fee_reminder
    assert told.case.phase is Phase.OPEN


def test_a_letter_that_lay_with_us_gives_the_whole_time() -> None:
    """What took most of the time to go out is counted from when it went."""
    told = story.asked_to_pay().later(days=10)
    told.hear(build.letter_sent("fee-letter"))
    assert told.ask("fee").due == told.now + P.fee_due


# --- looking once more ------------------------------------------------------------------------------


def late_fee() -> Story:
    told = story.told_to_pay()
    run_out(told, "fee")
    return told


def late_supplement() -> Story:
    told = story.told_to_supplement()
    run_out(told, "supplement:1")
    return told


def test_a_late_fee_is_looked_for_where_it_was_to_be_paid() -> None:
    """Before a lapse Nexi is asked once more, about the payment whose link was sent."""
    told = late_fee()
    assert told.asked_for(FetchPayment) == (FetchPayment(ask_key="look:fee", payment_id=build.LINK_PAYMENT),)
    assert told.case.phase is Phase.OPEN


def test_the_rest_of_a_short_fee_is_looked_for_in_the_payment_of_the_rest() -> None:
    """What the form took has been looked at already and says nothing about the rest."""
    told = story.opened()
    told.hear(
        build.payment_observed(payment_id=build.FORM_PAYMENT, charged=1000),
        build.looked_again("verify-payment", nothing_new=False),
        build.payment_created(payment_id="a-payment-that-sorts-first"),
    )
    told.arrive("fee-letter")
    (look,) = run_out(told, "fee")
    assert look == FetchPayment(ask_key="look:fee", payment_id="a-payment-that-sorts-first")


def test_a_late_supplement_is_looked_for_in_its_form() -> None:
    """Altinn is asked once more, about the form in which the answer was to come."""
    (look,) = late_supplement().asked_for(FetchSubmission)
    assert look == FetchSubmission(
        ask_key="look:supplement:1", app="ettersending", instance=build.SUPPLEMENT_FORM
    )


@pytest.mark.parametrize(
    ("begin", "key"),
    [(story.opened, "fee"), (story.unanswerable, "supplement:1")],
    ids=["no payment was made", "no form was made"],
)
def test_where_there_is_nothing_to_look_at_a_person_is_told(begin: Callable[[], Story], key: str) -> None:
    """Who never got the means to answer does not lapse."""
    told = begin()
    assert run_out(told, key) == ()
    assert told.ask(f"attend:{key}").reason == "nothing-to-ask"
    assert told.case.phase is Phase.OPEN


def test_a_look_that_fails_is_put_to_a_person() -> None:
    """Without an answer from the remote nothing lapses."""
    told = late_fee()
    told.hear(build.failed("look:fee", "FetchPayment"))
    assert told.ask("attend:look:fee").is_open
    assert told.case.phase is Phase.OPEN


# --- lapse ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "about"),
    [(late_fee, "fee"), (late_supplement, "supplement:1")],
    ids=["fee", "supplement"],
)
def test_a_case_lapses_when_nothing_had_come_by_the_due_time(begin: Callable[[], Story], about: str) -> None:
    """The remote's `nothing`, got after the due time, closes the case and tells the applicant."""
    told = begin()
    (notice,) = told.hear(build.looked_again(f"look:{about}", nothing_new=True))
    assert isinstance(notice, SendLapseNotice)
    assert notice.about == about.partition(":")[0] == told.case.facts.lapsed
    assert told.case.phase is Phase.CLOSED
    assert told.ask(about).state is AskState.DROPPED
    assert told.ask("lapse").is_open
    assert {ask.of for ask in told.case.open_asks()} == {AskOf.REMOTE}


@pytest.mark.parametrize(
    ("begin", "key", "came"),
    [
        (late_fee, "fee", build.payment_observed(payment_id=build.LINK_PAYMENT)),
        (late_supplement, "supplement:1", build.supplement("vitnemal")),
    ],
    ids=["fee", "supplement"],
)
def test_what_had_come_after_all_is_taken(begin: Callable[[], Story], key: str, came: Message) -> None:
    """When the look finds something the case goes on, whichever of the two is told first."""
    told = begin()
    told.hear(build.looked_again(f"look:{key}", nothing_new=False))
    assert told.ask(key).is_open
    told.hear(came)
    assert told.ask(key).state is AskState.MET
    assert told.case.phase is Phase.OPEN


def test_a_look_before_the_due_time_lapses_nothing() -> None:
    """Only an answer got after the due time counts."""
    told = late_fee()
    told.now -= timedelta(days=1)
    told.hear(build.looked_again("look:fee", nothing_new=True))
    assert told.case.phase is Phase.OPEN


def test_a_payment_on_the_last_day_is_in_time() -> None:
    """What reaches us before the clock does is taken, however late it is."""
    told = story.told_to_pay().later(days=30)
    assert not [each for each in told.hear(paid_by_link()) if isinstance(each, FetchPayment)]
    assert told.ask("fee").state is AskState.MET


def paid_by_link() -> Message:
    return build.payment_observed(payment_id=build.LINK_PAYMENT)


# --- deadlines --------------------------------------------------------------------------------------


def test_a_moved_deadline_is_noted_not_obeyed() -> None:
    """The rules look at the asks; a moment that no ask has any more changes nothing."""
    told = story.told_to_pay()
    before = told.case
    told.later(days=1)
    assert told.hear(build.deadline("fee", told.now)) == ()
    assert told.case == before


def test_a_deadline_of_an_ask_that_is_gone_changes_nothing() -> None:
    """The clock may be late; what it speaks of is settled."""
    told = story.paid()
    before = told.case
    assert told.hear(build.deadline("fee", told.now)) == ()
    assert told.case == before


def test_the_deadlines_of_a_case_are_those_of_its_open_asks() -> None:
    """Due times and reminders that are still to come, and no others."""
    told = story.told_to_pay()
    assert deadlines(told.case) == {
        ("fee", build.NOW + P.fee_reminder),
        ("fee", build.NOW + P.fee_due),
        ("person", build.NOW + P.register_patience),
    }
    told.hear(build.person_found())
    pass_deadline(told, "fee", P.fee_reminder)
    assert deadlines(told.case) == {("fee", build.NOW + P.fee_due)}
    told.hear(paid_by_link())
    assert deadlines(told.case) == {("hpr", told.now + P.register_patience)}


def test_a_case_that_is_closed_has_no_deadlines() -> None:
    """The clock leaves it alone."""
    told = late_fee()
    told.hear(build.looked_again("look:fee", nothing_new=True))
    assert deadlines(told.case) == frozenset()


def test_a_fee_that_nobody_asked_for_by_link_reminds_too() -> None:
    """The reminder belongs to what is owed, not to the letter about it."""
    told = story.opened(build.submission(payment=None))
    (reminder,) = (e for e in pass_deadline(told, "fee", P.fee_reminder) if isinstance(e, SendReminder))
    assert reminder.about == "fee"
    assert len(told.asked_for(CreatePayment)) == 1
    assert not told.asked_for(SendPaymentRequest)


# --- a letter that had to be posted -----------------------------------------------------------------


def test_nobody_lapses_before_the_letter_has_reached_them() -> None:
    """While the letter that asks still has to be posted, the due time takes nothing from the applicant."""
    told = story.asked_to_pay()
    told.hear(build.failed("fee-letter", "SendPaymentRequest", cause="reserved"))
    assert pass_deadline(told, "fee", P.fee_due) == ()
    assert told.case.phase is Phase.OPEN
    assert told.ask("paper:fee-letter").is_open


def test_time_counts_from_the_posting() -> None:
    """A letter sent on paper gives the whole time anew."""
    told = story.asked_to_pay()
    told.hear(build.failed("fee-letter", "SendPaymentRequest", cause="reserved"))
    told.later(days=5).hear(build.posted("paper:fee-letter"))
    assert told.ask("fee").due == told.now + P.fee_due
    assert told.ask("fee").remind_at == told.now + P.fee_reminder


def test_a_letter_posted_after_the_time_had_run_out_is_put_to_a_person() -> None:
    """Nobody is told on paper and closed out in the same breath."""
    told = story.told_to_pay()
    told.hear(build.letter_sent("fee-letter"))
    run_out(told, "fee")
    told.hear(build.letter_observed("fee-letter", failed=True))
    told.hear(build.looked_again("look:fee", nothing_new=True))
    assert told.hear(build.posted("paper:fee-letter")) == ()
    assert told.ask("attend:fee").reason == "posted-late"
    assert told.case.phase is Phase.OPEN


def test_time_to_answer_counts_from_when_the_form_is_there() -> None:
    """A form that was long in the making takes nothing from the time to answer it."""
    told = story.checked(build.submission(documents=()))
    told.later(days=3).hear(build.supplement_requested())
    assert told.ask("supplement:1").due == told.now + P.supplement_due
    assert told.case.facts.rounds[0].due == told.now + P.supplement_due
