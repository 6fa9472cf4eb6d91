from typing import Any
from uuid import uuid4

import pytest

from tests.simulators.harness import LETTERS, Hub, until

RESOURCE = "urn:altinn:resource:hdir-autorisasjon"


def _request(nin: str, **message: Any) -> dict[str, Any]:
    content = {"messageTitle": "Vedtak", "messageBody": "## Hei\n\nDu har fått **autorisasjon**."}
    usual = {"resourceId": "hdir-autorisasjon", "sendersReference": "2026/1", "content": content}
    return {"correspondence": usual | message, "recipients": [f"urn:altinn:person:identifier-no:{nin}"]}


async def _send(hub: Hub, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = await hub.http.post(LETTERS, json=body, headers=await hub.altinn())
    return answer.status_code, answer.json()


async def _published(hub: Hub, body: dict[str, Any]) -> str:
    status, answer = await _send(hub, body)
    assert status == 200, answer
    letter_id: str = answer["correspondences"][0]["correspondenceId"]
    await until(lambda: hub.world.letters.by_id[letter_id].reached("Published") is not None)
    return letter_id


async def test_a_letter_is_published_and_told(hub: Hub) -> None:
    """Initialized, notified, published, read and confirmed reach the subscriber of the resource."""
    number = (await hub.subscribe(RESOURCE)).json()["id"]
    await until(lambda: hub.world.events.subscriptions[number].validated)
    person = hub.world.people.everybody[0]
    notification = {"notificationChannel": "Email", "emailSubject": "Hei", "emailBody": "Les"}
    letter = await _published(hub, _request(person.nin, notification=notification))
    await hub.http.post(f"/sim/people/{person.key}/messages/{letter}/read")
    await hub.http.post(f"/sim/people/{person.key}/messages/{letter}/confirm")
    names = ("initialized", "published", "receiverread", "receiverconfirmed")
    wanted = {f"no.altinn.correspondence.correspondence{name}" for name in names}
    wanted |= {"no.altinn.correspondence.notificationcreated", "platform.events.validatesubscription"}
    await until(lambda: {event["type"] for event in hub.receiver.received} == wanted)
    told = hub.receiver.of_type("no.altinn.correspondence.correspondencepublished")[0]
    assert told["subject"].startswith("urn:altinn:person:")
    assert told["resourceinstance"] == letter
    order = hub.receiver.of_type("no.altinn.correspondence.notificationcreated")[0]
    assert order["source"].endswith("/notification")
    assert order["resourceinstance"] != letter


async def test_details_tell_the_whole_way(hub: Hub) -> None:
    """The status history holds every step."""
    person = hub.world.people.everybody[0]
    letter = await _published(hub, _request(person.nin))
    body = (await hub.http.get(f"{LETTERS}/{letter}/details", headers=await hub.altinn())).json()
    steps = [row["status"] for row in body["statusHistory"]]
    assert steps == ["Initialized", "ReadyForPublish", "Published"]
    assert (body["status"], body["sendersReference"]) == ("Published", "2026/1")


async def test_the_same_key_is_refused_without_the_first_id(hub: Hub) -> None:
    """409 with 1034, and the first one can be found by its key."""
    key, person = str(uuid4()), hub.world.people.everybody[0]
    first = await _published(hub, _request(person.nin) | {"idempotentKey": key})
    status, refusal = await _send(hub, _request(person.nin, sendersReference="x") | {"idempotentKey": key})
    assert (status, refusal["errorCode"], first in str(refusal)) == (409, 1034, False)
    asked = {"resourceId": "hdir-autorisasjon", "role": "Sender", "idempotentKey": key}
    found = (await hub.http.get(LETTERS, params=asked, headers=await hub.altinn())).json()
    assert found == {"ids": [first]}
    assert (await hub.books())["correspondences"][0]["duplicatesRefused"] == 1


async def test_a_reserved_person_is_refused_unless_ignored(hub: Hub) -> None:
    """422 with 1030; with ignoreReservation the letter goes."""
    person = await hub.person("reserved")
    status, refusal = await _send(hub, _request(person["nin"]))
    assert (status, refusal["errorCode"]) == (422, 1030)
    await _published(hub, _request(person["nin"], ignoreReservation=True))


async def test_among_several_a_reserved_person_is_passed_over(hub: Hub) -> None:
    """With more than one recipient the reserved one just gets the status Reserved."""
    reserved, plain = await hub.person("reserved"), await hub.person("plain")
    body = _request(plain["nin"])
    body["recipients"].append(reserved["nin"])
    status, answer = await _send(hub, body)
    assert status == 200
    assert [row["status"] for row in answer["correspondences"]] == ["Initialized", "Reserved"]


async def test_a_reservation_found_at_publishing_fails_the_letter(hub: Hub) -> None:
    """Accepted at first, Failed afterwards, with an event."""
    person = await hub.person("reserved-at-publish")
    status, _ = await _send(hub, _request(person["nin"]))
    assert status == 200

    async def failed() -> bool:
        books = await hub.books()
        kinds = [row["type"] for row in books["events"]]
        told = "no.altinn.correspondence.correspondencepublishfailed" in kinds
        return told and books["correspondences"][0]["status"] == "Failed"

    await until(failed)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"content": {"messageTitle": "# Stor", "messageBody": "x"}}, 1002),
        ({"content": {"messageTitle": "*skrå*", "messageBody": "x"}}, 1002),
        ({"content": {"messageTitle": "Hei", "messageBody": "a <b>b</b>"}}, 1003),
        ({"content": {"messageTitle": "", "messageBody": "x"}}, 1020),
        ({"content": {"messageTitle": "Hei", "messageBody": " "}}, 1021),
        ({"content": {"messageTitle": "Hei", "messageBody": "x" * 30_001}}, 1022),
        ({"content": {"messageTitle": "Hei", "messageBody": "x", "language": "se"}}, 1023),
        ({"content": None}, 1019),
        ({"messageSender": "_Direktoratet_"}, 1039),
        ({"isConfirmationNeeded": True}, 1016),
        ({"dueDateTime": "2020-01-01T00:00:00Z"}, 1008),
        ({"dueDateTime": "2099-01-01T00:00:00Z", "requestedPublishTime": "2099-02-01T00:00:00Z"}, 1009),
        ({"resourceId": "unknown"}, 1036),
        ({"replyOptions": [{"linkURL": "http://example.com"}]}, 1035),
        ({"notification": {"notificationChannel": 1}}, 3004),
        ({"notification": {"notificationChannel": "EmailAndSms", "smsBody": "x"}}, 3024),
        (
            {
                "notification": {
                    "notificationChannel": 0,
                    "emailSubject": "x",
                    "emailBody": "x",
                    "sendReminder": True,
                }
            },
            3003,
        ),
    ],
)
async def test_a_broken_rule_has_its_code(hub: Hub, message: dict[str, Any], code: int) -> None:
    """Refusals are problem documents with an integer errorCode."""
    status, body = await _send(hub, _request(hub.world.people.everybody[0].nin, **message))
    assert (status, body["errorCode"]) == (400, code)


