"""What we know about an application. Each part folds so that order and repetition do not matter."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from case_core.case import Case
from case_core.messages import (
    Application,
    Approval,
    Document,
    FormPayment,
    LetterObserved,
    Listing,
    Person,
    SubmissionReceived,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A submitted form that we have taken over."""

    app: str
    instance: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment at Nexi: known by its link, its amounts (øre), or both. Amounts only grow.

    `request`: the ask that made it, for one that we asked the applicant to pay.
    """

    id: str
    link: str = ""
    request: str = "payment"
    reserved: int = 0
    charged: int = 0
    refunded: int = 0
    cancelled: int = 0

    @property
    def net(self) -> int:
        return self.charged - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCheck:
    """Folkeregisteret's answer; `person` is None when it knows nobody with the number."""

    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HprCheck:
    """Helsepersonellregisteret's answer; no number when it knows nobody."""

    hpr_number: int | None
    approvals: tuple[Approval, ...]
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One deficiency request: what was asked for, in which form it is to be answered."""

    number: int
    missing: tuple[str, ...]
    words: str
    due: datetime
    app: str = ""
    instance: str = ""
    link: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """A letter in the applicant's Altinn inbox, and how far it has come there."""

    id: str
    ask_key: str
    sent_at: datetime
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    confirmed_at: datetime | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """Facts of every kind of case that begins with an application.

    `lapsed`: what the applicant did not answer, if the case was closed for it. `overpaid`: øre that we hold
    beyond what is owed.
    """

    application: Application
    forms: tuple[Form, ...]
    documents: tuple[Document, ...]
    form_payment: FormPayment | None
    payments: tuple[Payment, ...] = ()
    person: PersonCheck | None = None
    hpr: HprCheck | None = None
    rounds: tuple[Round, ...] = ()
    demanded: tuple[str, ...] = ()
    words: str = ""
    letters: tuple[SentLetter, ...] = ()
    lapsed: str = ""
    withdrawn: datetime | None = None
    listings: tuple[Listing, ...] = ()
    overpaid: int = 0

    @property
    def submitted_at(self) -> datetime:
        return min(form.submitted_at for form in self.forms)

    def payment(self, payment_id: str) -> Payment:
        return next((p for p in self.payments if p.id == payment_id), Payment(id=payment_id))

    def with_payment(self, payment: Payment) -> "ApplicationFacts":
        others = [p for p in self.payments if p.id != payment.id]
        return replace(self, payments=tuple(sorted([*others, payment], key=lambda p: p.id)))

    def with_documents(self, documents: tuple[Document, ...]) -> "ApplicationFacts":
        by_id = {document.id: document for document in (*self.documents, *documents)}
        return replace(self, documents=tuple(by_id[key] for key in sorted(by_id)))

    def with_form(self, form: Form) -> "ApplicationFacts":
        by_instance = {each.instance: each for each in (*self.forms, form)}
        return replace(self, forms=tuple(by_instance[key] for key in sorted(by_instance)))

    def letter(self, ask_key: str) -> SentLetter | None:
        return next((letter for letter in self.letters if letter.ask_key == ask_key), None)

    def with_letter(self, letter: SentLetter) -> "ApplicationFacts":
        others = [each for each in self.letters if each.id != letter.id]
        return replace(self, letters=tuple(sorted([*others, letter], key=lambda each: each.id)))

    def with_listing(self, listing: Listing) -> "ApplicationFacts":
        by_list = {each.list_id: each for each in (*self.listings, listing)}
        return replace(self, listings=tuple(by_list[key] for key in sorted(by_list)))

    def with_round(self, changed: Round) -> "ApplicationFacts":
        by_number = {each.number: each for each in (*self.rounds, changed)}
        return replace(self, rounds=tuple(by_number[key] for key in sorted(by_number)))


ApplicationCase: TypeAlias = Case[ApplicationFacts]


def open_application(message: SubmissionReceived) -> ApplicationFacts:
    form = Form(app=message.app, instance=message.instance, submitted_at=message.submitted_at)
    facts = ApplicationFacts(
        application=message.application, forms=(form,), documents=(), form_payment=message.payment
    )
    return facts.with_documents(message.documents)


def earliest(known: datetime | None, told: datetime | None) -> datetime | None:
    moments = [moment for moment in (known, told) if moment is not None]
    return min(moments, default=None)


def follow_letter(letter: SentLetter, seen: LetterObserved) -> SentLetter:
    return replace(
        letter,
        delivered_at=earliest(letter.delivered_at, seen.delivered_at),
        read_at=earliest(letter.read_at, seen.read_at),
        confirmed_at=earliest(letter.confirmed_at, seen.confirmed_at),
        failed=letter.failed or seen.failed,
    )
