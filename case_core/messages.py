"""Messages: facts that somebody told us, in the past tense. `at` is when we received them (UTC).

Hints carry no proof and no case: they only say where to look. Replies end an effect. Acts are a person's.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from case_core.case import Applicant, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`PATIENCE_DAYS`: how long one that names a case by a key waits for that case to come."""

    PATIENCE_DAYS: ClassVar[int] = 2
    at: datetime


# --- what lies inside them -------------------------------------------------------------------------


class Way(StrEnum):
    """Where the education was taken; it decides the fee and the required documents."""

    NORWAY = "norge"
    EEA = "eos"
    OUTSIDE_EEA = "utenforEos"


class Licence(StrEnum):
    """Kinds of licence (helsepersonelloven § 49)."""

    STUDENT = "student"
    FIELD = "fagomrade"
    OVER_80 = "over80"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the applicant wrote. `profession` is a code of Volven 9060, `country` is ISO 3166 alpha-3.

    `licence` is the kind of licence that is applied for, and empty for authorisation.
    """

    first_name: str
    last_name: str
    profession: str
    way: Way
    country: str
    institution: str
    completed: date | None
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A graduates' list (innmeldingsliste) has the applicant on it: the school says what was completed."""

    list_id: str
    institution: str
    completed: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stored file. `id` is the data element's id at Altinn, `place` its key in the file store."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPayment:
    """What the form says about the payment. It is a claim until Nexi has confirmed the amounts."""

    status: str
    payment_id: str | None
    total_ore: int


class AddressGrade(StrEnum):
    """Folkeregisteret's protection grades, mildest first; what we do not know is the strictest."""

    OPEN = "ugradert"
    CLIENT = "klientadresse"
    CONFIDENTIAL = "fortrolig"
    STRICT = "strengtFortrolig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What Folkeregisteret says today. `status` is kept as text: new values must not break us."""

    first_name: str
    last_name: str
    former_names: tuple[str, ...]
    status: str
    grade: AddressGrade
    false_identity: bool
    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval (godkjenning) in Helsepersonellregisteret; codes of Volven 9060 and 7704."""

    profession: str
    kind: str
    active: bool
    stopped: bool


# --- hints ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCompleted(Message):
    """Altinn says that a form was submitted. `instance` is `{partyId}/{guid}`."""

    app: str
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChanged(Message):
    """Nexi says that something happened to a payment."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterChanged(Message):
    """Altinn says that something happened to a letter that we sent."""

    letter_id: str


# --- facts fetched with our own token ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionReceived(Message):
    """A submitted application; opens a case of `kind`."""

    kind: str
    app: str
    instance: str
    submitted_at: datetime
    applicant: Applicant
    language: str
    application: Application
    documents: tuple[Document, ...]
    payment: FormPayment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementReceived(Message):
    """A submitted supplement (ettersending). The number is what the form brought back; the reference
    beside it was signed by us when we prefilled the form."""

    app: str
    instance: str
    submitted_at: datetime
    applicant: Applicant
    case_number: str
    reference_is_ours: bool
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalReceived(Message):
    """The applicant takes the application back. The number is what somebody wrote into a form."""

    app: str
    instance: str
    submitted_at: datetime
    applicant: Applicant
    case_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduateListed(Message):
    """A school has reported a graduate. Who it is, is told by the store's keyed hash alone.

    A list is often sent before its graduates have applied, and waits for them.
    """

    PATIENCE_DAYS: ClassVar[int] = 730
    applicant_index: str
    profession: str
    institution: str
    completed: date
    list_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionUnknown(Message):
    """Altinn has no such form, or it is not one of ours: there is nothing behind the hint."""

    instance: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentObserved(Message):
    """The amounts of a payment at Nexi, in øre. They only ever grow.

    It may be told of long before the form in which it was made is submitted.
    """

    PATIENCE_DAYS: ClassVar[int] = 30
    payment_id: str
    reference: str
    currency: str
    reserved: int
    charged: int
    refunded: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentUnknown(Message):
    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterObserved(Message):
    """How far a letter has come at Altinn. Times are Altinn's, None while it has not happened."""

    letter_id: str
    delivered_at: datetime | None
    read_at: datetime | None
    confirmed_at: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUnknown(Message):
    letter_id: str


# --- replies: every effect of a case ends as one of these -------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Message):
    ask_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionConfirmed(Reply):
    """Altinn knows that we have taken the form over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent(Reply):
    letter_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(Reply):
    """The prefilled supplement form stands in the applicant's inbox."""

    app: str
    instance: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCreated(Reply):
    payment_id: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound(Reply):
    """Folkeregisteret has answered; `person` is None when it knows nobody with that number."""

    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationsFound(Reply):
    """Helsepersonellregisteret has answered; no approvals and no number when it knows nobody."""

    hpr_number: int | None
    approvals: tuple[Approval, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAgain(Reply):
    """The remote was asked once more whether something had come after all."""

    nothing_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFailed(Reply):
    """It could not be carried out. `cause` is a text key, `detail` plain words without personal data."""

    effect: str
    cause: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectCancelled(Reply):
    """It was no longer wanted when its turn came."""

    effect: str


# --- time -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed(Message):
    ask_key: str
    due: datetime


# --- a person's acts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Message):
    """What a caseworker did. It is refused if the case has moved since `seen_version`."""

    actor: str
    seen_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTaken(Act):
    outcome: Outcome
    grounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementDemanded(Act):
    """The caseworker wants these kinds of documents, with own words to the applicant."""

    documents: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPosted(Act):
    """A letter that could not be delivered in Altinn was sent on paper."""

    ask_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Act):
    """A matter that had been put to a person is dealt with."""

    ask_key: str
    note: str = field(default="")


HINTS: tuple[type[Message], ...] = (FormCompleted, PaymentChanged, LetterChanged)

CASELESS: tuple[type[Message], ...] = (*HINTS, SubmissionUnknown, PaymentUnknown, LetterUnknown)
"""They close without a case; see `case_core.hints`."""

OF_A_CASE: tuple[type[Message], ...] = (
    SubmissionReceived,
    SupplementReceived,
    WithdrawalReceived,
    GraduateListed,
    PaymentObserved,
    LetterObserved,
    SubmissionConfirmed,
    LetterSent,
    SupplementRequested,
    PaymentCreated,
    PersonFound,
    AuthorisationsFound,
    LookedAgain,
    EffectFailed,
    EffectCancelled,
    DeadlinePassed,
    DecisionTaken,
    SupplementDemanded,
    LetterPosted,
    TaskDone,
)

MESSAGES: tuple[type[Message], ...] = (*CASELESS, *OF_A_CASE)
