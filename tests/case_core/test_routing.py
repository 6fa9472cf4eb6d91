"""To which case a message belongs, and what makes two messages the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from case_core.case_types.authorisation import AUTHORISATION
from case_core.decide import NotAllowed
from case_core.messages import Message
from case_core.routing import Direct, Key, Opens, Route, identity, route
from tests.case_core import build, story

ROUTES: list[tuple[Message, Route]] = [
    (build.submission(), Opens(AUTHORISATION)),
    (build.supplement("vitnemal"), Key(f"instance:{build.SUPPLEMENT_FORM}")),
    (build.withdrawal(case_number="2026-000123-4"), Key("number:2026-000123-4")),
    (build.listed(), Key("graduate:SP:0a1b2c3d")),
    (build.payment_observed(), Key("payment:form-payment")),
    (build.letter_observed("receipt"), Key("letter:letter-receipt")),
    (build.person_found(), Direct()),
    (build.deadline("fee", build.NOW), Direct()),
    (build.decision(), Direct()),
]


@pytest.mark.parametrize(("message", "way"), ROUTES, ids=lambda value: type(value).__name__)
def test_a_message_finds_its_case(message: Message, way: Route) -> None:
    """A submission opens one, a fact is found by key, and a reply carries its case with it."""
    assert route(message) == way


@pytest.mark.parametrize(
    "number",
    [build.NUMBER, "2026/2", "", build.NIN],
    ids=["the case's own", "another", "none", "an identity number"],
)
def test_a_supplement_without_our_reference_belongs_nowhere(number: str) -> None:
    """Whatever number it names, a form that we did not prefill is refused; the number is not repeated."""
    with pytest.raises(NotAllowed) as why:
        route(build.supplement("vitnemal", case_number=number, reference_is_ours=False))
    assert str(why.value) == "supplement-not-ours"


@pytest.mark.parametrize("number", [build.NIN, "148391 12344", "", "saken min", "2026/1; 2026/2"])
def test_a_withdrawal_that_names_no_case_belongs_nowhere(number: str) -> None:
    """What somebody wrote into a form becomes a key only if it may be a case number."""
    with pytest.raises(NotAllowed) as why:
        route(build.withdrawal(case_number=number))
    assert str(why.value) == "withdrawal-names-no-case"


def test_a_case_is_known_to_graduates_lists_while_it_is_open() -> None:
    """Afterwards a list may find the applicant's next case."""
    told = story.checked()
    assert "graduate:SP:0a1b2c3d" in told.kind.keys(told.case)
    told.hear(build.decision())
    assert "graduate:SP:0a1b2c3d" not in told.kind.keys(told.case)


def test_without_the_stores_hash_no_list_finds_the_case() -> None:
    """Nobody is looked up by an empty hash."""
    told = story.opened()
    nobody = replace(told.case, applicant=build.applicant())
    assert not [key for key in told.kind.keys(nobody) if key.startswith("graduate:")]


def test_a_case_is_known_by_its_forms_payments_and_letters() -> None:
    """Every key under which a fact about the case may come leads to it."""
    told = story.deficient()
    told.hear(build.letter_sent("deficiency:1"))
    assert told.kind.keys(told.case) == {
        f"number:{build.NUMBER}",
        "graduate:SP:0a1b2c3d",
        f"instance:{build.FORM}",
        f"instance:{build.SUPPLEMENT_FORM}",
        "payment:form-payment",
        "letter:letter-deficiency:1",
    }


def test_a_case_is_known_by_the_payment_that_its_form_speaks_of() -> None:
    """Nexi may tell of it before we have looked."""
    assert "payment:form-payment" in build.kind().keys(story.opened().case)


def test_a_payment_is_told_apart_by_its_amounts() -> None:
    """The same amounts are the same fact; a refund is another."""
    seen = build.payment_observed()
    again = build.payment_observed(at=build.NOW + timedelta(days=1))
    assert identity(seen) == identity(again) == ("nexi", "form-payment/200000/200000/0/0")
    assert identity(build.payment_observed(refunded=1)) != identity(seen)


def test_a_letter_is_told_apart_by_how_far_it_has_come() -> None:
    """Delivered is another fact than failed, but delivered is delivered whenever it was."""
    seen = identity(build.letter_observed("receipt"))
    later = build.NOW + timedelta(days=1)
    assert seen == identity(build.letter_observed("receipt", delivered_at=later))
    assert len({seen, identity(build.letter_observed("receipt", delivered_at=None, failed=True))}) == 2


def test_a_listing_is_told_apart_by_list_profession_and_person() -> None:
    """The same list read twice is one listing; the next list is another."""
    assert identity(build.listed()) == ("graduates", "HVL-2026-1/SP/0a1b2c3d")
    assert identity(build.listed(list_id="HVL-2026-2")) != identity(build.listed())


def test_lists_wait_long_for_their_graduates() -> None:
    """A school reports before anybody has applied; other messages are given up after days."""
    assert type(build.listed()).PATIENCE_DAYS > 365 > type(build.payment_observed()).PATIENCE_DAYS
    assert type(build.payment_observed()).PATIENCE_DAYS > type(build.withdrawal()).PATIENCE_DAYS


def test_a_form_is_told_apart_by_its_instance() -> None:
    """However often a form is fetched it is one submission."""
    assert identity(build.submission()) == ("altinn", build.FORM)
    assert identity(build.supplement("vitnemal")) == ("altinn", build.SUPPLEMENT_FORM)


@pytest.mark.parametrize(
    "message", [build.person_found(), build.decision(), build.deadline("fee", build.NOW)], ids=type
)
def test_replies_and_acts_are_told_apart_by_their_senders(message: Message) -> None:
    """They have no identity of their own."""
    assert identity(message) is None
