"""What the simulators' books say: was anything lost, was anything done twice?"""

from collections import Counter
from typing import Any


def lost(books: dict[str, Any], parked: int) -> int:
    """Submitted forms that were neither taken over and confirmed nor parked with a reason."""
    unconfirmed = sum(1 for form in books["instances"] if form["submitted"] and not form["confirmed"])
    return max(unconfirmed - parked, 0)


def duplicates(books: dict[str, Any]) -> int:
    """Letters, supplement forms and payments that one case got more than once."""
    letters = Counter((each["sendersReference"], each["title"]) for each in books["correspondences"])
    forms = Counter(
        (each["prefill"]["saksnummer"], each["prefill"].get("referanse", ""))
        for each in books["instances"]
        if each["createdBy"] == "org" and each["prefill"]
    )
    payments = Counter(each["reference"] for each in books["payments"])
    return sum(count - 1 for counted in (letters, forms, payments) for count in counted.values())
