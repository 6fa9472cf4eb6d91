from typing import Any

import pytest

from tests.simulators.harness import APPLICATION_RESOURCE, EVENTS, Hub, until

COMPLETED = "app.instance.process.completed"


async def test_a_subscription_is_validated_before_it_gets_anything(hub: Hub) -> None:
    """The first thing that arrives is the validation event, without subject, time and resource."""
    answer = await hub.subscribe(APPLICATION_RESOURCE)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{hub.base}{EVENTS}/subscription/1"
    await until(lambda: bool(hub.receiver.received))
    event = hub.receiver.received[0]
    assert set(event) == {"specversion", "id", "source", "type"}
    assert event["type"] == "platform.events.validatesubscription"
    await until(lambda: hub.world.events.subscriptions[1].validated)


async def test_a_subscription_is_made_once(hub: Hub) -> None:
    """An identical request gives the same id and another validation event."""
    first, second = await hub.subscribe(APPLICATION_RESOURCE), await hub.subscribe(APPLICATION_RESOURCE)
    assert first.json()["id"] == second.json()["id"]
    assert second.status_code == 201
    await until(lambda: len(hub.receiver.received) == 2)


async def _validated(hub: Hub, resource: str = APPLICATION_RESOURCE, **more: Any) -> None:
    number = (await hub.subscribe(resource, **more)).json()["id"]
    await until(lambda: hub.world.events.subscriptions[number].validated)


async def test_a_submission_is_told_as_plain_json(hub: Hub) -> None:
    """Created, moved and completed arrive as one CloudEvent each, of type application/json."""
    await _validated(hub)
    instance = (await hub.apply())["instanceId"]
    await until(lambda: len(hub.receiver.of_type(COMPLETED)) == 1)
    kinds = {event["type"] for event in hub.receiver.received[1:]}
    assert kinds == {"app.instance.created", "app.instance.process.movedTo.Task_2", COMPLETED}
    event = hub.receiver.of_type(COMPLETED)[0]
    assert hub.receiver.headers[-1]["content-type"] == "application/json; charset=utf-8"
    assert event["resourceinstance"] == instance
    assert event["source"] == f"{hub.base}/apps/hdir/autorisasjon/instances/{instance}"
    assert event["subject"] == f"/party/{instance.partition('/')[0]}"
    assert event["alternativesubject"].startswith("/person/")


async def test_a_failed_delivery_is_tried_again_with_the_same_id(hub: Hub) -> None:
    """Anything but 2xx brings the event back."""
    await _validated(hub, typeFilter=COMPLETED)
    hub.receiver.answers = [500, 503]
    await hub.apply()
    await until(lambda: len(hub.receiver.of_type(COMPLETED)) == 3)
    assert len({event["id"] for event in hub.receiver.of_type(COMPLETED)}) == 1

    async def noted() -> bool:
        rows = [row for row in (await hub.books())["events"] if row["type"] == COMPLETED]
        return bool(rows[0]["delivered"] and rows[0]["attempts"] == 3)

    await until(noted)


async def test_events_can_be_sent_again(hub: Hub) -> None:
    """The control interface repeats the very same events."""
    await _validated(hub, typeFilter=COMPLETED)
    instance = (await hub.apply())["instanceId"]
    await until(lambda: len(hub.receiver.of_type(COMPLETED)) == 1)
    answer = await hub.http.post("/sim/events/redeliver", json={"instanceId": instance, "times": 4})
    assert answer.status_code == 202
    await until(lambda: len(hub.receiver.of_type(COMPLETED)) == 5)
    assert len({event["id"] for event in hub.receiver.of_type(COMPLETED)}) == 1


