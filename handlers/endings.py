"""How the carrying of an effect ends: what its row says then, and what goes into the inbox."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from broker.backoff import is_exhausted, wait_after
from broker.topology import QUEUE_OF
from case_core.effects import Again, Effect
from case_core.messages import EffectCancelled, EffectFailed, Message
from case_core.routing import identity
from connectors.connector import Answer, Broken, GiveUp, NotYet, Outcome, TryLater
from store.rows import Arrival, Claimed, Ending, OutboxStatus

SOURCE = "carry"
LONGEST_WORK = timedelta(days=3)
"""How long a remote may go on saying `not yet`, or that we may not, before a person must look."""

STOPPED: Mapping[type[Outcome], str] = {
    NotYet: "not-yet-for-too-long",
    Broken: "broken-for-too-long",
    TryLater: "too-many-attempts",
}
"""The cause of the failure when we stop of ourselves."""


def ending(
    claimed: Claimed, effect: Effect, outcome: Outcome, *, now: datetime, patience: timedelta
) -> Ending:
    """What follows from how the call ended."""
    is_old = now - claimed.created_at >= LONGEST_WORK
    match outcome:
        case Answer():
            return done(claimed, outcome)
        case NotYet() if not is_old:
            return back(claimed, outcome.after, outcome.reason)
        case Broken() if not is_old:
            return back(claimed, wait_after(1), outcome.reason)
        case TryLater() if not is_exhausted(claimed.attempts):
            return again(claimed, effect, outcome, patience)
    cause = outcome.cause if isinstance(outcome, GiveUp) else STOPPED[type(outcome)]
    return failed(claimed, effect, cause, outcome.reason, now)


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


def again(claimed: Claimed, effect: Effect, outcome: TryLater, patience: timedelta) -> Ending:
    """It waits for its next attempt; one that may have had effect never looks like one that was not sent.

    What is looked for before the remote has given up on it is not found, and would be done twice.
    """
    unclear = outcome.sent and effect.AGAIN is not Again.HARMLESS
    wait = outcome.after or wait_after(claimed.attempts)
    if outcome.sent and effect.AGAIN is Again.LOOK_FIRST:
        wait = max(wait, patience)
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.UNCLEAR if unclear else OutboxStatus.NEW,
        attempts=claimed.attempts,
        after=wait,
        reason=outcome.reason,
    )


def done(claimed: Claimed, answer: Answer) -> Ending:
    """The facts first: the reply may let a rule run that must have seen them."""
    arrivals = [found(claimed, fact, number) for number, fact in enumerate(answer.facts)]
    if answer.reply is not None:
        arrivals.append(told(claimed, answer.reply))
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.DONE,
        attempts=claimed.attempts,
        remote_id=answer.remote_id,
        arrivals=tuple(arrivals),
    )


def failed(claimed: Claimed, effect: Effect, cause: str, reason: str, now: datetime) -> Ending:
    message = EffectFailed(
        at=now, ask_key=effect.ask_key, effect=type(effect).__name__, cause=cause, detail=reason
    )
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.FAILED,
        attempts=claimed.attempts,
        reason=reason,
        arrivals=(told(claimed, message),),
    )


def cancelled(claimed: Claimed, effect: Effect, now: datetime) -> Ending:
    message = EffectCancelled(at=now, ask_key=effect.ask_key, effect=type(effect).__name__)
    return Ending(
        id=claimed.id,
        claim=claimed.claim,
        status=OutboxStatus.CANCELLED,
        attempts=claimed.attempts,
        reason="not-wanted",
        arrivals=(told(claimed, message),),
    )


def late(ended: Ending) -> Ending:
    """What an outdated holder brings is told beside what its successor says, and not in its place."""
    arrivals = [
        replace(each, external_id=f"{each.external_id}/late-{ended.claim}") if each.source == SOURCE else each
        for each in ended.arrivals
    ]
    return replace(ended, arrivals=tuple(arrivals))


def found(claimed: Claimed, fact: Message, number: int) -> Arrival:
    source, external_id = identity(fact) or (SOURCE, f"{claimed.id}/{number}")
    queue = QUEUE_OF[type(fact)]
    return Arrival(source=source, external_id=external_id, queue=queue, message=fact, cause=claimed.id)


def told(claimed: Claimed, reply: Message) -> Arrival:
    return Arrival(
        source=SOURCE,
        external_id=str(claimed.id),
        queue=QUEUE_OF[type(reply)],
        message=reply,
        case_id=claimed.case_id,
        cause=claimed.id,
    )
