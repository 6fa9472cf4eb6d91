"""Money that does not fit: too little, too much, twice or too late. Each is stated; nobody pays twice."""

from case_core.case import AskState, Outcome, Phase
from case_core.effects import CreatePayment, FetchPayment
from case_core.messages import Way
from tests.case_core import build, story
from tests.case_core.story import Story
from tests.case_core.test_patience import run_out

FEE = build.FEES[Way.NORWAY]


def pays(told: Story, charged: int, payment_id: str = build.LINK_PAYMENT) -> None:
    told.hear(build.payment_observed(payment_id=payment_id, charged=charged))


# --- too little -------------------------------------------------------------------------------------


def test_a_rest_is_asked_for_by_itself() -> None:
    """Paid in part, the applicant gets a link for what is lacking and the whole time to pay it."""
    told = story.told_to_pay().later(days=5)
    pays(told, FEE - 50_000)
    (_, rest) = told.asked_for(CreatePayment)
    assert isinstance(rest, CreatePayment)
    assert (rest.ask_key, rest.amount_ore) == ("payment#2", 50_000)
    assert told.ask("fee").due == told.now + build.PARAMETERS.fee_due
    told.hear(build.payment_created("payment#2", payment_id="rest"))
    pays(told, 50_000, "rest")
    assert told.ask("fee").state is AskState.MET


def test_a_look_that_finds_too_little_leaves_nothing_overdue() -> None:
    """Found at the last moment, the part is counted and the rest is asked for."""
    told = story.told_to_pay()
    (look,) = run_out(told, "fee")
    assert isinstance(look, FetchPayment)
    pays(told, FEE - 50_000)
    told.hear(build.looked_again("look:fee", nothing_new=False))
    assert not told.ask("fee").is_overdue(told.now)
    assert not told.case.has_asked("attend:fee")
    assert told.ask("payment#2").is_open


def test_a_second_overdue_is_looked_for_again() -> None:
    """The rest lapses like the whole: reminded, looked for under a key of its own, and closed."""
    told = story.told_to_pay()
    pays(told, FEE - 50_000)
    told.hear(build.payment_created("payment#2", payment_id="rest"))
    told.arrive("fee-letter#2")
    (look,) = run_out(told, "fee")
    assert look == FetchPayment(ask_key="look:fee", payment_id="rest")
    told.hear(build.looked_again("look:fee", nothing_new=True))
    assert told.case.facts.lapsed == "fee"
    assert told.ask("attend:overpaid").amount == FEE - 50_000


def test_what_was_found_and_did_not_come_is_put_to_a_person() -> None:
    """Found, but not in a form that the case could take: no fee is overdue with nobody."""
    told = story.told_to_pay()
    run_out(told, "fee")
    told.hear(build.looked_again("look:fee", nothing_new=False))
    task = told.ask("attend:fee")
    assert (task.reason, task.amount) == ("paid-too-little", FEE)
    told.hear(build.done("attend:fee"))
    assert told.ask("fee").due == told.now + build.PARAMETERS.fee_due
    run_out(told, "fee")
    assert told.ask("look:fee#2").is_open


def test_a_person_sees_to_what_stays_too_little() -> None:
    """After three requests the machine stops asking."""
    told = story.told_to_pay()
    pays(told, 50_000)
    for number in (2, 3):
        told.hear(build.payment_created(f"payment#{number}", payment_id=f"rest-{number}"))
        pays(told, 50_000, f"rest-{number}")
    assert len(told.asked_for(CreatePayment)) == 3
    assert (told.ask("attend:fee").reason, told.ask("attend:fee").amount) == (
        "paid-too-little",
        FEE - 150_000,
    )


def test_a_payment_that_could_not_be_made_is_made_when_a_person_says_so() -> None:
    """Ending the task asks anew, with the whole time."""
    told = story.opened(build.submission(payment=None))
    told.hear(build.failed("payment", "CreatePayment"))
    (again,) = told.later(days=10).hear(build.done("attend:payment"))
    assert again.ask_key == "payment#2"
    assert told.ask("fee").due == told.now + build.PARAMETERS.fee_due


def test_a_fee_that_a_person_sees_to_neither_reminds_nor_lapses() -> None:
    """Who was never given the means to pay is left in peace."""
    told = story.opened()
    told.hear(build.failed("verify-payment", "FetchPayment"))
    told.later(days=60)
    assert told.hear(build.deadline("fee", told.now), build.person_found()) == ()
    assert told.case.phase is Phase.OPEN


# --- too much ---------------------------------------------------------------------------------------


def test_paid_twice_is_put_to_a_person_once() -> None:
    """In the form and by the link: the case goes on, and the amount is told."""
    told = story.opened()
    told.hear(build.looked_again("verify-payment", nothing_new=True), build.payment_created())
    pays(told, FEE)
    pays(told, FEE, build.FORM_PAYMENT)
    task = told.ask("attend:overpaid")
    assert (task.reason, task.amount, told.case.facts.overpaid) == ("paid-too-much", FEE, FEE)
    told.hear(build.done("attend:overpaid"), build.payment_observed())
    assert told.ask("attend:overpaid").state is AskState.MET
    told.hear(build.payment_observed(charged=FEE, refunded=FEE))
    assert told.case.facts.overpaid == 0


def test_more_than_was_dealt_with_is_told_anew() -> None:
    """Ticked off at one amount, the task comes back at a greater one."""
    told = story.paid()
    pays(told, FEE + 10_000, build.FORM_PAYMENT)
    told.hear(build.done("attend:overpaid"))
    pays(told, FEE + 30_000, build.FORM_PAYMENT)
    assert (told.ask("attend:overpaid").is_open, told.ask("attend:overpaid").amount) == (True, 30_000)


def test_a_payment_after_the_decision_is_seen() -> None:
    """Refused unpaid, and then paid in full and more: what exceeds the fee is told."""
    told = story.told_to_pay()
    told.hear(build.decision(Outcome.REFUSED, grounds="Utdanningen er ikke jevngod."))
    pays(told, FEE + 50_000)
    assert told.ask("attend:overpaid").amount == 50_000


def test_a_payment_after_the_lapse_is_seen() -> None:
    """The case stays closed; a person sees to the money."""
    told = story.told_to_pay()
    run_out(told, "fee")
    told.hear(build.looked_again("look:fee", nothing_new=True))
    pays(told, FEE)
    assert (told.case.phase, told.ask("attend:overpaid").reason) == (Phase.CLOSED, "paid-for-ended-case")


def test_a_payment_told_before_its_form_counts() -> None:
    """Whichever comes first, the fee is paid once the form is here."""
    told = story.opened()
    pays(told, FEE, build.FORM_PAYMENT)
    assert told.ask("fee").state is AskState.MET
    told.hear(build.looked_again("verify-payment", nothing_new=False))
    assert not told.asked_for(CreatePayment)
