"""The instance store that the app API and Storage share. Rows are mutable: this is the remote's database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from simulators.app_definitions import MODEL, XML, AppDefinition, Task
from simulators.form_models import FormModel
from simulators.persons import Person

ScanResult = Literal["NotApplicable", "Pending", "Clean", "Infected"]
READ_STATUS = ("Unread", "Read", "UpdatedSinceLastReview")


@dataclass(frozen=True, slots=True)
class Upload:
    """Content on its way into an instance."""

    data_type: str
    filename: str | None
    content_type: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class DataElement:
    data_type: str
    content_type: str
    filename: str | None
    content: bytes
    created: datetime
    created_by: str
    last_changed: datetime
    last_changed_by: str
    id: str = field(default_factory=lambda: str(uuid4()))
    scan: ScanResult = "NotApplicable"
    is_read: bool = False
    locked: bool = False
    references: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Instance:
    number: int
    app: AppDefinition
    owner: Person
    created: datetime
    created_by: str
    last_changed: datetime
    last_changed_by: str
    due_before: datetime | None = None
    visible_after: datetime | None = None
    guid: str = field(default_factory=lambda: str(uuid4()))
    task: Task | None = None
    task_started: datetime | None = None
    ended: datetime | None = None
    archived: datetime | None = None
    soft_deleted: datetime | None = None
    hard_deleted: datetime | None = None
    read_status: int = 0
    substatus: dict[str, Any] | None = None
    confirmations: list[tuple[str, datetime]] = field(default_factory=list)
    confirm_calls: int = 0
    data: list[DataElement] = field(default_factory=list)
    presentation_texts: dict[str, str] = field(default_factory=dict)
    data_values: dict[str, str] = field(default_factory=dict)
    prefill: dict[str, str] = field(default_factory=dict)
    notification: dict[str, Any] | None = None
    by_org: bool = False

    @property
    def id(self) -> str:
        return f"{self.owner.party_id}/{self.guid}"

    @property
    def org(self) -> str:
        return self.app.id.partition("/")[0]

    @property
    def model(self) -> FormModel:
        return self.app.model

    def elements(self, data_type: str) -> list[DataElement]:
        return [element for element in self.data if element.data_type == data_type]

    def element(self, element_id: str) -> DataElement | None:
        return next((element for element in self.data if element.id == element_id), None)

    def form(self) -> dict[str, Any]:
        """The form model as it is stored now."""
        return self.model.from_xml(self.elements(MODEL)[0].content)

    def confirmed_by(self, org: str) -> bool:
        return any(stakeholder == org for stakeholder, _ in self.confirmations)

    def touch(self, moment: datetime, who: str) -> None:
        self.last_changed, self.last_changed_by = moment, who

    def add(self, upload: Upload, moment: datetime, who: str) -> DataElement:
        element = DataElement(
            data_type=upload.data_type,
            content_type=upload.content_type,
            filename=upload.filename,
            content=upload.content,
            created=moment,
            created_by=who,
            last_changed=moment,
            last_changed_by=who,
            scan="Pending" if self.app.data_types[upload.data_type].scanned else "NotApplicable",
        )
        self.data.append(element)
        self.touch(moment, who)
        return element

    def save_form(self, form: dict[str, Any], moment: datetime, who: str) -> None:
        """Stores the model as XML and copies the chosen fields onto the instance."""
        content = self.model.to_xml(form)
        if existing := self.elements(MODEL):
            existing[0].content, existing[0].last_changed, existing[0].last_changed_by = content, moment, who
            self.touch(moment, who)
        else:
            self.add(Upload(MODEL, None, XML, content), moment, who)
        self._copy(form, self.app.presentation, self.presentation_texts)
        self._copy(form, self.app.data_values, self.data_values)

    def _copy(self, form: dict[str, Any], fields: Mapping[str, str], target: dict[str, str]) -> None:
        for name, path in fields.items():
            if value := self.model.value(form, path):
                target[name] = value
            else:
                target.pop(name, None)


@dataclass(slots=True)
class InstanceStore:
    _by_guid: dict[str, Instance] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Instance]:
        return iter(self._by_guid.values())

    def new(self, app: AppDefinition, owner: Person, moment: datetime, who: str, *, by_org: bool) -> Instance:
        instance = Instance(
            number=len(self._by_guid) + 1,
            app=app,
            owner=owner,
            created=moment,
            created_by=who,
            last_changed=moment,
            last_changed_by=who,
            visible_after=moment,
            task=app.tasks[0],
            task_started=moment,
            by_org=by_org,
        )
        self._by_guid[instance.guid] = instance
        return instance

    def find(self, party_id: int | None, guid: str) -> Instance | None:
        """By the guid alone where no party is given."""
        instance = self._by_guid.get(guid)
        if instance is None or (party_id is not None and instance.owner.party_id != party_id):
            return None
        return instance
