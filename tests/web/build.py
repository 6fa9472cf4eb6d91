"""Messages and people for the pages' tests. All people are synthetic."""

from dataclasses import replace
from datetime import UTC, date, datetime

from case_core.case import Applicant
from case_core.case_types.authorisation import AUTHORISATION
from case_core.messages import (
    AddressGrade,
    Application,
    Approval,
    AuthorisationsFound,
    Document,
    EffectFailed,
    LetterObserved,
    LetterSent,
    LookedAgain,
    PaymentCreated,
    PaymentObserved,
    Person,
    PersonFound,
    SubmissionReceived,
    SupplementReceived,
    SupplementRequested,
    Way,
    WithdrawalReceived,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NIN = "14839112344"
OTHER_NIN = "02878831171"
PARTY = "50100001"
PAYMENT = "0" * 31 + "1"
LINK_PAYMENT = "0" * 31 + "2"

APPLICATION = Application(
    first_name="Kari",
    last_name="Nordmann",
    profession="SP",
    way=Way.NORWAY,
    country="NOR",
    institution="Universitetet i Oslo",
    completed=date(2025, 6, 20),
)


def form(number: int = 1) -> str:
    return f"{PARTY}/0e2f9a52-8d62-4e0e-9b57-{number:012d}"


def document(kind: str, *, scan: str = "Clean", number: int = 1) -> Document:
    return Document(
        id=f"{kind}-{number}",
        kind=kind,
        name=f"{kind}.pdf",
        media_type="application/pdf",
        size=17,
        sha256="0" * 64,
        scan=scan,
        place="" if scan == "Infected" else f"{kind}-{number}",
    )


def submission(
    *,
    application: Application = APPLICATION,
    documents: tuple[Document, ...] = (),
    number: int = 1,
    nin: str = NIN,
    at: datetime = NOW,
) -> SubmissionReceived:
    return SubmissionReceived(
        at=at,
        kind=AUTHORISATION,
        app="autorisasjon",
        instance=form(number),
        submitted_at=at,
        applicant=Applicant(nin=nin, party_id=PARTY),
        language="nb",
        application=application,
        documents=documents,
        payment=None,
    )


def supplement(*kinds: str, case_number: str, nin: str = NIN, at: datetime = NOW) -> SupplementReceived:
    return SupplementReceived(
        at=at,
        app="ettersending",
        instance=form(900),
        submitted_at=at,
        applicant=Applicant(nin=nin, party_id=PARTY),
        case_number=case_number,
        reference_is_ours=True,
        documents=tuple(document(kind, number=2) for kind in kinds),
    )


def withdrawal(*, case_number: str, nin: str = NIN, at: datetime = NOW) -> WithdrawalReceived:
    return WithdrawalReceived(
        at=at,
        app="trekk",
        instance=form(950),
        submitted_at=at,
        applicant=Applicant(nin=nin, party_id=PARTY),
        case_number=case_number,
    )


PERSON = Person(
    first_name="Kari",
    last_name="Nordmann",
    former_names=(),
    status="bosatt",
    grade=AddressGrade.OPEN,
    false_identity=False,
    dead=False,
)


def person_found(person: Person | None = PERSON, *, at: datetime = NOW) -> PersonFound:
    return PersonFound(at=at, ask_key="person", person=person)


def protected() -> Person:
    return replace(PERSON, grade=AddressGrade.STRICT)


def authorisations_found(*, at: datetime = NOW) -> AuthorisationsFound:
    approval = Approval(profession="SP", kind="4", active=True, stopped=False)
    return AuthorisationsFound(at=at, ask_key="hpr", hpr_number=9144889, approvals=(approval,))


def payment_created(*, at: datetime = NOW) -> PaymentCreated:
    return PaymentCreated(at=at, ask_key="payment", payment_id=LINK_PAYMENT, link="https://pay.example/2")


def payment_observed(*, reference: str, charged: int = 200_000, at: datetime = NOW) -> PaymentObserved:
    return PaymentObserved(
        at=at,
        payment_id=LINK_PAYMENT,
        reference=reference,
        currency="NOK",
        reserved=charged,
        charged=charged,
        refunded=0,
        cancelled=0,
    )


def letter_sent(ask_key: str, *, at: datetime = NOW) -> LetterSent:
    return LetterSent(at=at, ask_key=ask_key, letter_id=f"letter-{ask_key}")


def letter_observed(ask_key: str, *, failed: bool = False, at: datetime = NOW) -> LetterObserved:
    return LetterObserved(
        at=at,
        letter_id=f"letter-{ask_key}",
        delivered_at=None if failed else at,
        read_at=None if failed else at,
        confirmed_at=None,
        failed=failed,
    )


def supplement_requested(number: int = 1, *, at: datetime = NOW) -> SupplementRequested:
    return SupplementRequested(
        at=at,
        ask_key=f"form:{number}",
        app="ettersending",
        instance=form(900),
        link="https://hdir.apps.example/hdir/ettersending/",
    )


def looked_again(ask_key: str, *, at: datetime = NOW) -> LookedAgain:
    return LookedAgain(at=at, ask_key=ask_key, nothing_new=True)


def failed(ask_key: str, effect: str, *, cause: str = "rejected", at: datetime = NOW) -> EffectFailed:
    return EffectFailed(at=at, ask_key=ask_key, effect=effect, cause=cause, detail="Svaret var nei")
