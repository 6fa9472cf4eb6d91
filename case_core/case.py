"""A case: facts (what we know) and asks (what we are owed).

Everything is frozen and replaced, never changed in place. Nothing here knows the time, the network or the
database: `now`, identities and case numbers are handed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

F_co = TypeVar("F_co", covariant=True)

AGAIN = "#"
"""Stands between a key and the number of its round."""


class Phase(StrEnum):
    """The coarse state of a case; what it waits for lies in its asks."""

    OPEN = "open"
    DECIDED = "decided"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class AskOf(StrEnum):
    """Who owes us the answer."""

    APPLICANT = "applicant"
    REGISTER = "register"
    US = "us"
    REMOTE = "remote"


class AskState(StrEnum):
    OPEN = "open"
    MET = "met"
    FAILED = "failed"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What a decision says."""

    GRANTED = "granted"
    CONDITIONAL = "conditional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the case is owed: by whom, since when, until when.

    `stops_clock`: while it is open the legal processing time stands still (the applicant's turn).
    `reason`: why it failed, or why a person must attend to it, as a text key. `amount`: what money it is
    about, in øre; 0 when it is about none.
    """

    key: str
    of: AskOf
    at: datetime
    due: datetime | None = None
    stops_clock: bool = False
    state: AskState = AskState.OPEN
    met_at: datetime | None = None
    remind_at: datetime | None = None
    reminded: bool = False
    reason: str = ""
    amount: int = 0

    @property
    def is_open(self) -> bool:
        return self.state is AskState.OPEN

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due is not None and self.due <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who applies. `nin` is the national identity number; it never leaves encrypted storage in clear.

    `index` is the store's keyed hash of it, by which others may speak of the applicant without the number;
    empty where nobody handed it in.
    """

    nin: str
    party_id: str
    index: str = ""

    def __repr__(self) -> str:
        """Keep the identity number out of every traceback and log line."""
        return "Applicant(nin=***)"


AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision (vedtak) with its grounds (begrunnelse, forvaltningsloven §§ 24-25).

    One that no person made is by `AUTOMATIC`; its grounds list the facts that it rests on.
    """

    at: datetime
    outcome: Outcome
    grounds: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Generic[F_co]):
    """One case. `version` counts what happened to it; an act that has seen an older one is refused."""

    id: str
    number: str
    kind: str
    params_date: date
    applicant: Applicant
    language: str
    facts: F_co
    phase: Phase = Phase.OPEN
    asks: tuple[Ask, ...] = ()
    decisions: tuple[Decision, ...] = ()
    version: int = 0

    def ask(self, key: str) -> Ask | None:
        return next((ask for ask in self.asks if ask.key == key), None)

    def has_asked(self, key: str) -> bool:
        return self.ask(key) is not None

    def is_waiting_for(self, key: str) -> bool:
        ask = self.ask(key)
        return ask is not None and ask.is_open

    def is_settled(self, key: str) -> bool:
        """Asked for, and answered, failed or dropped: nothing more will come by itself."""
        ask = self.ask(key)
        return ask is not None and not ask.is_open

    def open_asks(self, prefix: str = "") -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks if ask.is_open and ask.key.startswith(prefix))

    def with_ask(self, ask: Ask) -> "Case[F_co]":
        """Add the ask, or put it in the place of the one with the same key. Asks lie in key order."""
        others = [other for other in self.asks if other.key != ask.key]
        return replace(self, asks=tuple(sorted([*others, ask], key=lambda each: each.key)))

    def settle(self, key: str, state: AskState, at: datetime, reason: str = "") -> "Case[F_co]":
        """Close the ask if it is open; anything else stays as it is, so that an answer may come twice."""
        ask = self.ask(key)
        if ask is None or not ask.is_open:
            return self
        return self.with_ask(replace(ask, state=state, met_at=at, reason=reason or ask.reason))

    def restart(self, key: str, at: datetime, due: timedelta, reminder: timedelta) -> "Case[F_co]":
        """Count the ask's time from `at`: only now is it known of. A reminder is due anew."""
        ask = self.ask(key)
        if ask is None or not ask.is_open:
            return self
        return self.with_ask(replace(ask, due=at + due, remind_at=at + reminder, reminded=False))

    def rounds_of(self, key: str) -> tuple[Ask, ...]:
        """The asks called `key`, `key#2`, `key#3` …: the same thing asked for again, oldest first."""
        return tuple(sorted((ask for ask in self.asks if base_key(ask.key) == key), key=round_number))

    def next_round(self, key: str) -> str:
        """A key that nothing was asked under yet: an effect's key is used once."""
        asked = len(self.rounds_of(key))
        return f"{key}{AGAIN}{asked + 1}" if asked else key

    def settle_all(self, asks: Iterable[Ask], state: AskState, at: datetime) -> "Case[F_co]":
        case = self
        for ask in asks:
            case = case.settle(ask.key, state, at)
        return case


def base_key(key: str) -> str:
    """`remind:fee#2` is the second `remind:fee`."""
    return key.partition(AGAIN)[0]


def round_number(ask: Ask) -> int:
    return int(ask.key.partition(AGAIN)[2] or 1)


def deadlines(case: Case[object]) -> frozenset[tuple[str, datetime]]:
    """The moments (ask key, due time) at which the case wants to be looked at again."""
    due = {(ask.key, ask.due) for ask in case.asks if ask.is_open and ask.due is not None}
    remind = {
        (ask.key, ask.remind_at)
        for ask in case.asks
        if ask.is_open and ask.remind_at is not None and not ask.reminded
    }
    return frozenset(due | remind)
