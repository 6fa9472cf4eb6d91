from typing import Any

import pytest

from tests.simulators.harness import KEY, PAYMENTS, SECRET, Hub, payment_body, until


async def _created(hub: Hub, **more: Any) -> str:
    answer = await hub.http.post(PAYMENTS, json=payment_body(hub, **more), headers=KEY)
    assert answer.status_code == 201, answer.text
    payment_id: str = answer.json()["paymentId"]
    assert answer.json()["hostedPaymentPageUrl"] == f"{hub.base}/nexi/checkout/{payment_id}"
    return payment_id


async def _get(hub: Hub, payment_id: str) -> dict[str, Any]:
    payment: dict[str, Any] = (await hub.http.get(f"{PAYMENTS}/{payment_id}", headers=KEY)).json()["payment"]
    return payment


async def _paid(hub: Hub) -> str:
    payment_id = await _created(hub)
    await hub.http.post(f"/sim/payments/{payment_id}/pay", json={"outcome": "paid"})
    return payment_id


async def test_an_unpaid_payment_has_an_empty_summary(hub: Hub) -> None:
    """Amounts of zero are left out, and nothing is charged or refunded yet."""
    payment = await _get(hub, await _created(hub))
    assert payment["summary"] == {}
    assert "charges" not in payment
    assert payment["orderDetails"] == {"amount": 200_000, "currency": "NOK", "reference": "S-1"}


async def test_paying_charges_and_calls_every_declared_hook(hub: Hub) -> None:
    """With charge the money is taken at once; each hook carries the secret as it was given."""
    payment_id = await _paid(hub)
    payment = await _get(hub, payment_id)
    assert payment["summary"] == {"reservedAmount": 200_000, "chargedAmount": 200_000}
    await until(lambda: len(hub.receiver.received) == 4)
    assert {headers["authorization"] for headers in hub.receiver.headers} == {SECRET}
    charge = hub.receiver.of_type("payment.charge.created.v2")[0]
    assert charge["id"] == charge["data"]["chargeId"] == payment["charges"][0]["chargeId"]
    assert ("merchantNumber" in charge, "merchantId" in charge) == (True, False)
    completed = hub.receiver.of_type("payment.checkout.completed")[0]
    assert ("merchantNumber" in completed, "merchantId" in completed) == (False, True)
    assert completed["data"]["order"]["reference"] == "S-1"


async def test_only_exactly_200_acknowledges(hub: Hub) -> None:
    """A 204 is a failure, and the same webhook comes again."""
    hub.receiver.answers = [204, 500]
    await _created(hub)
    await until(lambda: len(hub.receiver.of_type("payment.created")) == 3)
    assert len({body["id"] for body in hub.receiver.received}) == 1

    async def noted() -> bool:
        row = (await hub.books())["payments"][0]["webhooks"][0]
        return (row["attempts"], row["delivered"]) == (3, True)

    await until(noted)


async def test_a_declined_card_leaves_the_payment_open(hub: Hub) -> None:
    """Nothing is reserved, and it can still be paid."""
    payment_id = await _created(hub)
    answer = await hub.http.post(f"/sim/payments/{payment_id}/pay", json={"outcome": "declined"})
    assert answer.status_code == 200
    assert (await _get(hub, payment_id))["summary"] == {}
    assert (await hub.http.post(f"/sim/payments/{payment_id}/pay", json={})).status_code == 200
    assert (await hub.http.post(f"/sim/payments/{payment_id}/pay", json={})).status_code == 409


async def test_a_refund_is_pending_and_then_completed(hub: Hub) -> None:
    """The refunded amount shows when it is completed, and a webhook tells."""
    payment_id = await _paid(hub)
    charge = (await _get(hub, payment_id))["charges"][0]["chargeId"]
    answer = await hub.http.post(f"/nexi/v1/charges/{charge}/refunds", json={"amount": 50_000}, headers=KEY)
    assert answer.status_code == 201
    await until(lambda: bool(hub.receiver.of_type("payment.refund.completed")))
    payment = await _get(hub, payment_id)
    assert payment["summary"]["refundedAmount"] == 50_000
    assert payment["refunds"][0]["state"] == "Completed"
    assert payment["refunds"][0]["refundId"] == answer.json()["refundId"]


