"""A parked message is closed because a person says that nothing is to be done about it."""

from datetime import datetime

from sqlalchemy import update

from store import access
from store.access import Access
from store.database import Tx
from store.moments import db_now
from store.rows import InboxStatus
from store.tables import inbox

DISMISSED = "dismissed"


async def dismiss(tx: Tx, row_id: int, *, at: datetime, actor: str, why: str) -> bool:
    """Close one parked message for good, and write down who did and why; False when it is not parked (any
    more)."""
    result = await tx.connection.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.PARKED)
        .values(status=InboxStatus.REFUSED, reason=DISMISSED, rung_at=None, closed_at=db_now())
        .returning(inbox.c.case_id)
    )
    closed = result.first()
    if closed is None:
        return False
    note = Access(at=at, actor=actor, case_id=closed.case_id, what="dismiss", purpose=f"{row_id}: {why}")
    await access.note(tx, note)
    return True
