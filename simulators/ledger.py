from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ledger:
    """What was asked of the simulators, by whom it was answered and how often."""

    calls: Counter[tuple[str, str, str, int]] = field(default_factory=Counter)
    lookups: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def called(self, remote: str, method: str, route: str, status: int) -> None:
        self.calls[remote, method, route, status] += 1

    def looked_up(self, register: str, person_key: str | None) -> None:
        self.lookups[register, person_key] += 1
