"""Messages that wait for a person, grouped by why."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from store.database import Tx
from store.inbox import inbound
from store.rows import InboxStatus
from store.tables import IS_PARKED, cases, inbox
from store.views.masking import Field, masked


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedGroup:
    """`reason` is the text key that the reasons of its messages begin with."""

    reason: str
    amount: int
    types: tuple[tuple[str, int], ...]
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    id: int
    type: str
    source: str
    received_at: datetime
    reason: str
    case_number: str | None
    replays: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedMessage:
    """One message with what may be shown of it. `fields` is empty when its bytes cannot be read."""

    row: ParkedRow
    fields: tuple[Field, ...]


async def parked_groups(tx: Tx) -> tuple[ParkedGroup, ...]:
    """The largest first."""
    statement = (
        select(
            inbox.c.reason,
            inbox.c.type,
            func.count().label("amount"),
            func.min(inbox.c.received_at).label("oldest"),
        )
        .where(IS_PARKED)
        .group_by(inbox.c.reason, inbox.c.type)
    )
    by_key: dict[str, list[Any]] = {}
    for row in await tx.connection.execute(statement):
        by_key.setdefault(reason_key(row.reason), []).append(row)
    groups = (group_of(key, rows) for key, rows in by_key.items())
    return tuple(sorted(groups, key=lambda group: (-group.amount, group.reason)))


def reason_key(reason: str) -> str:
    return reason.partition(":")[0]


def group_of(key: str, rows: Iterable[Any]) -> ParkedGroup:
    rows = list(rows)
    types: Counter[str] = Counter()
    for row in rows:
        types[row.type] += row.amount
    return ParkedGroup(
        reason=key,
        amount=types.total(),
        types=tuple(types.most_common()),
        oldest=min(row.oldest for row in rows),
    )


def has_reason(key: str) -> ColumnElement[bool]:
    return or_(inbox.c.reason == key, inbox.c.reason.startswith(f"{key}:", autoescape=True))


ROW = select(
    inbox.c.id,
    inbox.c.type,
    inbox.c.source,
    inbox.c.received_at,
    inbox.c.reason,
    inbox.c.replays,
    cases.c.number,
).select_from(inbox.outerjoin(cases, cases.c.id == inbox.c.case_id))


async def parked_rows(tx: Tx, reason: str, most: int) -> tuple[ParkedRow, ...]:
    """The oldest messages of a group."""
    statement = ROW.where(IS_PARKED, has_reason(reason)).order_by(inbox.c.id).limit(most)
    return tuple(parked_row(row) for row in await tx.connection.execute(statement))


async def parked_among(tx: Tx, row_ids: Collection[int]) -> tuple[ParkedRow, ...]:
    """Those of these messages that are parked."""
    statement = ROW.where(IS_PARKED, inbox.c.id.in_(row_ids)).order_by(inbox.c.id)
    return tuple(parked_row(row) for row in await tx.connection.execute(statement))


async def statuses(tx: Tx, row_ids: Collection[int]) -> dict[int, InboxStatus]:
    """How these messages stand now."""
    rows = await tx.connection.execute(select(inbox.c.id, inbox.c.status).where(inbox.c.id.in_(row_ids)))
    return {row.id: InboxStatus(row.status) for row in rows}


async def parked_ids(tx: Tx, reason: str, most: int) -> list[int]:
    statement = select(inbox.c.id).where(IS_PARKED, has_reason(reason)).order_by(inbox.c.id).limit(most)
    return list((await tx.connection.execute(statement)).scalars())


def parked_row(row: Any) -> ParkedRow:
    return ParkedRow(
        id=row.id,
        type=row.type,
        source=row.source,
        received_at=row.received_at,
        reason=row.reason,
        case_number=row.number,
        replays=row.replays,
    )


async def parked_message(tx: Tx, row_id: int) -> ParkedMessage | None:
    """None when there is none with that id, or it is not parked (any more)."""
    found = (await tx.connection.execute(ROW.where(IS_PARKED, inbox.c.id == row_id))).first()
    if found is None:
        return None
    body = (await tx.connection.execute(select(inbox).where(inbox.c.id == row_id))).one()
    message = inbound(tx, body).message
    return ParkedMessage(row=parked_row(found), fields=masked(message) if message is not None else ())
