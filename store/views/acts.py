"""What became of an act that a person sent."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from case_core.messages import Message
from store.database import Tx
from store.inbox import inbound
from store.rows import InboxStatus
from store.tables import inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAct:
    """`message` is None when its bytes cannot be read."""

    id: int
    case_id: str | None
    type: str
    message: Message | None
    status: InboxStatus
    reason: str


async def sent_act(tx: Tx, source: str, token: str) -> SentAct | None:
    """The act that was sent under this token."""
    statement = select(inbox).where(inbox.c.source == source, inbox.c.external_id == token)
    row: Any = (await tx.connection.execute(statement)).first()
    if row is None:
        return None
    return SentAct(
        id=row.id,
        case_id=row.case_id,
        type=row.type,
        message=inbound(tx, row).message,
        status=InboxStatus(row.status),
        reason=row.reason,
    )
