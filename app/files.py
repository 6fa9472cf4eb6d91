"""The folder of documents, as connectors see it."""

from collections.abc import AsyncIterator

from connectors.connector import FileTooLarge, StoredFile
from store.files import Folder, TooLarge


class DocumentFolder:
    """Speaks of sizes as connectors do; they know no store."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def put(self, place: str, chunks: AsyncIterator[bytes], *, limit: int) -> StoredFile:
        try:
            return await self._folder.put(place, chunks, limit=limit)
        except TooLarge as error:
            raise FileTooLarge(str(error)) from None
