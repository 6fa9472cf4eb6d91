"""Effects whose holder comes back after another has taken over."""

from collections.abc import Sequence

from sqlalchemy import bindparam, case, select, update

from store.database import Tx
from store.rows import Ending, OutboxStatus
from store.tables import outbox

LATE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.claims > bindparam("row_claim"))
    .values(
        status=case((outbox.c.status == OutboxStatus.FAILED, OutboxStatus.DONE), else_=outbox.c.status),
        remote_id=case((outbox.c.remote_id == "", bindparam("to_remote_id")), else_=outbox.c.remote_id),
    )
)


async def taken_over(tx: Tx, endings: Sequence[Ending]) -> list[Ending]:
    """Those whose effect somebody else has claimed since; the rows are locked until the transaction ends."""
    if not endings:
        return []
    columns = outbox.c
    rows = await tx.connection.execute(
        select(columns.id, columns.claims)
        .where(columns.id.in_([each.id for each in endings]))
        .order_by(columns.id)
        .with_for_update()
    )
    claims = {row.id: row.claims for row in rows}
    return [each for each in endings if each.claim < claims.get(each.id, 0)]


async def note_late(tx: Tx, done: Sequence[Ending]) -> None:
    """Effects that an outdated holder has done after all: what the remote calls them is kept, and one that
    its later holder gave up has not failed."""
    if done:
        await tx.connection.execute(
            LATE,
            [{"row_id": each.id, "row_claim": each.claim, "to_remote_id": each.remote_id} for each in done],
        )
