"""How cases end."""

from typing import Any

from case_core.case import Case
from web.words import Words


def how_it_ended(case: Case[Any], words: Words) -> str:
    """The outcome of a decided or closed case; empty for one that is neither."""
    if case.decisions:
        return words.text(f"outcomes.{case.decisions[-1].outcome}")
    if getattr(case.facts, "withdrawn", None):
        return words.label("cases.withdrawn")
    return words.label("cases.lapsed") if getattr(case.facts, "lapsed", "") else ""
