"""Rows to begin with, and a way to look at a row and to move its times back instead of sleeping."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, event, select, update

from broker.topology import HPR, INTAKE
from case_core.effects import Effect, FetchPayment
from case_core.messages import FormCompleted, Message
from store import inbox, outbox
from store.database import Database
from store.rows import Arrival, Outgoing
from store.tables import inbox as inbox_table
from store.tables import outbox as outbox_table
from tests.case_core import build

LEASE = timedelta(minutes=1)
A_DAY_US = 86_400_000_000


def hint(number: int = 1, instance: str = build.FORM) -> FormCompleted:
    return FormCompleted(at=build.NOW + timedelta(seconds=number), app="autorisasjon", instance=instance)


def arrival(
    number: int = 1, *, message: Message | None = None, case_id: str | None = None, queue: str = INTAKE
) -> Arrival:
    return Arrival(
        source="altinn",
        external_id=f"event-{number}",
        queue=queue,
        message=message or hint(number),
        case_id=case_id,
    )


def outgoing(
    number: int = 1, *, effect: Effect | None = None, case_id: str | None = None, connector: str = HPR
) -> Outgoing:
    return Outgoing(
        key=f"key-{number}",
        connector=connector,
        effect=effect or FetchPayment(payment_id=f"payment-{number}"),
        at=build.NOW,
        case_id=case_id,
    )


async def arrive(database: Database, *arrivals: Arrival) -> list[int]:
    """Their row numbers; all of them are new."""
    async with database.write() as tx:
        ids = await inbox.add(tx, arrivals)
    return [row_id for row_id in ids if row_id is not None]


async def ask(database: Database, *asked: Outgoing) -> list[int]:
    """The row numbers of these effects."""
    async with database.write() as tx:
        await outbox.add(tx, asked)
    by_key = {each.key: each.id for each in await rows(database, outbox_table)}
    return [by_key[each.key] for each in asked]


async def rows(database: Database, table: Table) -> Sequence[Row[Any]]:
    async with database.read() as tx:
        return (await tx.connection.execute(select(table).order_by(*table.primary_key))).all()


async def message_row(database: Database, row_id: int) -> Row[Any]:
    async with database.read() as tx:
        found = await tx.connection.execute(select(inbox_table).where(inbox_table.c.id == row_id))
        return found.one()


async def effect_row(database: Database, row_id: int) -> Row[Any]:
    async with database.read() as tx:
        found = await tx.connection.execute(select(outbox_table).where(outbox_table.c.id == row_id))
        return found.one()


async def change(database: Database, table: Table, *conditions: Any, **values: Any) -> None:
    """Put a row into a state that only time, a crash or a forger would bring about."""
    async with database.write() as tx:
        await tx.connection.execute(update(table).where(*conditions).values(**values))


@asynccontextmanager
async def overheard(database: Database) -> AsyncIterator[list[tuple[str, Any]]]:
    """Every statement with its parameters that the writing connection is given."""
    said: list[tuple[str, Any]] = []
    engine = database._writer.sync_engine

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
