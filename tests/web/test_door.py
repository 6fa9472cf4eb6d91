"""Who may come in, and what browsers are told."""

import pytest

from tests.web.desk import Desk

PAGES = ["/", "/cases", "/cases/2026-000001-5", "/parked", "/queues", "/static/other.css"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("address", ["10.0.0.7", "20.100.46.139", "2001:db8::1", "testclient"])
async def test_the_pages_are_for_this_machine(desk: Desk, path: str, address: str) -> None:
    """Nobody logs in yet, so nobody comes in from outside."""
    async with desk.caller(address) as stranger:
        assert (await stranger.get(path)).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_this_machine_has_several_addresses(desk: Desk, address: str) -> None:
    """All of them are this machine."""
    async with desk.caller(address) as here:
        assert (await here.get("/cases")).status_code == 200


@pytest.mark.parametrize("host", ["skranke.example", "127.0.0.1.evil.example", "", "[::1", "evil@x"])
async def test_a_name_that_leads_here_is_not_enough(desk: Desk, host: str) -> None:
    """Somebody else's site may let its name point at this machine."""
    assert (await desk.client.get("/cases", headers={"Host": host})).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_what_was_forwarded_comes_from_elsewhere(desk: Desk, header: str) -> None:
    """A proxy on this machine lets nobody in."""
    assert (await desk.client.get("/cases", headers={header: "127.0.0.1"})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    """Nothing is done because another page sent it."""
    answer = await desk.client.post("/parked/replay", data={"reason": "x"}, headers=headers)
    assert answer.status_code == 403


async def test_a_form_of_our_own_is_taken(desk: Desk) -> None:
    """Browsers tell that it is ours; scripts tell nothing."""
    for headers in ({"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin"}, {}):
        answer = await desk.client.post("/parked/replay", data={"reason": "x"}, headers=headers)
        assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/cases", "/cases/2026-9", "/parked", "/queues", "/nowhere"])
async def test_every_page_holds_browsers_to_the_rules(desk: Desk, path: str) -> None:
    """No scripts, no frames, nothing kept."""
    headers = (await desk.client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert all(
        part in policy
        for part in ("default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'")
    )
    assert "script" not in policy
    assert (
        headers["X-Content-Type-Options"],
        headers["Cache-Control"],
        headers["Referrer-Policy"],
    ) == ("nosniff", "no-store", "same-origin")


async def test_a_path_that_leads_nowhere_is_a_page(desk: Desk) -> None:
    """404 in the reader's language."""
    answer = await desk.client.get("/nowhere", params={"lang": "nn"})
    assert answer.status_code == 404
    assert "Vi finn ikkje" in answer.text
