"""The work list: cases by whose turn it is, oldest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, literal, select, tuple_, union_all

from case_core.case import AskOf, Case, Phase
from store.cases import loaded
from store.database import Tx
from store.moments import Moment
from store.tables import cases

PAGE = 50
NOBODY = ""
"""Whose turn it is when a case waits for nothing."""

TURNS: tuple[str, ...] = (*AskOf, NOBODY)
UNFINISHED = (Phase.OPEN, Phase.DECIDED, Phase.FOLLOW_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The last case of a page; the next page begins after it."""

    opened_at: datetime
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases to list. None means all of them."""

    phase: Phase | None = None
    turn: str | None = None
    kind: str | None = None
    overdue: bool = False
    after: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    case: Case[Any]
    turn: str
    about: str
    due: datetime | None
    overdue: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """`following` is where the next page begins; None on the last one."""

    items: tuple[WorkItem, ...]
    following: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases there are with this phase and turn, and how many of them are overdue."""

    phase: str
    turn: str
    amount: int
    overdue: int


async def work_page(tx: Tx, wanted: Wanted, now: datetime, most: int = PAGE) -> WorkPage:
    found = ids_of(wanted, now, most + 1)
    statement = select(cases).join(found, cases.c.id == found.c.id).order_by(cases.c.opened_at, cases.c.id)
    rows = (await tx.connection.execute(statement.limit(most + 1))).all()
    items = tuple(work_item(tx, row, now) for row in rows[:most])
    last = items[-1] if len(rows) > most else None
    following = Mark(opened_at=last.opened_at, case_id=last.case.id) if last else None
    return WorkPage(items=items, following=following)


def ids_of(wanted: Wanted, now: datetime, most: int) -> Subquery:
    """One short walk of the index for every phase and turn, instead of sorting all cases for one page."""
    phases = (wanted.phase,) if wanted.phase else tuple(Phase)
    turns = TURNS if wanted.turn is None else (wanted.turn,)
    walks = [walk(phase, turn, wanted, now, most).subquery() for phase in phases for turn in turns]
    return union_all(*(select(each.c.id) for each in walks)).subquery()


def walk(phase: Phase, turn: str, wanted: Wanted, now: datetime, most: int) -> Select[Any]:
    statement = select(cases.c.id).where(cases.c.phase == phase, cases.c.turn == turn)
    if wanted.kind is not None:
        statement = statement.where(cases.c.kind == wanted.kind)
    if wanted.overdue:
        statement = statement.where(cases.c.turn_due <= now)
    if wanted.after is not None:
        place = tuple_(literal(wanted.after.opened_at, Moment), literal(wanted.after.case_id))
        statement = statement.where(tuple_(cases.c.opened_at, cases.c.id) > place)
    return statement.order_by(cases.c.opened_at, cases.c.id).limit(most)


def work_item(tx: Tx, row: Row[Any], now: datetime) -> WorkItem:
    return WorkItem(
        case=loaded(tx, row).case,
        turn=row.turn,
        about=row.about,
        due=row.turn_due,
        overdue=row.turn_due is not None and row.turn_due <= now,
        opened_at=row.opened_at,
    )


async def by_number(tx: Tx, number: str, now: datetime) -> tuple[WorkItem, ...]:
    rows = await tx.connection.execute(select(cases).where(cases.c.number == number))
    return tuple(work_item(tx, row, now) for row in rows)


async def by_applicant(tx: Tx, nin: str, now: datetime, most: int = PAGE) -> tuple[WorkItem, ...]:
    """Cases of the person with exactly this identity number; it is looked up by its keyed hash."""
    statement = select(cases).where(cases.c.applicant == tx.cipher.index(nin))
    rows = await tx.connection.execute(statement.order_by(cases.c.opened_at.desc(), cases.c.id).limit(most))
    return tuple(work_item(tx, row, now) for row in rows)


async def tallies(tx: Tx, now: datetime) -> tuple[Tally, ...]:
    amounts = select(cases.c.phase, cases.c.turn, func.count().label("amount"))
    late = amounts.where(cases.c.phase.in_(UNFINISHED), cases.c.turn_due <= now)
    overdue = {
        (row.phase, row.turn): row.amount
        for row in await tx.connection.execute(late.group_by(cases.c.phase, cases.c.turn))
    }
    rows = await tx.connection.execute(amounts.group_by(cases.c.phase, cases.c.turn))
    return tuple(
        Tally(
            phase=row.phase,
            turn=row.turn,
            amount=row.amount,
            overdue=overdue.get((row.phase, row.turn), 0),
        )
        for row in rows
    )