async def test_an_idempotency_key_answers_the_same_refund(hub: Hub) -> None:
    """The same key gives the same refund; another amount under it is 1027."""
    url = f"{PAYMENTS}/{await _paid(hub)}/refunds"
    headers = KEY | {"Idempotency-Key": "refund-1"}
    first = await hub.http.post(url, json={"amount": 100}, headers=headers)
    second = await hub.http.post(url, json={"amount": 100}, headers=headers)
    other = await hub.http.post(url, json={"amount": 200}, headers=headers)
    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (402, "1027")


@pytest.mark.parametrize(
    ("amount", "code"), [(300_000, "1009"), (0, "1009")], ids=["more than charged", "nothing"]
)
async def test_an_impossible_refund_is_refused(hub: Hub, amount: int, code: str) -> None:
    """Never more than what was charged."""
    url = f"{PAYMENTS}/{await _paid(hub)}/refunds"
    answer = await hub.http.post(url, json={"amount": amount}, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (402, code)


async def test_a_reservation_is_charged_or_cancelled(hub: Hub) -> None:
    """Without charge the money is only reserved; a cancel takes the whole amount before any charge."""
    checkout = payment_body(hub)["checkout"] | {"charge": False}
    payment_id = await _created(hub, checkout=checkout)
    url = f"{PAYMENTS}/{payment_id}"
    early = await hub.http.post(f"{url}/charges", json={"amount": 1}, headers=KEY)
    assert early.json()["code"] == "1003"
    await hub.http.post(f"/sim/payments/{payment_id}/pay", json={})
    assert (await _get(hub, payment_id))["summary"] == {"reservedAmount": 200_000}
    over = await hub.http.post(f"{url}/charges", json={"amount": 200_001}, headers=KEY)
    assert over.json()["code"] == "1001"
    partial = await hub.http.post(f"{url}/cancels", json={"amount": 1}, headers=KEY)
    assert partial.json()["code"] == "1007"
    assert (await hub.http.post(f"{url}/cancels", json={"amount": 200_000}, headers=KEY)).status_code == 204


async def test_what_is_wrong_is_named(hub: Hub) -> None:
    """401 is empty, a missing field has its name, a wrong sum has its code."""
    unknown = await hub.http.post(PAYMENTS, json=payment_body(hub), headers={"Authorization": "Bearer x"})
    assert (unknown.status_code, unknown.content) == (401, b"")
    missing = await hub.http.post(PAYMENTS, json=payment_body(hub, checkout=None), headers=KEY)
    assert (missing.status_code, list(missing.json()["errors"])) == (400, ["checkout"])
    body = payment_body(hub)
    body["order"]["amount"] = 1
    assert (await hub.http.post(PAYMENTS, json=body, headers=KEY)).json()["code"] == "1005"
    weak = payment_body(hub)
    weak["notifications"]["webHooks"][0]["authorization"] = "kort"
    assert (await hub.http.post(PAYMENTS, json=weak, headers=KEY)).status_code == 400
    assert (await hub.http.get(f"{PAYMENTS}/none", headers=KEY)).status_code == 404


async def test_the_payment_page_pays_and_leads_back(hub: Hub) -> None:
    """The page works by plain forms, and the return address gets the payment id."""
    payment_id = await _created(hub)
    page = await hub.http.get(f"/nexi/checkout/{payment_id}")
    assert "Betal 2\N{NO-BREAK SPACE}000 kr" in page.text
    declined = await hub.http.post(f"/nexi/checkout/{payment_id}/decline")
    assert declined.headers["location"] == f"/nexi/checkout/{payment_id}?declined=1"
    paid = await hub.http.post(f"/nexi/checkout/{payment_id}/pay")
    assert paid.status_code == 303
    assert paid.headers["location"] == f"http://127.0.0.1:9/back?a=1&paymentid={payment_id}"
    assert (await _get(hub, payment_id))["summary"]["chargedAmount"] == 200_000
