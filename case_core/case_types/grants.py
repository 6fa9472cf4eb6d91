"""Granting at once what a graduates' list shows: the one decision that no person makes.

Whatever is missing, unanswered or out of the ordinary leaves the case to a caseworker.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import AUTOMATIC, Decision, Outcome
from case_core.case_types.completeness import missing
from case_core.case_types.facts import ApplicationCase, ApplicationFacts
from case_core.case_types.fees import fee_of, is_paid
from case_core.case_types.listings import is_listed
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.registers import checks_have_ended
from case_core.case_types.supplements import SUPPLEMENT
from case_core.decide import OSLO
from case_core.effects import Effect
from case_core.messages import Listing

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def listing_of(facts: ApplicationFacts, now: datetime) -> Listing | None:
    """The list that a grant rests on. Some are sent before the education is completed."""
    today = now.astimezone(OSLO).date()
    return next((each for each in facts.listings if each.completed <= today), None)


def is_clean(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """Both registers have answered, nothing is missing or asked for, and nothing speaks against it."""
    facts = case.facts
    if missing(p, facts) or case.open_asks(SUPPLEMENT) or not checks_have_ended(case):
        return False
    person = facts.person.person if facts.person else None
    if person is None or person.dead or person.false_identity or facts.hpr is None:
        return False
    return not (facts.hpr.stopped or any(approval.stopped for approval in facts.hpr.approvals))


def is_listed_and_clean(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    """Reported by the school, paid, both registers have answered, nothing missing and nothing against it."""
    listed = is_listed(case.facts) and listing_of(case.facts, now) is not None
    return listed and not case.decisions and is_paid(p, case) and is_clean(p, case)


def grant(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    """Decide as the list says, and keep what the decision rests on (forvaltningsloven § 25)."""
    decision = Decision(at=now, outcome=Outcome.GRANTED, grounds=grounds(p, case, now), by=AUTOMATIC)
    return replace(case, decisions=(*case.decisions, decision)), ()


def grounds(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> str:
    """Each fact on a line of its own, by key: kept with the decision and never sent."""
    facts = case.facts
    listing = listing_of(facts, now)
    rests_on = {
        "graduate-list": listing.list_id if listing else "",
        "institution": listing.institution if listing else "",
        "completed": listing.completed.isoformat() if listing else "",
        "profession": facts.application.profession,
        "fee-paid-ore": str(fee_of(p, case)),
        "population-register": facts.person.person.status if facts.person and facts.person.person else "",
        "personnel-register": "no stopping reaction",
        "documents": ", ".join(sorted({document.kind for document in facts.documents})),
    }
    return "\n".join(f"{name}: {value}" for name, value in rests_on.items())
