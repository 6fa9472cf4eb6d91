"""The table of queues forgets nothing, and the schedule of waits only grows."""

from datetime import timedelta

import pytest

from broker.backoff import MOST_ATTEMPTS, is_exhausted, wait_after
from broker.topology import BY_NAME, CONNECTOR_OF, CONNECTORS, QUEUE_OF, QUEUES
from case_core.effects import EFFECTS
from case_core.messages import HINTS, MESSAGES, Act


def test_every_message_has_a_queue() -> None:
    """One that the program knows and that carries messages."""
    assert set(QUEUE_OF) == set(MESSAGES)
    assert {BY_NAME[name].of_messages for name in QUEUE_OF.values()} == {True}


def test_every_effect_has_a_connector() -> None:
    """One that the program knows and that carries effects."""
    assert set(CONNECTOR_OF) == set(EFFECTS)
    assert set(CONNECTOR_OF.values()) == set(CONNECTORS)


def test_every_queue_is_used() -> None:
    """A queue into which nothing goes is a mistake; no name stands twice."""
    assert len(BY_NAME) == len(QUEUES)
    assert {*QUEUE_OF.values(), *CONNECTOR_OF.values()} == set(BY_NAME)


def test_messages_are_worked_on_one_ring_at_a_time() -> None:
    """So that a process does not wait for its own locks; calls out go side by side."""
    assert {queue.in_flight for queue in QUEUES if queue.of_messages} == {1}
    assert all(queue.in_flight > 1 for queue in QUEUES if not queue.of_messages)


def test_acts_do_not_stand_in_line_behind_the_worlds_hints() -> None:
    """A person waits for the answer on the screen."""
    acts = {QUEUE_OF[each] for each in MESSAGES if issubclass(each, Act)}
    assert len(acts) == 1
    assert acts.isdisjoint(QUEUE_OF[each] for each in HINTS)


def test_waits_only_grow() -> None:
    """Never shorter than the one before, and never longer than an hour."""
    waits = [wait_after(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert waits[0] > timedelta()
    assert max(waits) == timedelta(hours=1)


@pytest.mark.parametrize("attempts", [-1, 0, 1])
def test_the_first_wait_is_the_shortest(attempts: int) -> None:
    """One that was given back its attempt waits no longer for it."""
    assert wait_after(attempts) == wait_after(1)


def test_attempts_are_exhausted_after_about_two_days() -> None:
    """Long enough for a remote's bad weekend, short enough that a person hears of it."""
    tried = sum((wait_after(attempt) for attempt in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=2) < tried < timedelta(days=3)
    assert [is_exhausted(each) for each in (MOST_ATTEMPTS - 1, MOST_ATTEMPTS)] == [False, True]
