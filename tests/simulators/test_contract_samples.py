"""Shapes are compared with samples that lie beside the project, where they do."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.simulators.harness import KEY, PAYMENTS, Hub, payment_body, until

SAMPLES = Path(__file__).parents[3] / "shared" / "contracts" / "data"


def _sample(path: str) -> Any:
    file = SAMPLES / path
    if not file.exists():
        pytest.skip("the samples are not here")
    return orjson.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value[:1]]
    return None


async def test_an_hpr_record_has_the_sample_s_properties(hub: Hub) -> None:
    """Person, approval and code have the same names as the sample's."""
    sample = _sample("hpr/own-samples/rest-personerutvidet-200.json")
    person = await hub.person("hpr:other-profession")
    headers = await hub.maskinporten("nhn:hpr/extended")
    answer = await hub.http.post("/hpr/v1/personerutvidet", json={"nin": person["nin"]}, headers=headers)
    ours = answer.json()
    assert set(ours) == set(sample)
    assert set(ours["person"]) == set(sample["person"])
    assert set(ours["godkjenninger"][0]) == set(sample["godkjenninger"][0])
    code = "helsepersonellkategori"
    assert _shape(ours["godkjenninger"][0][code]) == _shape(sample["godkjenninger"][0][code])


async def test_hpr_s_404_is_the_sample(hub: Hub) -> None:
    """The whole problem document is the same."""
    sample = _sample("hpr/own-samples/rest-404-problem.json")
    person = await hub.person("plain")
    headers = await hub.maskinporten("nhn:hpr/extended")
    answer = await hub.http.post("/hpr/v1/personerutvidet", json={"nin": person["nin"]}, headers=headers)
    assert answer.json() == sample


async def test_a_protected_person_has_the_sample_s_properties(hub: Hub) -> None:
    """Every property of the sample is ours too, down to the address."""
    sample = _sample("folkeregisteret/own-samples/person-fortrolig.json")
    person = await hub.person("protected:fortrolig")
    headers = await hub.maskinporten("folkeregister:deling/offentligmedhjemmel")
    url = f"/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/{person['nin']}"
    ours = (await hub.http.get(url, headers=headers)).json()
    assert set(sample) <= set(ours)
    road = sample["bostedsadresse"][0]["vegadresse"]
    assert set(ours["bostedsadresse"][0]["vegadresse"]) == set(road)


@pytest.mark.parametrize(
    "event", ["payment.charge.created.v2", "payment.reservation.created.v2", "payment.refund.completed"]
)
async def test_webhooks_have_the_sample_s_envelope(hub: Hub, event: str) -> None:
    """Envelope and data agree with the official samples, save for what is optional there."""
    sample = _sample(f"netseasy/{event}.json")
    payment = (await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)).json()["paymentId"]
    await hub.http.post(f"/sim/payments/{payment}/pay", json={})
    await hub.http.post(f"{PAYMENTS}/{payment}/refunds", json={"amount": 100}, headers=KEY)
    await until(lambda: bool(hub.receiver.of_type(event)))
    ours = hub.receiver.of_type(event)[0]
    assert set(ours) == set(sample)
    assert set(ours["data"]) == set(sample["data"]) - {"invoiceDetails"}
    assert len(ours["timestamp"]) == len(sample["timestamp"])


async def test_an_instance_has_the_app_s_properties(hub: Hub) -> None:
    """The instance and its data elements have exactly the properties of the app's interface description."""
    description = _sample("app/OpenApiSpecChangeDetection.SaveJsonSwagger.verified.json")
    schemas = description["components"]["schemas"]
    made = await hub.apply()
    headers = await hub.altinn()
    ours = (
        await hub.http.get(f"/apps/hdir/autorisasjon/instances/{made['instanceId']}", headers=headers)
    ).json()
    parts = {
        "InstanceResponse": ours,
        "InstanceOwnerResponse": ours["instanceOwner"],
        "PartyResponse": ours["instanceOwner"]["party"],
        "InstanceStatus": ours["status"],
        "ProcessState": ours["process"],
        "DataElement": ours["data"][0],
    }
    for name, part in parts.items():
        assert set(part) == set(schemas[name]["properties"]), name
