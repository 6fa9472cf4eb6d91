"""What differs from date to date and between kinds of application: data, not code."""

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
    """A document that an application must carry. No professions listed means every profession."""

    document: str
    ways: tuple[Way, ...]
    professions: tuple[str, ...] = ()
    condition: Condition = Condition.ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationParameters:
    """Parameters of an application. Amounts are øre; spans are elapsed time.

    `listed_fee_ore` is the fee of somebody whom the school has reported as a graduate.
    """

    fee_ore: dict[Way, int]
    listed_fee_ore: int
    expected_weeks: dict[Way, int]
    required: tuple[Requirement, ...]
    fee_due: timedelta
    fee_reminder: timedelta
    supplement_due: timedelta
    supplement_reminder: timedelta
    register_patience: timedelta
    most_rounds: int
    verify_form_payment: bool
    appeal_weeks: int
    appeal_period: timedelta
    appeal_body: str

    def fee(self, application: Application) -> int:
        return self.fee_ore[application.way]
