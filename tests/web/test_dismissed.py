"""Stopped messages that a person closes for good."""

import pytest

from tests.web import build
from tests.web.desk import Desk
from tests.web.test_parked import status_of, stray_supplement


async def test_a_message_is_closed_with_a_reason(any_desk: Desk) -> None:
    """It is stopped no more, its case goes on as before, and who closed it and why is kept."""
    row_id = await stray_supplement(any_desk)
    (case,) = await any_desk.rows("cases")
    answer = await any_desk.client.post(f"/parked/{row_id}/dismiss", data={"why": " Sendt to  ganger. "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/parked?dismissed={row_id}")
    assert f"Melding {row_id} er lukket." in (await any_desk.client.get(answer.headers["Location"])).text
    row = next(row for row in await any_desk.rows("inbox") if row.id == row_id)
    assert (row.status, row.reason) == ("refused", "dismissed")
    assert [(row.what, row.case_id, row.purpose) for row in await any_desk.rows("access_log")] == [
        ("dismiss", case.id, f"{row_id}: Sendt to ganger.")
    ]
    assert "lukket av en saksbehandler" in (await any_desk.client.get(f"/cases/{case.number}")).text


async def test_only_the_first_who_closes_does(any_desk: Desk) -> None:
    """The other is told that it has been taken care of, and nothing is written down twice."""
    row_id = await stray_supplement(any_desk)
    headers = {"Accept": "application/json"}
    address = f"/parked/{row_id}/dismiss"
    first = await any_desk.client.post(address, data={"why": "Dublett"}, headers=headers)
    second = await any_desk.client.post(address, data={"why": "Dublett"}, headers=headers)
    assert (first.status_code, first.json(), second.status_code) == (200, {"dismissed": row_id}, 404)
    assert await any_desk.amount("access_log") == 1


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("", "Skriv hvorfor"),
        (" \r\n", "Skriv hvorfor"),
        ("x" * 501, "høyst 500 tegn"),
        (f"Gjelder {build.NIN[:6]} {build.NIN[6:]}", "uten fødselsnummer"),
    ],
)
async def test_a_message_is_not_closed_without_a_proper_reason(desk: Desk, why: str, told: str) -> None:
    """The form comes back with what is the matter; scripts get it as JSON."""
    row_id = await stray_supplement(desk)
    answer = await desk.client.post(f"/parked/{row_id}/dismiss", data={"why": why})
    assert answer.status_code == 400
    assert told in answer.text
    script = {"Accept": "application/json"}
    assert (
        await desk.client.post(f"/parked/{row_id}/dismiss", data={"why": why}, headers=script)
    ).status_code == 400
    assert await status_of(desk, row_id) == ("parked", 0)
