"""Which required documents are missing. Why, in the applicant's words, is a text under the same name."""

from unicodedata import normalize

from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.messages import Application, Person

SCAN_REFUSED = "Infected"


def missing(parameters: ApplicationParameters, facts: ApplicationFacts) -> tuple[str, ...]:
    """Kinds of documents that are required, by law of this case type or by the caseworker, and not there."""
    present = {document.kind for document in facts.documents if document.scan != SCAN_REFUSED}
    required = {each.document for each in parameters.required if is_required(each, facts)}
    # What the caseworker asks for is asked for even when one of the kind is there: it was not good enough.
    return tuple(sorted((required - present) | set(facts.demanded)))


def is_required(requirement: Requirement, facts: ApplicationFacts) -> bool:
    application = facts.application
    if application.way not in requirement.ways:
        return False
    if requirement.professions and application.profession not in requirement.professions:
        return False
    if requirement.licences and application.licence not in requirement.licences:
        return False
    if requirement.condition is Condition.NAME_DIFFERS:
        return name_differs(application, facts.person.person if facts.person else None)
    return True


def name_differs(application: Application, person: Person | None) -> bool:
    """The name in the application is neither today's nor a former one in Folkeregisteret."""
    if person is None:
        return False
    written = normal(f"{application.first_name} {application.last_name}")
    known = {normal(f"{person.first_name} {person.last_name}"), *map(normal, person.former_names)}
    return written not in known


def normal(name: str) -> str:
    """A letter with an accent may be written as one character or as two."""
    return " ".join(normalize("NFC", name).casefold().split())
