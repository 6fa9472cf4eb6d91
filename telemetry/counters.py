"""Counters of one process: how many, and for what is measured, the sum and the largest."""

from dataclasses import dataclass


@dataclass(slots=True)
class Measure:
    """`count` values that add up to `total`; the largest was `most`."""

    count: int = 0
    total: float = 0.0
    most: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0


class Counters:
    """Cheap enough for every message. Names are ours alone: no ids, nothing personal."""

    def __init__(self) -> None:
        self._measures: dict[str, Measure] = {}

    def add(self, name: str, value: float = 1.0) -> None:
        measure = self._measures.setdefault(name, Measure())
        measure.count += 1
        measure.total += value
        measure.most = max(measure.most, value)

    def snapshot(self) -> dict[str, dict[str, float]]:
        """Count, total, mean and most by name."""
        return {
            name: {
                "count": measure.count,
                "total": round(measure.total, 3),
                "mean": round(measure.mean, 3),
                "most": round(measure.most, 3),
            }
            for name, measure in sorted(self._measures.items())
        }
