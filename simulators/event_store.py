"""Events, subscriptions and what became of each delivery."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class Subscription:
    id: int
    end_point: str
    resource: str | None
    source: str | None
    subject: str | None
    alternative_subject: str | None
    type: str | None
    consumer: str
    include_subunits: bool
    created: datetime
    validated: bool = False
    validation_attempts: int = 0

    @property
    def filters(self) -> tuple[Any, ...]:
        return (
            self.end_point,
            self.resource,
            self.source,
            self.subject,
            self.alternative_subject,
            self.type,
            self.consumer,
        )

    def wants(self, event: "Event") -> bool:
        """Exact matching: an empty text is a filter that nothing passes."""
        return all(
            wanted is None or wanted == event.body.get(name)
            for name, wanted in (
                ("resource", self.resource),
                ("subject", self.subject),
                ("alternativesubject", self.alternative_subject),
                ("type", self.type),
            )
        )


@dataclass(slots=True)
class Event:
    sequence: int
    registered: datetime
    body: dict[str, Any]
    instance: str | None
    attempts: int = 0
    open_deliveries: int = 0
    deliveries: int = 0

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def delivered(self) -> bool:
        return self.deliveries > 0 and self.open_deliveries == 0


@dataclass(slots=True)
class EventStore:
    events: list[Event] = field(default_factory=list)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    last_subscription: int = 0
    by_id: dict[str, Event] = field(default_factory=dict)
    by_instance: dict[str, list[Event]] = field(default_factory=dict)

    def add(self, body: dict[str, Any], moment: datetime, instance: str | None) -> Event:
        event = Event(len(self.events) + 1, moment, body, instance)
        self.events.append(event)
        self.by_id[event.id] = event
        if instance is not None:
            self.by_instance.setdefault(instance, []).append(event)
        return event

    def sequence_of(self, event_id: str) -> int:
        """An id that nobody knows means: from the beginning."""
        event = self.by_id.get(event_id)
        return 0 if event is None else event.sequence

    def subscribe(self, wanted: Subscription) -> Subscription:
        """An identical subscription is given back instead of a second one."""
        for existing in self.subscriptions.values():
            if existing.filters == wanted.filters:
                return existing
        self.last_subscription += 1
        wanted.id = self.last_subscription
        self.subscriptions[wanted.id] = wanted
        return wanted

    def wanting(self, event: Event) -> list[Subscription]:
        return [s for s in self.subscriptions.values() if s.validated and s.wants(event)]
