"""Cases: loaded locked, saved in sets, with their deadlines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from case_core.case import AskOf, Case
from case_core.case import deadlines as deadlines_of
from case_core.waiting import waiting
from store.codec import SCHEMA
from store.database import Tx
from store.numbers import case_number
from store.tables import case_numbers, cases, deadlines

DATA = "cases.data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A case and the end of its history chain. `saved` is None for one that is not in the database yet."""

    case: Case[Any]
    saved: Case[Any] | None
    events: int
    head: str
    opened_at: datetime


async def load(tx: Tx, case_ids: Collection[str]) -> dict[str, Loaded]:
    """The cases, locked in the order of their ids until the transaction ends."""
    if not case_ids:
        return {}
    statement = select(cases).where(cases.c.id.in_(case_ids)).order_by(cases.c.id).with_for_update()
    return {row.id: loaded(tx, row) for row in await tx.connection.execute(statement)}


async def view(tx: Tx, case_ids: Collection[str]) -> dict[str, Case[Any]]:
    """The cases, not locked."""
    if not case_ids:
        return {}
    statement = select(cases).where(cases.c.id.in_(case_ids))
    return {row.id: loaded(tx, row).case for row in await tx.connection.execute(statement)}


def loaded(tx: Tx, row: Row[Any]) -> Loaded:
    case = tx.codec.case(row.kind, row.schema, tx.cipher.open(row.data, DATA))
    return Loaded(case=case, saved=case, events=row.events, head=row.head, opened_at=row.opened_at)


async def next_number(tx: Tx, year: int) -> str:
    """The year's next case number. A gap says only that a submission opened no case after all."""
    statement = tx.insert(case_numbers).values(year=year, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["year"], set_={"last": case_numbers.c.last + 1}
    )
    found = await tx.connection.execute(statement.returning(case_numbers.c.last))
    return case_number(year, found.scalar_one())


async def save(tx: Tx, changed: Sequence[Loaded], now: datetime) -> None:
    if not changed:
        return
    rows = [case_row(tx, each, now) for each in changed]
    statement = tx.insert(cases)
    mutable = (
        "phase",
        "version",
        "turn",
        "about",
        "turn_due",
        "schema",
        "data",
        "changed_at",
        "events",
        "head",
    )
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in mutable}
    )
    await tx.connection.execute(statement, rows)
    await save_deadlines(tx, changed)


def case_row(tx: Tx, each: Loaded, now: datetime) -> dict[str, object]:
    case = each.case
    waits = waiting(case, now)
    first = waits[0] if waits else None
    ours = next((wait for wait in waits if wait.of is AskOf.US), None)
    shown = first if first is None or first.of is AskOf.APPLICANT else (ours or first)
    return {
        "id": case.id,
        "number": case.number,
        "kind": case.kind,
        "phase": case.phase,
        "version": case.version,
        "applicant": tx.cipher.index(case.applicant.nin),
        "turn": shown.of if shown else "",
        "about": shown.about if shown else "",
        "turn_due": shown.due if shown else None,
        "schema": SCHEMA,
        "data": tx.cipher.seal(tx.codec.dump(case), DATA),
        "opened_at": each.opened_at,
        "changed_at": now,
        "events": each.events,
        "head": each.head,
    }


async def save_deadlines(tx: Tx, changed: Sequence[Loaded]) -> None:
    new = [
        {"case_id": each.case.id, "ask_key": ask_key, "due_at": due, "fired_at": None}
        for each in changed
        for ask_key, due in sorted(
            deadlines_of(each.case) - (deadlines_of(each.saved) if each.saved else frozenset())
        )
    ]
    if new:
        await tx.connection.execute(tx.insert(deadlines).on_conflict_do_nothing(), new)


async def any_case(tx: Tx) -> bool:
    """Whether there is a case; reads one to the end. Raises `WrongKey` when no key opens it."""
    found = (await tx.connection.execute(select(cases).limit(1))).first()
    if found is not None:
        loaded(tx, found)
    return found is not None
