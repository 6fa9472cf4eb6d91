"""The case types with their parameters, read from the files beside this one and checked before anything runs.

A profile is the pace: `standard` as the law has it, `demo` with the same rules and spans in seconds.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from case_core.case_types.authorisation import AUTHORISATION, authorisation
from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.decide import AnyCaseType, Valid
from case_core.messages import Way

FOLDER = "case_types"
ORE_PER_KRONE = 100
T = TypeVar("T")

Profile = Literal["standard", "demo"]


class ConfigurationError(Exception):
    """The configuration cannot be used. The text says where, why and what to do."""


def iso_duration(written: object) -> object:
    """A bare number would be taken for seconds, which nobody who writes `14` means."""
    if isinstance(written, str) and written.startswith("P"):
        return written
    raise ValueError('write an ISO 8601 duration such as "P14D" or "PT30S"')


def not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise ValueError("name at least one")
    return items


Span = Annotated[timedelta, BeforeValidator(iso_duration), Field(gt=timedelta())]
Kroner = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Some = Annotated[tuple[T, ...], AfterValidator(not_empty)]
Profession = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]?$")]


class Strict(BaseModel):
    """A part of a file. A key that nothing reads is a mistake of whoever wrote it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spans(Strict):
    """All that a profile may change; a profile states every one of them."""

    fee_due: Span
    fee_reminder: Span
    supplement_due: Span
    supplement_reminder: Span
    register_patience: Span
    appeal_period: Span

    @model_validator(mode="after")
    def reminders_come_first(self) -> Self:
        if self.fee_reminder >= self.fee_due:
            raise ValueError("fee_reminder must be shorter than fee_due")
        if self.supplement_reminder >= self.supplement_due:
            raise ValueError("supplement_reminder must be shorter than supplement_due")
        return self


class RequiredDocument(Strict):
    document: Text
    ways: Some[Way]
    professions: tuple[Profession, ...] = ()
    condition: Condition = Condition.ALWAYS

    def requirement(self) -> Requirement:
        return Requirement(
            document=self.document, ways=self.ways, professions=self.professions, condition=self.condition
        )


class ApplicationRow(Spans):
    """One `[[valid]]` of an application's file."""

    since: date
    fee_kroner: dict[Way, Kroner]
    listed_fee_kroner: Kroner
    expected_weeks: dict[Way, Annotated[int, Field(gt=0)]]
    required: tuple[RequiredDocument, ...]
    most_rounds: int = Field(ge=0)
    verify_form_payment: bool
    appeal_weeks: int = Field(gt=0)
    appeal_body: Text

    @model_validator(mode="after")
    def no_way_is_forgotten(self) -> Self:
        for name, values in (("fee_kroner", self.fee_kroner), ("expected_weeks", self.expected_weeks)):
            forgotten = sorted(set(Way) - set(values))
            if forgotten:
                raise ValueError(f"{name} must name {', '.join(forgotten)} too")
        return self

    def valid(self) -> Valid[ApplicationParameters]:
        return Valid(since=self.since, parameters=self.parameters())

    def parameters(self) -> ApplicationParameters:
        return ApplicationParameters(
            fee_ore={way: int(kroner * ORE_PER_KRONE) for way, kroner in self.fee_kroner.items()},
            listed_fee_ore=int(self.listed_fee_kroner * ORE_PER_KRONE),
            expected_weeks=self.expected_weeks,
            required=tuple(each.requirement() for each in self.required),
            fee_due=self.fee_due,
            fee_reminder=self.fee_reminder,
            supplement_due=self.supplement_due,
            supplement_reminder=self.supplement_reminder,
            register_patience=self.register_patience,
            most_rounds=self.most_rounds,
            verify_form_payment=self.verify_form_payment,
            appeal_weeks=self.appeal_weeks,
            appeal_period=self.appeal_period,
            appeal_body=self.appeal_body,
        )


class ApplicationFile(Strict):
    """Parameters of an application by validity date, oldest first."""

    valid: Some[ApplicationRow]

    @model_validator(mode="after")
    def dates_ascend(self) -> Self:
        dates = [row.since for row in self.valid]
        if dates != sorted(set(dates)):
            raise ValueError("each [[valid]] must begin (since) later than the one before it")
        return self

    @model_validator(mode="after")
    def letters_tell_the_true_time(self) -> Self:
        """The decision letter states `appeal_weeks`; the case is held open for `appeal_period`."""
        if any(row.appeal_period != timedelta(weeks=row.appeal_weeks) for row in self.valid):
            raise ValueError("appeal_period must be as long as appeal_weeks says")
        return self

    def at_pace(self, spans: Spans) -> "ApplicationFile":
        """The same rules with other spans."""
        rows = tuple(row.model_copy(update=dict(spans)) for row in self.valid)
        return self.model_copy(update={"valid": rows})


def load_case_types(profile: Profile) -> dict[str, AnyCaseType]:
    """Every case type by name. Raises `ConfigurationError` when a file cannot be used."""
    return {AUTHORISATION: authorisation(application_parameters(AUTHORISATION, profile))}


def application_parameters(name: str, profile: Profile) -> tuple[Valid[ApplicationParameters], ...]:
    file = f"{name}.toml"
    content = read(ApplicationFile, file, text_of(file))
    if profile == "demo":
        overlay = f"{name}.demo.toml"
        content = content.at_pace(read(Spans, overlay, text_of(overlay)))
    return tuple(row.valid() for row in content.valid)


def text_of(file: str) -> str:
    try:
        return resources.files("config").joinpath(FOLDER, file).read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise ConfigurationError(
            f"config/{FOLDER}/{file} is missing. Put it back, or install the program again."
        ) from missing


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], file: str, text: str) -> M:
    """The file's content. `file` is named in the error."""
    place = f"config/{FOLDER}/{file}"
    try:
        return model.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as broken:
        raise ConfigurationError(f"{place} is not TOML: {broken}. Mend that line.") from broken
    except ValidationError as wrong:
        points = "\n".join(f"  - {point(each)}" for each in wrong.errors())
        raise ConfigurationError(f"{place} cannot be used. Mend this:\n{points}") from wrong


WORDS: Mapping[str, str] = {
    "extra_forbidden": "nothing reads this key; correct its name or remove it",
    "missing": "this key is missing; add it",
}


def point(error: ErrorDetails) -> str:
    where = place_in_file(error["loc"])
    said = WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{where}: {said}" if where else said


def place_in_file(location: tuple[int | str, ...]) -> str:
    """`valid[2].fee_kroner.eos`; tables are counted from one, as a reader does."""
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")
