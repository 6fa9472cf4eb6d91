"""Every kind of fault against every connector: told for what it is, and nothing done twice after it."""

from datetime import timedelta

import pytest

from connectors.connector import Answer, Broken, TryLater
from connectors.maskinporten import AltinnTokens, Maskinporten
from tests.connectors.altinn import NOW, request_for
from tests.connectors.conftest import Remotes
from tests.connectors.every_call import PATHS, Calls, every_call
from tests.connectors.outside import Json, Outside
from tests.connectors.test_correspondence import fresh

DONE: list[Json] = [
    {"kind": "cut"},
    {"kind": "timeout-after-done"},
    {"kind": "malformed", "parameters": {"how": "truncated"}},
    {"kind": "malformed", "parameters": {"how": "html"}},
    {"kind": "malformed", "parameters": {"how": "empty"}},
]
NOT_DONE: list[Json] = [
    {"kind": "status", "parameters": {"status": status}} for status in (500, 502, 503, 504, 429)
]
ABOUT_US: list[Json] = [{"kind": "status", "parameters": {"status": status}} for status in (401, 403)]


@pytest.fixture
async def calls(
    remotes: Remotes, tokens: Maskinporten, altinn_tokens: AltinnTokens, outside: Outside
) -> Calls:
    """On behalf of somebody whom every register knows."""
    return every_call(remotes, tokens, altinn_tokens, await outside.person("hpr:other-profession"))


@pytest.mark.parametrize("fault", DONE, ids=lambda fault: str(fault.get("parameters", fault["kind"])))
@pytest.mark.parametrize("remote", PATHS)
async def test_no_answer_after_the_work(calls: Calls, outside: Outside, remote: str, fault: Json) -> None:
    """Done or not, nobody knows: later, and marked as perhaps sent."""
    await outside.faults({"remote": remote, "route": PATHS[remote], "count": 1} | fault)
    outcome = await calls.make(remote)
    assert isinstance(outcome, TryLater), outcome
    # Looking something up also goes by POST at the registers; it counts as sent and hurts nobody.
    assert outcome.sent
    assert isinstance(await calls.make(remote), Answer)


@pytest.mark.parametrize("fault", NOT_DONE, ids=lambda fault: str(fault["parameters"]["status"]))
@pytest.mark.parametrize("remote", PATHS)
async def test_trouble_at_the_remote(calls: Calls, outside: Outside, remote: str, fault: Json) -> None:
    """Later; and once the trouble is over, it works."""
    await outside.faults({"remote": remote, "route": PATHS[remote], "count": 1} | fault)
    outcome = await calls.make(remote)
    assert isinstance(outcome, TryLater), outcome
    assert (outcome.after is not None) is (fault["parameters"]["status"] == 429)
    assert isinstance(await calls.make(remote), Answer)


@pytest.mark.parametrize("fault", ABOUT_US, ids=lambda fault: str(fault["parameters"]["status"]))
@pytest.mark.parametrize("remote", PATHS)
async def test_no_access(calls: Calls, outside: Outside, remote: str, fault: Json) -> None:
    """It is about us, for every message alike."""
    await outside.faults({"remote": remote, "route": PATHS[remote]} | fault)
    assert isinstance(await calls.make(remote), Broken)


@pytest.mark.parametrize(
    ("written_as", "remote", "expected"),
    [
        ({}, "freg", timedelta(milliseconds=1500)),
        ({}, "nexi", timedelta(seconds=2)),
        ({"retryAfterAs": "seconds"}, "hpr", timedelta(seconds=2)),
    ],
)
async def test_each_remote_counts_its_own_way(
    calls: Calls, outside: Outside, written_as: Json, remote: str, expected: timedelta
) -> None:
    """Milliseconds at Folkeregisteret, whole seconds elsewhere."""
    said = {"status": 429, "retryAfter": 1.5} | written_as
    await outside.faults({"remote": remote, "kind": "status", "parameters": said})
    outcome = await calls.make(remote)
    assert isinstance(outcome, TryLater)
    assert outcome.after == expected


async def test_a_wait_that_is_a_date(calls: Calls, outside: Outside) -> None:
    """Counted from the remote's own clock where it tells it."""
    said = {"status": 503, "retryAfter": 60, "retryAfterAs": "date"}
    await outside.faults({"remote": "hpr", "kind": "status", "parameters": said})
    outcome = await calls.make("hpr")
    assert isinstance(outcome, TryLater)
    assert outcome.after is not None
    assert timedelta(seconds=50) < outcome.after < timedelta(seconds=70)


@pytest.mark.parametrize(("status", "remote"), [(403, "freg"), (404, "freg"), (404, "hpr")])
async def test_a_firewall_is_not_the_register(
    calls: Calls, outside: Outside, status: int, remote: str
) -> None:
    """Its HTML never comes to mean that the person does not exist."""
    said = {"status": status, "body": "html"}
    await outside.faults({"remote": remote, "kind": "status", "parameters": said})
    assert isinstance(await calls.make(remote), Broken)


@pytest.mark.parametrize("kind", ["cut", "timeout-after-done"])
async def test_what_was_done_is_found_or_done_once(calls: Calls, outside: Outside, kind: str) -> None:
    """A form that we never heard of is found again; a letter sent again is the same letter."""
    for remote in ("apps", "correspondence"):
        await outside.faults({"remote": remote, "route": PATHS[remote], "kind": kind, "count": 1})
        assert isinstance(await calls.make(remote), TryLater)
    made = request_for(calls.person)
    found = await calls.apps.find(made, key=calls.key, now=NOW)
    assert isinstance(found, Answer)
    again = await calls.make("correspondence")
    assert isinstance(again, Answer)
    [booked] = await outside.booked("correspondences", id=again.remote_id)
    assert booked["duplicatesRefused"] == 1


@pytest.mark.parametrize("remote", PATHS)
async def test_rough_weather_is_waited_out(calls: Calls, outside: Outside, remote: str) -> None:
    """With one call in five going wrong, later is never too late, and nothing else comes of it."""
    started = await outside.http.put("/sim/phases", json={"preset": "rough", "seed": 7})
    assert started.is_success
    for _ in range(15):
        calls.key = fresh()
        for _ in range(30):
            outcome = await calls.make(remote)
            if isinstance(outcome, Answer):
                break
            assert isinstance(outcome, TryLater), outcome
        else:
            pytest.fail("it never went well")
    shown = (await outside.http.get("/sim/faults")).json()
    assert sum(rule["hits"] for rule in shown["rules"]) > 0
