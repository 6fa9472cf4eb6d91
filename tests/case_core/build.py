"""Messages, parameters and cases with defaults: a test names what it is about and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from case_core.case import Applicant, Outcome
from case_core.case_types.authorisation import AUTHORISATION, authorisation
from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.licence import LICENCE, licence
from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.decide import CaseType, Valid
from case_core.messages import (
    AddressGrade,
    Application,
    AuthorisationsFound,
    DeadlinePassed,
    DecisionTaken,
    Document,
    EffectCancelled,
    EffectFailed,
    FormPayment,
    GraduateListed,
    LetterObserved,
    LetterPosted,
    LetterSent,
    Licence,
    LookedAgain,
    PaymentCreated,
    PaymentObserved,
    Person,
    PersonFound,
    SubmissionReceived,
    SupplementDemanded,
    SupplementReceived,
    SupplementRequested,
    TaskDone,
    Way,
    WithdrawalReceived,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NIN = "14839112344"
OTHER_NIN = "02878831171"
CASE_ID = "case-1"
NUMBER = "2026/1"
FORM = "50100001/0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01"
WITHDRAWAL_FORM = "50100001/7c2d8f46-21b4-4b66-97e4-3a6cf8e31d04"
SUPPLEMENT_FORM = "50100001/5b1c7e35-90a3-4a55-a6d3-2f5be7d20c02"
FORM_PAYMENT = "form-payment"
LINK_PAYMENT = "link-payment"
INDEX = "0a1b2c3d"
LIST = "HVL-2026-1"
LISTED_FEE = 75_000
LINK = "https://pay.example/link-payment"
FEES: dict[str, int] = {Way.NORWAY: 200_000, Way.EEA: 250_000, Way.OUTSIDE_EEA: 350_000}
EVERY_WAY = tuple(Way)
ABROAD = (Way.EEA, Way.OUTSIDE_EEA)

Kind = CaseType[ApplicationFacts, ApplicationParameters]

REQUIRED = (
    Requirement(document="vitnemal", ways=EVERY_WAY),
    Requirement(document="autorisasjonHjemland", ways=ABROAD),
    Requirement(document="legitimasjon", ways=ABROAD),
    Requirement(document="fagplan", ways=(Way.OUTSIDE_EEA,)),
    Requirement(document="sprakbevis", ways=(Way.OUTSIDE_EEA,)),
    Requirement(document="praksis", ways=(Way.OUTSIDE_EEA,), professions=("LE", "TL", "SP")),
    Requirement(document="navneendring", ways=EVERY_WAY, condition=Condition.NAME_DIFFERS),
)

PARAMETERS = ApplicationParameters(
    fee_ore=FEES,
    listed_fee_ore=LISTED_FEE,
    expected_weeks={Way.NORWAY: 8, Way.EEA: 12, Way.OUTSIDE_EEA: 28},
    required=REQUIRED,
    fee_due=timedelta(days=14),
    fee_reminder=timedelta(days=7),
    supplement_due=timedelta(days=28),
    supplement_reminder=timedelta(days=14),
    register_patience=timedelta(days=2),
    delivery_due=timedelta(days=2),
    decision_read=timedelta(days=14),
    most_rounds=2,
    verify_form_payment=True,
    appeal_weeks=3,
    appeal_period=timedelta(weeks=3),
    appeal_body="Statens helsepersonellnemnd",
)


def kind(parameters: ApplicationParameters = PARAMETERS) -> Kind:
    return authorisation((Valid(since=date(2023, 3, 1), parameters=parameters),))


def unverified() -> Kind:
    """The form's word is taken for the payment."""
    return kind(replace(PARAMETERS, verify_form_payment=False))


def free() -> Kind:
    """No fee is taken."""
    return kind(replace(PARAMETERS, fee_ore=dict.fromkeys(Way, 0)))


LICENCE_PARAMETERS = replace(
    PARAMETERS,
    fee_ore={Licence.STUDENT: 0, Licence.FIELD: 350_000, Licence.OVER_80: 200_000},
    listed_fee_ore=None,
    expected_weeks={Licence.STUDENT: 8, Licence.FIELD: 17, Licence.OVER_80: 8},
    required=(Requirement(document="vitnemal", ways=EVERY_WAY, licences=("student", "fagomrade")),),
)


