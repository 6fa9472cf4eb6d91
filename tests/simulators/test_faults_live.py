"""Faults that need real sockets: a connection that breaks, and a caller that gives up."""

from collections.abc import AsyncIterator

import httpx
import pytest

from simulators.settings import SimulatorSettings
from simulators.tokens import TokenDesk
from simulators.world import create_app
from tests.simulators.harness import KEY, PAYMENTS, SCALE, until
from tests.simulators.test_live import free_port, serving

BODY = {
    "order": {
        "amount": 100,
        "currency": "NOK",
        "reference": "S-1",
        "items": [{"reference": "g", "name": "G", "quantity": 1, "unit": "pcs", "grossTotalAmount": 100}],
    },
    "checkout": {"integrationType": "EmbeddedCheckout", "url": "https://a.example", "termsUrl": "https://a"},
}


@pytest.fixture
async def live(desk: TokenDesk) -> AsyncIterator[httpx.AsyncClient]:
    bound = free_port()
    port = bound.getsockname()[1]
    app = create_app(SimulatorSettings(port=port, persons=4, time_scale=SCALE), desk)
    async with (
        serving(app, bound),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http,
    ):
        yield http


async def _rule(http: httpx.AsyncClient, **rule: object) -> None:
    answer = await http.put("/sim/faults", json={"rules": [rule]})
    assert answer.status_code == 200, answer.text


async def _payments(http: httpx.AsyncClient) -> int:
    return len((await http.get("/sim/books")).json()["payments"])


async def test_a_connection_is_cut_in_the_middle(live: httpx.AsyncClient) -> None:
    """The answer begins and breaks off, and the work was done."""
    await _rule(live, remote="nexi", kind="cut", count=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await live.post(PAYMENTS, json=BODY, headers=KEY)
    assert await _payments(live) == 1
    assert (await live.post(PAYMENTS, json=BODY, headers=KEY)).status_code == 201


async def test_an_answer_without_a_body_is_cut_too(live: httpx.AsyncClient) -> None:
    """Also where there would have been nothing to cut."""
    made = (await live.post(PAYMENTS, json=BODY, headers=KEY)).json()
    await _rule(live, remote="nexi", kind="cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await live.put(f"{PAYMENTS}/{made['paymentId']}/terminate", headers=KEY)


async def test_a_caller_gives_up(live: httpx.AsyncClient) -> None:
    """Silence lasts as long as the caller does, and the work was done."""
    await _rule(live, remote="nexi", kind="timeout-after-done")
    with pytest.raises(httpx.ReadTimeout):
        await live.post(PAYMENTS, json=BODY, headers=KEY, timeout=0.5)

    async def made() -> bool:
        return await _payments(live) == 1

    await until(made)


async def test_the_storm_passes_over(live: httpx.AsyncClient) -> None:
    """Every part of it comes and goes, faster by the time scale."""
    phases = [
        {"name": "først", "for": 20, "rules": [{"remote": "hpr", "kind": "status"}]},
        {"name": "så", "after": 30, "for": 20, "rules": [{"remote": "freg", "kind": "status"}]},
    ]
    assert (await live.put("/sim/phases", json=phases)).status_code == 200

    async def over() -> bool:
        return {row["state"] for row in (await live.get("/sim/phases")).json()["phases"]} == {"over"}

    await until(over)
    assert (await live.get("/sim/faults")).json()["rules"] == []
    assert [row["phase"] for row in (await live.get("/sim/books")).json()["faults"]] == ["først", "så"]
