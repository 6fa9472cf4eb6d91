"""Which language a page is written in."""

import pytest

from tests.web.desk import Desk
from web.requests import accepted_languages


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nb"),
        ("nn-NO,nn;q=0.9,nb;q=0.8", "nn"),
        ("en-GB,en;q=0.9", "en"),
        ("no,en;q=0.5", "nb"),
        ("de,fr;q=0.9", "nb"),
        ("nn;q=0.2, en;q=0.7", "en"),
        ("en;q=0, nn;q=0.1", "nn"),
        ("*;q=x,,;;q=,\0", "nb"),
    ],
)
async def test_the_browser_chooses_when_nobody_has(desk: Desk, header: str, language: str) -> None:
    """The most wanted that we write; bokmål when there is none."""
    page = await desk.client.get("/queues", headers={"Accept-Language": header} if header else {})
    assert f'<html lang="{language}">' in page.text


async def test_what_was_chosen_here_is_stronger(desk: Desk) -> None:
    """The cookie before the browser's own wish, the address before both."""
    await desk.client.get("/queues", params={"lang": "nn"})
    wish = {"Accept-Language": "en"}
    assert '<html lang="nn">' in (await desk.client.get("/queues", headers=wish)).text
    assert '<html lang="nb">' in (await desk.client.get("/queues?lang=nb", headers=wish)).text


def test_a_long_list_of_languages_is_cut_short() -> None:
    """However much a browser sends."""
    assert len(accepted_languages("nb;q=1," * 10_000)) < 50
