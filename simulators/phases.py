"""Faults by script: what goes wrong when, and for how long."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from simulators.background import Background
from simulators.clock import Clock
from simulators.fault_rules import Rule, Strict
from simulators.faults import ActiveRule, Faults


class Phase(Strict):
    """`after` and `lasts` (`for` in JSON) are seconds, counted from the start and scaled by the time scale.

    Without an end it lasts until the script is stopped.
    """

    name: str = Field(min_length=1)
    after: float = Field(0, ge=0)
    lasts: float | None = Field(None, gt=0, alias="for")
    rules: tuple[Rule, ...] = ()


@dataclass(slots=True)
class Running:
    phase: Phase
    state: Literal["waiting", "running", "over"] = "waiting"
    rules: list[ActiveRule] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """At most one script runs at a time."""

    name: str = ""
    phases: list[Running] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(
        self,
        phases: Sequence[Phase],
        *,
        name: str,
        seed: int,
        faults: Faults,
        clock: Clock,
        background: Background,
    ) -> None:
        """Replaces the one that runs."""
        await self.stop(faults)
        self.name = name
        self.phases = [Running(phase) for phase in phases]
        self._tasks = [background.spawn(_play(row, seed, faults, clock)) for row in self.phases]

    async def stop(self, faults: Faults) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for row in self.phases:
            faults.end(row.rules)
        self.name, self.phases, self._tasks = "", [], []


async def _play(row: Running, seed: int, faults: Faults, clock: Clock) -> None:
    phase = row.phase
    await clock.pause(phase.after)
    row.rules = faults.begin(phase.rules, phase=phase.name, seed=seed)
    row.state = "running"
    if phase.lasts is None:
        return
    await clock.pause(phase.lasts)
    faults.end(row.rules)
    row.state = "over"
