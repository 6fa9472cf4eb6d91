"""Correspondences as the platform keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from simulators.persons import Person

READ = frozenset({"Read", "Confirmed", "Replied", "Archived"})


@dataclass(slots=True, kw_only=True)
class Letter:
    """`content` is the accepted request body with its own property names."""

    recipient: Person
    recipient_urn: str
    resource_id: str
    sender: str
    content: dict[str, Any]
    idempotent_key: str | None
    created: datetime
    requested_publish: datetime
    due: datetime | None
    id: str = field(default_factory=lambda: str(uuid4()))
    history: list[tuple[str, datetime]] = field(default_factory=list)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    duplicates_refused: int = 0

    @property
    def status(self) -> str:
        return self.history[-1][0]

    @property
    def status_changed(self) -> datetime:
        return self.history[-1][1]

    def reached(self, status: str) -> datetime | None:
        """When the letter first came into a status."""
        return next((moment for name, moment in self.history if name == status), None)

    @property
    def read(self) -> bool:
        return any(name in READ for name, _ in self.history)

    def becomes(self, status: str, moment: datetime) -> None:
        self.history.append((status, moment))


@dataclass(slots=True)
class LetterStore:
    by_id: dict[str, Letter] = field(default_factory=dict)
    by_key: dict[str, Letter] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Letter]:
        return iter(self.by_id.values())

    def add(self, letter: Letter) -> None:
        self.by_id[letter.id] = letter
        if letter.idempotent_key:
            self.by_key[letter.idempotent_key] = letter
