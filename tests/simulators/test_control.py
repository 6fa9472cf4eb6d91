from typing import Any

import pytest

from tests.simulators.harness import SUPPLEMENT, Hub


async def _asked(hub: Hub, key: str = "p003", **more: Any) -> str:
    person = hub.world.people.by_key(key)
    assert person is not None
    prefill = {"saksnummer": "2026/9", "mangler": "vitnemal"}
    body = {"instanceOwner": {"partyId": str(person.party_id)}, "prefill": prefill, **more}
    answer = await hub.http.post(f"{SUPPLEMENT}/create", json=body, headers=await hub.altinn())
    instance_id: str = answer.json()["id"]
    return instance_id


async def test_a_deficiency_is_answered_by_its_owner_once(hub: Hub) -> None:
    """Somebody else is 403, a second time is 409, and the case number survives."""
    instance = await _asked(hub)
    url = f"instances/{instance}/answer"
    files = [{"dataType": "vitnemal", "filename": "v.pdf"}]
    stranger = await hub.http.post(f"/sim/people/p004/{url}", json={})
    first = await hub.http.post(f"/sim/people/p003/{url}", json={"attachments": files})
    second = await hub.http.post(f"/sim/people/p003/{url}", json={})
    assert [stranger.status_code, first.status_code, second.status_code] == [403, 200, 409]
    row = (await hub.books())["instances"][0]
    assert (row["submitted"], row["createdBy"], row["owner"]) == (True, "org", "p003")
    assert {element["dataType"] for element in row["dataElements"]} == {
        "model",
        "vitnemal",
        "ref-data-as-pdf",
    }
    form = (await hub.http.get("/sim/people/p003/inbox")).json()["forms"][0]
    assert (form["submitted"], form["prefill"]["saksnummer"]) == (True, "2026/9")


async def test_a_form_stays_hidden_until_it_may_be_seen(hub: Hub) -> None:
    """VisibleAfter in the future keeps it out of the inbox."""
    await _asked(hub, visibleAfter="2099-01-01T00:00:00Z")
    assert (await hub.http.get("/sim/people/p003/inbox")).json()["forms"] == []


async def test_a_citizen_may_start_a_supplement(hub: Hub) -> None:
    """It is created by the user and submitted at once, with the case number copied."""
    form = {"form": {"saksnummer": "2026/3"}, "attachments": []}
    answer = await hub.http.post("/sim/people/p002/supplements", json=form)
    assert answer.status_code == 201
    row = (await hub.books())["instances"][0]
    assert (row["createdBy"], row["submitted"], row["appId"]) == ("user", True, "hdir/ettersending")
    kept = next(iter(hub.world.instances))
    assert kept.data_values == {"saksnummer": "2026/3"}


async def test_persons_can_be_chosen_by_trait(hub: Hub) -> None:
    """Most are plain, and the special ones are there."""
    everybody = (await hub.http.get("/sim/persons")).json()
    plain = (await hub.http.get("/sim/persons", params={"trait": "plain"})).json()
    assert (len(everybody), len(plain) >= 150) == (200, True)
    assert everybody[0]["key"] == "p001"
    assert plain[0]["suggestion"]["utdanning"]["vei"] in {"norge", "eos", "utenforEos"}


@pytest.mark.parametrize(
    "body",
    [
        {"attachments": [{"dataType": "selfie", "filename": "x.pdf"}]},
        {
            "attachments": [
                {"dataType": "annet", "filename": "x.exe", "contentType": "application/x-msdownload"}
            ]
        },
        {"attachments": [{"dataType": "annet", "filename": "x.pdf", "size": 27_000_000}]},
        {"form": {"utdanning": {"vei": "månen"}}},
        {"form": {"utdanning": {"fullfort": "i fjor"}}},
        {"payment": "maybe"},
    ],
)
async def test_an_impossible_application_is_refused(hub: Hub, body: dict[str, Any]) -> None:
    """422, and nothing is left behind."""
    answer = await hub.http.post("/sim/people/p001/applications", json=body)
    assert answer.status_code == 422
    assert (await hub.books())["instances"] == []


async def test_the_books_count_calls_without_identity_numbers(hub: Hub) -> None:
    """Routes are templates: what stood in the path is not repeated."""
    nin = (await hub.person("plain"))["nin"]
    await hub.http.get(f"/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/{nin}")
    await hub.http.get(f"/{nin}")
    answer = await hub.http.get("/sim/books")
    assert nin not in answer.text
    calls = {(row["remote"], row["status"]): row["count"] for row in answer.json()["calls"]}
    assert calls[("freg", 401)] == 1
    assert calls[("(unknown)", 404)] == 1


async def test_health(hub: Hub) -> None:
    """The process tells that it is up."""
    assert (await hub.http.get("/sim/health")).json() == {"status": "ok"}


async def test_a_client_needs_readable_keys(hub: Hub) -> None:
    """Keys that are no RSA keys with a kid are refused."""
    body = {"orgnr": "983544622", "jwks": {"keys": [{"kty": "oct", "k": "eA"}]}, "scopes": []}
    assert (await hub.http.put("/sim/maskinporten/clients/x", json=body)).status_code == 422
