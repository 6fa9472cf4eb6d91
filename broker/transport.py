"""What carries rings, and what every such transport promises. One process: `broker/embedded.py`."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from store.rows import Ring

Handler = Callable[[tuple[int, ...]], Awaitable[None]]
"""Works on the rows of one ring. When it returns, all are closed or put off; when it raises, the ring is lost
and the rows are rung again by the sweep."""


class Transport(Protocol):
    """At least once, in no promised order."""

    async def start(self, handlers: dict[str, Handler]) -> None:
        """Begin to deliver; one handler for each queue."""

    async def publish(self, ring: Ring) -> None:
        """Hand a ring over. Raises `NotPublished` when it was not taken."""

    async def stop(self, patience: float) -> None:
        """Take nothing more, let what is being handled finish within `patience` seconds."""


class NotPublished(Exception):
    """The ring was not taken over; its rows are still to be rung for."""
