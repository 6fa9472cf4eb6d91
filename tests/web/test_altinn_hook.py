"""Altinn's events: what is stored, what is answered and left, what is refused."""

from typing import Any

import pytest

from case_core.messages import FormCompleted, LetterChanged
from store.inbox import claim
from tests.web import build
from tests.web.desk import ALTINN_SECRET, Desk

HOOK = f"/hooks/altinn?code={ALTINN_SECRET}"
GUID = build.form().partition("/")[2]
SOURCE = f"https://hdir.apps.altinn.example/hdir/autorisasjon/instances/{build.form()}"
LETTER = "3f9a52aa-8d62-4e0e-9b57-0e1a4b8d1c01"


def completed(**changed: object) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": "6a2b52aa-8d62-4e0e-9b57-0e1a4b8d1c01",
        "type": "app.instance.process.completed",
        "source": SOURCE,
        "subject": "/party/50100001",
        "alternativesubject": f"/person/{build.NIN}",
        "resource": "urn:altinn:resource:app_hdir_autorisasjon",
        "resourceinstance": build.form(),
    }
    return {name: value for name, value in {**event, **changed}.items() if value is not None}


async def only_message(desk: Desk) -> object:
    async with desk.database.write() as tx:
        (row,) = await claim(tx, [1])
    return row.message


async def test_a_completed_form_is_stored_before_it_is_answered(desk: Desk) -> None:
    """The row is there when Altinn hears 200."""
    desk.asleep = True
    answer = await desk.client.post(HOOK, json=completed())
    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    assert FormCompleted(at=build.NOW, app="autorisasjon", instance=build.form()) == await only_message(desk)


async def test_an_event_five_times_is_one_row(desk: Desk) -> None:
    """Altinn delivers at least once; the row is there once."""
    desk.asleep = True
    answers = [await desk.client.post(HOOK, json=completed()) for _ in range(5)]
    assert ["stored", *["known"] * 4] == [answer.json()["status"] for answer in answers]
    assert await desk.amount("inbox") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"resourceinstance": GUID},
        {"resourceinstance": None},
        {"resource": None},
        {"resourceinstance": build.form().upper()},
    ],
)
async def test_the_form_is_found_in_every_documented_shape(desk: Desk, changed: dict[str, Any]) -> None:
    """A bare guid gets its party from the source, which is read and never fetched."""
    desk.asleep = True
    assert (await desk.client.post(HOOK, json=completed(**changed))).status_code == 200
    message = await only_message(desk)
    assert isinstance(message, FormCompleted)
    assert message.instance == build.form()


async def test_a_letter_event_is_stored_as_a_hint(desk: Desk) -> None:
    """Only the letter's id is kept of it."""
    desk.asleep = True
    event = completed(type="no.altinn.correspondence.correspondencepublished", resourceinstance=LETTER)
    assert (await desk.client.post(HOOK, json=event)).status_code == 200
    assert LetterChanged(at=build.NOW, letter_id=LETTER) == await only_message(desk)


async def test_the_subscription_is_validated(desk: Desk) -> None:
    """Until the validation event has got its 200, Altinn sends nothing."""
    event = {
        "specversion": "1.0",
        "id": LETTER,
        "source": "https://platform.altinn.example/events/api/v1/subscriptions/1",
        "type": "platform.events.validatesubscription",
    }
    answer = await desk.client.post(HOOK, json=event)
    assert (answer.status_code, answer.json()["status"]) == (200, "validated")
    assert await desk.amount("inbox") == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "app.instance.substatus.changed"},
        {"type": "dialogporten.dialog.created.v1"},
        {"resource": "urn:altinn:resource:app_hdir_refusjon"},
        {"resource": "urn:altinn:resource:app_ttd_autorisasjon"},
        {"resource": None, "source": SOURCE.replace("/hdir/", "/ttd/")},
    ],
)
async def test_what_is_not_for_us_is_answered_counted_and_left(desk: Desk, changed: dict[str, Any]) -> None:
    """Another answer would make Altinn send it again for two days."""
    assert (await desk.client.post(HOOK, json=completed(**changed))).json() == {"status": "ignored"}
    assert await desk.amount("inbox") == 0
    counted = (await desk.client.get("/health")).json()["unused_hints"]
    assert sum(counted.values()) == 1


