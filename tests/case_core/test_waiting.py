"""Why a case waits, in an order that reads well, and how long the law says that it has taken."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase
from case_core.waiting import legal_clock, subject, waiting
from tests.case_core import build, story

DAY = timedelta(days=1)


def at(day: float) -> datetime:
    return build.NOW + day * DAY


def ask(key: str, of: AskOf = AskOf.APPLICANT, *, since: float = 0, until: float | None = None) -> Ask:
    """An ask that stops the clock, from a day until a day, or still open."""
    state = AskState.OPEN if until is None else AskState.MET
    met_at = None if until is None else at(until)
    return Ask(key=key, of=of, at=at(since), state=state, met_at=met_at, stops_clock=True)


def case(*asks: Ask) -> ApplicationCase:
    return replace(story.opened().case, asks=asks)


def test_the_most_telling_comes_first() -> None:
    """The applicant before a register before a remote before us, the longest first within each."""
    waits = waiting(
        case(
            ask("assess", AskOf.US),
            ask("receipt", AskOf.REMOTE),
            ask("hpr", AskOf.REGISTER, since=1),
            ask("person", AskOf.REGISTER),
            ask("supplement:1"),
            ask("fee", until=1),
        ),
        at(2),
    )
    assert [wait.about for wait in waits] == ["supplement", "person", "hpr", "receipt", "assess"]


def test_equals_are_told_in_a_fixed_order() -> None:
    """Two that began together always read the same."""
    both = (ask("person", AskOf.REGISTER), ask("hpr", AskOf.REGISTER))
    assert waiting(case(*both), at(0)) == waiting(case(*reversed(both)), at(0))


def test_a_wait_says_all_that_a_sentence_needs() -> None:
    """Since when, until when, whether it is late and reminded of, and why."""
    told = story.told_to_pay()
    told.later(days=7).hear(build.deadline("fee", told.now))
    (fee, *_) = waiting(told.case, at(15))
    assert (fee.about, fee.of, fee.since, fee.due) == ("fee", AskOf.APPLICANT, at(0), at(14))
    assert (fee.overdue, fee.reminded, fee.remind_at, fee.reason) == (True, True, at(7), "")
    assert not waiting(told.case, at(13))[0].overdue


def test_a_case_that_is_done_waits_for_nothing() -> None:
    """There is nothing to say about a case without open asks."""
    assert waiting(case(ask("fee", until=1)), at(2)) == ()


@pytest.mark.parametrize(
    ("key", "about"), [("fee", "fee"), ("supplement:2", "supplement"), ("attend:form:1", "attend")]
)
def test_the_subject_is_the_key_without_its_number(key: str, about: str) -> None:
    """Texts are named by what is waited for, not by which round it is."""
    assert subject(key) == about


CLOCKS: dict[str, tuple[tuple[Ask, ...], float]] = {
    "nothing stops it": ((), 10),
    "one pause": ((ask("fee", since=1, until=3),), 8),
    "a pause that is still on": ((ask("fee", since=4),), 4),
    "two pauses apart": ((ask("fee", until=2), ask("supplement:1", since=5, until=6)), 7),
    "two that overlap": ((ask("fee", since=1, until=4), ask("supplement:1", since=3, until=6)), 5),
    "one within the other": ((ask("fee", since=1, until=8), ask("supplement:1", since=3, until=4)), 3),
    "two that touch": ((ask("fee", since=1, until=3), ask("supplement:1", since=3, until=5)), 6),
    "the same twice": ((ask("fee", until=2), ask("supplement:1", until=2)), 8),
    "begun before the receipt": ((ask("fee", since=-3, until=2),), 8),
    "over before the receipt": ((ask("fee", since=-3, until=-1),), 10),
    "met after now": ((ask("fee", since=8, until=12),), 8),
    "begins after now": ((ask("fee", since=12),), 10),
    "out of order": ((ask("supplement:1", since=5, until=7), ask("fee", since=1, until=2)), 7),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_the_legal_clock_stands_still_on_the_applicants_turn(name: str) -> None:
    """Elapsed time without the pauses, each moment counted once."""
    asks, days = CLOCKS[name]
    assert legal_clock(case(*asks), at(0), at(10)) == days * DAY


def test_only_asks_that_stop_the_clock_do() -> None:
    """A register's slowness is ours to answer for."""
    ours = replace(ask("hpr", AskOf.REGISTER, since=1, until=5), stops_clock=False)
    assert legal_clock(case(ours), at(0), at(10)) == 10 * DAY


def test_the_clock_of_a_case() -> None:
    """Unpaid for two days and asked for a supplement for three, seven of twelve days have counted."""
    told = story.opened(build.submission(documents=()))
    told.later(days=2).hear(build.payment_observed(), build.person_found(), build.authorisations_found())
    told.hear(build.supplement_requested())
    told.later(days=3).hear(build.supplement("vitnemal"))
    assert legal_clock(told.case, told.case.facts.submitted_at, at(12)) == 7 * DAY
