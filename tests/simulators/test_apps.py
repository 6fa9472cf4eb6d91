from typing import Any

import orjson
import pytest

from tests.simulators.harness import APPLICATION, HDIR, SERVICE_OWNER, STORAGE, SUPPLEMENT, Hub, until


async def _instance(hub: Hub, instance_id: str, app: str = APPLICATION) -> dict[str, Any]:
    answer = await hub.http.get(f"{app}/{instance_id}", headers=await hub.altinn())
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def _element(instance: dict[str, Any], data_type: str) -> dict[str, Any]:
    element: dict[str, Any] = next(e for e in instance["data"] if e["dataType"] == data_type)
    return element


async def test_the_app_writes_nulls_where_storage_leaves_out(hub: Hub) -> None:
    """The two hosts show the same instance in two ways, and a client must read both."""
    made = await hub.apply()
    app = await _instance(hub, made["instanceId"])
    headers = await hub.altinn()
    storage = (await hub.http.get(f"{STORAGE}/{made['instanceId']}", headers=headers)).json()
    assert app["dueBefore"] is None
    assert app["status"]["readStatus"] == 1
    assert app["process"]["currentTask"] is None
    assert isinstance(app["instanceOwner"]["party"]["partyId"], int)
    assert isinstance(app["instanceOwner"]["partyId"], str)
    assert "dueBefore" not in storage
    assert storage["status"]["readStatus"] == "Read"
    assert "currentTask" not in storage["process"]
    assert "apps" not in storage["selfLinks"]


async def test_a_submitted_application_is_archived_with_its_documents(hub: Hub) -> None:
    """Process ended, archived, and a receipt, a payment and its receipt beside the form."""
    made = await hub.apply()
    instance = await _instance(hub, made["instanceId"])
    assert instance["process"]["ended"] == instance["status"]["archived"]
    assert instance["status"]["isArchived"] is True
    assert instance["presentationTexts"] == {"profesjon": hub.world.people.everybody[0].profession}
    kinds = {element["dataType"] for element in instance["data"]}
    assert kinds == {"model", "ref-data-as-pdf", "paymentInformation", "paymentReceiptPdf"}
    assert instance["createdBy"] == str(hub.world.people.everybody[0].user_id)


async def test_the_form_follows_accept_at_the_app_and_is_xml_at_storage(hub: Hub) -> None:
    """JSON only when asked for, and never from Storage."""
    made = await hub.apply(form={"sprak": "nn"})
    element = _element(await _instance(hub, made["instanceId"]), "model")
    headers = await hub.altinn()
    path = f"{made['instanceId']}/data/{element['id']}"
    json_wanted = headers | {"Accept": "application/json"}
    as_json = await hub.http.get(f"{APPLICATION}/{path}", headers=json_wanted)
    as_xml = await hub.http.get(f"{APPLICATION}/{path}", headers=headers)
    stored = await hub.http.get(f"{STORAGE}/{path}", headers=json_wanted)
    assert as_json.json()["sprak"] == "nn"
    assert b"<Soknad>" in as_xml.content
    assert stored.content == as_xml.content
    assert stored.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(("way", "fee"), [("norge", 2000), ("eos", 2500), ("utenforEos", 3500)])
async def test_the_fee_follows_the_way(hub: Hub, way: str, fee: int) -> None:
    """The paid total is the tariff's, in kroner, and Nexi has it in øre."""
    made = await hub.apply(form={"utdanning": {"vei": way}})
    element = _element(await _instance(hub, made["instanceId"]), "paymentInformation")
    url = f"{APPLICATION}/{made['instanceId']}/data/{element['id']}"
    information = (await hub.http.get(url, headers=await hub.altinn())).json()
    assert (information["status"], information["orderDetails"]["totalPriceIncVat"]) == ("Paid", fee)
    assert information["paymentDetails"]["paymentId"] == made["paymentId"]
    assert hub.world.payments.by_id[made["paymentId"]].charged == fee * 100


