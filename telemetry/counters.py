"""Counters of this process: how many, and of what is measured, the sum, the mean and the largest.

One set for the process, as a process has one log. Names are ours alone: no ids, nothing personal.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Measure:
    """`count` values that add up to `total`; the largest was `most`."""

    count: int = 0
    total: float = 0.0
    most: float = 0.0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.most = max(self.most, value)

    def told(self) -> dict[str, float]:
        mean = self.total / self.count if self.count else 0.0
        return {
            "count": self.count,
            "total": round(self.total, 3),
            "mean": round(mean, 3),
            "most": round(self.most, 3),
        }


_MEASURES: dict[str, Measure] = {}


def count(name: str, value: float = 1.0) -> None:
    """Cheap enough for every message."""
    _MEASURES.setdefault(name, Measure()).add(value)


def snapshot() -> dict[str, dict[str, float]]:
    """Count, total, mean and most by name."""
    return {name: measure.told() for name, measure in sorted(_MEASURES.items())}
