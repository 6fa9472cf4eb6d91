"""How far a search of a remote has come, and whose turn it is to search again."""

from datetime import timedelta

from sqlalchemy import select, update

from store.database import Tx
from store.moments import db_now, micros
from store.tables import cursors


async def take_turn(tx: Tx, name: str, every: timedelta) -> bool:
    """Whether it is time, and ours to do it: of several processes one gets the turn."""
    new = {"name": name, "value": "", "changed_at": 0}
    await tx.connection.execute(tx.insert(cursors).on_conflict_do_nothing(index_elements=["name"]), new)
    taken = await tx.connection.execute(
        update(cursors)
        .where(cursors.c.name == name, cursors.c.changed_at + micros(every) <= db_now())
        .values(changed_at=db_now())
        .returning(cursors.c.name)
    )
    return taken.first() is not None


async def value(tx: Tx, name: str) -> str:
    """Where it was left; empty at first."""
    found = await tx.connection.execute(select(cursors.c.value).where(cursors.c.name == name))
    return found.scalar_one_or_none() or ""


async def set_value(tx: Tx, name: str, to: str) -> None:
    """Leave it here; when its next turn comes is another matter."""
    row = {"name": name, "value": to, "changed_at": 0}
    statement = tx.insert(cursors)
    await tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded["value"]}),
        row,
    )
