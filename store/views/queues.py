"""What waits in each queue, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from store.database import Tx
from store.rows import OutboxStatus
from store.tables import IS_NEW, IS_SENDING, MAY_BE_CLAIMED, inbox, outbox

IS_UNFINISHED = or_(MAY_BE_CLAIMED, IS_SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`waiting`: rows that are not finished. `unclear`: nobody knows yet whether they were done."""

    name: str
    waiting: int
    unclear: int
    oldest: datetime | None
    reason: str


async def message_lines(tx: Tx, names: Iterable[str]) -> tuple[Line, ...]:
    """Messages still to be handled, by queue."""
    statement = (
        select(
            inbox.c.queue.label("name"),
            inbox.c.status,
            func.count().label("amount"),
            func.min(inbox.c.received_at).label("oldest"),
            func.max(inbox.c.reason).label("reason"),
        )
        .where(IS_NEW)
        .group_by(inbox.c.queue, inbox.c.status)
    )
    return lines(names, (await tx.connection.execute(statement)).all())


async def effect_lines(tx: Tx, names: Iterable[str]) -> tuple[Line, ...]:
    """Effects still to be carried out, by connector."""
    statement = (
        select(
            outbox.c.connector.label("name"),
            outbox.c.status,
            func.count().label("amount"),
            func.min(outbox.c.created_at).label("oldest"),
            func.max(outbox.c.reason).label("reason"),
        )
        .where(IS_UNFINISHED)
        .group_by(outbox.c.connector, outbox.c.status)
    )
    return lines(names, (await tx.connection.execute(statement)).all())


def lines(names: Iterable[str], rows: Iterable[Any]) -> tuple[Line, ...]:
    """One line for each name, empty queues too."""
    found = list(rows)
    return tuple(line(name, [row for row in found if row.name == name]) for name in names)


def line(name: str, rows: list[Any]) -> Line:
    return Line(
        name=name,
        waiting=sum(row.amount for row in rows),
        unclear=sum(row.amount for row in rows if row.status == OutboxStatus.UNCLEAR),
        oldest=min((row.oldest for row in rows), default=None),
        reason=next((row.reason for row in rows if row.reason), ""),
    )


async def effect_counts(tx: Tx) -> dict[str, int]:
    """How many effects are in each status that is not an end."""
    statement = (
        select(outbox.c.status, func.count().label("amount")).where(IS_UNFINISHED).group_by(outbox.c.status)
    )
    return {row.status: row.amount for row in await tx.connection.execute(statement)}
