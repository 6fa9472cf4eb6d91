"""The network's stand-in: a connector that ends each call as a test says, and keeps what it was asked."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broker.topology import HPR
from case_core.decide import AnyCaseType
from case_core.effects import Effect
from connectors.connector import Answer, Connector, Outcome
from handlers.carry import Carry
from handlers.limits import LEASE_MARGIN, Limits
from store import circuits
from store.database import Database
from tests.case_core import build
from tests.handlers.desk import Now, Wakes

TIMEOUT = timedelta(seconds=10)
PATIENCE = timedelta(minutes=5)


def limits(at_a_time: int = 8, timeout: timedelta = TIMEOUT) -> Limits:
    """As short a lease as there may be."""
    return Limits(timeout=timeout, lease=timeout + LEASE_MARGIN, patience=PATIENCE, at_a_time=at_a_time)


ROOMY = limits()

End = Outcome | Exception | None


@dataclass
class Scripted:
    """Ends calls in turn, the last way for ever. `gate`: calls stand still until it is set."""

    ends: Sequence[End] = (Answer(),)
    finds: Sequence[End] = (None,)
    gate: asyncio.Event | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:
        del effect, now
        self.asked.append(("carry", key))
        if self.gate is not None:
            await self.gate.wait()
        end = self._end(self.ends, "carry")
        assert end is not None, "a call always ends somehow"
        return end

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:
        del effect, now
        self.asked.append(("find", key))
        return self._end(self.finds, "find")

    def _end(self, ends: Sequence[End], verb: str) -> Outcome | None:
        calls = sum(1 for asked, _ in self.asked if asked == verb)
        end = ends[min(calls, len(ends)) - 1]
        if isinstance(end, Exception):
            raise end
        return end

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.asked]


async def carrier(
    database: Database,
    connector: Connector,
    *,
    name: str = HPR,
    limits: Limits = ROOMY,
    now: Now | None = None,
    wake: Wakes | None = None,
    ticks: Callable[[], float] = time.monotonic,
    kind: AnyCaseType | None = None,
) -> Carry:
    """One worker for one connector, whose circuit is closed."""
    async with database.write() as tx:
        await circuits.ensure(tx, [name])
    kind = kind or build.kind()
    return Carry(
        name,
        connector,
        database,
        {kind.name: kind},
        limits=limits,
        now=now or Now(),
        wake=wake or Wakes(),
        ticks=ticks,
    )
