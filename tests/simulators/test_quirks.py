"""The awkward parts of the contracts that are switched on."""

from typing import Any
from xml.etree import ElementTree as ET

from tests.simulators.harness import APPLICATION, APPLICATION_RESOURCE, SUPPLEMENT, Hub, until

LOOK_UP = "/hpr/v1/personerutvidet"


async def _switch(hub: Hub, **quirks: Any) -> None:
    answer = await hub.http.put("/sim/quirks", json=quirks)
    assert answer.status_code == 200, answer.text


async def test_prefill_is_lost_in_silence(hub: Hub) -> None:
    """The instance is made as if all were well, without the named keys."""
    await _switch(hub, dropPrefill={"ettersending": ["Saksnummer"]})
    person = hub.world.people.everybody[0]
    prefill = {"saksnummer": "2026/9", "referanse": "r"}
    body = {"instanceOwner": {"partyId": str(person.party_id)}, "prefill": prefill}
    made = await hub.http.post(f"{SUPPLEMENT}/create", json=body, headers=await hub.altinn())
    assert (made.status_code, made.json()["dataValues"]) == (201, {})
    form = next(iter(hub.world.instances)).form()
    assert (form["saksnummer"], form["referanse"]) == (None, "r")


async def test_tokens_may_be_quoted_unasked(hub: Hub) -> None:
    """Whatever Accept says."""
    await _switch(hub, quotedTokens=True)
    headers = await hub.maskinporten()
    answer = await hub.http.get("/platform/authentication/api/v1/exchange/maskinporten", headers=headers)
    assert answer.text == f'"{answer.json()}"'


async def test_models_may_be_xml_only(hub: Hub) -> None:
    """Also for who asks for JSON."""
    await _switch(hub, xmlOnly=True)
    made = (await hub.apply())["instanceId"]
    headers = await hub.altinn()
    shown = (await hub.http.get(f"{APPLICATION}/{made}", headers=headers)).json()
    element = next(row for row in shown["data"] if row["dataType"] == "model")
    url = f"{APPLICATION}/{made}/data/{element['id']}"
    answer = await hub.http.get(url, headers=headers | {"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("application/xml")
    assert ET.fromstring(answer.content).tag == "Soknad"  # noqa: S314 - made by ourselves


async def test_hpr_leaves_out_what_it_may(hub: Hub) -> None:
    """Empty lists are null, nulls are gone, and numbers of code systems are texts."""
    await _switch(hub, oddHpr=True)
    nin = (await hub.person("hpr:other-profession"))["nin"]
    record = (await hub.http.post(LOOK_UP, json={"nin": nin}, headers=await hub.maskinporten())).json()
    [approval] = record["godkjenninger"]
    assert record["administrativeReaksjoner"] is None
    assert "erstattetAvHprNummer" not in record
    assert approval["helsepersonellkategori"]["kodeverk"]["id"] == "9060"
    assert approval["vilkår"] is None
    assert "til" not in approval["periode"]


async def test_fields_come_and_go_everywhere(hub: Hub) -> None:
    """Every object of every remote has news in it, and optional fields are gone; people see no difference."""
    assert (await hub.subscribe(APPLICATION_RESOURCE)).status_code == 201
    await until(lambda: all(s.validated for s in hub.world.events.subscriptions.values()))
    await _switch(hub, fieldsComeAndGo=True)
    made = (await hub.apply())["instanceId"]
    shown = (await hub.http.get(f"{APPLICATION}/{made}", headers=await hub.altinn())).json()
    assert shown["nyttFelt"] == shown["process"]["nyttFelt"] == shown["data"][0]["nyttFelt"]
    assert "selfLinks" not in shown
    assert "dueBefore" not in shown
    assert shown["dataValues"] == {}
    await until(lambda: any("nyttFelt" in body for body in hub.receiver.received))
    assert "nyttFelt" not in (await hub.http.get("/sim/books")).text


async def test_switches_are_shown_and_switched_off(hub: Hub) -> None:
    """What is not said is off; an unknown one is refused."""
    await _switch(hub, oddHpr=True)
    shown = (await hub.http.get("/sim/quirks")).json()
    assert (shown["oddHpr"], shown["xmlOnly"], shown["dropPrefill"]) == (True, False, {})
    assert (await hub.http.delete("/sim/quirks")).json()["oddHpr"] is False
    assert (await hub.http.put("/sim/quirks", json={"oddKrr": True})).status_code == 422
