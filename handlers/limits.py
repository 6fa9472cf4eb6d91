"""How long a call out may take, and how long an effect belongs to the one who makes it."""

from dataclasses import dataclass
from datetime import timedelta

CLOSING = timedelta(seconds=5)
"""Kept of a lease for writing down how the call ended."""

LEASE_MARGIN = CLOSING + timedelta(seconds=30)
"""How much longer than one call a lease is at least: effects of one ring wait for their turns meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`timeout` bounds one call out, look-up before it included; the lease must outlast it.

    `patience`: how long the remote may still be working on a call that was cut off.
    """

    timeout: timedelta
    lease: timedelta
    patience: timedelta
    at_a_time: int

    def __post_init__(self) -> None:
        if self.lease < self.timeout + LEASE_MARGIN:
            raise ValueError(
                f"The lease ({self.lease}) must be at least {LEASE_MARGIN} longer than the timeout "
                f"({self.timeout})"
            )

    @property
    def call_needs(self) -> float:
        """Seconds that must be left of the lease when a call begins."""
        return (self.timeout + CLOSING).total_seconds()
