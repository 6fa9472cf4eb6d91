"""The Altinn apps of the agency, as their application metadata and process say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulators.form_models import FormModel

ORG = "hdir"
ORGNR = "983544622"
XML, JSON, PDF = "application/xml", "application/json", "application/pdf"
MODEL, RECEIPT = "model", "ref-data-as-pdf"
PAYMENT, PAYMENT_RECEIPT = "paymentInformation", "paymentReceiptPdf"
ATTACHMENTS = (
    "vitnemal", "legitimasjon", "autorisasjonHjemland", "fagplan", "sprakbevis", "praksis", "navneendring",
    "annet",
)  # fmt: skip
MAX_ATTACHMENT_MB = 25
TaskType = Literal["data", "payment"]
FEES = {"norge": 2000, "eos": 2500, "utenforEos": 3500}  # kroner
LICENCE_FEES = {"student": 0, "fagomrade": 3500, "over80": 2000}


@dataclass(frozen=True, slots=True)
class DataType:
    id: str
    content_types: tuple[str, ...]
    max_count: int = 1
    max_size_mb: int = MAX_ATTACHMENT_MB
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    name: str
    kind: TaskType


@dataclass(frozen=True, slots=True)
class Tariff:
    """What an app charges: whole kroner, by the value of one field of its form."""

    name: str
    field: str
    kroner: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AppDefinition:
    """`presentation` and `data_values` name the model's fields that are copied to the instance."""

    id: str
    title: str
    tasks: tuple[Task, ...]
    data_types: Mapping[str, DataType]
    model: FormModel
    presentation: Mapping[str, str]
    data_values: Mapping[str, str] = field(default_factory=dict)
    tariff: Tariff | None = None

    @property
    def resource(self) -> str:
        return f"urn:altinn:resource:app_{self.id.replace('/', '_')}"

    def task_after(self, task_id: str) -> Task | None:
        ids = [task.id for task in self.tasks]
        position = ids.index(task_id) + 1
        return self.tasks[position] if position < len(self.tasks) else None


def _attachments() -> tuple[DataType, ...]:
    media = (PDF, "image/jpeg", "image/png")
    return tuple(DataType(name, media, max_count=20, scanned=True) for name in ATTACHMENTS)


def _types(*types: DataType) -> dict[str, DataType]:
    return {kind.id: kind for kind in (*types, DataType(RECEIPT, (PDF,)))}


FILLED_IN = Task("Task_1", "Utfylling", "data")
PAID_FOR = Task("Task_2", "Betaling", "payment")
PAID_TYPES = _types(
    DataType(MODEL, (XML, JSON)),
    DataType(PAYMENT, (JSON,)),
    DataType(PAYMENT_RECEIPT, (PDF,)),
    *_attachments(),
)
APPLICATION_FIELDS = {
    "soker": {"fornavn": "text", "etternavn": "text", "epost": "text", "telefon": "text"},
    "sprak": "text",
    "profesjon": "text",
    "utdanning": {"vei": "text", "land": "text", "institusjon": "text", "fullfort": "date"},
    "erklaering": "bool",
}


APPLICATION = AppDefinition(
    id=f"{ORG}/autorisasjon",
    title="Søknad om autorisasjon",
    tasks=(FILLED_IN, PAID_FOR),
    data_types=PAID_TYPES,
    model=FormModel("Soknad", APPLICATION_FIELDS),
    presentation={"profesjon": "profesjon"},
    tariff=Tariff("Gebyr for søknad om autorisasjon", "utdanning.vei", FEES),
)
LICENCE = AppDefinition(
    id=f"{ORG}/lisens",
    title="Søknad om lisens",
    tasks=(FILLED_IN, PAID_FOR),
    data_types=PAID_TYPES,
    model=FormModel("Soknad", APPLICATION_FIELDS | {"lisenstype": "text"}),
    presentation={"profesjon": "profesjon", "lisenstype": "lisenstype"},
    tariff=Tariff("Gebyr for søknad om lisens", "lisenstype", LICENCE_FEES),
)
SUPPLEMENT = AppDefinition(
    id=f"{ORG}/ettersending",
    title="Ettersending",
    tasks=(FILLED_IN,),
    data_types=_types(DataType(MODEL, (XML,)), *_attachments()),
    model=FormModel(
        "Ettersending", {"saksnummer": "text", "referanse": "text", "mangler": "text", "melding": "text"}
    ),
    presentation={"saksnummer": "saksnummer"},
    data_values={"saksnummer": "saksnummer"},
)
WITHDRAWAL = AppDefinition(
    id=f"{ORG}/trekk",
    title="Trekk søknad",
    tasks=(FILLED_IN,),
    data_types=_types(DataType(MODEL, (XML,))),
    model=FormModel("Trekk", {"saksnummer": "text", "begrunnelse": "text"}),
    presentation={"saksnummer": "saksnummer"},
    data_values={"saksnummer": "saksnummer"},
)
APPS: Mapping[str, AppDefinition] = {app.id: app for app in (APPLICATION, LICENCE, SUPPLEMENT, WITHDRAWAL)}
APPLIED_IN: Mapping[str, AppDefinition] = {app.id.partition("/")[2]: app for app in (APPLICATION, LICENCE)}
