"""What a connector is, and how a call out may end. Everything foreign ends as one of these values."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from case_core.effects import Effect
from case_core.messages import Message, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """It is done. `reply` goes to the effect's case (None for a hint's look-up); `facts` are what else the
    remote told us, each deduplicated by its own identity."""

    reply: Reply | None = None
    facts: tuple[Message, ...] = ()
    remote_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """The remote is still working on it (a scan, say). Costs no attempt."""

    after: timedelta
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """408, 425, 429, 5xx or the network. `sent`: the request may have reached the remote and had effect.
    `after`: what the remote asked for (Retry-After), else the row's own schedule is used."""

    reason: str
    sent: bool = False
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """This message is wrong and will stay wrong. `cause` is a short key (`reserved`, `rejected`), `reason`
    plain words without personal data."""

    cause: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Something about us is wrong (key, token, right). Opens the circuit, costs no attempt, alerts."""

    reason: str


Outcome = Answer | NotYet | TryLater | GiveUp | Broken


class Connector(Protocol):
    """`key` is the effect's own idempotency key; `now` is handed in."""

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome: ...

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:
        """Has it already been done? Asked for LOOK_FIRST effects before they are sent a second time.
        `None`: the remote knows nothing of it, so it may be sent."""


class StoredFile(Protocol):
    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


class FileTooLarge(Exception):
    """The document is larger than the hub accepts; nothing of it was kept."""


class Files(Protocol):
    """Where documents are put. Writing the same place again replaces what lay there."""

    async def put(self, place: str, chunks: AsyncIterator[bytes], *, limit: int) -> StoredFile:
        """Store durably, encrypted. Raises `FileTooLarge` beyond `limit` bytes."""
