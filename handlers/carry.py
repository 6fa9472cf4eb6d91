"""The one place where the outside is touched. Claim, commit, call, close."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from broker.backoff import is_exhausted, wait_after
from broker.topology import QUEUE_OF
from case_core.case import Case
from case_core.decide import AnyCaseType
from case_core.effects import Again, Effect
from case_core.messages import EffectCancelled, EffectFailed, Message
from case_core.routing import identity
from case_core.still_wanted import still_wanted
from connectors.connector import Answer, Broken, Connector, GiveUp, NotYet, Outcome, TryLater
from store import cases, circuits, inbox, outbox, rings
from store.codec import Unreadable
from store.crypto import WrongKey
from store.database import Database, DatabaseTrouble, Tx
from store.rows import Arrival, Claimed, Ending, OutboxStatus, Ring
from store.sharing import SharedCommit
from telemetry.counters import count

log = structlog.get_logger(__name__)

SOURCE = "carry"
MARGIN = timedelta(seconds=5)
UNREADABLE_WAIT = timedelta(minutes=5)
LONGEST_WORK = timedelta(days=3)
"""How long a remote may go on saying `not yet` before a person must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`timeout` bounds one call out, look-up before it included; the lease must outlast it."""

    timeout: timedelta
    lease: timedelta
    at_a_time: int

    def __post_init__(self) -> None:
        if self.lease <= self.timeout + MARGIN:
            raise ValueError(
                f"The lease ({self.lease}) must be longer than the timeout ({self.timeout}) and {MARGIN} more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An effect and how its carrying ended; `outcome` is None when it was not wanted or not tried."""

    ending: Ending
    outcome: Outcome | None