async def test_a_supplement_form_is_one_of_ours(desk: Desk) -> None:
    """Both forms' events are stored."""
    desk.asleep = True
    event = completed(resource="urn:altinn:resource:app_hdir_ettersending")
    assert (await desk.client.post(HOOK, json=event)).json() == {"status": "stored"}


async def test_news_that_moves_no_case_is_not_stored(desk: Desk) -> None:
    """A letter's notification order has an id of its own, which is no letter's."""
    event = completed(type="no.altinn.correspondence.notificationcreated", resourceinstance=LETTER)
    assert (await desk.client.post(HOOK, json=event)).json() == {"status": "ignored"}


@pytest.mark.parametrize("code", ["", "wrong", ALTINN_SECRET[:-1], f"{ALTINN_SECRET}x", "æøå"])
async def test_without_the_secret_nothing_is_read(desk: Desk, code: str) -> None:
    """Even a body that is no JSON at all is met with 401."""
    answer = await desk.client.post("/hooks/altinn", params={"code": code}, content=b"{{{")
    assert answer.status_code == 401
    assert ALTINN_SECRET not in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
        ({"id": "x" * 101}, "id"),
        ({"id": 7}, "id"),
        ({"id": "a\0b"}, "id"),
        ({"type": None}, "type"),
        ({"type": ["x"]}, "type"),
        ({"resourceinstance": "50100001/not-a-guid"}, "resourceinstance"),
        ({"resourceinstance": f"{build.NIN}/{GUID}"}, "resourceinstance"),
        ({"resourceinstance": GUID, "source": None}, "resourceinstance"),
        ({"resourceinstance": {"a": 1}}, "resourceinstance"),
        (
            {"type": "no.altinn.correspondence.correspondencepublished", "resourceinstance": "7"},
            "resourceinstance",
        ),
    ],
)
async def test_a_wrong_field_is_named_and_its_value_is_not(
    desk: Desk, changed: dict[str, Any], field: str
) -> None:
    """400 with the field's name and what to do; nothing is stored."""
    answer = await desk.client.post(HOOK, json=completed(**changed))
    assert answer.status_code == 400
    assert f"field {field} " in answer.json()["error"]
    assert answer.json()["what_to_do"]
    assert build.NIN not in answer.text
    assert await desk.amount("inbox") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"{", 400),
        (b'{"id": "\xff"}', 400),
        (b'{"id": "\\ud800"}', 400),
        (b"[" * 60_000, 400),
        (b'{"a": ' * 10_000, 400),
        (b'{"id": 1e999999, "type": 123456789012345678901234567890}', 400),
        (b'{"x": "' + b"a" * 70_000 + b'"}', 413),
    ],
)
async def test_a_hostile_body_is_the_senders_mistake(desk: Desk, body: bytes, status: int) -> None:
    """Never a 5xx for bad input."""
    answer = await desk.client.post(HOOK, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "what_to_do"}


async def test_a_body_that_grows_past_its_claimed_length_is_stopped(desk: Desk) -> None:
    """The bytes are counted as they come."""

    async def chunks() -> Any:
        for _ in range(100):
            yield b" " * 1024

    answer = await desk.client.post(HOOK, content=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


async def test_another_media_type_is_refused(desk: Desk) -> None:
    """A form posted by a browser is no event."""
    answer = await desk.client.post(HOOK, data={"id": "x"})
    assert answer.status_code == 415


async def test_cloudevents_json_is_taken_too(desk: Desk) -> None:
    """Altinn writes application/json; the standard writes its own media type."""
    headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
    assert (await desk.client.post(HOOK, json=completed(), headers=headers)).status_code == 200


async def test_another_method_is_refused_as_json(desk: Desk) -> None:
    """Machines get JSON, whatever they accept."""
    answer = await desk.client.get(HOOK)
    assert answer.status_code == 405
    assert set(answer.json()) == {"error", "what_to_do"}


async def test_webhooks_come_from_outside(desk: Desk) -> None:
    """The pages are for this machine; the webhooks are not."""
    desk.asleep = True
    async with desk.caller("20.100.46.139", "https://skranke.example") as altinn:
        assert (await altinn.post(HOOK, json=completed())).status_code == 200
