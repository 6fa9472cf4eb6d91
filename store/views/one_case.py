"""One case with everything that came in and went out because of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from case_core.case import Case
from store.cases import loaded
from store.database import Tx
from store.history import history
from store.moments import from_micros
from store.rows import Event, InboxStatus, OutboxStatus
from store.tables import cases, inbox, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message of the case. `type` is the message's name."""

    id: int
    at: datetime
    source: str
    type: str
    status: InboxStatus
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """Something the case asked for. `ended_at` is None while it is on its way."""

    id: int
    at: datetime
    effect: str
    ask_key: str
    connector: str
    status: OutboxStatus
    attempts: int
    reason: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """`whole`: the history's chain holds up to the head that the case keeps."""

    case: Case[Any]
    turn: str
    about: str
    opened_at: datetime
    changed_at: datetime
    came: tuple[Came, ...]
    went: tuple[Went, ...]
    events: tuple[Event, ...]
    whole: bool


ENDED = (OutboxStatus.DONE, OutboxStatus.FAILED, OutboxStatus.CANCELLED)


async def case_view(tx: Tx, number: str) -> CaseView | None:
    row = (await tx.connection.execute(select(cases).where(cases.c.number == number))).first()
    if row is None:
        return None
    events, whole = await history(tx, row.id)
    return CaseView(
        case=loaded(tx, row).case,
        turn=row.turn,
        about=row.about,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        came=await came(tx, row.id),
        went=await went(tx, row.id),
        events=tuple(events),
        whole=whole,
    )


async def case_id_of(tx: Tx, number: str) -> str | None:
    found = await tx.connection.execute(select(cases.c.id).where(cases.c.number == number))
    case_id: str | None = found.scalar()
    return case_id


async def came(tx: Tx, case_id: str) -> tuple[Came, ...]:
    columns = (
        inbox.c.id,
        inbox.c.received_at,
        inbox.c.source,
        inbox.c.type,
        inbox.c.status,
        inbox.c.reason,
    )
    rows = await tx.connection.execute(
        select(*columns).where(inbox.c.case_id == case_id).order_by(inbox.c.id)
    )
    return tuple(
        Came(
            id=row.id,
            at=row.received_at,
            source=row.source,
            type=row.type,
            status=InboxStatus(row.status),
            reason=row.reason,
        )
        for row in rows
    )


async def went(tx: Tx, case_id: str) -> tuple[Went, ...]:
    columns = (
        outbox.c.id,
        outbox.c.created_at,
        outbox.c.effect,
        outbox.c.ask_key,
        outbox.c.connector,
        outbox.c.status,
        outbox.c.attempts,
        outbox.c.reason,
        outbox.c.closed_at,
    )
    rows = await tx.connection.execute(
        select(*columns).where(outbox.c.case_id == case_id).order_by(outbox.c.id)
    )
    return tuple(
        Went(
            id=row.id,
            at=row.created_at,
            effect=row.effect,
            ask_key=row.ask_key,
            connector=row.connector,
            status=OutboxStatus(row.status),
            attempts=row.attempts,
            reason=row.reason,
            ended_at=from_micros(row.closed_at) if row.closed_at and row.status in ENDED else None,
        )
        for row in rows
    )
