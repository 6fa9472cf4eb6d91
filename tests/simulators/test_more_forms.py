import csv
from io import StringIO
from typing import Any

import pytest

from tests.simulators.harness import Hub


async def _stored(hub: Hub, instance_id: str, app: str) -> dict[str, Any]:
    url = f"/apps/hdir/{app}/instances/{instance_id}"
    shown: dict[str, Any] = (await hub.http.get(url, headers=await hub.altinn())).json()
    return shown


@pytest.mark.parametrize(("kind", "kroner"), [("student", 0), ("fagomrade", 3500), ("over80", 2000)])
async def test_a_licence_has_its_own_fee(hub: Hub, kind: str, kroner: int) -> None:
    """By kind of licence; where there is no fee, the app says that the payment was skipped."""
    made = await hub.apply(app="lisens", form={"lisenstype": kind})
    shown = await _stored(hub, made["instanceId"], "lisens")
    assert shown["appId"] == "hdir/lisens"
    assert shown["presentationTexts"]["lisenstype"] == kind
    assert shown["process"]["ended"]
    url = f"/apps/hdir/lisens/instances/{made['instanceId']}/payment?taskId=Task_2"
    paid = (await hub.http.get(url, headers=await hub.altinn())).json()
    assert paid["status"] == ("Paid" if kroner else "Skipped")
    assert paid["orderDetails"]["totalPriceIncVat"] == kroner
    assert ("paymentId" in made) is bool(kroner)


async def test_an_unknown_kind_of_licence_is_refused(hub: Hub) -> None:
    """The refusal names the field and the choices."""
    body = {"app": "lisens", "form": {"lisenstype": "livstid"}}
    answer = await hub.http.post("/sim/people/p001/applications", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "lisenstype må være en av student, fagomrade, over80"


async def test_a_withdrawal_is_a_form_of_its_own(hub: Hub) -> None:
    """It carries the case number where the agency reads it, and is XML for good."""
    form = {"saksnummer": "2026/7", "begrunnelse": "Fikk jobb i utlandet"}
    answer = await hub.http.post("/sim/people/p002/withdrawals", json={"form": form})
    assert answer.status_code == 201
    shown = await _stored(hub, answer.json()["instanceId"], "trekk")
    assert (shown["dataValues"], bool(shown["process"]["ended"])) == ({"saksnummer": "2026/7"}, True)
    kept = next(iter(hub.world.instances))
    assert kept.form() == form
    assert b"<Trekk>" in kept.elements("model")[0].content
    empty = await hub.http.post("/sim/people/p002/withdrawals", json={"form": {}})
    assert empty.status_code == 422


async def test_withdrawal_and_licence_have_pages(hub: Hub) -> None:
    """Both are reached from the person's page, and work by plain forms."""
    person = (await hub.http.get("/people/p001")).text
    assert 'href="/people/p001/withdraw"' in person
    assert 'href="/people/p001/licence"' in person
    assert "Studentlisens" in (await hub.http.get("/people/p001/licence")).text
    assert "Studentlisens" not in (await hub.http.get("/people/p001/apply")).text
    assert "Trekk søknad" in (await hub.http.get("/people/p001/withdraw")).text
    refused = await hub.http.post("/people/p001/withdraw", data={"saksnummer": " "})
    assert (refused.status_code, "Oppgi saksnummeret" in refused.text) == (422, True)
    sent = await hub.http.post("/people/p001/withdraw", data={"saksnummer": "2026/7"})
    assert sent.status_code == 303
    suggestion = hub.world.people.everybody[0].suggestion
    form = {**suggestion["soker"], **suggestion["utdanning"], "erklaering": "on", "betaling": "na"}
    form |= {"profesjon": "LE", "lisenstype": "student"}
    applied = await hub.http.post("/people/p001/licence", data=form)
    assert applied.headers["location"].endswith("?done=sendt")
    apps = [row["appId"] for row in (await hub.books())["instances"]]
    assert apps == ["hdir/trekk", "hdir/lisens"]


async def test_schools_report_their_graduates(hub: Hub) -> None:
    """Norwegian-educated only, not all of them, by school; the CSV holds the same rows."""
    everybody = (await hub.http.get("/sim/graduates")).json()
    at_home = [p for p in hub.world.people.everybody if p.way == "norge"]
    assert 0 < len(everybody) < len(at_home)
    assert {row["nin"] for row in everybody} <= {person.nin for person in at_home}
    wanted = {"institution": "ntnu"}
    of_one = (await hub.http.get("/sim/graduates", params=wanted)).json()
    assert {row["institution"] for row in of_one} == {"NTNU"}
    assert {row["listId"] for row in of_one} == {"NTNU 2026-06"}
    file = await hub.http.get("/sim/graduates", params=wanted | {"format": "csv"})
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.DictReader(StringIO(file.text))) == of_one
