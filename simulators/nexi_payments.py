"""What happens to a payment: made, paid, charged, refunded, cancelled; each with its webhook."""

from typing import Any
from uuid import uuid4

from simulators import nexi_webhooks as webhooks
from simulators.payments import Hook, Movement, Payment
from simulators.state import World

REFUND_SECONDS = 1.0
CARD = {"maskedPan": "492500******0004", "expiryDate": "1229"}
METHOD = {"paymentMethod": "Visa", "paymentType": "CARD"}


def create(
    world: World,
    order: dict[str, Any],
    checkout: dict[str, Any],
    *,
    hooks: list[Hook],
    my_reference: str | None = None,
) -> Payment:
    payment = Payment(
        order=order, checkout=checkout, created=world.clock.now(), hooks=hooks, my_reference=my_reference
    )
    world.payments.by_id[payment.id] = payment
    data = {"order": webhooks.order(payment), "myReference": my_reference}
    webhooks.send(world, payment, "payment.created", data)
    return payment


def pay(world: World, payment: Payment, paid: int | None = None) -> None:
    """The payer completed the hosted page. With `charge` the money is taken at once.

    `paid`: another amount than the order's.
    """
    payment.reserved = payment.amount if paid is None else paid
    amount = webhooks.money(payment, payment.reserved)
    reservation = METHOD | {
        "subscriptionId": "",
        "myReference": payment.my_reference or "",
        "reconciliationReference": uuid4().hex[:25],
        "amount": amount,
    }
    webhooks.send(world, payment, "payment.reservation.created.v2", reservation)
    legacy = METHOD | {"reserveId": uuid4().hex, "amount": amount}
    webhooks.send(world, payment, "payment.reservation.created", legacy)
    if payment.checkout.get("charge"):
        charge(world, payment, payment.reserved)
    completed = {"order": webhooks.order(payment), "myReference": payment.my_reference}
    webhooks.send(world, payment, "payment.checkout.completed", completed)


def decline(world: World, payment: Payment) -> None:
    payment.declined += 1
    failure = {"code": "51", "message": "Refused by issuer", "source": "Issuer"}
    data = {
        "error": failure,
        "orderItems": payment.order["items"],
        "amount": webhooks.money(payment, payment.amount),
    }
    webhooks.send(world, payment, "payment.reservation.failed", data)


def charge(world: World, payment: Payment, amount: int) -> Movement:
    """The webhook of a charge has the charge's own id."""
    made = Movement(uuid4().hex, amount, world.clock.now())
    payment.charges.append(made)
    data = METHOD | {
        "chargeId": made.id,
        "orderItems": payment.order["items"],
        "amount": webhooks.money(payment, amount),
    }
    webhooks.send(world, payment, "payment.charge.created.v2", data, webhook_id=made.id)
    return made


def refund(world: World, payment: Payment, amount: int) -> Movement:
    made = Movement(uuid4().hex, amount, world.clock.now(), state="Pending")
    payment.refunds.append(made)
    data = {
        "paymentActionId": uuid4().hex,
        "executed": False,
        "orderItems": payment.order["items"],
        "amount": webhooks.money(payment, amount),
    }
    webhooks.send(world, payment, "payment.refund.initiated.v2", data)
    world.background.spawn(_complete_refund(world, payment, made))
    return made


def charge_back(world: World, payment: Payment, amount: int) -> Movement:
    """The payer's bank took the money back: it is gone at once, and no webhook tells.

    How Nexi shows this is not published; that it looks like a completed refund is an invention.
    """
    made = Movement(uuid4().hex, amount, world.clock.now())
    payment.refunds.append(made)
    return made


def again(world: World, payment: Payment) -> Payment:
    """A second payment for the same order, as when two were made for one fee."""
    return create(
        world,
        dict(payment.order),
        dict(payment.checkout),
        hooks=list(payment.hooks),
        my_reference=payment.my_reference,
    )


async def _complete_refund(world: World, payment: Payment, made: Movement) -> None:
    await world.clock.pause(REFUND_SECONDS)
    if made.state != "Pending":
        return
    made.state, made.at = "Completed", world.clock.now()
    data = {"refundId": made.id, "amount": webhooks.money(payment, made.amount)}
    webhooks.send(world, payment, "payment.refund.completed", data)


def cancel(world: World, payment: Payment) -> None:
    payment.cancelled = payment.reserved
    data = {
        "cancelId": uuid4().hex,
        "orderItems": payment.order["items"],
        "amount": webhooks.money(payment, payment.cancelled),
    }
    webhooks.send(world, payment, "payment.cancel.created", data)
