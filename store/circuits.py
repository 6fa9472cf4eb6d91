"""Whether a remote may be called at all; one row a connector, shared by all processes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, or_, select, update

from store.database import Tx
from store.moments import db_now, micros
from store.tables import connectors

FAILURES_TO_OPEN = 5
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    name: str
    failures: int
    is_open: bool
    paused: bool
    reason: str


async def ensure(tx: Tx, names: Iterable[str]) -> None:
    """One row for each connector; those that are there stay as they are."""
    rows = [
        {"name": name, "failures": 0, "open_until": 0, "paused": False, "reason": "", "changed_at": 0}
        for name in sorted(names)
    ]
    if rows:
        await tx.connection.execute(
            tx.insert(connectors).on_conflict_do_nothing(index_elements=["name"]), rows
        )


async def record_success(tx: Tx, name: str) -> None:
    await tx.connection.execute(
        update(connectors)
        .where(connectors.c.name == name, or_(connectors.c.failures > 0, connectors.c.open_until > 0))
        .values(failures=0, open_until=0, reason="", changed_at=db_now())
    )


async def record_trouble(tx: Tx, name: str, reason: str, *, broken: bool) -> bool:
    """Count a failure. Enough in a row, or one that says we are broken, open the circuit for ever longer.

    Whether it is open now.
    """
    count = connectors.c.failures + 1
    doublings = case(*[(count <= FAILURES_TO_OPEN + n, 2**n) for n in range(7)], else_=2**6)
    pause = case(
        (doublings * micros(FIRST_PAUSE) > micros(LONGEST_PAUSE), micros(LONGEST_PAUSE)),
        else_=doublings * micros(FIRST_PAUSE),
    )
    opens = case((count >= FAILURES_TO_OPEN, db_now() + pause), else_=connectors.c.open_until)
    result = await tx.connection.execute(
        update(connectors)
        .where(connectors.c.name == name)
        .values(
            failures=count,
            open_until=(db_now() + pause) if broken else opens,
            reason=reason,
            changed_at=db_now(),
        )
        .returning((connectors.c.open_until > db_now()).label("is_open"))
    )
    return bool(result.scalar_one_or_none())


async def may_call(tx: Tx, name: str) -> bool:
    found = await tx.connection.execute(
        select(connectors.c.name).where(
            connectors.c.name == name, ~connectors.c.paused, connectors.c.open_until <= db_now()
        )
    )
    return found.first() is not None


async def circuits(tx: Tx) -> list[Circuit]:
    is_open = connectors.c.open_until > db_now()
    rows = await tx.connection.execute(
        select(
            connectors.c.name,
            connectors.c.failures,
            is_open.label("is_open"),
            connectors.c.paused,
            connectors.c.reason,
        ).order_by(connectors.c.name)
    )
    return [
        Circuit(
            name=row.name,
            failures=row.failures,
            is_open=bool(row.is_open),
            paused=row.paused,
            reason=row.reason,
        )
        for row in rows
    ]
