"""Deadlines are rows; firing one is an inbox row like any other."""

from sqlalchemy import BigInteger, and_, exists, select, type_coerce, update

from case_core.messages import DeadlinePassed
from store import inbox as inbox_rows
from store.database import Tx
from store.moments import db_now, from_micros, to_micros
from store.rows import Arrival, InboxStatus
from store.tables import UNFIRED, deadlines, inbox

SOURCE = "clock"


async def fire_due(tx: Tx, queue: str, most: int) -> int:
    """Turn deadlines that have passed into messages; how many.

    None fires for a case while an older message of it is still open: what came in time must be seen in time.
    """
    open_row = exists().where(
        and_(
            inbox.c.case_id == deadlines.c.case_id, inbox.c.status.in_((InboxStatus.NEW, InboxStatus.WAITING))
        )
    )
    due = (
        select(deadlines.c.case_id, deadlines.c.ask_key, deadlines.c.due_at)
        .where(UNFIRED, type_coerce(deadlines.c.due_at, BigInteger) <= db_now(), ~open_row)
        .order_by(deadlines.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = (await tx.connection.execute(due)).all()
    if not rows:
        return 0
    now = from_micros((await tx.connection.execute(select(db_now()))).scalar_one())
    await inbox_rows.add(
        tx,
        [
            Arrival(
                source=SOURCE,
                external_id=f"{row.case_id}/{row.ask_key}/{to_micros(row.due_at)}",
                queue=queue,
                case_id=row.case_id,
                message=DeadlinePassed(at=now, ask_key=row.ask_key, due=row.due_at),
            )
            for row in rows
        ],
    )
    for row in rows:
        await tx.connection.execute(
            update(deadlines)
            .where(
                deadlines.c.case_id == row.case_id,
                deadlines.c.ask_key == row.ask_key,
                deadlines.c.due_at == row.due_at,
            )
            .values(fired_at=db_now())
        )
    return len(rows)
