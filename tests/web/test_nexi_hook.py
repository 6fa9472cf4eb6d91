"""Nexi's webhooks: exactly 200, and only the payment's id is kept."""

from typing import Any

import pytest

from case_core.messages import PaymentChanged
from store.inbox import claim
from tests.web import build
from tests.web.desk import NEXI_SECRET, Desk

HEADERS = {"Authorization": NEXI_SECRET}
PAYMENT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
HOOK_ID = "f" * 32


def charged(**changed: object) -> dict[str, Any]:
    body = {
        "id": HOOK_ID,
        "timestamp": "2026-03-02T09:00:00.0000+00:00",
        "merchantNumber": 100242833,
        "event": "payment.charge.created.v2",
        "data": {"paymentId": PAYMENT, "amount": {"amount": 200000, "currency": "NOK"}},
    }
    return {name: value for name, value in {**body, **changed}.items() if value is not None}


async def test_a_charge_is_stored_as_a_hint_to_ask(desk: Desk) -> None:
    """Its amounts prove nothing and are not kept."""
    desk.asleep = True
    answer = await desk.client.post("/hooks/nexi", json=charged(), headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    async with desk.database.write() as tx:
        (row,) = await claim(tx, [1])
    assert PaymentChanged(at=build.NOW, payment_id=PAYMENT) == row.message
    assert ("nexi", f"payment.charge.created.v2/{HOOK_ID}") == (row.source, row.external_id)


async def test_a_hook_five_times_is_one_row(desk: Desk) -> None:
    """Nexi repeats until it hears 200."""
    desk.asleep = True
    for _ in range(5):
        assert (await desk.client.post("/hooks/nexi", json=charged(), headers=HEADERS)).status_code == 200
    assert await desk.amount("inbox") == 1


async def test_two_events_with_one_id_are_two(desk: Desk) -> None:
    """The identity is the event's name with its id."""
    desk.asleep = True
    await desk.client.post("/hooks/nexi", json=charged(), headers=HEADERS)
    await desk.client.post("/hooks/nexi", json=charged(event="payment.refund.completed"), headers=HEADERS)
    assert await desk.amount("inbox") == 2


async def test_an_event_that_we_do_not_know_is_answered_and_left(desk: Desk) -> None:
    """A new kind of event at Nexi is no error of theirs."""
    answer = await desk.client.post("/hooks/nexi", json=charged(event="payment.sold"), headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})
    assert await desk.amount("inbox") == 0


@pytest.mark.parametrize("secret", ["", "Bearer x", NEXI_SECRET.lower() + "x"])
async def test_without_the_secret_it_is_not_authorised(desk: Desk, secret: str) -> None:
    """401, and the answer does not say what was wrong."""
    headers = {"Authorization": secret} if secret else {}
    assert (await desk.client.post("/hooks/nexi", content=b"{", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"event": None}, "event"),
        ({"id": "short"}, "id"),
        ({"data": None}, "paymentId"),
        ({"data": []}, "paymentId"),
        ({"data": {"paymentId": 7}}, "paymentId"),
        ({"data": {"paymentId": PAYMENT + "\n"}}, "paymentId"),
    ],
)
async def test_a_wrong_field_is_named(desk: Desk, changed: dict[str, Any], field: str) -> None:
    """400 with the field's name; nothing is stored."""
    answer = await desk.client.post("/hooks/nexi", json=charged(**changed), headers=HEADERS)
    assert answer.status_code == 400
    assert f"field {field} " in answer.json()["error"]
    assert await desk.amount("inbox") == 0
