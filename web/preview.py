"""What an act would lead to: the case core decides on the case as it stands, and nothing is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from case_core.case import Case
from case_core.decide import AnyCaseType, decide
from case_core.effects import Effect, Letter, RequestSupplement
from case_core.messages import Act, SupplementRequested
from letters.written import WrittenLetter

LINK = "https://www.altinn.no/"
"""Stands for the form's own address, which is made together with the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The letters that go out and the names of all that is asked for."""

    letters: tuple[WrittenLetter, ...]
    effects: tuple[str, ...]


def preview(
    kind: AnyCaseType, case: Case[Any], act: Act, write: Callable[[Letter], WrittenLetter]
) -> Preview:
    """Raises `NotAllowed` when the case refuses the act and `LetterTooLong` when the words do not fit."""
    after, effects = decide(kind, case, act)
    effects += announced(kind, after, act, effects)
    return Preview(
        letters=tuple(write(effect) for effect in effects if isinstance(effect, Letter)),
        effects=tuple(type(effect).__name__ for effect in effects),
    )


def announced(
    kind: AnyCaseType, case: Case[Any], act: Act, effects: tuple[Effect, ...]
) -> tuple[Effect, ...]:
    """The letter about a form is written once the form is there; here it is taken to be."""
    letters: tuple[Effect, ...] = ()
    for request in effects:
        if isinstance(request, RequestSupplement):
            made = SupplementRequested(
                at=act.at, ask_key=request.ask_key, app="preview", instance="preview", link=LINK
            )
            case, more = decide(kind, case, made)
            letters += more
    return letters