class Carry:
    """Carry out the effects of one connector: `await carry(ids)`."""

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
    ) -> None:
        self._name = name
        self._connector = connector
        self._database = database
        self._kinds = kinds
        self._limits = limits
        self._now = now
        self._wake = wake
        self._turns = asyncio.Semaphore(limits.at_a_time)
        self._close = SharedCommit(self._write)

    async def __call__(self, ids: Sequence[int]) -> None:
        taken_at = asyncio.get_running_loop().time()
        async with self._database.write() as tx:
            if not await circuits.may_call(tx, self._name):
                # The relay rings for them again as soon as the circuit has closed.
                await rings.unmark(tx, Ring(queue=self._name, ids=tuple(ids)), of_messages=False)
                return
            claimed = await outbox.claim(tx, ids, self._limits.lease)
            wanting = await view(tx, {each.case_id for each in claimed if each.case_id is not None})
        await asyncio.gather(
            *(self._carry(each, wanting.get(each.case_id or ""), taken_at) for each in claimed)
        )

    async def _carry(self, claimed: Claimed, case: Case[Any] | str | None, taken_at: float) -> None:
        async with self._turns:
            try:
                carried = await self._try(claimed, case, taken_at)
            except Exception as error:  # noqa: BLE001 - a defect must not lose the effect, nor those beside it
                reason = f"handling-fails: {type(error).__name__}"
                carried = Carried(ending=back(claimed, UNREADABLE_WAIT, reason), outcome=None)
        try:
            await self._close(carried)
        except DatabaseTrouble as trouble:
            # The lease runs out, the effect is then unclear, and what may follow is its own affair.
            log.warning("an effect was not closed", row=claimed.id, error=type(trouble).__name__)
        self._wake()

    async def _try(self, claimed: Claimed, case: Case[Any] | str | None, taken_at: float) -> Carried:
        effect = claimed.effect
        if effect is None:
            return Carried(ending=back(claimed, UNREADABLE_WAIT, claimed.reason), outcome=None)
        if isinstance(case, str):
            return Carried(ending=back(claimed, UNREADABLE_WAIT, case), outcome=None)
        if case is not None and not still_wanted(self._kinds[case.kind], case, effect):
            return Carried(ending=self._cancelled(claimed, effect), outcome=None)
        waited = asyncio.get_running_loop().time() - taken_at
        if waited + (self._limits.timeout + MARGIN).total_seconds() > claimed.lease.total_seconds():
            return Carried(ending=back(claimed, timedelta(), "lease-too-short"), outcome=None)
        outcome = await self._call(claimed, effect)
        return Carried(ending=self._ending(claimed, effect, outcome), outcome=outcome)

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
        match outcome:
            case Answer():
                return self._done(claimed, outcome)
            case GiveUp():
                return self._failed(claimed, effect, outcome.cause, outcome.reason)
            case Broken():
                return back(claimed, wait_after(1), outcome.reason)
            case NotYet() if self._now() - claimed.created_at < LONGEST_WORK:
                return back(claimed, outcome.after, outcome.reason)
            case TryLater() if not is_exhausted(claimed.attempts):
                return again(claimed, effect, outcome)
        cause = "not-yet-for-too-long" if isinstance(outcome, NotYet) else "too-many-attempts"
        return self._failed(claimed, effect, cause, outcome.reason)

    def _done(self, claimed: Claimed, answer: Answer) -> Ending:
        """The facts first: the reply may let a rule run that must have seen them."""
        arrivals = [self._fact(fact, claimed, number) for number, fact in enumerate(answer.facts)]
        if answer.reply is not None:
            arrivals.append(self._reply(claimed, answer.reply))
        return Ending(
            id=claimed.id,
            claim=claimed.claim,
            status=OutboxStatus.DONE,
            attempts=claimed.attempts,
            remote_id=answer.remote_id,
            arrivals=tuple(arrivals),
        )

    def _failed(self, claimed: Claimed, effect: Effect, cause: str, reason: str) -> Ending:
        failed = EffectFailed(
            at=self._now(), ask_key=effect.ask_key, effect=type(effect).__name__, cause=cause, detail=reason
        )
        return Ending(
            id=claimed.id,
            claim=claimed.claim,
            status=OutboxStatus.FAILED,
            attempts=claimed.attempts,
            reason=reason,
            arrivals=(self._reply(claimed, failed),),
        )

    def _cancelled(self, claimed: Claimed, effect: Effect) -> Ending:
        cancelled = EffectCancelled(at=self._now(), ask_key=effect.ask_key, effect=type(effect).__name__)
        return Ending(
            id=claimed.id,
            claim=claimed.claim,
            status=OutboxStatus.CANCELLED,
            attempts=claimed.attempts,
            reason="not-wanted",
            arrivals=(self._reply(claimed, cancelled),),
        )

    def _fact(self, fact: Message, claimed: Claimed, number: int) -> Arrival:
        source, external_id = identity(fact) or (SOURCE, f"{claimed.id}/{number}")
        queue = QUEUE_OF[type(fact)]
        return Arrival(source=source, external_id=external_id, queue=queue, message=fact, cause=claimed.id)

    def _reply(self, claimed: Claimed, reply: Message) -> Arrival:
        return Arrival(
            source=SOURCE,
            external_id=str(claimed.id),
            queue=QUEUE_OF[type(reply)],
            message=reply,
            case_id=claimed.case_id,
            cause=claimed.id,
        )

    async def _write(self, carried: Sequence[Carried]) -> Sequence[None]:
        """Close effects that ended while the last transaction ran, with what they brought."""
        async with self._database.write() as tx:
            count("carry.endings_in_a_set", len(carried))
            ended = await outbox.close(tx, [each.ending for each in carried])
            # What was done is told in any case; of a failure only the holder of the row may speak.
            telling = [each for each in carried if each.ending in ended or isinstance(each.outcome, Answer)]
            await inbox.add(tx, [arrival for each in telling for arrival in each.ending.arrivals])
            await self._judge_remote(tx, carried)
        return [None] * len(carried)

    async def _judge_remote(self, tx: Tx, carried: Sequence[Carried]) -> None:
        """What the set says of the remote. Calls that failed together are one failure."""
        outcomes = [each.outcome for each in carried]
        broken = next((each for each in outcomes if isinstance(each, Broken)), None)
        trouble = broken or next((each for each in outcomes if isinstance(each, TryLater)), None)
        if any(isinstance(each, Answer | GiveUp | NotYet) for each in outcomes):
            await circuits.record_success(tx, self._name)
        elif trouble is not None:
            await circuits.record_trouble(tx, self._name, trouble.reason, broken=broken is not None)


async def view(tx: Tx, case_ids: Collection[str]) -> Mapping[str, Case[Any] | str]:
    """The cases by id; in place of one that cannot be read, why."""
    try:
        return await cases.view(tx, case_ids)
    except (Unreadable, WrongKey):
        return {case_id: await view_one(tx, case_id) for case_id in case_ids}


async def view_one(tx: Tx, case_id: str) -> Case[Any] | str:
    try:
        return (await cases.view(tx, [case_id]))[case_id]
    except (Unreadable, WrongKey) as error:
        return str(error)


def back(claimed: Claimed, after: timedelta, reason: str) -> Ending:
    """Not tried, or not its fault: it waits and the attempt does not count."""
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.NEW,
        attempts=claimed.attempts - 1,
        after=after,
        reason=reason,
    )


def again(claimed: Claimed, effect: Effect, outcome: TryLater) -> Ending:
    """It waits for its next attempt; one that may have had effect never looks like one that was not sent."""
    unclear = outcome.sent and effect.AGAIN is not Again.HARMLESS
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.UNCLEAR if unclear else OutboxStatus.NEW,
        attempts=claimed.attempts,
        after=outcome.after or wait_after(claimed.attempts),
        reason=outcome.reason,
    )
