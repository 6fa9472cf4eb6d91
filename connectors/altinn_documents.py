"""The attachments of a submitted form: which they are, whether they may be fetched, and their storing."""

from case_core.messages import Document
from connectors.altinn_instances import DataElement, Instance, Instances
from connectors.altinn_settings import Settings
from connectors.calls import Ended
from connectors.connector import Files, FileTooLarge, GiveUp, TryLater

_PENDING, _INFECTED = "Pending", "Infected"


class Attachments:
    """Streams attachments into the file store; each one's place there is its id at Altinn."""

    def __init__(self, settings: Settings, instances: Instances, files: Files) -> None:
        self._settings = settings
        self._instances = instances
        self._files = files

    def of(self, instance: Instance) -> list[DataElement]:
        """What the applicant uploaded: not the form, its payment or what the app generated."""
        settings = self._settings
        generated = {settings.model_type, settings.payment_type, *settings.skipped_types}
        return [element for element in instance.elements if element.data_type not in generated]

    async def store(self, app: str, instance: str, elements: list[DataElement]) -> tuple[Document, ...]:
        """Raises `Ended`."""
        if len(elements) > self._settings.max_documents:
            raise _too_large(f"Skjemaet har flere enn {self._settings.max_documents} vedlegg")
        return tuple([await self._one(app, instance, element) for element in elements])

    async def _one(self, app: str, instance: str, element: DataElement) -> Document:
        if element.file_scan_result == _INFECTED:
            return _document(element, place="", size=element.size, sha256="")
        limit = self._settings.max_document_bytes
        try:
            async with self._instances.download(app, instance, element) as chunks:
                stored = await self._files.put(element.id, chunks, limit=limit)
        except FileTooLarge:
            raise _too_large(f"Et vedlegg er større enn {limit} byte") from None
        if element.size and stored.size != element.size:
            raise Ended(TryLater(reason="Et vedlegg kom ikke helt frem"))
        return _document(element, place=element.id, size=stored.size, sha256=stored.sha256)


def is_scanning(elements: list[DataElement]) -> bool:
    return any(element.file_scan_result == _PENDING for element in elements)


def _too_large(reason: str) -> Ended:
    return Ended(GiveUp(cause="too-large", reason=reason))


def _document(element: DataElement, *, place: str, size: int, sha256: str) -> Document:
    return Document(
        id=element.id,
        kind=element.data_type,
        name=element.filename or element.data_type,
        media_type=element.content_type,
        size=size,
        sha256=sha256,
        scan=element.file_scan_result,
        place=place,
    )
