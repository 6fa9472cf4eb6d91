"""Refuse the impossible and change nothing."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from case_core.case import Outcome, Phase
from case_core.case_types.authorisation import VERDICTS
from case_core.decide import NotAllowed, Stale, Verdict, decide
from case_core.messages import (
    OF_A_CASE,
    Act,
    Message,
    SubmissionConfirmed,
)
from tests.case_core import build, story
from tests.case_core.story import Story


def closed() -> Story:
    told = story.notified()
    due = told.ask("appeal").due
    assert due is not None
    told.now = due
    told.hear(build.deadline("appeal", due))
    return told


IN_PHASE: dict[Phase, Callable[[], Story]] = {
    Phase.OPEN: story.checked,
    Phase.DECIDED: story.decided,
    Phase.FOLLOW_UP: story.notified,
    Phase.CLOSED: closed,
}

SAMPLES: dict[type[Message], Message] = {
    type(sample): sample
    for sample in (
        build.submission(),
        build.supplement("vitnemal"),
        build.withdrawal(),
        build.listed(),
        build.payment_observed(),
        build.letter_observed("receipt"),
        SubmissionConfirmed(at=build.NOW, ask_key="confirm:1"),
        build.letter_sent("receipt"),
        build.supplement_requested(),
        build.payment_created(),
        build.person_found(build.person(last_name="Hansen")),
        build.authorisations_found(),
        build.looked_again("look:fee", nothing_new=True),
        build.failed("receipt", "SendReceipt"),
        build.cancelled("receipt", "SendReceipt"),
        build.deadline("appeal", build.NOW),
        build.decision(Outcome.GRANTED),
        build.demand("vitnemal"),
        build.posted("paper:receipt"),
        build.done("attend:fee"),
    )
}

PAIRS = [(phase, each) for each in OF_A_CASE for phase in Phase]
REFUSED = [pair for pair in PAIRS if VERDICTS[pair[1]][pair[0]] is Verdict.REFUSE]
NOTED = [pair for pair in PAIRS if VERDICTS[pair[1]][pair[0]] is Verdict.NOTE]


def named(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(value)


def refused(told: Story, message: Message) -> str:
    """Why the case refuses the message, having made sure that it is as it was."""
    before = deepcopy(told.case)
    with pytest.raises(NotAllowed) as why:
        told.hear(message)
    assert told.case == before
    return str(why.value)


@pytest.mark.parametrize("phase", Phase)
def test_the_phases_of_the_table_are_reached(phase: Phase) -> None:
    """The stories that the other tests begin with stand in the phase that they are to stand in."""
    assert IN_PHASE[phase]().case.phase is phase


@pytest.mark.parametrize(("phase", "kind"), REFUSED, ids=named)
def test_a_refused_pair_changes_nothing(phase: Phase, kind: type[Message]) -> None:
    """Where the verdict is REFUSE the message is refused by name and phase, and the case is as it was."""
    assert refused(IN_PHASE[phase](), SAMPLES[kind]) == (f"not-in-this-phase: {kind.__name__}, {phase}")


@pytest.mark.parametrize(("phase", "kind"), NOTED, ids=named)
def test_a_noted_pair_changes_nothing(phase: Phase, kind: type[Message]) -> None:
    """Where the verdict is NOTE the case stays the same, down to its version, and asks for nothing."""
    told = IN_PHASE[phase]()
    assert decide(told.kind, told.case, SAMPLES[kind]) == (told.case, ())


REASONS: dict[str, tuple[Callable[[], Story], Message]] = {
    "other-currency: EUR": (story.opened, build.payment_observed(currency="EUR")),
    "supplement-from-other-person": (
        story.deficient,
        build.supplement("vitnemal", nin=build.OTHER_NIN),
    ),
    "supplement-names-other-case": (
        story.deficient,
        build.supplement("vitnemal", case_number="2026/2"),
    ),
    "withdrawal-from-other-person": (story.opened, build.withdrawal(nin=build.OTHER_NIN)),
    "listing-of-somebody-else": (story.opened, build.listed(index="somebody-else")),
    "no-document-chosen": (story.checked, build.demand()),
    "supplement-already-requested": (
        story.deficient,
        build.demand("praksis"),
    ),
    "fee-not-paid": (story.opened, build.decision()),
    "grounds-missing": (
        story.checked,
        build.decision(Outcome.REFUSED, grounds=" "),
    ),
    "other-payment-reference": (
        story.asked_to_pay,
        build.payment_observed(payment_id=build.LINK_PAYMENT, reference="2026/2"),
    ),
    "no-such-task": (story.opened, build.done("fee")),
    "no-such-letter": (story.opened, build.posted("fee")),
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_given_and_nothing_changes(reason: str) -> None:
    """What does not fit is refused in a text key, and the case is as it was."""
    begin, message = REASONS[reason]
    assert refused(begin(), message) == reason


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.CONDITIONAL])
def test_grounds_may_be_left_out_of_a_full_grant_only(outcome: Outcome) -> None:
    """Anything but a full grant gives its grounds; a full grant need not."""
    assert refused(story.checked(), build.decision(outcome)) == "grounds-missing"
    told = story.checked()
    told.hear(build.decision(Outcome.GRANTED))
    assert told.case.phase is Phase.DECIDED


@pytest.mark.parametrize("seen", [-1, 1])
def test_an_act_on_a_case_that_has_moved_is_stale(seen: int) -> None:
    """An act counts only for the version that the person saw."""
    told = story.checked()
    act = build.decision(seen_version=told.case.version + seen)
    before = deepcopy(told.case)
    with pytest.raises(Stale, match="case-has-changed"):
        decide(told.kind, told.case, act)
    assert told.case == before


@pytest.mark.parametrize("act", [build.decision(), build.demand("vitnemal")], ids=["decide", "demand"])
def test_an_old_version_is_told_before_the_phase(act: Act) -> None:
    """Whoever decides what a colleague has decided reads that it has changed, not a riddle of phases."""
    told = story.decided()
    with pytest.raises(Stale):
        decide(told.kind, told.case, replace(act, seen_version=told.case.version - 1))


def test_an_act_on_the_version_seen_is_taken() -> None:
    """The version in the act is the one that the case has."""
    told = story.checked()
    case, _ = decide(told.kind, told.case, build.decision(seen_version=told.case.version))
    assert case.phase is Phase.DECIDED
    assert case.version == told.case.version + 1


def test_the_delivery_of_a_letter_does_not_outdate_a_persons_act() -> None:
    """How our own sendings fare is nothing new to whoever has the case open."""
    told = story.checked()
    seen = told.case.version
    told.hear(build.letter_sent("receipt"), build.letter_observed("receipt"))
    assert told.case.facts.letter("receipt") is not None
    assert told.case.version == seen


def test_a_letter_that_could_not_be_delivered_outdates_it() -> None:
    """A letter that must go on paper is a task of ours, and something new."""
    told = story.checked()
    told.hear(build.letter_sent("receipt"))
    seen = told.case.version
    told.hear(build.letter_observed("receipt", failed=True))
    assert told.case.version == seen + 1
