"""Facts are order-free: however the answers come in, and however often, the case ends the same."""

from dataclasses import dataclass, replace

import pytest

from case_core.case import AskOf
from case_core.case_types.facts import ApplicationCase
from case_core.decide import NotAllowed, decide
from case_core.effects import Effect
from case_core.messages import Message, SubmissionReceived, Way
from tests.case_core import build
from tests.case_core.orders import Orders, Point, every_order
from tests.case_core.outside import Outside

FEE = build.FEES[Way.NORWAY]


@dataclass(frozen=True)
class Course:
    """A submission, the world it meets, and what the case then waits for."""

    message: SubmissionReceived
    outside: Outside
    waits_for: frozenset[str]
    effects: frozenset[str]
    fewest_orders: int


CONFIRM = f"confirm:{build.FORM.partition('/')[2]}"
CONFIRM_SUPPLEMENT = f"confirm:{build.SUPPLEMENT_FORM.partition('/')[2]}"
PLAIN = frozenset({"receipt", CONFIRM, "verify-payment", "person", "hpr"})
ASKED = frozenset({"form:1", "deficiency:1"})
ROUND = ASKED | {CONFIRM_SUPPLEMENT}
LINKED = frozenset({"payment", "fee-letter"})
SKIPPED = build.form_payment(status="Skipped", payment_id=None)
SHORT = build.form_payment(total_ore=FEE)

COURSES = {
    "complete and paid": Course(build.submission(), Outside(), frozenset({"assess"}), PLAIN, 1000),
    "deficient, then healed": Course(
        build.submission(documents=()),
        Outside(sends=("vitnemal",)),
        frozenset({"assess"}),
        PLAIN | ROUND,
        10_000,
    ),
    "deficient, silent": Course(
        build.submission(documents=()),
        Outside(),
        frozenset({"supplement:1"}),
        PLAIN | ASKED,
        1000,
    ),
    "another name": Course(
        build.submission(),
        Outside(person=build.person(last_name="Hansen"), sends=("navneendring",)),
        frozenset({"assess"}),
        PLAIN | ROUND,
        10_000,
    ),
    "payment skipped in the form, made by link": Course(
        build.submission(payment=SKIPPED),
        Outside(pays_link=FEE),
        frozenset({"assess"}),
        PLAIN - {"verify-payment"} | LINKED,
        1000,
    ),
    "claim is short, rest paid by link": Course(
        build.submission(payment=SHORT),
        Outside(charged=((build.FORM_PAYMENT, FEE - 50_000),), pays_link=50_000),
        frozenset({"assess"}),
        PLAIN | LINKED,
        10_000,
    ),
    "reported as a graduate, paid in full": Course(
        build.submission(),
        Outside(tells=(build.listed(),)),
        frozenset({"appeal", "read:decision", "attend:overpaid"}),
        PLAIN | {"decision"},
        10_000,
    ),
    "reported as a graduate, deficient, then healed": Course(
        build.submission(documents=()),
        Outside(sends=("vitnemal",), tells=(build.listed(),)),
        frozenset({"appeal", "read:decision", "attend:overpaid"}),
        PLAIN | ROUND | {"decision"},
        10_000,
    ),
    "paid twice, in the form and in a second payment on it": Course(
        build.submission(),
        Outside(tells=(build.payment_observed(charged=2 * FEE),)),
        frozenset({"assess", "attend:overpaid"}),
        PLAIN,
        1000,
    ),
    "claim is false, nothing paid": Course(
        build.submission(),
        Outside(charged=()),
        frozenset({"fee"}),
        PLAIN - {"hpr"} | LINKED,
        1000,
    ),
}


@pytest.fixture(scope="module", params=COURSES, ids=str)
def walked(request: pytest.FixtureRequest) -> tuple[Course, Orders]:
    course = COURSES[request.param]
    return course, every_order(build.kind(), course.outside, course.message)


def test_every_order_ends_alike(walked: tuple[Course, Orders]) -> None:
    """However the answers are ordered, there is one end state and one set of effects."""
    course, orders = walked
    assert orders.count >= course.fewest_orders
    assert len({lasting(end) for end in orders.ends}) == 1
    end = next(iter(orders.ends))
    assert {ask.key for ask in end.case.open_asks()} == course.waits_for
    assert {effect.ask_key for effect in end.effects} == course.effects


def lasting(end: Point) -> tuple[ApplicationCase, frozenset[Effect]]:
    """The end without turns of ours that are over: in some orders a case has lain with us for a while."""
    asks = tuple(ask for ask in end.case.asks if ask.is_open or ask.of is not AskOf.US)
    return replace(end.case, asks=asks), end.effects


def test_no_effect_is_asked_for_twice(walked: tuple[Course, Orders]) -> None:
    """An ask key is an idempotency key: no order asks for two things under the same one."""
    _, orders = walked
    for point in orders.points:
        keys = [effect.ask_key for effect in point.effects]
        assert len(keys) == len(set(keys))


def test_a_message_that_comes_again_changes_nothing(walked: tuple[Course, Orders]) -> None:
    """At any point of any order, whatever has been delivered may be delivered again."""
    _, orders = walked
    for point in orders.points:
        for message in point.delivered:
            assert told_again(point.case, message) == (point.case, ())


def told_again(case: ApplicationCase, message: Message) -> tuple[ApplicationCase, tuple[Effect, ...]]:
    """What comes after the decision may be refused; that changes nothing either."""
    try:
        return decide(build.kind(), case, message)
    except NotAllowed:
        return case, ()


def test_a_case_that_is_open_waits_for_something(walked: tuple[Course, Orders]) -> None:
    """At no point of any order does the case stand still without being able to say why."""
    _, orders = walked
    assert all(point.case.open_asks() for point in orders.points)


def test_the_submission_may_come_again() -> None:
    """A second reading of the form that opened the case changes nothing."""
    course = COURSES["complete and paid"]
    orders = every_order(build.kind(), course.outside, course.message)
    for case in (point.case for point in orders.points):
        assert told_again(case, course.message) == (case, ())


def test_the_version_counts_changes_only() -> None:
    """A repeated message leaves the version, so that nobody's act is refused because of it."""
    case = versioned()
    repeated, _ = decide(build.kind(), case, build.person_found())
    assert repeated.version == case.version


def versioned() -> ApplicationCase:
    course = COURSES["complete and paid"]
    (end,) = every_order(build.kind(), course.outside, course.message).ends
    return replace(end.case, version=7)
