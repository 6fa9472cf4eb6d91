from typing import Any

from tests.simulators.harness import KEY, PAYMENTS, Hub, payment_body, until


async def _created(hub: Hub) -> str:
    answer = await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)
    payment_id: str = answer.json()["paymentId"]
    return payment_id


async def _act(hub: Hub, payment_id: str, act: str, **body: Any) -> Any:
    return await hub.http.post(f"/sim/payments/{payment_id}/{act}", json=body)


async def _summary(hub: Hub, payment_id: str) -> dict[str, int]:
    answer = await hub.http.get(f"{PAYMENTS}/{payment_id}", headers=KEY)
    summary: dict[str, int] = answer.json()["payment"]["summary"]
    return summary


async def test_too_little_or_too_much_may_be_paid(hub: Hub) -> None:
    """The payment then holds what was paid, and no more can be paid on it."""
    payment_id = await _created(hub)
    assert (await _act(hub, payment_id, "pay", amount=50_000)).status_code == 200
    assert await _summary(hub, payment_id) == {"reservedAmount": 50_000, "chargedAmount": 50_000}
    assert (await _act(hub, payment_id, "pay", amount=150_000)).status_code == 409
    more = await _created(hub)
    await _act(hub, more, "pay", amount=300_000)
    assert (await _summary(hub, more))["chargedAmount"] == 300_000
    assert (await _act(hub, more, "pay", amount=0)).status_code == 422


async def test_a_second_payment_has_the_same_reference(hub: Hub) -> None:
    """It has an id of its own, and tells the same hooks."""
    first = await _created(hub)
    await _act(hub, first, "pay")
    answer = await _act(hub, first, "again")
    assert answer.status_code == 201
    second = answer.json()["paymentId"]
    assert second != first
    rows = (await hub.books())["payments"]
    assert [(row["reference"], row["charged"]) for row in rows] == [("S-1", 200_000)] * 2
    await until(lambda: len(hub.receiver.of_type("payment.charge.created.v2")) == 2)


async def test_a_refund_by_hand_is_told(hub: Hub) -> None:
    """Part of it, then the rest; never more than there is."""
    payment_id = await _created(hub)
    assert (await _act(hub, payment_id, "refund")).status_code == 409
    await _act(hub, payment_id, "pay")
    assert (await _act(hub, payment_id, "refund", amount=50_000)).json()["amount"] == 50_000
    assert (await _act(hub, payment_id, "refund", amount=150_001)).status_code == 409
    assert (await _act(hub, payment_id, "refund")).json()["amount"] == 150_000
    await until(lambda: len(hub.receiver.of_type("payment.refund.completed")) == 2)
    assert (await _summary(hub, payment_id))["refundedAmount"] == 200_000


async def test_a_charge_back_is_told_by_nobody(hub: Hub) -> None:
    """The money is gone at once, and only who looks will see it."""
    payment_id = await _created(hub)
    await _act(hub, payment_id, "pay")
    assert (await _act(hub, payment_id, "chargeback")).status_code == 201
    assert (await _summary(hub, payment_id))["refundedAmount"] == 200_000
    await until(lambda: len(hub.receiver.received) == 4)
    assert not hub.receiver.of_type("payment.refund.completed")
    assert (await _act(hub, "ukjent", "chargeback")).status_code == 404
