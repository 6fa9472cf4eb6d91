"""An application as its page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from case_core.case_types.completeness import is_required, missing
from case_core.case_types.facts import ApplicationCase, ApplicationFacts
from case_core.case_types.fees import fee_of, is_paid, net_paid, outstanding
from case_core.case_types.parameters import ApplicationParameters
from case_core.messages import Document, FormPayment
from case_core.waiting import legal_clock
from web.words import Words

GIVEN_OUT = frozenset({"Clean", "NotApplicable"})
"""What the malware scan must have said before a document may be fetched; anything else is kept in."""

MASKED_NIN = "*********"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    fee: str
    paid: str
    outstanding: str
    is_paid: bool
    claimed: str
    payments: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A required kind of document, with what to say of it."""

    name: str
    why: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document. `may_be_fetched` is false for what the malware scan has not cleared."""

    id: str
    kind: str
    name: str
    size: str
    scan: str
    may_be_fetched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    days: int
    of_days: int
    is_over: bool


def masked_nin(nin: str) -> str:
    return f"{MASKED_NIN}{nin[-2:]}"


def applied_with(case: ApplicationCase, words: Words) -> tuple[Fact, ...]:
    application = case.facts.application
    name = f"{application.first_name} {application.last_name}"
    completed = words.date(application.completed) if application.completed else words.label("none")
    pairs = (
        ("fact.name", name),
        ("fact.nin", masked_nin(case.applicant.nin)),
        ("fact.profession", words.profession(application.profession)),
        ("fact.way", words.text(f"ways.{application.way}")),
        ("fact.country", application.country),
        ("fact.institution", application.institution or words.label("none")),
        ("fact.completed", completed),
        ("fact.submitted", words.moment(case.facts.submitted_at)),
        ("fact.language", words.label_or(f"language.{case.language}", case.language)),
    )
    licence = words.text_or(f"licences.{application.licence}", application.licence)
    told = (*pairs, ("fact.licence", licence)) if licence else pairs
    return tuple(Fact(label=words.label(key), value=value) for key, value in told)


def fee(parameters: ApplicationParameters, case: ApplicationCase, words: Words) -> Fee:
    facts = case.facts
    claimed = facts.form_payment
    return Fee(
        fee=words.kroner(fee_of(parameters, case)),
        paid=words.kroner(net_paid(case)),
        outstanding=words.kroner(max(outstanding(parameters, case), 0)),
        is_paid=is_paid(parameters, case),
        claimed=stated(claimed, words) if claimed else "",
        payments=tuple(
            (each.id, *(words.kroner(amount) for amount in (each.reserved, each.charged, each.refunded)))
            for each in facts.payments
        ),
    )


def stated(payment: FormPayment, words: Words) -> str:
    """What the form says of the payment: a claim, not what Nexi has told."""
    status = words.label_or(f"form_payment.{payment.status}", words.label("form_payment.other"))
    return f"{status}, {words.kroner(payment.total_ore)}" if payment.total_ore else status


def needed(parameters: ApplicationParameters, facts: ApplicationFacts, words: Words) -> tuple[Needed, ...]:
    """Every kind that this application needs, what is missing first."""
    lacking = missing(parameters, facts)
    required = [each.document for each in parameters.required if is_required(each, facts)]
    kinds = dict.fromkeys([*lacking, *required])
    return tuple(
        Needed(
            name=words.document(kind),
            why=words.text_or(f"documents.{kind}.why", ""),
            here=kind not in lacking,
        )
        for kind in kinds
    )


def kept(document: Document, words: Words) -> Kept:
    return Kept(
        id=document.id,
        kind=words.document(document.kind),
        name=document.name,
        size=written_size(document.size),
        scan=words.label_or(f"scan.{document.scan}", document.scan),
        may_be_fetched=may_be_fetched(document),
    )


def may_be_fetched(document: Document) -> bool:
    return document.scan in GIVEN_OUT and bool(document.place)


def written_size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size // 1024} kB"
    return f"{size / (1024 * 1024):.1f} MB"


def clock(parameters: ApplicationParameters, case: ApplicationCase, now: datetime) -> Clock:
    """The legal processing time; it stops for good with the decision."""
    until = case.decisions[0].at if case.decisions else ended_at(case) or now
    used = legal_clock(case, case.facts.submitted_at, until)
    allowed = timedelta(weeks=parameters.weeks(case.facts.application))
    return Clock(days=max(used.days, 0), of_days=allowed.days, is_over=used > allowed)


def ended_at(case: ApplicationCase) -> datetime | None:
    """When the case lapsed, or the applicant took it back."""
    lapse = case.ask("lapse")
    return lapse.at if lapse is not None else case.facts.withdrawn