async def test_an_empty_filter_matches_nothing(hub: Hub) -> None:
    """An empty text is stored as a filter, and nothing is equal to it."""
    await _validated(hub, typeFilter="")
    await hub.apply()
    assert [row["attempts"] for row in (await hub.books())["events"]] == [0, 0, 0]


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"endPoint": "http://example.com/x"}, 400, "Missing or invalid endpoint to push events towards"),
        ({"resourceFilter": "not a urn"}, 400, "Resource filter must be a valid urn"),
        ({"includeSubunits": True}, 400, "IncludeSubunits requires a subject filter."),
        ({"resourceFilter": None}, 400, "Resource filter is required."),
        (
            {"resourceFilter": "urn:altinn:resource:app_skd_x"},
            403,
            "Not authorized to create a subscription for resource urn:altinn:resource:app_skd_x",
        ),
        (
            {
                "resourceFilter": "urn:altinn:resource:hdir-autorisasjon",
                "alternativeSubjectFilter": "/org/983544622",
            },
            400,
            "AlternativeSubject filter is not supported for subscriptions on this resource.",
        ),
        (
            {"resourceFilter": None, "sourceFilter": "https://hdir.apps.altinn.no/hdir/autorisasjon/"},
            400,
            "A valid app id is required in source filter {environment}/{org}/{app}",
        ),
    ],
)
async def test_a_wrong_subscription_is_refused_with_a_bare_text(
    hub: Hub, body: dict[str, Any], status: int, text: str
) -> None:
    """Refusals are JSON strings, not problem documents."""
    answer = await hub.subscribe(APPLICATION_RESOURCE, **body)
    assert (answer.status_code, answer.json()) == (status, text)


async def test_a_subscription_can_be_read_and_removed(hub: Hub) -> None:
    """Listing shows it, deleting answers 200, afterwards it is gone."""
    number = (await hub.subscribe(APPLICATION_RESOURCE)).json()["id"]
    headers = await hub.altinn()
    listed = (await hub.http.get(f"{EVENTS}/subscriptions", headers=headers)).json()
    assert [row["id"] for row in listed["subscriptions"]] == [number]
    assert (await hub.http.delete(f"{EVENTS}/subscriptions/{number}", headers=headers)).status_code == 200
    assert (await hub.http.get(f"{EVENTS}/subscriptions/{number}", headers=headers)).status_code == 404


async def test_polling_shows_events_late_and_pages_by_id(hub: Hub) -> None:
    """Events become visible after a while; an empty page has no next header."""
    await hub.apply()
    headers = await hub.altinn()
    url, first = f"{EVENTS}/app/hdir/autorisasjon", {"from": "2020-01-01T00:00:00Z"}

    async def visible() -> bool:
        return len((await hub.http.get(url, params=first, headers=headers)).json()) == 3

    await until(visible)
    page = await hub.http.get(url, params=first | {"size": "2"}, headers=headers)
    assert page.headers["content-type"] == "application/cloudevents+json"
    rest = await hub.http.get(page.headers["next"], headers=headers)
    assert [event["type"] for event in rest.json()] == [COMPLETED]
    end = await hub.http.get(rest.headers["next"], headers=headers)
    assert (end.json(), "next" in end.headers) == ([], False)


async def test_an_unknown_after_starts_from_the_beginning(hub: Hub) -> None:
    """The trap of the generic poll, and its demands."""
    await hub.apply()
    headers = await hub.altinn()
    asked = {"resource": APPLICATION_RESOURCE, "after": "no-such-id", "type": "app.instance.%"}

    async def everything() -> bool:
        answer = await hub.http.get(f"{EVENTS}/events", params=asked, headers=headers)
        return len(answer.json()) == 3

    await until(everything)
    wrong = await hub.http.get(f"{EVENTS}/events", params={"resource": "x"}, headers=headers)
    assert wrong.status_code == 400
    assert "must begin with" in wrong.json()["detail"]


async def test_only_orgs_may_poll_an_app(hub: Hub) -> None:
    """Without the org claim the app's events stay closed."""
    headers = await hub.altinn("nhn:hpr/basic")
    answer = await hub.http.get(f"{EVENTS}/app/hdir/autorisasjon", headers=headers)
    assert (answer.status_code, answer.json()) == (401, "Only orgs can call this api")
