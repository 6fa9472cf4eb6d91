from typing import Any

import pytest

from simulators.presets import PRESETS, ROUGH
from tests.simulators.harness import Hub, until

NAMES = ["calm", "rough", "hpr-down", "altinn-down", "nexi-slow", "events-lost", "storm"]
HPR, EVENTS, NEXI = "/hpr/v1/personer/1", "/platform/events/api/v1/subscriptions", "/nexi/v1/payments/none"


async def _play(hub: Hub, body: Any) -> dict[str, Any]:
    answer = await hub.http.put("/sim/phases", json=body)
    assert answer.status_code == 200, answer.text
    script: dict[str, Any] = answer.json()
    return script


async def _states(hub: Hub) -> list[str]:
    return [row["state"] for row in (await hub.http.get("/sim/phases")).json()["phases"]]


async def test_presets_are_listed(hub: Hub) -> None:
    """Each with what it does and how long it takes."""
    rows = (await hub.http.get("/sim/presets")).json()
    assert [row["name"] for row in rows] == NAMES
    by_name = {row["name"]: row for row in rows}
    assert by_name["hpr-down"]["title"] == "HPR er nede i to minutter"
    assert by_name["hpr-down"]["phases"][0]["for"] == 120
    assert by_name["storm"]["seconds"] == 1200


@pytest.mark.parametrize("name", NAMES)
async def test_every_preset_starts_and_stops(hub: Hub, name: str) -> None:
    """Stopped, nothing goes wrong any more."""
    script = await _play(hub, {"preset": name})
    assert (script["name"], len(script["phases"])) == (name, len(PRESETS[name].phases))

    async def begun() -> bool:
        return "running" in await _states(hub)

    if name != "calm":
        await until(begun)
        assert (await hub.http.get("/sim/faults")).json()["rules"]
    assert (await hub.http.delete("/sim/phases")).json() == {"name": "", "phases": []}
    assert (await hub.http.get("/sim/faults")).json()["rules"] == []


@pytest.mark.parametrize(("preset", "down", "up"), [("hpr-down", HPR, EVENTS), ("altinn-down", EVENTS, HPR)])
async def test_one_system_is_down(hub: Hub, preset: str, down: str, up: str) -> None:
    """For as long as it says; the others answer as ever, and then it does too."""
    await _play(hub, {"preset": preset})

    async def is_down() -> bool:
        return (await hub.http.get(down)).status_code == 503

    await until(is_down)
    assert (await hub.http.get(up)).status_code == 401

    async def over() -> bool:
        return await _states(hub) == ["over"]

    await until(over)
    assert (await hub.http.get(down)).status_code == 401


async def test_one_call_in_five_meets_something(hub: Hub) -> None:
    """The parts of rough weather add up, and none of them blames the caller."""
    inbound = [rule for rule in ROUGH if not rule.is_outbound]
    assert round(sum(rule.probability or 1 for rule in inbound), 2) == 0.20
    assert not {rule.parameters.status for rule in inbound if rule.kind == "status"} & {401, 403, 404}
    assert {rule.kind for rule in ROUGH} == {
        "delay", "status", "timeout-after-done", "cut", "malformed", "duplicate", "reorder",
    }  # fmt: skip


async def test_lost_events_are_about_one_in_ten(hub: Hub) -> None:
    """Seen over many deliveries, by the dice of the rule itself."""
    await _play(hub, {"preset": "events-lost"})
    await until(lambda: bool(hub.world.faults.active))
    fates = [hub.world.faults.outbound("events", "app.instance.created") for _ in range(1000)]
    assert 60 < sum(fate.dropped for fate in fates) < 140
    fates = [hub.world.faults.outbound("nexi", "payment.created") for _ in range(1000)]
    assert 60 < sum(fate.dropped for fate in fates) < 140


async def test_slow_payments_are_only_slow(hub: Hub) -> None:
    """Nothing but a wait comes to Nexi's calls, and no wait to others'."""
    await _play(hub, {"preset": "nexi-slow"})
    await until(lambda: bool(hub.world.faults.active))
    fate = hub.world.faults.inbound("nexi", "GET", NEXI)
    assert (fate.delay_ms, fate.rule) == (4000, None)
    assert hub.world.faults.inbound("hpr", "GET", HPR).delay_ms == 0


async def test_a_script_replaces_the_one_before(hub: Hub) -> None:
    """Rules by hand go on beside it; taking away all faults stops it too."""
    await hub.http.put("/sim/faults", json={"rules": [{"remote": "freg", "kind": "status"}]})
    await _play(hub, {"preset": "rough"})
    await _play(
        hub, {"name": "mitt", "phases": [{"name": "en", "rules": [{"remote": "hpr", "kind": "cut"}]}]}
    )
    await until(lambda: len(hub.world.faults.active) == 2)
    shown = (await hub.http.get("/sim/faults")).json()
    assert shown["script"] == "mitt"
    assert {rule["remote"] for rule in shown["rules"]} == {"freg", "hpr"}
    await hub.http.delete("/sim/faults")
    assert (await hub.http.get("/sim/phases")).json()["name"] == ""


@pytest.mark.parametrize("body", [{"phases": [{"name": ""}]}, [{"name": "x", "for": -1}], {"ukjent": 1}])
async def test_an_impossible_script_is_refused(hub: Hub, body: Any) -> None:
    """422; an unknown preset is 404."""
    assert (await hub.http.put("/sim/phases", json=body)).status_code == 422
    assert (await hub.http.put("/sim/phases", json={"preset": "tsunami"})).status_code == 404


async def test_the_page_starts_and_stops_presets(hub: Hub) -> None:
    """By plain forms, in words; what struck is counted there."""
    assert "Alt virker." in (await hub.http.get("/faults")).text
    started = await hub.http.post("/faults", data={"preset": "events-lost"})
    assert (started.status_code, started.headers["location"]) == (303, "/faults")
    await until(lambda: bool(hub.world.faults.active))
    page = (await hub.http.get("/faults")).text
    assert "Hendelser går tapt" in page
    assert "leverer aldri" in page
    assert "pågår" in page
    await hub.http.post("/faults", data={"preset": "calm"})
    page = (await hub.http.get("/faults")).text
    assert "Alt virker." in page
    assert "leverer aldri" in page
    assert (await hub.http.post("/faults", data={"preset": "tsunami"})).status_code == 404
