"""What leaves the store: plain values, never rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from case_core.effects import Effect
from case_core.messages import Message


class InboxStatus(StrEnum):
    NEW = "new"
    HANDLED = "handled"
    WAITING = "waiting"
    PARKED = "parked"
    REFUSED = "refused"


class OutboxStatus(StrEnum):
    NEW = "new"
    SENDING = "sending"
    UNCLEAR = "unclear"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message on its way into the inbox. (source, external id) is its identity, for ever.

    `cause`: the outbox row that brought it.
    """

    source: str
    external_id: str
    queue: str
    message: Message
    case_id: str | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A claimed inbox row. `message` is None when its bytes could not be read; `reason` then says why."""

    id: int
    source: str
    external_id: str
    case_id: str | None
    message: Message | None
    reason: str
    replays: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How an inbox row ends, or what it goes on waiting for."""

    id: int
    status: InboxStatus
    case_id: str | None = None
    awaits: str | None = None
    reason: str = ""
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An effect on its way into the outbox. `key` is unique for ever; `cause` is the inbox row that asked."""

    key: str
    connector: str
    effect: Effect
    at: datetime
    case_id: str | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An effect that is ours to carry until the lease runs out. `claim` fences off earlier holders.

    `again`: it has been tried before, so it may already have been done. `effect` is None when its bytes could
    not be read; `reason` then says why.
    """

    id: int
    case_id: str | None
    key: str
    effect: Effect | None
    reason: str
    attempts: int
    claim: int
    again: bool
    created_at: datetime
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one carrying ended: the row's new status and what goes into the inbox because of it."""

    id: int
    claim: int
    status: OutboxStatus
    attempts: int
    reason: str = ""
    remote_id: str = ""
    after: timedelta = timedelta()
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """What travels on the broker: the ids of up to 100 rows of one queue, nothing else."""

    queue: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a case's history. `summary` is canonical JSON without personal data."""

    case_id: str
    at: datetime
    actor: str
    message: str
    version: int
    summary: str
