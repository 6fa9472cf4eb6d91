"""A case type's effects: who carries them, what a doubtful end allows, what a failure leads to."""

import inspect
from collections.abc import Mapping

from broker.topology import CONNECTOR_OF
from case_core.decide import AnyCaseType, Failure
from case_core.effects import EFFECTS, Again, Effect
from docs.generator.markdown import code, table

HEAD = ("Effect", "What it does", "Connector", "When its end is unknown", "When it fails")

AGAIN: Mapping[Again, str] = {
    Again.SAME_KEY: "sent again under the same key; the remote dedupes",
    Again.LOOK_FIRST: "looked for first; sent only if the remote knows nothing of it",
    Again.HARMLESS: "sent again; a second one does no harm",
}

FAILURE: Mapping[Failure, str] = {
    Failure.TO_CASEWORKER: "a task for a caseworker (`attend:…`)",
    Failure.ON_PAPER: "the letter must go on paper (`paper:…`)",
    Failure.BY_HAND: "the check counts as unanswered; the assessment shows it",
}


def effect_table(kind: AnyCaseType) -> str:
    return table(HEAD, (row(effect, kind.failures[effect]) for effect in EFFECTS))


def row(effect: type[Effect], failure: Failure) -> tuple[str, ...]:
    again = f"{effect.AGAIN.name}: {AGAIN[effect.AGAIN]}"
    return code(effect.__name__), purpose(effect), CONNECTOR_OF[effect], again, FAILURE[failure]


def purpose(effect: type[Effect]) -> str:
    """Its docstring, or that of what it is built on: a dataclass without one gets its own signature."""
    written = (each for each in effect.__mro__ if not (each.__doc__ or "").startswith(f"{each.__name__}("))
    return inspect.cleandoc(next(written).__doc__ or "")
