"""Who has looked at what, and why. Written before anything is shown."""

from dataclasses import dataclass
from datetime import datetime

from store.database import Tx
from store.tables import access_log


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`what` says which part was seen (`case`, `document`, `search`); `case_id` is None for a search."""

    at: datetime
    actor: str
    case_id: str | None
    what: str
    purpose: str


async def note(tx: Tx, access: Access) -> None:
    await tx.connection.execute(
        access_log.insert().values(
            at=access.at,
            actor=access.actor,
            case_id=access.case_id,
            what=access.what,
            purpose=access.purpose,
        )
    )
