"""Where a payer lands: a page for anyone, that knows nobody."""

import pytest

from tests.web.desk import Desk

PAGE = "/betaling"


@pytest.mark.parametrize("address", ["127.0.0.1", "20.100.46.139", "2001:db8::1"])
async def test_anyone_may_come_back_from_paying(desk: Desk, address: str) -> None:
    """From anywhere, through any proxy, under any name; with the page's own looks."""
    headers = {"Host": "skranke.example", "X-Forwarded-For": "10.0.0.1"}
    async with desk.caller(address) as payer:
        for path in (PAGE, "/static/skranke.css", "/static/icon.svg"):
            assert (await payer.get(path, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", PAGE), ("DELETE", PAGE), ("GET", f"{PAGE}/"), ("GET", f"{PAGE}x"), ("GET", "/")],
)
async def test_nothing_else_opens_with_it(desk: Desk, method: str, path: str) -> None:
    """That page, to be read; nothing beside it or below it."""
    async with desk.caller("20.100.46.139") as payer:
        assert (await payer.request(method, path)).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Vi får beskjed fra Nexi"), ("nn", "Vi får beskjed frå Nexi"), ("en", "Nexi lets us know")],
)
async def test_the_payer_reads_it_in_three_languages(desk: Desk, language: str, words: str) -> None:
    """As asked for in the address, or as the browser is set up."""
    for asked in ({"params": {"lang": language}}, {"headers": {"Accept-Language": f"{language}, de;q=0.5"}}):
        page = await desk.client.get(PAGE, **asked)  # type: ignore[arg-type]  # two ways of asking in one loop
        assert f'<html lang="{language}">' in page.text
        assert words in page.text


async def test_the_page_knows_nobody(desk: Desk) -> None:
    """No case, no way to the case list, no cookie, and nothing of what Nexi adds to the address."""
    _, number = await desk.opened()
    answer = await desk.client.get(PAGE, params={"paymentid": "0" * 32, "lang": "nb"})
    assert "Set-Cookie" not in answer.headers
    for hidden in (number, "Nordmann", "/cases", "/parked", "0" * 32, "saksbehandler"):
        assert hidden not in answer.text
    assert await desk.amount("access_log") == 0
