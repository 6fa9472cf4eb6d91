"""Nexi's webhooks: a shared secret in the header, and only an exact 200 acknowledges."""

from typing import Any
from uuid import uuid4

import httpx
import orjson

from simulators import outbound
from simulators.payments import Hook, Payment, Webhook
from simulators.state import World

# Ten attempts are published, their spacing is not: these intervals are an invention.
WAITS = (0, 1, 5, 15, 60, 300, 900, 3600, 21600, 86400)
MERCHANT = 100242833
ANSWER_SECONDS = 10.0
NUMBERED = frozenset({"payment.charge.created.v2", "payment.reservation.created.v2"})


def send(
    world: World, payment: Payment, event: str, data: dict[str, Any], *, webhook_id: str | None = None
) -> None:
    """Only hooks that were declared for the event when the payment was made are called."""
    hooks = [hook for hook in payment.hooks if hook.event == event]
    if not hooks:
        return
    identity = webhook_id or uuid4().hex
    body = _envelope(world, payment, event, data, identity)
    for hook in hooks:
        row = Webhook(event, identity)
        payment.webhooks.append(row)
        world.background.spawn(_deliver(world, hook, row, body))


def _envelope(
    world: World, payment: Payment, event: str, data: dict[str, Any], identity: str
) -> dict[str, Any]:
    now = world.clock.now()
    moment = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 100:04}+00:00"
    merchant = "merchantNumber" if event in NUMBERED else "merchantId"
    return {
        "id": identity,
        "timestamp": moment,
        merchant: MERCHANT,
        "event": event,
        "data": data | {"paymentId": payment.id},
    }


async def _deliver(world: World, hook: Hook, row: Webhook, body: dict[str, Any]) -> None:
    headers = hook.headers | {"Authorization": hook.authorization, "Content-Type": "application/json"}
    content = orjson.dumps(world.quirks.shaped(body))

    async def attempt() -> bool:
        row.attempts += 1
        return await _acknowledged(world, hook.url, content, headers)

    row.delivered = await outbound.deliver(world, "nexi", row.event, WAITS, attempt)


async def _acknowledged(world: World, url: str, content: bytes, headers: dict[str, str]) -> bool:
    timeout = httpx.Timeout(ANSWER_SECONDS, pool=None)
    try:
        answer = await world.http.post(url, content=content, headers=headers, timeout=timeout)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def money(payment: Payment, amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": payment.currency}


def order(payment: Payment) -> dict[str, Any]:
    return {
        "amount": money(payment, payment.amount),
        "reference": payment.reference,
        "orderItems": payment.order["items"],
    }
