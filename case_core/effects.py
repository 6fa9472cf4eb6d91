"""Effects: what the case core asks for, as commands. Each declares what may follow when we cannot know
whether it happened (`AGAIN`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from case_core.case import Outcome
from case_core.messages import Application, Listing


class Again(StrEnum):
    SAME_KEY = "same_key"  # the remote dedupes: send again under the same key
    LOOK_FIRST = "look_first"  # the connector's `find` is asked before it is sent again
    HARMLESS = "harmless"  # a second one does no harm, and the case can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """`ask_key` names the ask that its reply meets; empty for a look-up that a hint asked for."""

    AGAIN: ClassVar[Again]
    ask_key: str = ""


# --- Altinn apps ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSubmission(Effect):
    """Fetch a submitted form with its attachments. With an ask key: look once more whether it came."""

    AGAIN: ClassVar[Again] = Again.HARMLESS
    app: str
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSubmission(Effect):
    """Tell Altinn that we have it. It lets Altinn purge the form, so it comes after all is stored."""

    AGAIN: ClassVar[Again] = Again.SAME_KEY
    app: str
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSupplement(Effect):
    """Put a supplement form, prefilled with the case number, into the applicant's inbox."""

    AGAIN: ClassVar[Again] = Again.LOOK_FIRST
    party_id: str
    case_number: str
    missing: tuple[str, ...]
    due: datetime
    asked_at: datetime
    language: str


# --- payment ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePayment(Effect):
    """Make a hosted payment. Nobody is charged by its existence, so a second one does no harm."""

    AGAIN: ClassVar[Again] = Again.HARMLESS
    case_number: str
    amount_ore: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPayment(Effect):
    """Ask Nexi for the amounts. With an ask key: the reply says whether anything is charged."""

    AGAIN: ClassVar[Again] = Again.HARMLESS
    payment_id: str


# --- registers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Effect):
    """A register look-up. The case number is the purpose that the register logs."""

    AGAIN: ClassVar[Again] = Again.HARMLESS
    nin: str
    case_number: str

    def __repr__(self) -> str:
        """Keep the identity number out of every traceback and log line."""
        return f"{type(self).__name__}(nin=***)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LookUpPerson(LookUp):
    pass


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LookUpAuthorisations(LookUp):
    pass


# --- letters ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Effect):
    """A message to the applicant through Altinn; Altinn dedupes on a key derived from the effect's own.

    `profession` and `licence` tell what was applied for.
    """

    AGAIN: ClassVar[Again] = Again.SAME_KEY
    recipient: str
    case_number: str
    language: str
    profession: str
    licence: str = ""

    def __repr__(self) -> str:
        """Keep the identity number out of every traceback and log line."""
        return f"{type(self).__name__}(recipient=***)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendReceipt(Letter):
    """Receipt with the expected processing time (forvaltningsloven § 11 a). `free`: no fee is taken."""

    application: Application
    received_at: datetime
    expected_weeks: int
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendPaymentRequest(Letter):
    amount_ore: int
    link: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendDeficiencyLetter(Letter):
    """Mangelbrev: what is missing and why, with a link to the prefilled form."""

    missing: tuple[str, ...]
    words: str
    link: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendReminder(Letter):
    """Purring. `about` is the kind of ask that is unanswered."""

    about: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendLapseNotice(Letter):
    """Henleggelse: the application is closed because nothing came."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendWithdrawalConfirmation(Letter):
    """The application was taken back and the case is closed."""

    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendDecision(Letter):
    """Vedtak with grounds, appeal right, time limit and appeal body (forvaltningsloven §§ 24, 25, 27).

    `listing`: granted automatically because of it; the letter's grounds are then a text and not `grounds`.
    """

    outcome: Outcome
    grounds: str
    decided_at: datetime
    appeal_weeks: int
    appeal_body: str
    listing: Listing | None = None


LETTERS: tuple[type[Letter], ...] = (
    SendReceipt,
    SendPaymentRequest,
    SendDeficiencyLetter,
    SendReminder,
    SendLapseNotice,
    SendWithdrawalConfirmation,
    SendDecision,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLetter(Effect):
    """Ask Altinn how far a letter has come."""

    AGAIN: ClassVar[Again] = Again.HARMLESS
    letter_id: str


EFFECTS: tuple[type[Effect], ...] = (
    FetchSubmission,
    ConfirmSubmission,
    RequestSupplement,
    CreatePayment,
    FetchPayment,
    LookUpPerson,
    LookUpAuthorisations,
    *LETTERS,
    FetchLetter,
)
