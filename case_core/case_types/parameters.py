"""What differs from date to date and between kinds of application: data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from case_core.messages import Application, Way


class Condition(StrEnum):
    """When a document is required."""

    ALWAYS = "always"
    NAME_DIFFERS = "name_differs"  # from Folkeregisteret's


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A document that an application must carry. No professions listed means every profession, no licences
    listed every kind of licence, and authorisation."""

    document: str
    ways: tuple[Way, ...]
    professions: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    condition: Condition = Condition.ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationParameters:
    """Parameters of an application. Amounts are øre; spans are elapsed time.

    Fees and expected times go by way, or by kind of licence where the case type is about licences.
    `listed_fee_ore` is the fee of somebody whom the school has reported as a graduate; None where no list is
    kept. A letter that matters must have been delivered within `delivery_due`, and a decision read within
    `decision_read`, or it goes on paper.
    """

    fee_ore: Mapping[str, int]
    listed_fee_ore: int | None
    expected_weeks: Mapping[str, int]
    required: tuple[Requirement, ...]
    fee_due: timedelta
    fee_reminder: timedelta
    supplement_due: timedelta
    supplement_reminder: timedelta
    register_patience: timedelta
    delivery_due: timedelta
    decision_read: timedelta
    most_rounds: int
    verify_form_payment: bool
    appeal_weeks: int
    appeal_period: timedelta
    appeal_body: str

    def fee(self, application: Application) -> int:
        """The tariff, whoever the school has reported."""
        return self.fee_ore[tariff(application)]

    def weeks(self, application: Application) -> int:
        return self.expected_weeks[tariff(application)]


def tariff(application: Application) -> str:
    """What fee and expected time go by."""
    return application.licence or application.way
