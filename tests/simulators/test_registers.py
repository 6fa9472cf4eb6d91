from typing import Any

import httpx
import pytest

from tests.simulators.harness import Hub

FREG = "/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer"
HPR = "/hpr/v1"


async def _hpr(hub: Hub, nin: str) -> httpx.Response:
    headers = await hub.maskinporten("nhn:hpr/basic nhn:hpr/extended")
    return await hub.http.post(f"{HPR}/personerutvidet", json={"nin": nin}, headers=headers)


async def _freg(hub: Hub, nin: str, *parts: str) -> dict[str, Any]:
    headers = await hub.maskinporten("folkeregister:deling/offentligmedhjemmel")
    answer = await hub.http.get(f"{FREG}/{nin}", params={"part": list(parts)}, headers=headers)
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


async def test_hpr_does_not_know_most_people(hub: Hub) -> None:
    """An unknown person is a 404 problem, and the look-up is in the books by key."""
    person = await hub.person("plain")
    answer = await _hpr(hub, person["nin"])
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["instance"] == "/v1/personerutvidet"
    assert (await hub.books())["lookups"] == [{"register": "hpr", "person": person["key"], "count": 1}]


@pytest.mark.parametrize(
    ("trait", "same", "ended", "stopped"),
    [
        ("hpr:other-profession", False, False, False),
        ("hpr:same-profession", True, False, False),
        ("hpr:revoked", False, True, False),
        ("hpr:stopped", False, False, True),
    ],
)
async def test_hpr_tells_the_kinds_of_approval(
    hub: Hub, trait: str, *, same: bool, ended: bool, stopped: bool
) -> None:
    """Each trait shows in the record, under property names with ø and å."""
    person = await hub.person(trait)
    record = (await _hpr(hub, person["nin"])).json()
    approval = record["godkjenninger"][0]
    profession = approval["helsepersonellkategori"]["verdi"]
    assert (profession == person["suggestion"]["profesjon"]) is same
    assert (approval["avsluttetStatus"] is not None) is ended
    assert bool(record["administrativeReaksjoner"]) is stopped
    assert "vilkår" in approval
    assert "fødselsdato" in record["person"]


async def test_a_merged_record_leads_to_its_successor(hub: Hub) -> None:
    """The identity number gives the old record; its successor holds the approval."""
    person = await hub.person("hpr:merged")
    old = (await _hpr(hub, person["nin"])).json()
    headers = await hub.maskinporten("nhn:hpr/extended")
    url = f"{HPR}/personerutvidet/{old['erstattetAvHprNummer']}"
    new = (await hub.http.get(url, headers=headers)).json()
    assert (old["godkjenninger"], new["erstattetAvHprNummer"]) == ([], None)
    assert new["godkjenninger"]


async def test_the_open_view_of_hpr_holds_no_identity(hub: Hub) -> None:
    """The basic scope gives names and approvals only, and is not enough for more."""
    person = await hub.person("hpr:other-profession")
    number = (await _hpr(hub, person["nin"])).json()["hprNummer"]
    basic = await hub.maskinporten("nhn:hpr/basic")
    reduced = await hub.http.get(f"{HPR}/personer/{number}", headers=basic)
    assert person["nin"] not in reduced.text
    assert (await hub.http.get(f"{HPR}/personerutvidet/{number}", headers=basic)).status_code == 403
    assert (await hub.http.get(f"{HPR}/personer/{number}", headers=await hub.altinn())).status_code == 401


async def test_folkeregisteret_shows_the_present_unless_asked(hub: Hub) -> None:
    """Old elements come with part=historikk only, and a part can be a single property."""
    person = await hub.person("name-changed")
    assert len((await _freg(hub, person["nin"]))["navn"]) == 1
    names = (await _freg(hub, person["nin"], "historikk"))["navn"]
    assert [name["erGjeldende"] for name in names] == [True, False]
    assert set(await _freg(hub, person["nin"], "navn")) == {"navn"}


