"""Graduates' lists (innmeldingsliste): whom the school has reported pays less, and is granted at once when
nothing speaks against it.

Nothing else is ever decided automatically.
"""

from dataclasses import replace

from case_core.case_types.facts import ApplicationCase, ApplicationFacts
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import NotAllowed
from case_core.messages import GraduateListed, Listing, Way


def record_listed(
    _: ApplicationParameters, case: ApplicationCase, message: GraduateListed
) -> ApplicationCase:
    listed = (message.profession, message.applicant_index)
    if listed != (case.facts.application.profession, case.applicant.index):
        raise NotAllowed("listing-of-somebody-else")
    listing = Listing(list_id=message.list_id, institution=message.institution, completed=message.completed)
    return replace(case, facts=case.facts.with_listing(listing))


def is_listed(facts: ApplicationFacts) -> bool:
    """Lists are of Norwegian schools; one says nothing of an education from elsewhere."""
    return bool(facts.listings) and facts.application.way is Way.NORWAY
