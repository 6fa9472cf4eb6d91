"""What the simulators' books say: was anything lost, was anything done twice?"""

from collections import Counter
from collections.abc import Collection
from typing import Any


def lost(books: dict[str, Any], parked: Collection[str]) -> int:
    """Submitted forms that were neither taken over and confirmed nor, by their ids, parked with a reason."""
    return sum(
        1
        for form in books["instances"]
        if form["submitted"] and not form["confirmed"] and form["id"] not in parked
    )


def doubled(books: dict[str, Any]) -> list[str]:
    """Letters, supplement forms and charges that one case got more than once, a line for each.

    A second payment page does no harm by itself: Nexi has no way to ask for one under a key. Being charged
    twice would.
    """
    letters = Counter((each["sendersReference"], each["title"]) for each in books["correspondences"])
    forms = Counter(
        (each["prefill"]["saksnummer"], each["prefill"].get("referanse", ""))
        for each in books["instances"]
        if each["createdBy"] == "org" and each["prefill"]
    )
    charges = Counter(each["reference"] for each in books["payments"] if each["charged"])
    counted = {"letters": letters, "forms": forms, "charges": charges}
    return [
        f"{count} {what} for {key}"
        for what, counts in counted.items()
        for key, count in counts.items()
        if count > 1
    ]