def licences() -> Kind:
    return licence((Valid(since=date(2023, 3, 1), parameters=LICENCE_PARAMETERS),))


# --- what lies inside messages ----------------------------------------------------------------------


def applicant(nin: str = NIN) -> Applicant:
    return Applicant(nin=nin, party_id="50100001")


def application(
    *,
    way: Way = Way.NORWAY,
    profession: str = "SP",
    first_name: str = "Kari",
    last_name: str = "Nordmann",
    licence: str = "",
) -> Application:
    return Application(
        first_name=first_name,
        last_name=last_name,
        profession=profession,
        way=way,
        country="NOR",
        institution="Universitetet i Oslo",
        completed=date(2025, 6, 20),
        licence=licence,
    )


def document(kind: str, *, scan: str = "Clean", number: int = 1) -> Document:
    return Document(
        id=f"{kind}-{number}",
        kind=kind,
        name=f"{kind}.pdf",
        media_type="application/pdf",
        size=1000,
        sha256="0" * 64,
        scan=scan,
        place=f"{kind}-{number}",
    )


def documents(*kinds: str) -> tuple[Document, ...]:
    return tuple(document(each) for each in kinds)


def form_payment(
    *, status: str = "Paid", payment_id: str | None = FORM_PAYMENT, total_ore: int = FEES[Way.NORWAY]
) -> FormPayment:
    return FormPayment(status=status, payment_id=payment_id, total_ore=total_ore)


def person(
    *, first_name: str = "Kari", last_name: str = "Nordmann", former_names: tuple[str, ...] = ()
) -> Person:
    return Person(
        first_name=first_name,
        last_name=last_name,
        former_names=former_names,
        status="bosatt",
        grade=AddressGrade.OPEN,
        false_identity=False,
        dead=False,
    )


# --- facts ------------------------------------------------------------------------------------------

CLAIM = form_payment()
COMPLETE = documents("vitnemal")


def submission(
    *,
    application: Application = application(),  # noqa: B008  frozen, so one for all is safe
    documents: tuple[Document, ...] = COMPLETE,
    payment: FormPayment | None = CLAIM,
    at: datetime = NOW,
) -> SubmissionReceived:
    return SubmissionReceived(
        at=at,
        kind=AUTHORISATION,
        app="autorisasjon",
        instance=FORM,
        submitted_at=at,
        applicant=applicant(),
        language="nb",
        application=application,
        documents=documents,
        payment=payment,
    )


def licence_submission(
    kind: str = Licence.STUDENT, *, payment: FormPayment | None = None
) -> SubmissionReceived:
    return replace(submission(application=application(licence=kind), payment=payment), kind=LICENCE)


def withdrawal(*, nin: str = NIN, case_number: str = NUMBER, at: datetime = NOW) -> WithdrawalReceived:
    return WithdrawalReceived(
        at=at,
        app="trekk",
        instance=WITHDRAWAL_FORM,
        submitted_at=at,
        applicant=applicant(nin),
        case_number=case_number,
    )


def listed(
    *,
    index: str = INDEX,
    profession: str = "SP",
    completed: date = date(2025, 6, 20),
    list_id: str = LIST,
    at: datetime = NOW,
) -> GraduateListed:
    return GraduateListed(
        at=at,
        applicant_index=index,
        profession=profession,
        institution="Høgskulen på Vestlandet",
        completed=completed,
        list_id=list_id,
    )


def supplement(
    *kinds: str,
    nin: str = NIN,
    case_number: str = NUMBER,
    reference_is_ours: bool = True,
    instance: str = SUPPLEMENT_FORM,
    at: datetime = NOW,
) -> SupplementReceived:
    return SupplementReceived(
        at=at,
        app="ettersending",
        instance=instance,
        submitted_at=at,
        applicant=applicant(nin),
        case_number=case_number,
        reference_is_ours=reference_is_ours,
        documents=documents(*kinds),
    )


