"""The embedded transport keeps the promises of every transport, and merges what lies waiting."""

import asyncio

import pytest
from structlog.testing import capture_logs

from broker.embedded import EmbeddedTransport
from broker.topology import RING_SIZE
from tests.broker.contract import PATIENCE, FailingAtFirst, Heard, TransportContract, ring
from tests.broker.waiting import until_true


@pytest.fixture
def transport() -> EmbeddedTransport:
    return EmbeddedTransport()


class TestEmbedded(TransportContract):
    """The contract, in one process."""


async def test_rings_that_lie_waiting_become_one_set(transport: EmbeddedTransport) -> None:
    """So that they share a transaction; an id that was rung for twice is in it once."""
    heard = Heard(gate=asyncio.Event())
    await transport.start({"intake": heard})
    await transport.publish(ring(1))
    await until_true(lambda: bool(heard.calls))
    for number in range(2, 12):
        await transport.publish(ring(number, number - 1))
    assert heard.gate is not None
    heard.gate.set()
    await until_true(lambda: len(heard.calls) == 2)
    assert sorted(heard.calls[1]) == list(range(1, 12))
    await transport.stop(PATIENCE)


async def test_a_ring_that_does_not_fit_is_the_next_one(transport: EmbeddedTransport) -> None:
    """A full ring must not be overtaken by every small one that comes after it."""
    heard = Heard(gate=asyncio.Event())
    await transport.start({"intake": heard})
    await transport.publish(ring(1))
    await until_true(lambda: bool(heard.calls))
    full = tuple(range(1000, 1000 + RING_SIZE))
    for ids in ((2,), full, (3,), (4,)):
        await transport.publish(ring(*ids))
    assert heard.gate is not None
    heard.gate.set()
    await until_true(lambda: len(heard.calls) == 4)
    assert [tuple(ids) for ids in heard.calls] == [(1,), (2,), full, (3, 4)]
    await transport.stop(PATIENCE)


async def test_a_handler_that_raises_is_logged_by_queue(transport: EmbeddedTransport) -> None:
    """Whoever looks for the reason finds the queue and the kind of error, and nothing personal."""
    handler = FailingAtFirst()
    with capture_logs() as logged:
        await transport.start({"intake": handler})
        await transport.publish(ring(1, 2))
        await until_true(lambda: bool(logged))
    await transport.stop(PATIENCE)
    assert {"queue": "intake", "rows": 2, "log_level": "error"}.items() <= logged[0].items()