async def test_payment_may_be_skipped_or_unmentioned(hub: Hub) -> None:
    """Skipped has a total of zero; none has no element at all."""
    skipped, none = await hub.apply(payment="skipped"), await hub.apply(payment="none")
    url = f"{APPLICATION}/{skipped['instanceId']}/payment"
    headers = await hub.altinn()
    information = (await hub.http.get(url, params={"taskId": "Task_2"}, headers=headers)).json()
    assert (information["status"], information["orderDetails"]["totalPriceIncVat"]) == ("Skipped", 0)
    kinds = {element["dataType"] for element in (await _instance(hub, none["instanceId"]))["data"]}
    assert kinds == {"model", "ref-data-as-pdf"}
    wrong = await hub.http.get(url, params={"taskId": "Task_1"}, headers=headers)
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "Not a payment task")


async def test_attachments_are_scanned_after_the_submission(hub: Hub) -> None:
    """Pending turns into Clean, or Infected where the content carries the mark."""
    bad = "U0tSQU5LRS1URVNULUlORkVDVEVE"
    files = [
        {"dataType": "vitnemal", "filename": "a.pdf", "size": 5000},
        {"dataType": "annet", "filename": "b.pdf", "content": bad},
    ]
    made = await hub.apply(attachments=files)

    async def scanned() -> bool:
        instance = await _instance(hub, made["instanceId"])
        found = [_element(instance, kind)["fileScanResult"] for kind in ("vitnemal", "annet")]
        return found == ["Clean", "Infected"]

    await until(scanned)
    instance = await _instance(hub, made["instanceId"])
    assert _element(instance, "vitnemal")["size"] == 5000
    assert _element(instance, "model")["fileScanResult"] == "NotApplicable"


async def test_confirming_twice_changes_nothing_and_unknown_is_forbidden(hub: Hub) -> None:
    """Complete is idempotent, and a missing instance is 403 rather than 404."""
    made = await hub.apply()
    headers = await hub.altinn()
    url = f"{APPLICATION}/{made['instanceId']}/complete"
    first = (await hub.http.post(url, headers=headers)).json()
    second = (await hub.http.post(url, headers=headers)).json()
    assert [row["stakeholderId"] for row in second["completeConfirmations"]] == ["hdir"]
    assert first["lastChanged"] == second["lastChanged"]
    assert (await hub.books())["instances"][0]["confirmCalls"] == 2
    for missing in (f"{APPLICATION}/1/no/complete", f"{STORAGE}/1/no/complete"):
        assert (await hub.http.post(missing, headers=headers)).status_code == 403
    assert (await hub.http.get(f"{STORAGE}/1/no", headers=headers)).status_code == 404


async def test_prefill_is_case_blind_and_silent_about_typos(hub: Hub) -> None:
    """An unknown key yields a form without the value and no error."""
    person = hub.world.people.everybody[3]
    body = {
        "instanceOwner": {"personNumber": person.nin},
        "prefill": {"SAKSNUMMER": "2026/12", "mangler": "vitnemal,annet", "sakreferanse": "typo"},
        "dueBefore": "2026-12-24T12:00:00Z",
        "notification": {"notificationChannel": 4},
    }
    answer = await hub.http.post(f"{SUPPLEMENT}/create", json=body, headers=await hub.altinn())
    instance = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == instance["selfLinks"]["apps"]
    assert instance["createdBy"] == HDIR
    assert instance["status"]["readStatus"] == 0
    assert instance["dataValues"] == instance["presentationTexts"] == {"saksnummer": "2026/12"}
    inbox = (await hub.http.get(f"/sim/people/{person.key}/inbox")).json()
    assert inbox["forms"][0]["prefill"] == {"saksnummer": "2026/12", "mangler": "vitnemal,annet"}
    assert (await hub.books())["instances"][0]["notification"] == {"notificationChannel": 4}


