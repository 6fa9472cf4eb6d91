"""Keys: by what name (form, payment, letter) a message knows its case."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, func, select, update

from store.database import Tx
from store.tables import keys

GIVE_UP = (
    update(keys)
    .where(keys.c.key == bindparam("the_key"), keys.c.case_id == bindparam("holder"))
    .values(case_id=None)
)


async def holders(tx: Tx, wanted: Collection[str]) -> dict[str, str]:
    """Key -> case id, for those keys that a case holds."""
    if not wanted:
        return {}
    statement = select(keys.c.key, keys.c.case_id).where(keys.c.key.in_(wanted), keys.c.case_id.is_not(None))
    return {row.key: row.case_id for row in await tx.connection.execute(statement)}


async def settle_keys(tx: Tx, held: Mapping[str, str], missed: Collection[str]) -> dict[str, str]:
    """Write the keys that cases hold now, and the missed ones; who holds a missed one after all.

    One that misses a key writes it too, without a case. That makes it wait for, or be waited for by, whoever
    gives the key its case at the same moment; without it the wake-up could be lost between the two. Keys are
    written in sorted order, so that two sets cannot wait for each other.
    """
    rows = [{"key": key, "case_id": held.get(key)} for key in sorted({*held, *missed})]
    if not rows:
        return {}
    statement = tx.insert(keys)
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"case_id": func.coalesce(keys.c.case_id, statement.excluded.case_id)},
    )
    result = await tx.connection.execute(statement.returning(keys.c.key, keys.c.case_id), rows)
    return {row.key: row.case_id for row in result if row.case_id is not None and row.key in missed}


async def give_up(tx: Tx, held: Mapping[str, str]) -> None:
    """These cases (key -> case id) hold these keys no longer; who names one waits for the next holder."""
    if held:
        await tx.connection.execute(GIVE_UP, [{"the_key": key, "holder": held[key]} for key in sorted(held)])