@pytest.mark.parametrize("grade", ["fortrolig", "strengtFortrolig", "klientadresse"])
async def test_protection_stands_where_the_register_puts_it(hub: Hub, grade: str) -> None:
    """Strictly protected people have a post box only; a client address grades the address, not the person."""
    person = await hub.person(f"protected:{grade}")
    document = await _freg(hub, person["nin"])
    levels = [row["graderingsnivaa"] for row in document.get("adressebeskyttelse", [])]
    assert levels == ([] if grade == "klientadresse" else [grade])
    assert ("bostedsadresse" in document) is (grade != "strengtFortrolig")
    address = document.get("bostedsadresse") or document["postadresse"]
    assert address[0]["adressegradering"] == grade
    old = (await _freg(hub, person["nin"], "historikk"))["bostedsadresse"][-1]
    assert (old["erGjeldende"], old["adressegradering"]) == (False, "ugradert")


@pytest.mark.parametrize(
    ("trait", "status"),
    [("plain", "bosatt"), ("dead", "doed"), ("moved-abroad", "utflyttet"), ("d-number", "midlertidig")],
)
async def test_statuses(hub: Hub, trait: str, status: str) -> None:
    """A person's standing follows the trait; death is no array."""
    document = await _freg(hub, (await hub.person(trait))["nin"])
    assert document["status"][0]["status"] == status
    assert isinstance(document.get("doedsfall", {}), dict)


async def test_a_former_d_number_leads_to_the_same_person(hub: Hub) -> None:
    """Both numbers stand in the document."""
    person = next(p for p in hub.world.people.everybody if p.former_nin)
    document = await _freg(hub, person.former_nin or "")
    numbers = {row["foedselsEllerDNummer"]: row["status"] for row in document["identifikasjonsnummer"]}
    assert numbers == {person.nin: "iBruk", person.former_nin: "opphoert"}


async def test_bulk_answers_each_number_and_needs_a_content_type(hub: Hub) -> None:
    """Unknown numbers have a message of their own; without the type the body is taken for XML."""
    known, unknown = await hub.person("plain"), await hub.person("unknown-in-freg")
    headers = await hub.maskinporten("folkeregister:deling/offentligmedhjemmel")
    body = {"foedselsEllerDNummer": [known["nin"], unknown["nin"]]}
    rows = (await hub.http.post(f"{FREG}/bulkoppslag", json=body, headers=headers)).json()["oppslag"]
    assert "folkeregisterperson" in rows[0]
    assert "feilmelding" in rows[1]["feilmelding"]
    bare = await hub.http.post(f"{FREG}/bulkoppslag", content=b"{}", headers=headers)
    assert bare.status_code == 400
    many = {"foedselsEllerDNummer": [known["nin"]] * 1001}
    assert (await hub.http.post(f"{FREG}/bulkoppslag", json=many, headers=headers)).status_code == 400


async def test_an_unknown_person_and_an_unknown_path_differ_by_the_body(hub: Hub) -> None:
    """Both are 404; only the first has a register code."""
    headers = await hub.maskinporten("folkeregister:deling/offentligmedhjemmel")
    unknown = await hub.person("unknown-in-freg")
    person = await hub.http.get(f"{FREG}/{unknown['nin']}", headers=headers)
    path = await hub.http.get(f"{FREG}x/1", headers=headers)
    assert (person.status_code, path.status_code) == (404, 404)
    assert person.json()["kode"].startswith("FREG-")
    assert "kode" not in path.text


async def test_the_scope_is_needed(hub: Hub) -> None:
    """Another scope is 403, an Altinn token is 401."""
    nin = (await hub.person("plain"))["nin"]
    wrong = await hub.http.get(f"{FREG}/{nin}", headers=await hub.maskinporten("nhn:hpr/basic"))
    assert wrong.status_code == 403
    assert (await hub.http.get(f"{FREG}/{nin}", headers=await hub.altinn())).status_code == 401
