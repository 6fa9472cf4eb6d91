"""Faults as a caller meets them. Broken connections need real sockets: see test_faults_live."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.simulators.harness import KEY, PAYMENTS, SUPPLEMENT, Hub, fault_rules, payment_body

UNKNOWN = f"{PAYMENTS}/none"


async def _look(hub: Hub) -> httpx.Response:
    return await hub.http.get(UNKNOWN, headers=KEY)


STATUSES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("hpr", "/hpr/v1/personerutvidet", {"status": 503}, {"title": "Service Unavailable"}),
    ("freg", "/freg/folkeregisteret/x", {"status": 500}, {"kode": "FREG-500"}),
    ("nexi", UNKNOWN, {"status": 502}, {"message": "Bad Gateway"}),
    ("maskinporten", "/maskinporten/token", {"status": 503}, {"error": "server_error"}),
    ("correspondence", "/platform/correspondence/api/v1/x", {"status": 504}, {"status": 504}),
]


@pytest.mark.parametrize(("remote", "path", "parameters", "expected"), STATUSES)
async def test_a_failure_is_worded_by_its_remote(
    hub: Hub, remote: str, path: str, parameters: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Each remote has its own shape of an error, and nothing was carried out."""
    await fault_rules(hub, {"remote": remote, "kind": "status", "parameters": parameters})
    answer = await hub.http.post(path)
    assert answer.status_code == parameters["status"]
    assert answer.json().items() >= expected.items()
    [row] = (await hub.books())["calls"]
    assert (row["remote"], row["route"]) == (remote, "(fault)")


@pytest.mark.parametrize(
    ("remote", "path", "parameters", "content"),
    [
        ("events", "/platform/events/api/v1/subscriptions", {"status": 503}, '"Service Unavailable"'),
        ("storage", "/platform/storage/api/v1/instances", {"status": 500}, "Internal Server Error"),
        ("apps", "/apps/hdir/trekk/instances/1/2", {"status": 403}, ""),
        ("nexi", UNKNOWN, {"status": 401}, ""),
        ("nexi", UNKNOWN, {"status": 503, "body": "empty"}, ""),
    ],
)
async def test_failures_in_plain_words_or_none(
    hub: Hub, remote: str, path: str, parameters: dict[str, Any], content: str
) -> None:
    """A JSON text, a bare text, or an empty body."""
    await fault_rules(hub, {"remote": remote, "kind": "status", "parameters": parameters})
    answer = await hub.http.get(path)
    assert (answer.status_code, answer.text) == (parameters["status"], content)


@pytest.mark.parametrize("parameters", [{"status": 403, "body": "html"}, {"status": 404}])
async def test_a_firewall_answers_in_html(hub: Hub, parameters: dict[str, Any]) -> None:
    """It never looks like the register's own word that a person is unknown."""
    await fault_rules(hub, {"remote": "freg", "kind": "status", "parameters": parameters})
    answer = await hub.http.get("/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/1")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Request Rejected" in answer.text


@pytest.mark.parametrize(
    ("remote", "path", "written", "expected"),
    [
        ("nexi", UNKNOWN, {}, "1"),
        ("nexi", UNKNOWN, {"retryAfter": 3}, "3"),
        ("freg", "/freg/x", {"retryAfter": 3}, "3000"),
        ("freg", "/freg/x", {"retryAfter": 3, "retryAfterAs": "seconds"}, "3"),
    ],
)
async def test_too_many_calls(
    hub: Hub, remote: str, path: str, written: dict[str, Any], expected: str
) -> None:
    """429 says how long to wait; Folkeregisteret says it in milliseconds."""
    await fault_rules(hub, {"remote": remote, "kind": "status", "parameters": {"status": 429} | written})
    assert (await hub.http.get(path)).headers["retry-after"] == expected


async def test_a_wait_may_be_a_date(hub: Hub) -> None:
    """Then it is one that HTTP knows."""
    said = {"status": 503, "retryAfter": 60, "retryAfterAs": "date"}
    await fault_rules(hub, {"remote": "nexi", "kind": "status", "parameters": said})
    assert parsedate_to_datetime((await _look(hub)).headers["retry-after"]).tzinfo is not None


async def test_a_delay_only_delays(hub: Hub) -> None:
    """The answer is the usual one, and delays leave room for another fault."""
    await fault_rules(
        hub,
        {"remote": "nexi", "kind": "delay", "count": 2, "parameters": {"ms": 1}},
        {"remote": "nexi", "kind": "status", "count": 1, "parameters": {"status": 500}},
    )
    assert [(await _look(hub)).status_code for _ in range(3)] == [500, 404, 404]
    assert [row["hits"] for row in (await hub.books())["faults"]] == [2, 1]