def payment_observed(
    *,
    payment_id: str = FORM_PAYMENT,
    charged: int = FEES[Way.NORWAY],
    reserved: int | None = None,
    refunded: int = 0,
    currency: str = "NOK",
    reference: str = NUMBER,
    at: datetime = NOW,
) -> PaymentObserved:
    return PaymentObserved(
        at=at,
        payment_id=payment_id,
        reference=reference,
        currency=currency,
        reserved=charged if reserved is None else reserved,
        charged=charged,
        refunded=refunded,
        cancelled=0,
    )


def letter_observed(
    ask_key: str,
    *,
    delivered_at: datetime | None = NOW,
    read_at: datetime | None = None,
    failed: bool = False,
    at: datetime = NOW,
) -> LetterObserved:
    return LetterObserved(
        at=at,
        letter_id=letter_id(ask_key),
        delivered_at=delivered_at,
        read_at=read_at,
        confirmed_at=None,
        failed=failed,
    )


def letter_id(ask_key: str) -> str:
    return f"letter-{ask_key}"


# --- replies ----------------------------------------------------------------------------------------


def letter_sent(ask_key: str, *, at: datetime = NOW) -> LetterSent:
    return LetterSent(at=at, ask_key=ask_key, letter_id=letter_id(ask_key))


def person_found(found: Person | None = person(), *, at: datetime = NOW) -> PersonFound:  # noqa: B008  frozen
    return PersonFound(at=at, ask_key="person", person=found)


def authorisations_found(*, at: datetime = NOW) -> AuthorisationsFound:
    return AuthorisationsFound(at=at, ask_key="hpr", hpr_number=None, approvals=())


def looked_again(ask_key: str, *, nothing_new: bool, at: datetime = NOW) -> LookedAgain:
    return LookedAgain(at=at, ask_key=ask_key, nothing_new=nothing_new)


def payment_created(
    ask_key: str = "payment", *, payment_id: str = LINK_PAYMENT, at: datetime = NOW
) -> PaymentCreated:
    return PaymentCreated(at=at, ask_key=ask_key, payment_id=payment_id, link=LINK)


def supplement_requested(
    number: int = 1, *, instance: str = SUPPLEMENT_FORM, at: datetime = NOW
) -> SupplementRequested:
    return SupplementRequested(
        at=at,
        ask_key=f"form:{number}",
        app="ettersending",
        instance=instance,
        link=f"https://apps.example/{number}",
    )


def failed(ask_key: str, effect: str, *, cause: str = "rejected", at: datetime = NOW) -> EffectFailed:
    return EffectFailed(at=at, ask_key=ask_key, effect=effect, cause=cause, detail="The remote said no")


def cancelled(ask_key: str, effect: str, *, at: datetime = NOW) -> EffectCancelled:
    return EffectCancelled(at=at, ask_key=ask_key, effect=effect)


# --- time and acts ----------------------------------------------------------------------------------


def deadline(ask_key: str, due: datetime) -> DeadlinePassed:
    return DeadlinePassed(at=due, ask_key=ask_key, due=due)


def decision(
    outcome: Outcome = Outcome.GRANTED, *, grounds: str = "", seen_version: int = 0, at: datetime = NOW
) -> DecisionTaken:
    return DecisionTaken(
        at=at, actor="saksbehandler", seen_version=seen_version, outcome=outcome, grounds=grounds
    )


def demand(*kinds: str, seen_version: int = 0, at: datetime = NOW) -> SupplementDemanded:
    return SupplementDemanded(
        at=at, actor="saksbehandler", seen_version=seen_version, documents=kinds, words="Kopien er uleselig."
    )


def posted(ask_key: str, *, seen_version: int = 0, at: datetime = NOW) -> LetterPosted:
    return LetterPosted(at=at, actor="saksbehandler", seen_version=seen_version, ask_key=ask_key)


def done(ask_key: str, *, seen_version: int = 0, at: datetime = NOW) -> TaskDone:
    return TaskDone(at=at, actor="saksbehandler", seen_version=seen_version, ask_key=ask_key)
