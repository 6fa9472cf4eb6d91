"""The outbox: every effect is a row before it is carried out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, bindparam, case, or_, select, update

from store.codec import SCHEMA, Unreadable
from store.crypto import WrongKey
from store.database import Tx
from store.moments import db_now, from_micros, micros
from store.rows import Claimed, Ending, OutboxStatus, Outgoing
from store.tables import IS_SENDING, MAY_BE_CLAIMED, outbox

BODY = "outbox.body"


UNTRIED: Mapping[str, object] = MappingProxyType(
    {
        "status": OutboxStatus.NEW,
        "attempts": 0,
        "claims": 0,
        "due_at": 0,
        "lease": None,
        "rung_at": None,
        "rings": 0,
        "remote_id": "",
        "reason": "",
    }
)


async def add(tx: Tx, outgoing: Sequence[Outgoing]) -> None:
    """Store effects. One whose key is already here is the same effect and is left as it is."""
    if not outgoing:
        return
    statement = tx.insert(outbox).on_conflict_do_nothing(index_elements=["key"])
    await tx.connection.execute(statement, [new_row(tx, each) for each in outgoing])


def new_row(tx: Tx, outgoing: Outgoing) -> dict[str, object]:
    return {
        "case_id": outgoing.case_id,
        "cause": outgoing.cause,
        "ask_key": outgoing.effect.ask_key,
        "effect": type(outgoing.effect).__name__,
        "schema": SCHEMA,
        "body": tx.cipher.seal(tx.codec.dump(outgoing.effect), BODY),
        "key": outgoing.key,
        "connector": outgoing.connector,
        "created_at": outgoing.at,
        **UNTRIED,
    }


def same_again(row: Any, *, key: str, at: datetime) -> dict[str, object]:
    """A row that asks for the same as this one once more, for the same reason."""
    kept = ("case_id", "cause", "ask_key", "effect", "schema", "body", "connector")
    return {**{name: getattr(row, name) for name in kept}, "key": key, "created_at": at, **UNTRIED}


async def claim(tx: Tx, ids: Sequence[int], lease: timedelta) -> list[Claimed]:
    """Take effects for carrying: `new` or `unclear` becomes `sending`, under a lease, one attempt more.

    The caller commits before it calls out. Effects that somebody else has taken are not among the result.
    """
    columns = outbox.c
    statement = (
        select(columns.id)
        .where(columns.id.in_(ids), MAY_BE_CLAIMED, columns.due_at <= db_now())
        .order_by(columns.id)
        .with_for_update(skip_locked=True)
    )
    free = [row_id for (row_id,) in await tx.connection.execute(statement)]
    if not free:
        return []
    result = await tx.connection.execute(
        update(outbox)
        .where(columns.id.in_(free))
        .values(
            status=OutboxStatus.SENDING,
            lease=db_now() + micros(lease),
            attempts=columns.attempts + 1,
            claims=columns.claims + 1,
        )
        .returning(
            columns.id,
            columns.case_id,
            columns.key,
            columns.effect,
            columns.schema,
            columns.body,
            columns.attempts,
            columns.claims,
            columns.created_at,
        )
    )
    return sorted((claimed(tx, row, lease) for row in result), key=lambda each: each.id)


def claimed(tx: Tx, row: Any, lease: timedelta) -> Claimed:
    effect, reason = None, ""
    try:
        effect = tx.codec.effect(row.effect, row.schema, tx.cipher.open(row.body, BODY))
    except (Unreadable, WrongKey) as error:
        reason = str(error)
    return Claimed(
        id=row.id,
        case_id=row.case_id,
        key=row.key,
        effect=effect,
        reason=reason,
        attempts=row.attempts,
        claim=row.claims,
        again=row.claims > 1,
        created_at=row.created_at,
        lease=lease,
    )


# Not `in_`: what expands cannot be executed for a whole set at once.
WAS_CALLED = or_(outbox.c.status == OutboxStatus.SENDING, outbox.c.status == OutboxStatus.UNCLEAR)

ENDS = frozenset({OutboxStatus.DONE, OutboxStatus.FAILED, OutboxStatus.CANCELLED})

CLOSE = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row_id"),
        WAS_CALLED,
        outbox.c.claims == bindparam("row_claim"),
    )
    .values(
        status=bindparam("to_status"),
        attempts=bindparam("to_attempts"),
        reason=bindparam("to_reason"),
        remote_id=case(
            (bindparam("to_remote_id") != "", bindparam("to_remote_id")), else_=outbox.c.remote_id
        ),
        due_at=db_now() + bindparam("to_after"),
        lease=None,
        rung_at=None,
        rings=0,
        closed_at=case((bindparam("to_end", type_=Boolean), db_now()), else_=None),
    )
)


async def close(tx: Tx, endings: Sequence[Ending]) -> list[Ending]:
    """Write how carryings ended; those that counted.

    One whose lease has been taken over by a later claim changes nothing.
    """
    held = await still_held(tx, endings)
    if not held:
        return []
    await tx.connection.execute(
        CLOSE,
        [
            {
                "row_id": each.id,
                "row_claim": each.claim,
                "to_status": each.status,
                "to_attempts": each.attempts,
                "to_reason": each.reason,
                "to_remote_id": each.remote_id,
                "to_after": micros(each.after),
                "to_end": each.status in ENDS,
            }
            for each in held
        ],
    )
    return held


async def still_held(tx: Tx, endings: Sequence[Ending]) -> list[Ending]:
    """Those whose claim is still the row's last one; the rows are locked until the transaction ends."""
    if not endings:
        return []
    columns = outbox.c
    rows = await tx.connection.execute(
        select(columns.id, columns.claims)
        .where(columns.id.in_([each.id for each in endings]), WAS_CALLED)
        .order_by(columns.id)
        .with_for_update()
    )
    claims = {(row.id, row.claims) for row in rows}
    return [each for each in endings if (each.id, each.claim) in claims]


async def expire_leases(tx: Tx, patience: timedelta) -> int:
    """A sending effect whose lease has run out is `unclear`: nobody knows whether it was done. How many.

    It is not touched again before the remote's own time-out (`patience`) has passed.
    """
    result = await tx.connection.execute(
        update(outbox)
        .where(IS_SENDING, outbox.c.lease < db_now())
        .values(
            status=OutboxStatus.UNCLEAR,
            due_at=db_now() + micros(patience),
            lease=None,
            rung_at=None,
            rings=0,
            reason="nobody-said-how-it-ended",
        )
        .returning(outbox.c.id)
    )
    return len(result.all())


async def clock(tx: Tx) -> datetime:
    """The database's time, for comparing clocks."""
    found = await tx.connection.execute(select(db_now()))
    return from_micros(found.scalar_one())
