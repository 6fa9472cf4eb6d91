"""Which rows are to be rung for: open, due, and either never rung or rung long enough ago."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Table, and_, case, cast, exists, or_, select, update

from store.database import Tx
from store.moments import db_now, micros
from store.rows import Ring
from store.tables import IS_NEW, MAY_BE_CLAIMED, connectors, inbox, outbox

FIRST_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=15)
DOUBLINGS = 4  # 60 s, 2 min, 4 min, 8 min, then the longest wait


def is_due(table: Table) -> Any:
    """Due by the database's clock; rung again only after a wait that doubles with every ring."""
    waits = [(table.c.rings <= n, micros(FIRST_WAIT) * 2 ** (n - 1)) for n in range(1, DOUBLINGS + 1)]
    wait = case(*waits, else_=micros(LONGEST_WAIT))
    return and_(
        table.c.due_at <= db_now(),
        or_(table.c.rung_at.is_(None), table.c.rung_at + cast(wait, BigInteger) <= db_now()),
    )


async def mark(tx: Tx, *, most: int, of_a_ring: int) -> list[Ring]:
    """Mark up to `most` due rows of each table as rung; the rings to publish, oldest rows first."""
    messages = await mark_table(tx, inbox, inbox.c.queue, IS_NEW, most)
    may_call = ~exists().where(
        connectors.c.name == outbox.c.connector,
        or_(connectors.c.paused, connectors.c.open_until > db_now()),
    )
    effects = await mark_table(tx, outbox, outbox.c.connector, and_(MAY_BE_CLAIMED, may_call), most)
    return rings((*messages, *effects), of_a_ring)


async def mark_table(tx: Tx, table: Table, queue: Any, is_open: Any, most: int) -> Sequence[tuple[str, int]]:
    # In the order of the index of open rows; by id alone SQLite would walk through all that was ever closed.
    due = select(table.c.id).where(is_open, is_due(table)).order_by(table.c.due_at, table.c.id).limit(most)
    result = await tx.connection.execute(
        update(table)
        .where(table.c.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(rung_at=db_now(), rings=table.c.rings + 1)
        .returning(queue, table.c.id)
    )
    return [(name, row_id) for name, row_id in result]


def rings(rows: Iterable[tuple[str, int]], of_a_ring: int) -> list[Ring]:
    made = []
    for queue, group in groupby(sorted(rows), key=lambda row: row[0]):
        ids = [row_id for _, row_id in group]
        made += [
            Ring(queue=queue, ids=tuple(ids[start : start + of_a_ring]))
            for start in range(0, len(ids), of_a_ring)
        ]
    return made


async def unmark(tx: Tx, ring: Ring, *, of_messages: bool) -> None:
    """Take back a mark whose ring could not be published."""
    table = inbox if of_messages else outbox
    await tx.connection.execute(update(table).where(table.c.id.in_(ring.ids)).values(rung_at=None, rings=0))


async def forget(tx: Tx) -> None:
    """Take back every mark: the rings of a process that is gone were in its memory and went with it.

    Only for whoever is the one process on the database.
    """
    for table, is_open in ((inbox, IS_NEW), (outbox, MAY_BE_CLAIMED)):
        await tx.connection.execute(
            update(table).where(is_open, table.c.rung_at.is_not(None)).values(rung_at=None, rings=0)
        )
