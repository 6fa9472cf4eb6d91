"""What we know and what is still open, for comparing with what the remotes say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from sqlalchemy import ColumnElement, exists, select

from case_core.case import Phase
from case_core.case_types.fees import FEE
from case_core.effects import CreatePayment
from case_core.messages import LetterObserved
from case_core.routing import identity
from store.cases import view
from store.codec import Unreadable
from store.crypto import WrongKey
from store.database import Tx
from store.rows import OutboxStatus
from store.tables import cases, inbox, outbox

SET = 100
"""Cases read at a time: others want their turn on the event loop."""

LETTERS = "correspondence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`row` is the effect's, by which a look goes on where the last one stopped."""

    row: int
    remote_id: str
    case_id: str


def ends_of_a_letter() -> tuple[str, ...]:
    """How the ids of those observations end after which there is nothing more to learn: read, or failed."""
    some = datetime(2000, 1, 1, tzinfo=UTC)
    steps: tuple[datetime | None, ...] = (None, some)
    observed = (
        LetterObserved(
            at=some, letter_id="", delivered_at=delivered, read_at=read, confirmed_at=confirmed, failed=failed
        )
        for delivered, read, confirmed in product(steps, steps, steps)
        for failed in (False, True)
        if read is not None or failed
    )
    return tuple(external_id for _, external_id in filter(None, map(identity, observed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found after some row, and the last row looked at; None when there was none left."""

    found: list[Sent]
    last: int | None


async def unknown(tx: Tx, source: str, external_ids: Collection[str]) -> set[str]:
    """Those of which we have no message."""
    found = await tx.connection.execute(
        select(inbox.c.external_id).where(inbox.c.source == source, inbox.c.external_id.in_(external_ids))
    )
    return set(external_ids) - {row.external_id for row in found}


async def unread(
    tx: Tx, effects: Collection[str], phases: Collection[Phase], *, after: int, most: int
) -> Look:
    """Letters that we sent for cases in these phases and that nobody has told us were read, or could not be
    delivered."""
    ends = [outbox.c.remote_id + each for each in ends_of_a_letter()]
    known = exists().where(inbox.c.source == LETTERS, inbox.c.external_id.in_(ends))
    found = await sent(tx, after, most, outbox.c.effect.in_(effects), cases.c.phase.in_(phases), ~known)
    return Look(found=found, last=found[-1].row if found else None)


async def unpaid(tx: Tx, *, after: int, most: int) -> Look:
    """Payments that we made for open cases and that still wait for the fee."""
    made = await sent(tx, after, most, outbox.c.effect == CreatePayment.__name__, cases.c.phase == Phase.OPEN)
    case_ids = sorted({each.case_id for each in made})
    waiting: set[str] = set()
    for start in range(0, len(case_ids), SET):
        waiting |= await waiting_for_fee(tx, case_ids[start : start + SET])
    found = [each for each in made if each.case_id in waiting]
    return Look(found=found, last=made[-1].row if made else None)


async def waiting_for_fee(tx: Tx, case_ids: Collection[str]) -> set[str]:
    """One that cannot be read waits for a key or a release, and keeps no other from being looked at."""
    try:
        found = await view(tx, case_ids)
    except (Unreadable, WrongKey):
        if len(case_ids) == 1:
            return set()
        return {case_id for each in case_ids for case_id in await waiting_for_fee(tx, [each])}
    return {case_id for case_id, case in found.items() if case.is_waiting_for(FEE)}


async def sent(tx: Tx, after: int, most: int, *conditions: ColumnElement[bool]) -> list[Sent]:
    found = await tx.connection.execute(
        select(outbox.c.id, outbox.c.remote_id, outbox.c.case_id)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(
            outbox.c.id > after, outbox.c.status == OutboxStatus.DONE, outbox.c.remote_id != "", *conditions
        )
        .order_by(outbox.c.id)
        .limit(most)
    )
    return [Sent(row=row.id, remote_id=row.remote_id, case_id=row.case_id) for row in found]
