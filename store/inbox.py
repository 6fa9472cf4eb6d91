"""The inbox: every message is a row before it is handled."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, bindparam, case, func, or_, select, update

from store.codec import SCHEMA, Unreadable
from store.crypto import WrongKey
from store.database import Tx
from store.moments import db_now, micros
from store.rows import Arrival, Closing, Inbound, InboxStatus
from store.tables import IS_NEW, IS_PARKED, IS_WAITING, inbox, keys

BODY = "inbox.body"


async def add(tx: Tx, arrivals: Sequence[Arrival]) -> list[int | None]:
    """Store messages; the ids in the same order, None for each that was already here."""
    if not arrivals:
        return []
    statement = tx.insert(inbox).on_conflict_do_nothing(index_elements=["source", "external_id"])
    statement = statement.returning(inbox.c.source, inbox.c.external_id, inbox.c.id)
    unique: dict[tuple[str, str], Arrival] = {}
    for arrival in arrivals:
        unique.setdefault((arrival.source, arrival.external_id), arrival)
    result = await tx.connection.execute(statement, [new_row(tx, each) for each in unique.values()])
    ids = {(source, external_id): row_id for source, external_id, row_id in result}
    return [ids.pop((arrival.source, arrival.external_id), None) for arrival in arrivals]


def new_row(tx: Tx, arrival: Arrival) -> dict[str, object]:
    return {
        "source": arrival.source,
        "external_id": arrival.external_id,
        "type": type(arrival.message).__name__,
        "schema": SCHEMA,
        "queue": arrival.queue,
        "case_id": arrival.case_id,
        "awaits": None,
        "cause": arrival.cause,
        "body": tx.cipher.seal(tx.codec.dump(arrival.message), BODY),
        "received_at": arrival.message.at,
        "status": InboxStatus.NEW,
        "attempts": 0,
        "crashes": 0,
        "replays": 0,
        "due_at": 0,
        "rung_at": None,
        "rings": 0,
        "reason": "",
    }


async def claim(tx: Tx, ids: Sequence[int]) -> list[Inbound]:
    """The rows among these that are still to be handled, oldest first, locked until the transaction ends.

    Rows that another process is handling right now are left to it.
    """
    columns = inbox.c
    statement = (
        select(
            columns.id,
            columns.source,
            columns.external_id,
            columns.type,
            columns.schema,
            columns.case_id,
            columns.body,
            columns.replays,
        )
        .where(columns.id.in_(ids), columns.status == InboxStatus.NEW)
        .order_by(columns.id)
        .with_for_update(skip_locked=True)
    )
    return [inbound(tx, row) for row in await tx.connection.execute(statement)]


def inbound(tx: Tx, row: Any) -> Inbound:
    message, reason = None, ""
    try:
        message = tx.codec.message(row.type, row.schema, tx.cipher.open(row.body, BODY))
    except (Unreadable, WrongKey) as error:
        reason = str(error)
    return Inbound(
        id=row.id,
        source=row.source,
        external_id=row.external_id,
        case_id=row.case_id,
        message=message,
        reason=reason,
        replays=row.replays,
    )


CLOSE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), inbox.c.status == InboxStatus.NEW)
    .values(
        status=bindparam("to_status"),
        case_id=bindparam("to_case"),
        awaits=bindparam("to_awaits"),
        reason=bindparam("to_reason"),
        due_at=db_now() + bindparam("to_after"),
        rung_at=None,
        rings=0,
        attempts=inbox.c.attempts + 1,
        closed_at=case((bindparam("to_end", type_=Boolean), db_now()), else_=None),
    )
)

ENDS = frozenset({InboxStatus.HANDLED, InboxStatus.REFUSED})


async def close(tx: Tx, closings: Sequence[Closing]) -> None:
    """Write how claimed rows ended. A row put back as `new` is due after its `after`."""
    if not closings:
        return
    await tx.connection.execute(
        CLOSE,
        [
            {
                "row_id": each.id,
                "to_status": each.status,
                "to_case": each.case_id,
                "to_awaits": each.awaits,
                "to_reason": each.reason,
                "to_after": micros(each.after),
                "to_end": each.status in ENDS,
            }
            for each in closings
        ],
    )


async def release(tx: Tx, found: Sequence[str]) -> int:
    """Wake the messages that waited for these keys; how many."""
    if not found:
        return 0
    result = await tx.connection.execute(
        update(inbox)
        .where(inbox.c.awaits.in_(found), IS_WAITING)
        .values(status=InboxStatus.NEW, awaits=None, due_at=0, rung_at=None, rings=0, reason="")
        .returning(inbox.c.id)
    )
    return len(result.all())


async def attempts(tx: Tx, row_id: int) -> int:
    """How often it has been taken up."""
    found = await tx.connection.execute(select(inbox.c.attempts).where(inbox.c.id == row_id))
    return found.scalar_one_or_none() or 0


async def postpone(tx: Tx, row_id: int, after: timedelta, reason: str) -> None:
    """Put a row off that could not be handled."""
    await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.NEW)
        .values(
            due_at=db_now() + micros(after),
            rung_at=None,
            rings=0,
            attempts=inbox.c.attempts + 1,
            reason=reason,
        )
    )


async def leave(tx: Tx, ids: Sequence[int], after: timedelta) -> None:
    """Rows that could not even be looked at: they are rung for again, and no attempt is counted."""
    await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id.in_(ids), inbox.c.status == InboxStatus.NEW)
        .values(due_at=db_now() + micros(after), rung_at=None, rings=0)
    )


async def park(tx: Tx, row_id: int, reason: str) -> None:
    """Give a row to a person that could not be handled however often it was tried."""
    await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.NEW)
        .values(status=InboxStatus.PARKED, reason=reason)
    )


async def release_found(tx: Tx) -> int:
    """Wake messages whose key has its case after all, should anybody have missed to; how many."""
    held = select(keys.c.key).where(keys.c.key == inbox.c.awaits, keys.c.case_id.is_not(None))
    result = await tx.connection.execute(
        update(inbox)
        .where(IS_WAITING, held.exists())
        .values(status=InboxStatus.NEW, awaits=None, due_at=0, rung_at=None, rings=0, reason="")
        .returning(inbox.c.id)
    )
    return len(result.all())


async def park_overdue(tx: Tx, reason: str) -> int:
    """Park the messages that have waited for a key past their due time; how many."""
    result = await tx.connection.execute(
        update(inbox)
        .where(IS_WAITING, inbox.c.due_at <= db_now())
        .values(status=InboxStatus.PARKED, reason=reason)
        .returning(inbox.c.id)
    )
    return len(result.all())


async def replay(tx: Tx, row_id: int) -> bool:
    """Put a parked message back in the queue; False when it is not parked (any more)."""
    result = await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.PARKED)
        .values(
            status=InboxStatus.NEW,
            attempts=0,
            crashes=0,
            replays=inbox.c.replays + 1,
            due_at=0,
            rung_at=None,
            rings=0,
            reason="",
            closed_at=None,
        )
        .returning(inbox.c.id)
    )
    return result.first() is not None


async def outcome(tx: Tx, row_id: int) -> tuple[InboxStatus, str] | None:
    """(status, reason) of one message; None when there is none with that id."""
    found = await tx.connection.execute(select(inbox.c.status, inbox.c.reason).where(inbox.c.id == row_id))
    row = found.first()
    return (InboxStatus(row.status), row.reason) if row else None


async def counts(tx: Tx) -> dict[str, int]:
    """How many messages are in each status that is not an end."""
    result = await tx.connection.execute(
        select(inbox.c.status, func.count().label("amount"))
        .where(or_(IS_NEW, IS_WAITING, IS_PARKED))
        .group_by(inbox.c.status)
    )
    return {row.status: row.amount for row in result}
