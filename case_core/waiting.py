"""Why a case waits, and how long the law says that it has taken. Computed from the asks, never stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from case_core.case import AskOf, Case, base_key

ORDER = (AskOf.APPLICANT, AskOf.REGISTER, AskOf.REMOTE, AskOf.US)
"""Whose turn it is, most telling first: what waits for somebody outside comes before our own work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open ask, ready for a sentence. `about` names the text: the ask key without its number."""

    about: str
    of: AskOf
    since: datetime
    due: datetime | None
    overdue: bool
    reminded: bool
    remind_at: datetime | None
    reason: str
    amount: int = 0


def waiting(case: Case[object], now: datetime) -> tuple[Waiting, ...]:
    """The open asks, the most telling first; empty when the case waits for nothing."""
    waits = [
        Waiting(
            about=subject(ask.key),
            of=ask.of,
            since=ask.at,
            due=ask.due,
            overdue=ask.is_overdue(now),
            reminded=ask.reminded,
            remind_at=ask.remind_at,
            reason=ask.reason,
            amount=ask.amount,
        )
        for ask in case.asks
        if ask.is_open
    ]
    return tuple(sorted(waits, key=lambda wait: (ORDER.index(wait.of), wait.since, wait.about)))


def subject(ask_key: str) -> str:
    """`supplement:2` is about `supplement`, `attend:form:1` about `attend`, `payment#2` about `payment`."""
    return base_key(ask_key).partition(":")[0]


def legal_clock(case: Case[object], since: datetime, now: datetime) -> timedelta:
    """Processing time so far: elapsed time minus the time in which it was the applicant's turn.

    Overlapping pauses count once. `since` is when the application was received (forvaltningsloven § 11 a).
    """
    pauses = sorted((ask.at, ask.met_at or now) for ask in case.asks if ask.stops_clock)
    paused = timedelta()
    counted_to = since
    for asked, answered in pauses:
        begin, end = max(asked, counted_to), min(answered, now)
        if end > begin:
            paused += end - begin
            counted_to = end
    return now - since - paused
