"""`apply` over a real database, and what a test wants to know afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from broker.topology import QUEUE_OF
from case_core.case_types.facts import ApplicationCase
from case_core.decide import AnyCaseType
from case_core.messages import Message, SubmissionReceived
from case_core.routing import identity
from handlers.apply import Apply
from store import cases, inbox
from store.database import Database
from store.history import history
from store.rows import Arrival, Event
from store.tables import cases as case_table
from store.tables import outbox as effect_table
from tests.case_core import build
from tests.store import rows
from tests.store.rows import message_row


@dataclass
class Wakes:
    """Counts how often the relay was woken."""

    times: int = 0

    def __call__(self) -> None:
        self.times += 1


@dataclass
class Now:
    """A clock that a test sets."""

    moment: datetime = build.NOW

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, span: timedelta) -> None:
        self.moment += span


def new_id() -> str:
    return uuid4().hex


def applier(
    database: Database, kind: AnyCaseType | None = None, wake: Wakes | None = None, now: Now | None = None
) -> Apply:
    """One worker."""
    kind = kind or build.kind()
    return Apply(database, {kind.name: kind}, new_id=new_id, now=now or Now(), wake=wake or Wakes())


@dataclass(kw_only=True)
class Desk:
    database: Database
    apply: Apply
    numbers: Iterator[int] = field(default_factory=count)

    async def arrive(self, *messages: Message, case_id: str | None = None) -> list[int]:
        """New rows for these, each told by somebody else."""
        return await rows.arrive(self.database, *(self._arrival(each, case_id) for each in messages))

    def _arrival(self, message: Message, case_id: str | None) -> Arrival:
        source, _ = identity(message) or ("test", "")
        external_id = f"telling-{next(self.numbers)}"
        queue = QUEUE_OF[type(message)]
        return Arrival(source=source, external_id=external_id, queue=queue, message=message, case_id=case_id)

    async def handle(self, *messages: Message, case_id: str | None = None) -> list[int]:
        """New rows, handled as one set."""
        ids = await self.arrive(*messages, case_id=case_id)
        await self.apply(ids)
        return ids

    async def open(self, number: int = 1, **more: Any) -> ApplicationCase:
        """A new case from a submission of its own."""
        message = submission(number, **more)
        [row_id] = await self.handle(message)
        row = await message_row(self.database, row_id)
        return await self.case(row.case_id)

    async def case(self, case_id: str) -> ApplicationCase:
        async with self.database.read() as tx:
            found = await cases.view(tx, [case_id])
        return found[case_id]

    async def all_cases(self) -> Sequence[Row[Any]]:
        return await rows.rows(self.database, case_table)

    async def effects(self) -> Sequence[Row[Any]]:
        return await rows.rows(self.database, effect_table)

    async def ends(self, *ids: int) -> list[tuple[str, str]]:
        """(status, reason) of these messages."""
        stored = [await message_row(self.database, row_id) for row_id in ids]
        return [(row.status, row.reason) for row in stored]

    async def history(self, case_id: str) -> list[Event]:
        """What happened to the case. Its chain is whole."""
        async with self.database.read() as tx:
            events, whole = await history(tx, case_id)
        assert whole
        return events

    async def counts(self) -> dict[str, int]:
        async with self.database.read() as tx:
            return await inbox.counts(tx)


def instance(number: int) -> str:
    return f"50100001/0e2f9a52-8d62-4e0e-9b57-{number:012d}"


def submission(number: int = 1, **more: Any) -> SubmissionReceived:
    """Somebody's application: form, payment and documents are its own."""
    message = build.submission(payment=build.form_payment(payment_id=f"payment-{number}"))
    owned = tuple(replace(each, id=f"{each.id}-of-{number}") for each in message.documents)
    return replace(message, instance=instance(number), documents=owned, **more)
