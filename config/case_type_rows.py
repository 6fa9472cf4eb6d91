"""What the files of case types may contain: each key with its type, and what must agree within a file."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.decide import Valid
from case_core.messages import Licence, Way

ORE_PER_KRONE = 100
T = TypeVar("T")


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
Weeks = Annotated[int, Field(gt=0)]
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
    delivery_due: Span
    decision_read: Span
    appeal_period: Span

    @model_validator(mode="after")
    def reminders_come_first(self) -> Self:
        if self.fee_reminder >= self.fee_due:
            raise ValueError("fee_reminder must be shorter than fee_due")
        if self.supplement_reminder >= self.supplement_due:
            raise ValueError("supplement_reminder must be shorter than supplement_due")
        return self

    @model_validator(mode="after")
    def reading_is_followed_in_time(self) -> Self:
        """Whoever has not read the decision is written to on paper before the time to appeal is over."""
        if self.decision_read >= self.appeal_period:
            raise ValueError("decision_read must be shorter than appeal_period")
        return self


class RequiredDocument(Strict):
    document: Text
    ways: Some[Way]
    professions: tuple[Profession, ...] = ()
    licences: tuple[Licence, ...] = ()
    condition: Condition = Condition.ALWAYS

    def requirement(self) -> Requirement:
        return Requirement(
            document=self.document,
            ways=self.ways,
            professions=self.professions,
            licences=self.licences,
            condition=self.condition,
        )


class ApplicationRow(Spans):
    """One `[[valid]]` of an application's file; what fee and expected time go by differs."""

    GOES_BY: ClassVar[type[StrEnum]]

    since: date
    required: tuple[RequiredDocument, ...]
    most_rounds: int = Field(ge=0)
    verify_form_payment: bool
    appeal_weeks: int = Field(gt=0)
    appeal_body: Text

    @property
    @abstractmethod
    def tariff(self) -> Mapping[str, Decimal]: ...

    @property
    @abstractmethod
    def weeks(self) -> Mapping[str, int]: ...

    @property
    def listed(self) -> Decimal | None:
        return None

    @model_validator(mode="after")
    def none_is_forgotten(self) -> Self:
        for name, values in (("fee_kroner", self.tariff), ("expected_weeks", self.weeks)):
            forgotten = sorted(set(self.GOES_BY) - set(values))
            if forgotten:
                raise ValueError(f"{name} must name {', '.join(forgotten)} too")
        return self

    def valid(self) -> Valid[ApplicationParameters]:
        return Valid(since=self.since, parameters=self.parameters())

    def parameters(self) -> ApplicationParameters:
        return ApplicationParameters(
            fee_ore={name: ore(kroner) for name, kroner in self.tariff.items()},
            listed_fee_ore=None if self.listed is None else ore(self.listed),
            expected_weeks=self.weeks,
            required=tuple(each.requirement() for each in self.required),
            most_rounds=self.most_rounds,
            verify_form_payment=self.verify_form_payment,
            appeal_weeks=self.appeal_weeks,
            appeal_body=self.appeal_body,
            **{name: getattr(self, name) for name in Spans.model_fields},
        )


def ore(kroner: Decimal) -> int:
    return int(kroner * ORE_PER_KRONE)


class AuthorisationRow(ApplicationRow):
    """Fee and expected time go by where the education was taken."""

    GOES_BY = Way

    fee_kroner: dict[Way, Kroner]
    listed_fee_kroner: Kroner
    expected_weeks: dict[Way, Weeks]

    @property
    def tariff(self) -> Mapping[str, Decimal]:
        return dict(self.fee_kroner.items())

    @property
    def weeks(self) -> Mapping[str, int]:
        return dict(self.expected_weeks.items())

    @property
    def listed(self) -> Decimal:
        return self.listed_fee_kroner


class LicenceRow(ApplicationRow):
    """Fee and expected time go by the kind of licence."""

    GOES_BY = Licence

    fee_kroner: dict[Licence, Kroner]
    expected_weeks: dict[Licence, Weeks]

    @property
    def tariff(self) -> Mapping[str, Decimal]:
        return dict(self.fee_kroner.items())

    @property
    def weeks(self) -> Mapping[str, int]:
        return dict(self.expected_weeks.items())


R = TypeVar("R", bound=ApplicationRow)


class ApplicationFile(Strict, Generic[R]):
    """Parameters of an application by validity date, oldest first."""

    valid: Some[R]

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

    def at_pace(self, spans: Spans) -> Self:
        """The same rules with other spans."""
        rows = tuple(row.model_copy(update=dict(spans)) for row in self.valid)
        return self.model_copy(update={"valid": rows})


AuthorisationFile = ApplicationFile[AuthorisationRow]
LicenceFile = ApplicationFile[LicenceRow]
