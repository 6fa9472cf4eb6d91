"""The one place where the outside is touched. Claim, commit, call, close."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count as counting

import structlog

from broker.backoff import A_MOMENT, UNREADABLE_WAIT, is_exhausted
from case_core.decide import AnyCaseType
from case_core.effects import Again, Effect
from case_core.still_wanted import still_wanted
from connectors.connector import Answer, Connector, Outcome, TryLater
from handlers.endings import back, cancelled, ending, failed, late
from handlers.gate import Gate
from handlers.limits import Limits
from store import cases, inbox, lateness, outbox, rings
from store.codec import Unreadable
from store.crypto import WrongKey
from store.database import Database, DatabaseTrouble
from store.rows import Claimed, Ending, Ring
from store.sharing import SharedCommit
from telemetry.counters import count

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between attempts to write down how a call ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An effect and how its carrying ended; `outcome` is None when it was not wanted or not tried."""

    ending: Ending
    outcome: Outcome | None


class Carry:
    """Carry out the effects of one connector: `await carry(ids)`. `ticks` are seconds that only grow."""

    def __init__(
        self,
        name: str,
        connector: Connector,
        database: Database,
        kinds: Mapping[str, AnyCaseType],
        *,
        limits: Limits,
        now: Callable[[], datetime],
        wake: Callable[[], None],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._connector = connector
        self._database = database
        self._kinds = kinds
        self._limits = limits
        self._now = now
        self._wake = wake
        self._ticks = ticks
        self._gate = Gate(name)
        self._turns = asyncio.Semaphore(limits.at_a_time)
        self._close = SharedCommit(self._write)

    async def __call__(self, ids: Sequence[int]) -> None:
        until = self._ticks() + self._limits.lease.total_seconds()
        async with self._database.write() as tx:
            if not await self._gate.may_call(tx):
                # The relay rings for them again as soon as the circuit has closed.
                await rings.unmark(tx, Ring(queue=self._name, ids=tuple(ids)), of_messages=False)
                return
            claimed = await outbox.claim(tx, ids, self._limits.lease)
        await asyncio.gather(*(self._carry(each, until) for each in claimed))

    async def _carry(self, claimed: Claimed, until: float) -> None:
        async with self._turns:
            carried = await self._try(claimed, until)
        await self._settle(carried, until)
        self._wake()

    async def _try(self, claimed: Claimed, until: float) -> Carried:
        effect = claimed.effect
        if effect is None:
            return Carried(ending=back(claimed, UNREADABLE_WAIT, claimed.reason), outcome=None)
        try:
            spared = await self._spare(claimed, effect, until)
            if spared is not None:
                return Carried(ending=spared, outcome=None)
            outcome = await self._call(claimed, effect)
            return Carried(ending=self._ending(claimed, effect, outcome), outcome=outcome)
        except Exception as error:  # noqa: BLE001 - a defect must not lose the effect, nor those beside it
            kind = type(error).__name__
            log.error("carrying failed", connector=self._name, row=claimed.id, error=kind)  # noqa: TRY400 - a traceback could carry personal data
            defect = TryLater(reason=f"handling-fails: {kind}", sent=True, after=UNREADABLE_WAIT)
            return Carried(ending=self._ending(claimed, effect, defect), outcome=None)

    async def _spare(self, claimed: Claimed, effect: Effect, until: float) -> Ending | None:
        """How it ends without a call; None when it is to be called now."""
        if is_exhausted(claimed.attempts - 1):
            # Whoever carried it died of it each time, and could not say so.
            return failed(claimed, effect, "too-many-attempts", "nobody-said-how-it-ended", self._now())
        if (unwanted := await self._refuse(claimed, effect)) is not None:
            return unwanted
        if self._gate.is_shut:
            return back(claimed, A_MOMENT, "circuit-open")
        if until - self._ticks() < self._limits.call_needs:
            return back(claimed, A_MOMENT, "lease-too-short")
        return None

    async def _refuse(self, claimed: Claimed, effect: Effect) -> Ending | None:
        """How it ends when its case does not want it, or cannot be asked."""
        if claimed.case_id is None:
            return None
        try:
            async with self._database.read() as tx:
                case = (await cases.view(tx, [claimed.case_id])).get(claimed.case_id)
        except DatabaseTrouble:
            return back(claimed, A_MOMENT, "database-trouble")
        except (Unreadable, WrongKey) as error:
            return back(claimed, UNREADABLE_WAIT, str(error))
        if case is None or still_wanted(self._kinds[case.kind], case, effect):
            return None
        return cancelled(claimed, effect, self._now())

    async def _call(self, claimed: Claimed, effect: Effect) -> Outcome:
        """One call out. A LOOK_FIRST effect that has been tried before is looked for first."""
        try:
            async with asyncio.timeout(self._limits.timeout.total_seconds()):
                if claimed.again and effect.AGAIN is Again.LOOK_FIRST:
                    found = await self._connector.find(effect, key=claimed.key, now=self._now())
                    if found is not None:
                        return found
                return await self._connector.carry(effect, key=claimed.key, now=self._now())
        except TimeoutError:
            return TryLater(reason="timed-out", sent=True)
        except Exception as error:  # noqa: BLE001 - a defect in a connector must not lose the effect
            kind = type(error).__name__
            log.error("connector failed", connector=self._name, row=claimed.id, error=kind)  # noqa: TRY400 - a traceback could carry personal data
            return TryLater(reason=f"handling-fails: {kind}", sent=True)

    def _ending(self, claimed: Claimed, effect: Effect, outcome: Outcome) -> Ending:
        return ending(claimed, effect, outcome, now=self._now(), patience=self._limits.patience)

    async def _settle(self, carried: Carried, until: float) -> None:
        """Write down how it ended, while it is ours to say: what a remote has answered it may not say twice.

        After that the lease runs out, the effect is unclear, and what may follow is its own affair.
        """
        row = carried.ending.id
        for failures in counting():
            try:
                await self._close(carried)
            except DatabaseTrouble as trouble:
                pause = min(FIRST_PAUSE * 2.0**failures, LONGEST_PAUSE)
                if self._ticks() + pause > until:
                    log.warning("an effect was not closed", row=row, error=type(trouble).__name__)
                    return
            except Exception as error:  # noqa: BLE001 - a defect must not disturb the effects beside it
                log.error("an effect was not closed", row=row, error=type(error).__name__)  # noqa: TRY400 - a traceback could carry personal data
                return
            else:
                return
            await asyncio.sleep(pause)

    async def _write(self, carried: Sequence[Carried]) -> Sequence[None]:
        """Close effects that ended while the last transaction ran, with what they brought."""
        async with self._database.write() as tx:
            count("carry.endings_in_a_set", len(carried))
            ended = await outbox.close(tx, [each.ending for each in carried])
            held = {(each.id, each.claim) for each in ended}
            # Of a failure only the holder of the row may speak; what was done, was done.
            done = [each.ending for each in carried if isinstance(each.outcome, Answer)]
            outdated = [each for each in done if (each.id, each.claim) not in held]
            overtaken = await lateness.taken_over(tx, outdated)
            await lateness.note_late(tx, overtaken)
            telling = (*ended, *map(late, overtaken))
            await inbox.add(tx, [arrival for each in telling for arrival in each.arrivals])
            why_open = await self._gate.judge(tx, [each.outcome for each in carried])
        if why_open is not None:
            self._gate.shut(why_open)
        return [None] * len(carried)
