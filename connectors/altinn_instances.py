"""Instances (forms) at Altinn. An app and Storage give the same, in two dialects; we read both alike."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from pydantic import Field

from connectors.altinn_settings import Settings
from connectors.calls import Authorization, Call, Got
from connectors.http import Remote
from connectors.wire import Wire

_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_INSTANCE = re.compile(rf"[0-9]{{1,12}}/{_GUID}")
_BLOB = {"Accept": "*/*"}


class DeleteStatus(Wire):
    is_hard_deleted: bool = False


class DataElement(Wire):
    id: str = Field(pattern=rf"^{_GUID}$")
    data_type: str
    filename: str = ""
    content_type: str = "application/octet-stream"
    size: int = 0
    file_scan_result: str = "NotApplicable"
    delete_status: DeleteStatus = DeleteStatus()


class InstanceOwner(Wire):
    party_id: str = ""
    person_number: str = Field("", repr=False)


class Process(Wire):
    ended: datetime | None = None


class Status(Wire):
    is_hard_deleted: bool = False


class Instance(Wire):
    """`status.readStatus` is a number in one dialect and a word in the other; we do not need it."""

    id: str = Field(pattern=rf"^{_INSTANCE.pattern}$")
    app_id: str
    org: str
    instance_owner: InstanceOwner
    process: Process = Process()
    status: Status = Status()
    data: tuple[DataElement, ...] = ()
    data_values: Mapping[str, str | None] = Field(default_factory=dict)
    last_changed: datetime | None = None

    @property
    def submitted_at(self) -> datetime | None:
        return self.process.ended

    @property
    def is_deleted(self) -> bool:
        return self.status.is_hard_deleted

    @property
    def elements(self) -> list[DataElement]:
        return [element for element in self.data if not element.delete_status.is_hard_deleted]

    def element_of(self, data_type: str) -> DataElement | None:
        return next((element for element in self.elements if element.data_type == data_type), None)


def is_instance_id(text: str) -> bool:
    """`{partyId}/{guid}`, and nothing that could lead an address elsewhere."""
    return _INSTANCE.fullmatch(text) is not None


class Instances:
    """Reads forms where the settings say, and confirms them there."""

    def __init__(self, settings: Settings, apps: Remote, platform: Remote, auth: Authorization) -> None:
        self._org = settings.org
        self._auth = auth
        self._in_app = settings.read_from == "app"
        self._remote = apps if self._in_app else platform
        self._root = "/{org}/{app}" if self._in_app else "/storage/api/v1"

    async def get(self, app: str, instance: str) -> Instance | None:
        """None: there is no such instance. Raises `Ended`, as all here do."""
        got = await self._remote.send(self._call("GET", app, instance, wanted=frozenset({200, 404})))
        return None if got.status == 404 else self._remote.read(got, Instance)

    async def content(self, app: str, instance: str, element: DataElement) -> Got:
        return await self._remote.send(self._data(app, instance, element, {}))

    def download(
        self, app: str, instance: str, element: DataElement
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._remote.download(self._data(app, instance, element, _BLOB))

    async def complete(self, app: str, instance: str) -> bool:
        """Say that we have taken it over. False: refused, as Altinn also answers for an unknown instance."""
        call = self._call("POST", app, instance, tail="/complete", wanted=frozenset({200, 403}))
        return (await self._remote.send(call)).status == 200

    def _data(self, app: str, instance: str, element: DataElement, headers: dict[str, str]) -> Call:
        return self._call("GET", app, instance, tail="/data/{data}", data=element.id, headers=headers)

    def _call(
        self,
        method: str,
        app: str,
        instance: str,
        *,
        tail: str = "",
        data: str = "",
        headers: dict[str, str] | None = None,
        wanted: frozenset[int] = frozenset({200}),
    ) -> Call:
        party, _, guid = instance.partition("/")
        return Call(
            method=method,
            route=f"{self._root}/instances/{{party}}/{{guid}}{tail}",
            path={"org": self._org, "app": app, "party": party, "guid": guid, "data": data},
            headers=headers or {},
            wanted=wanted,
            auth=self._auth,
        )
