"""A case's history: whatever is done to a line afterwards is seen."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from store import cases
from store.database import Database, Tx
from store.history import FIRST_LINK, history, link, write_history
from store.rows import Event
from store.tables import case_events
from store.tables import cases as case_table
from tests.case_core import build
from tests.case_core.story import opened

LINES = 5

Forgery = Callable[[Tx], Awaitable[object]]


def event(number: int) -> Event:
    return Event(
        case_id=build.CASE_ID,
        at=build.NOW + timedelta(minutes=number),
        actor="altinn",
        message="PaymentObserved",
        version=number,
        summary=f'{{"row":{number}}}',
    )


async def write_case(database: Database, lines: int = LINES) -> None:
    """A case with a history of that many lines, as `apply` writes them."""
    head = FIRST_LINK
    chain = []
    for seq in range(1, lines + 1):
        chain.append((seq, head, event(seq)))
        head = link(head, seq, event(seq))
    loaded = cases.Loaded(case=opened().case, saved=None, events=lines, head=head, opened_at=build.NOW)
    async with database.write() as tx:
        await cases.save(tx, [loaded], build.NOW)
        await write_history(tx, chain)


async def is_whole(database: Database) -> bool:
    async with database.read() as tx:
        return (await history(tx, build.CASE_ID))[1]


async def test_a_chain_that_nobody_has_touched_is_whole(database: Database) -> None:
    """It tells what happened, oldest first."""
    await write_case(database)
    async with database.read() as tx:
        assert await history(tx, build.CASE_ID) == ([event(n) for n in range(1, LINES + 1)], True)


async def test_a_case_without_history_is_whole(database: Database) -> None:
    """Nothing is missing where nothing was."""
    await write_case(database, lines=0)
    async with database.read() as tx:
        assert await history(tx, build.CASE_ID) == ([], True)


@pytest.mark.parametrize(
    "forged",
    [
        {"summary": "{}"},
        {"actor": "somebody"},
        {"message": "DecisionTaken"},
        {"version": 99},
        {"at": build.NOW},
        {"previous": FIRST_LINK},
        {"hash": FIRST_LINK},
    ],
    ids=lambda forged: next(iter(forged)),
)
@pytest.mark.parametrize("seq", [2, LINES])
async def test_a_changed_line_is_seen(database: Database, forged: dict[str, object], seq: int) -> None:
    """Every column of every line is held by its hash."""
    await write_case(database)
    async with database.write() as tx:
        await tx.connection.execute(update(case_events).where(case_events.c.seq == seq).values(**forged))
    assert not await is_whole(database)


@pytest.mark.parametrize("seq", range(1, LINES + 1))
async def test_a_removed_line_is_seen(database: Database, seq: int) -> None:
    """The first, one in the middle, and the last."""
    await write_case(database)
    async with database.write() as tx:
        await tx.connection.execute(delete(case_events).where(case_events.c.seq == seq))
    assert not await is_whole(database)


async def swap_lines(tx: Tx) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        await tx.connection.execute(update(case_events).where(case_events.c.seq == old).values(seq=new))


async def append_line(tx: Tx) -> None:
    """A line that fits the chain; only the case's own head tells that it was not there."""
    head = await tx.connection.scalar(case_table.select().with_only_columns(case_table.c.head))
    await write_history(tx, [(LINES + 1, str(head), event(LINES + 1))])


async def copy_line(tx: Tx) -> None:
    columns = [column.name for column in case_events.columns if column.name != "seq"]
    source = case_events.select().where(case_events.c.seq == LINES)
    row = (await tx.connection.execute(source)).one()._mapping
    await tx.connection.execute(
        insert(case_events).values(seq=LINES + 1, **{name: row[name] for name in columns})
    )


async def rewrite_from_the_middle(tx: Tx) -> None:
    """All hashes after the forged line are made anew, so that the chain fits in itself."""
    head = FIRST_LINK
    for seq in range(1, LINES + 1):
        forged = replace(event(seq), summary="{}") if seq >= 3 else event(seq)
        values = {"summary": forged.summary, "previous": head, "hash": link(head, seq, forged)}
        await tx.connection.execute(update(case_events).where(case_events.c.seq == seq).values(**values))
        head = link(head, seq, forged)


@pytest.mark.parametrize("forge", [swap_lines, append_line, copy_line, rewrite_from_the_middle])
async def test_a_rearranged_or_lengthened_history_is_seen(database: Database, forge: Forgery) -> None:
    """The head that the case holds fixes the end, the hashes fix all before it."""
    await write_case(database)
    async with database.write() as tx:
        await forge(tx)
    assert not await is_whole(database)


async def test_a_line_of_another_case_is_seen(database: Database) -> None:
    """A line belongs to the case for which it was written."""
    await write_case(database)
    async with database.write() as tx:
        await tx.connection.execute(
            update(case_events).where(case_events.c.seq == LINES).values(case_id="another")
        )
    assert not await is_whole(database)


def test_the_hash_separates_what_stands_side_by_side() -> None:
    """No text can be moved from one column to the next without a trace."""
    one = replace(event(1), actor="a", message="b")
    assert link(FIRST_LINK, 1, one) != link(FIRST_LINK, 1, replace(one, actor="a\nb", message=""))
    assert link(FIRST_LINK, 1, one) != link(FIRST_LINK, 1, replace(one, actor="", message="ab"))
