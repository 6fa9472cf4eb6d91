"""Whether a remote may be called: the circuit that all processes share, and what this one knows of it."""

from collections.abc import Sequence

import structlog

from connectors.connector import Answer, Broken, GiveUp, NotYet, Outcome, TryLater
from store import circuits
from store.database import Tx

log = structlog.get_logger(__name__)


class Gate:
    """`is_shut`: this process has seen the circuit open; what it had claimed before is not called either."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shut_times = 0
        self.is_shut = False

    async def may_call(self, tx: Tx) -> bool:
        seen = self._shut_times
        may = await circuits.may_call(tx, self._name)
        if may and seen == self._shut_times:  # else it was shut while we looked
            self.is_shut = False
        return may

    async def judge(self, tx: Tx, outcomes: Sequence[Outcome | None]) -> str | None:
        """Write down what a set says of the remote; why its circuit is open now, or None.

        Calls that failed together are one failure. Answers beside them do not outweigh that we are refused.
        """
        broken = next((each for each in outcomes if isinstance(each, Broken)), None)
        trouble = broken or next((each for each in outcomes if isinstance(each, TryLater)), None)
        if broken is None and any(isinstance(each, Answer | GiveUp | NotYet) for each in outcomes):
            await circuits.record_success(tx, self._name)
        if trouble is None:
            return None
        is_open = await circuits.record_trouble(tx, self._name, trouble.reason, broken=broken is not None)
        return trouble.reason if is_open else None

    def shut(self, reason: str) -> None:
        """The circuit is open, and that is committed."""
        if not self.is_shut:
            log.warning("a circuit has opened", connector=self._name, reason=reason)
        self._shut_times += 1
        self.is_shut = True
