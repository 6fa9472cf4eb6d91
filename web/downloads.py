"""A case's documents, as files to save: nothing that somebody sent in is opened by the browser itself."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from case_core.messages import Document
from store import documents
from store.crypto import WrongKey
from store.views.one_case import case_id_of
from web.answers import Refused
from web.application import may_be_fetched
from web.seen import note_access, number_of
from web.settings import Parts

log = structlog.get_logger(__name__)

DOCUMENT_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,80}")


class Downloads:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def fetch(self, request: Request) -> Response:
        document = await self._document(number_of(request), request.path_params["document"])
        if not may_be_fetched(document):
            raise Refused(
                403, "The malware scan has not cleared the document", "Ask the applicant for another"
            )
        pieces = self._parts.files.open(document.place)
        try:
            first = await anext(pieces)
        except (FileNotFoundError, WrongKey) as trouble:
            log.error("a document cannot be read", document=document.id, error=type(trouble).__name__)  # noqa: TRY400 - the kind of error says it all
            raise Refused(
                404, "The document's file cannot be read", "Tell whoever runs the program"
            ) from None
        return StreamingResponse(joined(first, pieces), headers=headers(document))

    async def _document(self, number: str, document_id: str) -> Document:
        """Only if it belongs to the case. That it was fetched is written first."""
        if DOCUMENT_ID.fullmatch(document_id) is None:
            raise not_here()
        async with self._parts.database.read() as tx:
            found = await documents.find(tx, document_id)
            case_id = await case_id_of(tx, number)
        if found is None or case_id is None or found[0] != case_id:
            raise not_here()
        await note_access(self._parts, case_id=case_id, what="document", purpose=document_id)
        return found[1]


def not_here() -> Refused:
    return Refused(404, "There is no such document in the case", "Choose one from the case's page")


async def joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def headers(document: Document) -> dict[str, str]:
    known = MEDIA_TYPE.fullmatch(document.media_type)
    return {
        "Content-Type": document.media_type if known else "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name[:150], safe='')}",
        "Content-Length": str(document.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
