"""Registering events and pushing them to whoever subscribes."""

from typing import Any
from uuid import uuid4

import httpx
import orjson

from simulators import outbound
from simulators.clock import stamp
from simulators.event_store import Event, Subscription
from simulators.state import World

# The platform's own schedules, in seconds.
DELIVERY_RETRIES = (10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 43200)
VALIDATION_RETRIES = (1, 5, 10, 30, 60, 120, 120, 120)
CONTENT_TYPE = {"Content-Type": "application/json; charset=utf-8"}


def publish(
    world: World,
    *,
    event_type: str,
    source: str,
    subject: str,
    alternative_subject: str,
    resource: str,
    resource_instance: str,
    instance: str | None,
) -> Event:
    """Registers the event and starts its deliveries. `instance` is what the books file it under."""
    moment = world.clock.now()
    body = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "time": stamp(moment),
        "type": event_type,
        "source": source,
        "subject": subject,
        "alternativesubject": alternative_subject,
        "resource": resource,
        "resourceinstance": resource_instance,
    }
    event = world.events.add(body, moment, instance)
    send(world, event)
    return event


def send(world: World, event: Event) -> int:
    """Starts one delivery per subscription that wants the event; how many."""
    takers = world.events.wanting(event)
    for subscription in takers:
        event.deliveries += 1
        event.open_deliveries += 1
        world.background.spawn(_deliver(world, event, subscription))
    return len(takers)


def validate(world: World, subscription: Subscription) -> None:
    world.background.spawn(_validate(world, subscription))


async def _deliver(world: World, event: Event, subscription: Subscription) -> None:
    async def attempt() -> bool:
        event.attempts += 1
        return await _accepted(world, subscription.end_point, event.body)

    accepted = await outbound.deliver(
        world,
        "events",
        str(event.body["type"]),
        (0, *DELIVERY_RETRIES),
        attempt,
        wanted=lambda: subscription.id in world.events.subscriptions,
    )
    if accepted:
        event.open_deliveries -= 1


async def _validate(world: World, subscription: Subscription) -> None:
    body = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"{world.settings.events_url}/subscriptions/{subscription.id}",
        "type": "platform.events.validatesubscription",
    }
    for wait in (0, *VALIDATION_RETRIES):
        await world.clock.pause(wait)
        subscription.validation_attempts += 1
        if await _accepted(world, subscription.end_point, body):
            subscription.validated = True
            return


async def _accepted(world: World, url: str, body: dict[str, Any]) -> bool:
    """Any 2xx is an acceptance; nothing is signed."""
    try:
        answer = await world.http.post(
            url, content=orjson.dumps(world.quirks.shaped(body)), headers=CONTENT_TYPE
        )
    except httpx.HTTPError:
        return False
    return answer.is_success
