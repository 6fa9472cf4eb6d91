"""Whatever happens, in whatever order and at whatever time, the laws of a case hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_core.case import AUTOMATIC, Ask, AskOf, AskState, Phase, deadlines
from case_core.case_types.application_tables import QUIET
from case_core.case_types.facts import ApplicationCase
from case_core.decide import NotAllowed, standing
from case_core.effects import Effect
from case_core.messages import DecisionTaken, Message
from tests.case_core import build
from tests.case_core.walks import Walk, begun

ORDER = tuple(Phase)
STEPS = st.lists(st.tuples(st.integers(0, 500), st.sampled_from((0, 0, 0, 1, 30, 200, 700))), max_size=40)
BEGINNINGS = st.integers(0, 8)
WALKS = settings(max_examples=300, deadline=None)


def chosen(walk: Walk, index: int) -> Message:
    messages = walk.possible()
    return messages[index % len(messages)]


def walked(beginning: int, steps: list[tuple[int, int]]) -> Walk:
    """A walk to its end. Refused messages are part of it."""
    walk = begun(beginning)
    check_effects(walk, (), tuple(walk.story.effects))
    for index, hours in steps:
        walk.story.later(days=hours / 24)
        take(walk, chosen(walk, index))
    return walk


def take(walk: Walk, message: Message) -> None:
    before, earlier = walk.case, tuple(walk.story.effects)
    try:
        effects = walk.hear(message)
    except NotAllowed:
        assert walk.case == before
        return
    check_effects(walk, earlier, effects)
    check_change(before, walk.case, message)
    check_case(walk.case, walk)


def check_effects(walk: Walk, earlier: tuple[Effect, ...], effects: tuple[Effect, ...]) -> None:
    """An effect has a key of its own and an open ask that its reply will meet."""
    keys = [effect.ask_key for effect in (*earlier, *effects)]
    assert len(keys) == len(set(keys))
    assert all(walk.case.is_waiting_for(effect.ask_key) for effect in effects)


def check_change(before: ApplicationCase, after: ApplicationCase, message: Message) -> None:
    assert ORDER.index(after.phase) >= ORDER.index(before.phase)
    counts = type(message) not in QUIET or standing(after) != standing(before)
    assert after.version == before.version + (after != before and counts)
    assert {ask.key for ask in before.asks} <= {ask.key for ask in after.asks}
    if after.decisions != before.decisions:
        assert isinstance(message, DecisionTaken) or after.decisions[-1].by == AUTOMATIC


def check_case(case: ApplicationCase, walk: Walk) -> None:
    emitted = {effect.ask_key for effect in walk.story.effects}
    owed_by_machines = {ask.key for ask in case.open_asks() if ask.of in (AskOf.REMOTE, AskOf.REGISTER)}
    # What was sent has still to arrive.
    assert {key.removeprefix("delivery:") for key in owed_by_machines} <= emitted, "nobody was asked for it"
    ended_unassessed = bool(case.facts.lapsed or case.facts.withdrawn)
    assert len(case.decisions) == (case.phase is not Phase.OPEN and not ended_unassessed)
    assert case.phase is not Phase.OPEN or case.open_asks(), "it stands still and cannot say why"
    assert case.phase is not Phase.CLOSED or not applicant_asks(case)
    assert all(ask.met_at is None for ask in case.open_asks())
    assert all(ask.met_at is not None for ask in case.asks if not ask.is_open)


def applicant_asks(case: ApplicationCase) -> tuple[Ask, ...]:
    return tuple(ask for ask in case.open_asks() if ask.of is AskOf.APPLICANT)


@WALKS
@given(BEGINNINGS, STEPS)
def test_the_laws_hold_on_every_walk(beginning: int, steps: list[tuple[int, int]]) -> None:
    """Phases go forward, keys are used once, rules settle, refusals change nothing, waiting has a reason."""
    walked(beginning, steps)


@WALKS
@given(BEGINNINGS, STEPS)
def test_a_case_left_alone_ends_with_somebody(beginning: int, steps: list[tuple[int, int]]) -> None:
    """When the outside answers and time passes, a case closes, is decided or comes to a person."""
    walk = walked(beginning, steps)
    run_out(walk)
    assert walk.case.phase is not Phase.OPEN or is_with_a_person(walk.case)


def is_with_a_person(case: ApplicationCase) -> bool:
    return any(ask.of is AskOf.US for ask in case.open_asks())


def run_out(walk: Walk) -> None:
    """The outside answers all that is unanswered, and then every deadline passes, until nothing is left."""
    while answer_all(walk) or pass_deadline(walk):
        check_case(walk.case, walk)


def answer_all(walk: Walk) -> bool:
    waiting = [effect for effect in walk.story.effects if effect.ask_key not in walk.replies]
    for effect in waiting:
        if walk.case.is_waiting_for(effect.ask_key):
            answers = walk.outside.answers(effect)
            told = (*answers, *(more for each in answers for more in walk.outside.follows(each)))
        else:
            told = (build.cancelled(effect.ask_key, type(effect).__name__),)
        for message in told:
            take(walk, message)
    return bool(waiting)


def pass_deadline(walk: Walk) -> bool:
    coming = sorted((due, key) for key, due in deadlines(walk.case) if due > walk.story.now)
    if not coming:
        return False
    due, key = coming[0]
    walk.story.now = due
    take(walk, build.deadline(key, due))
    return True


@WALKS
@given(BEGINNINGS, STEPS, st.integers(0, 500))
def test_a_message_told_twice_in_a_row_counts_once(
    beginning: int, steps: list[tuple[int, int]], index: int
) -> None:
    """Delivery at least once: the second time, the case neither changes nor asks for anything."""
    walk = walked(beginning, steps)
    message = chosen(walk, index)
    try:
        walk.hear(message)
    except NotAllowed:
        return
    case = walk.case
    if isinstance(message, DecisionTaken):
        with pytest.raises(NotAllowed):
            walk.hear(message)
    assert walk.case == case


@WALKS
@given(BEGINNINGS, STEPS)
def test_a_settled_ask_stays_settled(beginning: int, steps: list[tuple[int, int]]) -> None:
    """What is met, failed or dropped is not owed again; only a person's own turns come back."""
    walk = begun(beginning)
    for index, hours in steps:
        before = {ask.key: ask.state for ask in walk.case.asks}
        walk.story.later(days=hours / 24)
        take(walk, chosen(walk, index))
        reopened = [
            ask for ask in walk.case.open_asks() if before.get(ask.key, AskState.OPEN) is not AskState.OPEN
        ]
        assert all(ask.of is AskOf.US for ask in reopened)
