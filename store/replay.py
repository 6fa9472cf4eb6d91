"""A parked message goes again because a person wants it."""

import re
from typing import Any

from sqlalchemy import select, update

from store import inbox as inbox_rows
from store import outbox as outbox_rows
from store.database import Tx
from store.moments import db_now
from store.rows import InboxStatus, OutboxStatus
from store.tables import inbox, outbox

CARRY = "carry"
AGAIN = re.compile(r"^(?P<first>.*)/again-(?P<number>\d{1,9})$", re.DOTALL)


async def replay(tx: Tx, row_id: int) -> bool:
    """Let a parked message be handled again; False when it is not parked (any more).

    One that tells of a failed look-up would only fail again, having no case: the look-up itself is repeated,
    as an effect of its own, and the message is closed.
    """
    failed = await failed_look_up(tx, row_id)
    if failed is None:
        return await inbox_rows.replay(tx, row_id)
    if not await close_parked(tx, row_id):
        return False
    at = await outbox_rows.clock(tx)
    again = outbox_rows.same_again(failed, key=next_key(failed.key), at=at)
    await tx.connection.execute(outbox.insert().values(again))
    return True


async def failed_look_up(tx: Tx, row_id: int) -> Any:
    """The failed effect that a parked message without a case tells of; None when it tells of none."""
    told = await tx.connection.execute(
        select(inbox.c.external_id).where(
            inbox.c.id == row_id,
            inbox.c.source == CARRY,
            inbox.c.type == "EffectFailed",
            inbox.c.case_id.is_(None),
            inbox.c.status == InboxStatus.PARKED,
        )
    )
    effect_id: str = told.scalar() or ""
    if not effect_id.isdecimal():
        return None
    found = await tx.connection.execute(
        select(outbox).where(outbox.c.id == int(effect_id), outbox.c.status == OutboxStatus.FAILED)
    )
    return found.first()


async def close_parked(tx: Tx, row_id: int) -> bool:
    """False when somebody else was first."""
    result = await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.PARKED)
        .values(
            status=InboxStatus.HANDLED,
            replays=inbox.c.replays + 1,
            reason="",
            rung_at=None,
            rings=0,
            closed_at=db_now(),
        )
        .returning(inbox.c.id)
    )
    return result.first() is not None


def next_key(key: str) -> str:
    """`hint/7` is repeated as `hint/7/again-1`, then `hint/7/again-2`."""
    repeated = AGAIN.match(key)
    if repeated is None:
        return f"{key}/again-1"
    return f"{repeated['first']}/again-{int(repeated['number']) + 1}"