async def test_code_spans_and_lists_pass(hub: Hub) -> None:
    """Markup inside code spans is no HTML, and list markers in a title are plain enough."""
    content = {"messageTitle": "- Hei `du`", "messageBody": "Bruk `<b>` slik.\n\n- a\n- [b](https://hdir.no)"}
    status, _ = await _send(hub, _request(hub.world.people.everybody[0].nin, content=content))
    assert status == 200


async def test_recipients_need_valid_check_digits(hub: Hub) -> None:
    """A number that fails mod 11 is a validation problem; a valid stranger is 404 with 1029."""
    status, body = await _send(hub, _request("01899699553"))
    assert (status, body["code"]) == (400, "STD-00000")
    assert body["validationErrors"][0]["paths"] == ["/recipients/0"]
    status, body = await _send(hub, _request("08844397713"))
    assert (status, body["errorCode"]) == (404, 1029)


async def test_property_names_are_read_without_regard_to_case(hub: Hub) -> None:
    """As the service's own deserialiser does."""
    nin = hub.world.people.everybody[0].nin
    message = {
        "ResourceId": RESOURCE,
        "SendersReference": "1",
        "Content": {"MessageTitle": "Hei {{recipientName}}", "MessageBody": "x"},
    }
    letter = await _published(hub, {"Correspondence": message, "Recipients": [nin]})
    assert hub.world.letters.by_id[letter].recipient is hub.world.people.everybody[0]
    inbox = (await hub.http.get("/sim/people/p001/inbox")).json()
    assert inbox["messages"][0]["title"] == f"Hei {hub.world.people.everybody[0].name}"


async def test_reading_is_the_recipients_own(hub: Hub) -> None:
    """A plain GET only fetches, the content reads, and the sender may do neither."""
    person = hub.world.people.everybody[0]
    letter = await _published(hub, _request(person.nin))
    token = (await hub.http.post(f"/sim/people/{person.key}/token")).json()["token"]
    citizen = {"Authorization": f"Bearer {token}"}
    assert (await hub.http.get(f"{LETTERS}/{letter}", headers=citizen)).json()["status"] == "Fetched"
    body = await hub.http.get(f"{LETTERS}/{letter}/content", headers=citizen)
    assert body.text.startswith("## Hei")
    sender = await hub.altinn()
    assert (await hub.http.get(f"{LETTERS}/{letter}", headers=sender)).json()["status"] == "Read"
    assert (await hub.http.get(f"{LETTERS}/{letter}/content", headers=sender)).status_code == 403
    stranger = (await hub.http.post("/sim/people/p002/token")).json()["token"]
    headers = {"Authorization": f"Bearer {stranger}"}
    assert (await hub.http.get(f"{LETTERS}/{letter}/content", headers=headers)).status_code == 404


async def test_a_raw_token_needs_both_scopes(hub: Hub) -> None:
    """The issuer problem meets a Maskinporten token that lacks altinn:serviceowner."""
    body = _request(hub.world.people.everybody[0].nin)
    lacking = await hub.maskinporten("altinn:correspondence.write")
    answer = await hub.http.post(LETTERS, json=body, headers=lacking)
    assert answer.status_code == 403
    assert answer.json()["title"].startswith("IDX10205")
    both = await hub.maskinporten("altinn:correspondence.write altinn:serviceowner")
    assert (await hub.http.post(LETTERS, json=body, headers=both)).status_code == 200


async def test_a_due_letter_that_nobody_read_is_told(hub: Hub) -> None:
    """Never-read comes at the due time, with the recipient as subject."""
    due = hub.world.clock.now().timestamp() + 0.3
    moment = hub.world.clock.now().fromtimestamp(due, hub.world.clock.now().tzinfo).isoformat()
    person = hub.world.people.everybody[0]
    await _published(hub, _request(person.nin, dueDateTime=moment, isConfirmationNeeded=True))

    async def told() -> bool:
        kinds = {row["type"].rpartition(".")[2] for row in (await hub.books())["events"]}
        return {"correspondencereceiverneverread", "correspondencereceiverneverconfirmed"} <= kinds

    await until(told)
