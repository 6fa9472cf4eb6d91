"""The one retry schedule. It lives in the row; connectors and transports never retry by themselves."""

from datetime import timedelta

WAITS = (
    timedelta(seconds=2),
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)

UNREADABLE_WAIT = timedelta(minutes=5)
"""How long a row waits whose bytes no key or release of ours can read."""

A_MOMENT = timedelta(seconds=5)
"""How long a row waits that met no fault of its own: a circuit, a lease, a database that is away."""

MOST_ATTEMPTS = 60
"""About two days of trying, most of them an hour apart; after that a person must look."""


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the nth attempt (from 1)."""
    return WAITS[min(max(attempts, 1), len(WAITS)) - 1]


def is_exhausted(attempts: int) -> bool:
    return attempts >= MOST_ATTEMPTS
