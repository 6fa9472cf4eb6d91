"""How people are named where many are listed: not at all when their address is protected."""

from case_core.case_types.facts import ApplicationFacts
from case_core.messages import AddressGrade


def is_protected(facts: object) -> bool:
    """Somebody with a protected address is not named in lists."""
    person = facts.person.person if isinstance(facts, ApplicationFacts) and facts.person else None
    return person is not None and person.grade is not AddressGrade.OPEN


def listed_name(facts: object) -> str:
    """Empty for somebody who is not named in lists, and for a case that nobody applied in."""
    if not isinstance(facts, ApplicationFacts) or is_protected(facts):
        return ""
    return f"{facts.application.first_name} {facts.application.last_name}"
