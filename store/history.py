"""A case's history: a chain in which each line's hash covers the line before it.

A line that was changed, taken out or put in shows, unless whoever did it also wrote all later lines and the
case's own head anew. Its text holds no identity numbers, so that erasing a body leaves the chain whole.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from store.database import Tx
from store.moments import to_micros
from store.rows import Event
from store.tables import case_events, cases

FIRST_LINK = "0" * 64


def link(previous: str, seq: int, event: Event) -> str:
    """The hash of one line of history: of the line before it and of its own canonical text."""
    text = "\n".join(
        (
            previous,
            event.case_id,
            str(seq),
            str(to_micros(event.at)),
            event.actor,
            event.message,
            str(event.version),
            event.summary,
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()


async def write_history(tx: Tx, lines: Sequence[tuple[int, str, Event]]) -> None:
    """Lines as (sequence number, previous hash, event)."""
    if not lines:
        return
    await tx.connection.execute(
        case_events.insert(),
        [
            {
                "case_id": event.case_id,
                "seq": seq,
                "at": event.at,
                "actor": event.actor,
                "message": event.message,
                "version": event.version,
                "summary": event.summary,
                "previous": previous,
                "hash": link(previous, seq, event),
            }
            for seq, previous, event in lines
        ],
    )


async def history(tx: Tx, case_id: str) -> tuple[list[Event], bool]:
    """A case's history, oldest first, and whether its chain is whole up to the head that the case holds."""
    rows = await tx.connection.execute(
        select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.seq)
    )
    head = await tx.connection.execute(select(cases.c.head, cases.c.events).where(cases.c.id == case_id))
    expected = head.one()
    events: list[Event] = []
    previous = FIRST_LINK
    whole = True
    for row in rows:
        event = Event(
            case_id=row.case_id,
            at=row.at,
            actor=row.actor,
            message=row.message,
            version=row.version,
            summary=row.summary,
        )
        events.append(event)
        whole = whole and row.previous == previous and row.hash == link(previous, row.seq, event)
        previous = row.hash
    return events, whole and previous == expected.head and len(events) == expected.events
