"""Documents: whose they are and where their bytes lie."""

from collections.abc import Sequence

from sqlalchemy import select

from case_core.messages import Document
from store.database import Tx
from store.tables import documents

NAME = "documents.name"


async def attach(tx: Tx, attached: Sequence[tuple[str, Document]]) -> None:
    """Documents as (case id, document); the files themselves are stored already."""
    if not attached:
        return
    statement = tx.insert(documents).on_conflict_do_nothing(index_elements=["id"])
    await tx.connection.execute(
        statement,
        [
            {
                "id": document.id,
                "case_id": case_id,
                "kind": document.kind,
                "name": tx.cipher.seal(document.name.encode(), NAME),
                "media_type": document.media_type,
                "size": document.size,
                "sha256": document.sha256,
                "scan": document.scan,
                "place": document.place,
            }
            for case_id, document in attached
        ],
    )


async def find(tx: Tx, document_id: str) -> tuple[str, Document] | None:
    """(case id, document); None when there is none with that id."""
    result = await tx.connection.execute(select(documents).where(documents.c.id == document_id))
    row = result.first()
    if row is None:
        return None
    document = Document(
        id=row.id,
        kind=row.kind,
        name=tx.cipher.open(row.name, NAME).decode(),
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        scan=row.scan,
        place=row.place,
    )
    return row.case_id, document
