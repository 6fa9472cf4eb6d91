import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock, and pauses that are shortened by the chosen scale."""

    scale: float

    def now(self) -> datetime:
        return datetime.now(UTC)

    def scaled(self, seconds: float) -> float:
        return seconds * self.scale

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(self.scaled(seconds))

    async def until(self, moment: datetime) -> None:
        """A moment that a caller asked for is kept unscaled."""
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))


def stamp(moment: datetime) -> str:
    """UTC with six decimals and Z: all times have one width, so that comparing them as text works."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stamp_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def read_time(text: str) -> datetime:
    """Raises ValueError. A time without an offset is taken as UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
