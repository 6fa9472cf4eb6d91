"""What we know and what is still open, for comparing with what the remotes say."""

from collections.abc import Collection

from sqlalchemy import and_, select

from case_core.case import Phase
from store.database import Tx
from store.rows import OutboxStatus
from store.tables import cases, inbox, outbox

MOST = 1000


async def unknown(tx: Tx, source: str, external_ids: Collection[str]) -> set[str]:
    """Those of which we have no message."""
    found = await tx.connection.execute(
        select(inbox.c.external_id).where(inbox.c.source == source, inbox.c.external_id.in_(external_ids))
    )
    return set(external_ids) - {row.external_id for row in found}


async def remote_ids(tx: Tx, effects: Collection[str], phases: Collection[Phase]) -> list[str]:
    """What the remotes call what we sent, newest first, for cases in these phases."""
    found = await tx.connection.execute(
        select(outbox.c.remote_id)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(
            and_(
                outbox.c.effect.in_(effects),
                outbox.c.status == OutboxStatus.DONE,
                outbox.c.remote_id != "",
                cases.c.phase.in_(phases),
            )
        )
        .order_by(outbox.c.id.desc())
        .limit(MOST)
    )
    return [row.remote_id for row in found]


async def unpaid(tx: Tx) -> list[str]:
    """Payments that we made for open cases whose fee is still awaited."""
    found = await tx.connection.execute(
        select(outbox.c.remote_id)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(
            outbox.c.effect == "CreatePayment",
            outbox.c.status == OutboxStatus.DONE,
            cases.c.phase == Phase.OPEN,
            cases.c.about == "fee",
        )
        .order_by(outbox.c.id.desc())
        .limit(MOST)
    )
    return [row.remote_id for row in found]
