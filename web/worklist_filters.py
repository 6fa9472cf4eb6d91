"""The work list's filters: read from the address, offered as links with how many cases each gives."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from case_core.case import AskOf, Phase
from store.moments import from_micros, to_micros
from store.views.worklist import NOBODY, Mark, Tally, Wanted
from web.requests import matching
from web.words import Words

CASES = "/cases"
ALL = "all"
NO_TURN = "nobody"
"""How an address says that a case waits for nothing."""

WORD = re.compile(r"[a-z_-]{1,50}")
MARK = re.compile(r"(?P<opened>[0-9]{1,16})\.(?P<case>[A-Za-z0-9-]{1,64})")
TURNS: Mapping[str, str] = {**{each.value: each.value for each in AskOf}, NO_TURN: NOBODY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A filter as a link."""

    label: str
    amount: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """One row of choices for each thing that may be filtered by."""

    turns: tuple[Choice, ...]
    phases: tuple[Choice, ...]
    overdue: Choice


def wanted_of(request: Request, kinds: Iterable[str], usual: Phase | None) -> Wanted:
    """What is not understood in an address is left out. `usual` is the phase when it names none."""
    phase = matching(request, "phase", WORD)
    kind = matching(request, "kind", WORD)
    return Wanted(
        phase=phase_of(phase, usual),
        turn=TURNS.get(matching(request, "turn", WORD)),
        kind=kind if kind in kinds else None,
        overdue=request.query_params.get("overdue") == "1",
        after=mark_of(request),
    )


def phase_of(written: str, usual: Phase | None) -> Phase | None:
    if written in set(Phase):
        return Phase(written)
    return None if written == ALL else usual


def mark_of(request: Request) -> Mark | None:
    found = MARK.fullmatch(request.query_params.get("after", ""))
    if found is None:
        return None
    return Mark(opened_at=from_micros(int(found["opened"])), case_id=found["case"])


def written_mark(mark: Mark) -> str:
    return f"{to_micros(mark.opened_at)}.{mark.case_id}"


def address(wanted: Wanted, *, after: Mark | None = None) -> str:
    turn = NO_TURN if wanted.turn == NOBODY else wanted.turn
    parameters = {
        "phase": wanted.phase or ALL,
        "turn": turn,
        "kind": wanted.kind,
        "overdue": "1" if wanted.overdue else None,
        "after": written_mark(after) if after else None,
    }
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{CASES}?{query}"


def filters(wanted: Wanted, found: tuple[Tally, ...], words: Words) -> Filters:
    """Each choice keeps the others; its number says what one gets by following it."""
    turns = [turn_choice(None, wanted, found, words)]
    turns += [turn_choice(turn, wanted, found, words) for turn in (AskOf.US, AskOf.APPLICANT)]
    turns += [turn_choice(turn, wanted, found, words) for turn in (AskOf.REGISTER, AskOf.REMOTE, NOBODY)]
    phases = [phase_choice(phase, wanted, found, words) for phase in (None, *Phase)]
    return Filters(turns=tuple(turns), phases=tuple(phases), overdue=overdue_choice(wanted, found, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Cases that wait for a caseworker and are not among those listed."""

    amount: int
    href: str


def elsewhere(wanted: Wanted, found: tuple[Tally, ...]) -> Elsewhere | None:
    """A letter to be posted, say, in a case that is decided: it must not be overlooked."""
    everywhere = Wanted(turn=AskOf.US)
    if wanted.phase is not Phase.OPEN:
        return None
    others = amount(everywhere, found) - amount(Wanted(turn=AskOf.US, phase=Phase.OPEN), found)
    return Elsewhere(amount=others, href=address(everywhere)) if others else None


def turn_choice(turn: str | None, wanted: Wanted, found: tuple[Tally, ...], words: Words) -> Choice:
    narrowed = Wanted(phase=wanted.phase, turn=turn, kind=wanted.kind, overdue=wanted.overdue)
    name = "all" if turn is None else turn or NO_TURN
    return Choice(
        label=words.label(f"turn.{name}"),
        amount=amount(narrowed, found),
        href=address(narrowed),
        chosen=wanted.turn == turn,
    )


def phase_choice(phase: Phase | None, wanted: Wanted, found: tuple[Tally, ...], words: Words) -> Choice:
    narrowed = Wanted(phase=phase, turn=wanted.turn, kind=wanted.kind, overdue=wanted.overdue)
    return Choice(
        label=words.text(f"phases.{phase}") if phase else words.label("phase.all"),
        amount=amount(narrowed, found),
        href=address(narrowed),
        chosen=wanted.phase == phase,
    )


def overdue_choice(wanted: Wanted, found: tuple[Tally, ...], words: Words) -> Choice:
    late = Wanted(phase=wanted.phase, turn=wanted.turn, kind=wanted.kind, overdue=True)
    switched = Wanted(phase=wanted.phase, turn=wanted.turn, kind=wanted.kind, overdue=not wanted.overdue)
    return Choice(
        label=words.label("overdue.only"),
        amount=amount(late, found),
        href=address(switched),
        chosen=wanted.overdue,
    )


def amount(wanted: Wanted, found: tuple[Tally, ...]) -> int:
    return sum(
        each.overdue if wanted.overdue else each.amount
        for each in found
        if wanted.phase in (None, each.phase) and wanted.turn in (None, each.turn)
    )