@pytest.mark.parametrize(
    ("owner", "status"),
    [({}, 400), ({"partyId": "1", "personNumber": "2"}, 400), ({"partyId": "999"}, 404)],
)
async def test_an_owner_must_be_one_and_known(hub: Hub, owner: dict[str, str], status: int) -> None:
    """Exactly one owner, and one that can be looked up."""
    headers = await hub.altinn()
    answer = await hub.http.post(f"{SUPPLEMENT}/create", json={"instanceOwner": owner}, headers=headers)
    assert answer.status_code == status


def _parts(party_id: int, model: bytes, media_type: str) -> dict[str, Any]:
    template = {"instanceOwner": {"partyId": str(party_id)}, "dueBefore": "2026-12-24T12:00:00Z"}
    return {
        "instance": (None, orjson.dumps(template), "application/json"),
        "model": (None, model, media_type),
    }


async def test_multipart_takes_the_model_as_xml(hub: Hub) -> None:
    """The form's fields are copied to the instance at creation."""
    person = hub.world.people.everybody[4]
    xml = b"<Ettersending><saksnummer>2026/7</saksnummer><mangler>vitnemal</mangler></Ettersending>"
    parts = _parts(person.party_id, xml, "application/xml")
    answer = await hub.http.post(SUPPLEMENT, files=parts, headers=await hub.altinn())
    assert answer.status_code == 201, answer.text
    assert answer.json()["dataValues"] == {"saksnummer": "2026/7"}
    assert answer.json()["dueBefore"].startswith("2026-12-24T12:00:00")


async def test_multipart_refuses_a_json_model(hub: Hub) -> None:
    """The data type allows XML only, and the refusal says so in a plain text."""
    parts = _parts(hub.world.people.everybody[4].party_id, b"{}", "application/json; charset=utf-8")
    answer = await hub.http.post(SUPPLEMENT, files=parts, headers=await hub.altinn())
    assert answer.status_code == 400
    assert answer.text == (
        "Error when comparing content to application metadata: The multipart section named model has a "
        "Content-Type 'application/json; charset=utf-8' which is invalid for element type 'model'"
    )


async def test_a_substatus_is_told_to_ourselves_too(hub: Hub) -> None:
    """Setting it emits an event; an empty label is refused."""
    made = await hub.apply()
    url, headers = f"{APPLICATION}/{made['instanceId']}/substatus", await hub.altinn()
    answer = await hub.http.put(url, json={"label": "Til behandling"}, headers=headers)
    assert answer.json()["status"]["substatus"] == {"label": "Til behandling", "description": None}
    assert (await hub.http.put(url, json={"label": ""}, headers=headers)).status_code == 400
    assert (await hub.books())["events"][-1]["type"] == "app.instance.substatus.changed"


async def test_an_unpaid_payment_task_does_not_end(hub: Hub) -> None:
    """The process waits at the payment until it is paid, then it goes on by itself."""
    made = await hub.apply(payment="later")
    headers = await hub.altinn()
    url = f"{APPLICATION}/{made['instanceId']}/process"
    assert (await hub.http.get(url, headers=headers)).json()["currentTask"]["altinnTaskType"] == "payment"
    assert (await hub.http.put(f"{url}/next", headers=headers)).status_code == 409
    await hub.http.post(f"/sim/payments/{made['paymentId']}/pay", json={"outcome": "paid"})
    assert (await hub.http.get(url, headers=headers)).json()["ended"]


async def test_scopes_and_owners_are_checked(hub: Hub) -> None:
    """No token 401, wrong scope 403, no service owner 403."""
    made = await hub.apply()
    url = f"{APPLICATION}/{made['instanceId']}"
    assert (await hub.http.get(url)).status_code == 401
    assert (await hub.http.get(url, headers=await hub.maskinporten())).status_code == 401
    reader = await hub.altinn("altinn:serviceowner/instances.read")
    assert (await hub.http.get(url, headers=reader)).status_code == 200
    assert (await hub.http.post(f"{url}/complete", headers=reader)).status_code == 403
    assert (await hub.http.get(url, headers=await hub.altinn("nhn:hpr/basic"))).status_code == 403
    assert (await hub.http.get(url, headers=await hub.altinn(SERVICE_OWNER))).status_code == 200
