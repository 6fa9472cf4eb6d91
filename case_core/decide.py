"""One function that looks a verdict up, folds the message in and runs the rules until none fires."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from case_core.case import AskOf, Case, Phase
from case_core.effects import Effect
from case_core.messages import Act, Message, SubmissionReceived

F = TypeVar("F")
P = TypeVar("P")

OSLO = ZoneInfo("Europe/Oslo")

MOST_FIRINGS = 64
"""Far above what any case type needs; a rule that never falsifies its own `when` ends here."""


class NotAllowed(Exception):
    """The message does not fit the case; nothing has changed.

    `reason` is a text key under `reasons`, so that people read it in their own language; `detail` is what
    stands beside it (a number, a code), never personal data.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Stale(NotAllowed):
    """The case has moved since the person looked at it."""


class NeverSettles(Exception):
    """A rule goes on firing: a defect of the case type, never of a message."""


class Verdict(StrEnum):
    TAKE = "take"  # fold it in, run the rules
    NOTE = "note"  # write it into the history, change nothing
    REFUSE = "refuse"  # park it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[F, P]):
    """`then` must make its own `when` false."""

    name: str
    phases: frozenset[Phase]
    when: Callable[[P, Case[F], datetime], bool]
    then: Callable[[P, Case[F], datetime], tuple[Case[F], tuple[Effect, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid(Generic[P]):
    """Parameters in force from `since` until the next ones begin."""

    since: date
    parameters: P


class Failure(StrEnum):
    """What an effect that could not be carried out leads to."""

    TO_CASEWORKER = "to_caseworker"  # a task of its own
    ON_PAPER = "on_paper"  # the letter must reach the applicant another way
    BY_HAND = "by_hand"  # the check counts as unanswered; the assessment shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType(Generic[F, P]):
    """One kind of case as tables. `verdicts` is total: every message has a verdict in every phase.

    `quiet`: messages about how our own sendings fare. By themselves they are nothing new to a person who has
    the case open.
    """

    name: str
    opens: Callable[[SubmissionReceived], F]
    verdicts: Mapping[type[Message], Mapping[Phase, Verdict]]
    record: Mapping[type[Message], Callable[..., Case[F]]]
    rules: tuple[Rule[F, P], ...]
    failures: Mapping[type[Effect], Failure]
    wanted: Mapping[type[Effect], Callable[[P, Case[F], Any], bool]]
    quiet: frozenset[type[Message]]
    keys: Callable[[Case[F]], frozenset[str]]
    facts: type[F]
    valid: tuple[Valid[P], ...]

    def parameters(self, on: date) -> P:
        """The parameters in force on a date; the oldest ones before that."""
        in_force = [each for each in self.valid if each.since <= on]
        return max(in_force or self.valid[:1], key=lambda each: each.since).parameters


AnyCaseType = CaseType[Any, Any]


def open_case(
    kind: CaseType[F, P], message: SubmissionReceived, *, case_id: str, number: str, applicant_index: str = ""
) -> tuple[Case[F], tuple[Effect, ...]]:
    """A new case from a submission. Parameters are pinned by the Norwegian date it was submitted.

    `applicant_index` is the store's keyed hash of the applicant's number. Raises `NotAllowed` for a
    submission that this kind of case cannot begin with.
    """
    case = Case(
        id=case_id,
        number=number,
        kind=kind.name,
        params_date=message.submitted_at.astimezone(OSLO).date(),
        applicant=replace(message.applicant, index=applicant_index or message.applicant.index),
        language=message.language,
        facts=kind.opens(message),
    )
    return decide(kind, case, message)


def decide(kind: CaseType[F, P], case: Case[F], message: Message) -> tuple[Case[F], tuple[Effect, ...]]:
    """What the message makes of the case, and what the case then asks for.

    Raises `NotAllowed` (`Stale` for an act on a case that has moved), having changed nothing.
    """
    # Whoever looks at an old version is told so first: the phase they would be refused for is news to them.
    if isinstance(message, Act) and message.seen_version != case.version:
        raise Stale("case-has-changed")
    verdict = kind.verdicts[type(message)][case.phase]
    if verdict is Verdict.REFUSE:
        raise NotAllowed("not-in-this-phase", f"{type(message).__name__}, {case.phase}")
    if verdict is Verdict.NOTE:
        return case, ()
    parameters = kind.parameters(case.params_date)
    recorded = kind.record[type(message)](parameters, case, message)
    settled, effects = run_rules(kind.rules, parameters, recorded, message.at)
    if type(message) in kind.quiet and standing(settled) == standing(case):
        return settled, effects
    return (case if settled == case else replace(settled, version=case.version + 1)), effects


def standing(case: Case[F]) -> tuple[object, ...]:
    """What a person who has the case open goes by: phase, decisions, and who owes what to whom."""
    owed = tuple(ask for ask in case.open_asks() if ask.of is not AskOf.REMOTE)
    return case.phase, case.decisions, owed


def run_rules(
    rules: tuple[Rule[F, P], ...], parameters: P, case: Case[F], now: datetime
) -> tuple[Case[F], tuple[Effect, ...]]:
    effects: list[Effect] = []
    for _ in range(MOST_FIRINGS):
        rule = next((r for r in rules if case.phase in r.phases and r.when(parameters, case, now)), None)
        if rule is None:
            return case, tuple(effects)
        case, more = rule.then(parameters, case, now)
        effects += more
    raise NeverSettles(f"the rules of {case.kind} go on firing")
