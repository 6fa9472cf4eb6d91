"""Triggers in the database: one that refuses a row, one at which a transaction stands still until let go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from store.database import Database
from tests.broker.waiting import until

GATE = 4711

REFUSE_ON_SQLITE = """
CREATE TRIGGER refuse BEFORE UPDATE ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'refused'); END
"""
REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse()
"""
STAND_STILL = """
CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
CREATE TRIGGER stand_still BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION stand_still()
"""


async def refuse(database: Database, table: str, condition: str) -> None:
    """Every update under the condition fails, as a broken page or constraint would make it fail."""
    script = REFUSE_ON_SQLITE if database.is_sqlite else REFUSE_ON_POSTGRESQL
    await run(database, script.format(table=table, condition=condition))


async def stand_still(database: Database, table: str, condition: str) -> None:
    """An update under the condition waits for the gate. PostgreSQL only."""
    await run(database, STAND_STILL.format(table=table, condition=condition))


async def run(database: Database, script: str) -> None:
    async with database.write() as tx:
        parts = [script] if tx.connection.dialect.name == "sqlite" else split(script)
        for statement in parts:
            await tx.connection.exec_driver_sql(statement)


def split(script: str) -> list[str]:
    body, _, trigger = script.partition("$$;")
    return [f"{body}$$", trigger]


@asynccontextmanager
async def closed_gate(database: Database) -> AsyncIterator[None]:
    """While the block runs, whoever comes to the gate stands still in the middle of a transaction."""
    async with database.write() as tx:
        await tx.connection.execute(text("SELECT pg_advisory_lock(:gate)"), {"gate": GATE})
        try:
            yield
        finally:
            await tx.connection.execute(text("SELECT pg_advisory_unlock(:gate)"), {"gate": GATE})


WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = ANY(:kinds)")


async def until_waiting(database: Database, *kinds: str) -> None:
    """Until some session waits for a lock of one of these kinds."""

    async def somebody_waits() -> bool:
        async with database.read() as tx:
            found = await tx.connection.execute(WAITING, {"kinds": list(kinds)})
            return bool(found.scalar_one())

    await until(somebody_waits)
