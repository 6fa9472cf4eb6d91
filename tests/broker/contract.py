"""What every transport promises, whatever carries the rings. A test module adds the `transport` fixture."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest

from broker.topology import HPR, INTAKE, NEXI, REPLIES, RING_SIZE
from broker.transport import Handler, NotPublished, Transport
from store.rows import Ring
from tests.broker.waiting import until_true

PATIENCE = 10.0
NO_PATIENCE = 0.05


@dataclass
class Heard:
    """Keeps what it was rung for. With a gate, it stands still until the gate is open."""

    calls: list[tuple[int, ...]] = field(default_factory=list)
    ended: list[tuple[int, ...]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    cancelled: bool = False

    async def __call__(self, ids: tuple[int, ...]) -> None:
        self.calls.append(ids)
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.ended.append(ids)

    @property
    def ids(self) -> Counter[int]:
        return Counter(row_id for call in self.calls for row_id in call)


@dataclass
class FailingAtFirst:
    """Raises on its first call and hears the others."""

    heard: Heard = field(default_factory=Heard)
    failed: tuple[int, ...] | None = None

    async def __call__(self, ids: tuple[int, ...]) -> None:
        if self.failed is None:
            self.failed = ids
            raise ValueError("a defect")
        await self.heard(ids)


def ring(*ids: int, queue: str = INTAKE) -> Ring:
    return Ring(queue=queue, ids=ids)


class TransportContract:
    """At least once, in no promised order, and nothing behind the back of the rows."""

    async def started(self, transport: Transport, **handlers: Handler) -> Transport:
        await transport.start(handlers)
        return transport

    async def test_every_ring_is_delivered(self, transport: Transport) -> None:
        """Each id that was rung for reaches a handler."""
        heard = Heard()
        await self.started(transport, intake=heard)
        for start in range(0, 3000, 10):
            await transport.publish(ring(*range(start, start + 10)))
        await until_true(lambda: len(heard.ids) == 3000)
        assert set(heard.ids) == set(range(3000))
        await transport.stop(PATIENCE)

    async def test_a_handler_gets_a_ringful_at_most(self, transport: Transport) -> None:
        """However many rings lie waiting and whatever their sizes."""
        heard = Heard(gate=asyncio.Event())
        await self.started(transport, intake=heard)
        sizes = [1, 99, 100, 60, 60, 60, 7, 100, 1]
        starts = [sum(sizes[:place]) for place in range(len(sizes))]
        for start, size in zip(starts, sizes, strict=True):
            await transport.publish(ring(*range(start, start + size)))
        assert heard.gate is not None
        heard.gate.set()
        await until_true(lambda: len(heard.ids) == sum(sizes))
        assert max(map(len, heard.calls)) <= RING_SIZE
        await transport.stop(PATIENCE)

    async def test_a_ring_goes_to_its_own_queue(self, transport: Transport) -> None:
        """Nobody gets what is another's."""
        intake, replies = Heard(), Heard()
        await self.started(transport, intake=intake, replies=replies)
        await transport.publish(ring(1, 2, queue=INTAKE))
        await transport.publish(ring(3, queue=REPLIES))
        await until_true(lambda: bool(intake.calls and replies.calls))
        assert (set(intake.ids), set(replies.ids)) == ({1, 2}, {3})
        await transport.stop(PATIENCE)

    async def test_a_slow_queue_holds_up_no_other(self, transport: Transport) -> None:
        """A remote that is slow today must not stop the others."""
        slow, quick = Heard(gate=asyncio.Event()), Heard()
        await self.started(transport, nexi=slow, hpr=quick)
        await transport.publish(ring(1, queue=NEXI))
        await until_true(lambda: bool(slow.calls))
        await transport.publish(ring(2, queue=HPR))
        await until_true(lambda: bool(quick.calls))
        assert slow.gate is not None
        slow.gate.set()
        await transport.stop(PATIENCE)

    async def test_a_handler_that_raises_stops_nothing(self, transport: Transport) -> None:
        """The rings after it are delivered, and its own ids too when they are rung for again."""
        handler = FailingAtFirst()
        await self.started(transport, intake=handler)
        await transport.publish(ring(1))
        await until_true(lambda: handler.failed is not None)
        await transport.publish(ring(2))
        await until_true(lambda: handler.heard.ids[2] > 0)
        await transport.publish(ring(1))
        await until_true(lambda: handler.heard.ids[1] > 0)
        await transport.stop(PATIENCE)

    async def test_stopping_waits_for_what_is_in_hand(self, transport: Transport) -> None:
        """A handler that has begun may end."""
        heard = Heard(gate=asyncio.Event())
        await self.started(transport, intake=heard)
        await transport.publish(ring(1))
        await until_true(lambda: bool(heard.calls))
        stopping = asyncio.create_task(transport.stop(PATIENCE))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not stopping.done()
        assert heard.gate is not None
        heard.gate.set()
        await stopping
        assert heard.ended == [(1,)]

    async def test_stopping_does_not_wait_for_ever(self, transport: Transport) -> None:
        """When its patience is at an end, what is in hand is cut off; its rows are rung for again."""
        heard = Heard(gate=asyncio.Event())
        await self.started(transport, intake=heard)
        await transport.publish(ring(1))
        await until_true(lambda: bool(heard.calls))
        async with asyncio.timeout(PATIENCE):
            await transport.stop(NO_PATIENCE)
        assert heard.cancelled
        assert not heard.ended

    async def test_nothing_is_begun_while_stopping(self, transport: Transport) -> None:
        """Rings that lie waiting are left to the next start, and new ones are not taken."""
        heard = Heard(gate=asyncio.Event())
        await self.started(transport, intake=heard)
        await transport.publish(ring(1))
        await until_true(lambda: bool(heard.calls))
        await transport.publish(ring(2))
        stopping = asyncio.create_task(transport.stop(PATIENCE))
        await asyncio.sleep(0)
        with pytest.raises(NotPublished):
            await transport.publish(ring(3))
        assert heard.gate is not None
        heard.gate.set()
        await stopping
        assert set(heard.ids) == {1}

    async def test_without_a_consumer_nothing_is_taken(self, transport: Transport) -> None:
        """The relay hears of it and keeps the rows as they were."""
        with pytest.raises(NotPublished):
            await transport.publish(ring(1))
        await self.started(transport, intake=Heard())
        with pytest.raises(NotPublished):
            await transport.publish(ring(1, queue=REPLIES))
        await transport.stop(PATIENCE)
        with pytest.raises(NotPublished):
            await transport.publish(ring(1))

    async def test_stopping_at_once_is_no_trouble(self, transport: Transport) -> None:
        """Before anything was rung for, and before it was ever started."""
        await transport.stop(PATIENCE)
        await self.started(transport, intake=Heard())
        await transport.stop(PATIENCE)

    async def test_it_can_be_started_again(self, transport: Transport) -> None:
        """With other handlers, which get what comes from then on."""
        first, second = Heard(), Heard()
        await self.started(transport, intake=first)
        await transport.stop(PATIENCE)
        await self.started(transport, intake=second)
        await transport.publish(ring(1))
        await until_true(lambda: bool(second.calls))
        assert not first.calls
        await transport.stop(PATIENCE)