async def test_silence_after_the_work_was_done(hub: Hub) -> None:
    """The payment exists although its answer never came; the silence has a bound."""
    said = {"seconds": 0.05}
    await fault_rules(hub, {"remote": "nexi", "kind": "timeout-after-done", "count": 1, "parameters": said})
    answer = await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)
    assert answer.status_code == 504
    assert len((await hub.books())["payments"]) == 1


@pytest.mark.parametrize(
    ("how", "starts", "media_type"),
    [
        ("truncated", '{"paymentId"', "application/json; charset=utf-8"),
        ("html", "<!DOCTYPE html>", "text/html; charset=utf-8"),
        ("empty", "", "application/json; charset=utf-8"),
    ],
)
async def test_a_body_that_cannot_be_read(hub: Hub, how: str, starts: str, media_type: str) -> None:
    """The right status over half a body, somebody else's or none, after the work was done."""
    await fault_rules(hub, {"remote": "nexi", "kind": "malformed", "parameters": {"how": how}})
    answer = await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)
    assert (answer.status_code, answer.headers["content-type"]) == (201, media_type)
    assert answer.text.startswith(starts)
    with pytest.raises(ValueError, match=r".*"):
        answer.json()
    assert len((await hub.books())["payments"]) == 1


async def test_a_rule_strikes_where_it_says(hub: Hub) -> None:
    """By remote, by path and by method; the payment page for people is left alone."""
    await fault_rules(
        hub, {"remote": "nexi", "route": "*/payments", "method": "post", "kind": "status", "parameters": {}}
    )
    assert (await _look(hub)).status_code == 404
    assert (await hub.http.post(f"{UNKNOWN}/cancels", json={}, headers=KEY)).status_code == 400
    assert (await hub.http.post(PAYMENTS, json={}, headers=KEY)).status_code == 503
    await fault_rules(hub, {"remote": "*", "kind": "status"})
    assert (await hub.http.get("/nexi/checkout/none")).status_code == 404
    assert (await hub.http.get("/hpr/v1/personer/1")).status_code == 503


async def test_the_same_seed_gives_the_same_faults(hub: Hub) -> None:
    """And another seed gives others; other rules do not disturb it."""
    rule = {"remote": "nexi", "kind": "status", "probability": 0.5}
    other = {"remote": "hpr", "kind": "status", "probability": 0.5}

    async def struck(seed: int, *, disturbed: bool = False) -> list[int]:
        await fault_rules(hub, rule, other, seed=seed)
        statuses = []
        for _ in range(40):
            statuses.append((await _look(hub)).status_code)
            if disturbed:
                await hub.http.get("/hpr/v1/personer/1")
        return statuses

    first = await struck(1)
    assert set(first) == {404, 503}
    assert await struck(1, disturbed=True) == first
    assert await struck(2) != first


async def test_rules_are_seen_and_taken_away(hub: Hub) -> None:
    """The hits of what was taken away stay in the books."""
    rule = {"remote": "hpr", "kind": "status", "parameters": {"status": 500}}
    await fault_rules(hub, rule, seed=7)
    await hub.http.get("/hpr/v1/personer/1")
    shown = (await hub.http.get("/sim/faults")).json()
    assert shown == {"seed": 7, "script": "", "rules": [rule | {"phase": "", "hits": 1}]}
    assert (await hub.http.delete("/sim/faults")).json()["rules"] == []
    assert (await hub.books())["faults"] == [{"rule": rule, "phase": "", "hits": 1}]
    assert (await hub.http.get("/hpr/v1/personer/1")).status_code == 401


@pytest.mark.parametrize(
    "rule",
    [
        {"remote": "altinn2", "kind": "cut"},
        {"remote": "hpr", "kind": "drop"},
        {"remote": "hpr", "kind": "explode"},
        {"remote": "hpr", "kind": "cut", "probability": 2},
        {"remote": "hpr", "kind": "status", "parameters": {"status": 418}},
    ],
)
async def test_an_impossible_rule_is_refused(hub: Hub, rule: dict[str, Any]) -> None:
    """422, and the rules from before stay."""
    await fault_rules(hub, {"remote": "hpr", "kind": "status"})
    assert (await hub.http.put("/sim/faults", json={"rules": [rule]})).status_code == 422
    assert len((await hub.http.get("/sim/faults")).json()["rules"]) == 1


async def test_control_and_pages_are_never_struck(hub: Hub) -> None:
    """People and tests go on working while everything else is down."""
    person = hub.world.people.everybody[0]
    await fault_rules(hub, {"remote": "*", "kind": "status"})
    await hub.apply()
    for path in ("/", "/books", "/faults", "/people/p001", "/sim/persons"):
        assert (await hub.http.get(path)).status_code == 200
    body = {"instanceOwner": {"partyId": str(person.party_id)}}
    assert (await hub.http.post(f"{SUPPLEMENT}/create", json=body)).status_code == 503
