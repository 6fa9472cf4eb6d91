"""Payments as Nexi shows them."""

from typing import Any

from simulators.clock import stamp
from simulators.nexi_payments import CARD, METHOD
from simulators.payments import Payment
from simulators.state import World


def page_url(world: World, payment: Payment) -> str:
    return f"{world.settings.base_url}/nexi/checkout/{payment.id}"


def shown(world: World, payment: Payment) -> dict[str, Any]:
    """Amounts of zero are left out, and so are lists of what has not happened."""
    amounts = {
        "reservedAmount": payment.reserved,
        "chargedAmount": payment.charged,
        "refundedAmount": payment.refunded,
        "cancelledAmount": payment.cancelled,
    }
    urls = {"url": page_url(world, payment), "cancelUrl": payment.checkout.get("cancelUrl")}
    body: dict[str, Any] = {
        "paymentId": payment.id,
        "summary": {name: amount for name, amount in amounts.items() if amount},
        "consumer": {"shippingAddress": {}, "billingAddress": {}, "privatePerson": {}, "company": {}},
        "paymentDetails": _means(payment),
        "orderDetails": {
            "amount": payment.amount,
            "currency": payment.currency,
            "reference": payment.reference,
        },
        "checkout": urls,
        "created": stamp(payment.created),
    }
    return body | _optional(payment)


def _means(payment: Payment) -> dict[str, Any]:
    if not payment.reserved:
        return {"invoiceDetails": {}, "cardDetails": {}}
    return METHOD | {"invoiceDetails": {}, "cardDetails": CARD}


def _optional(payment: Payment) -> dict[str, Any]:
    items = payment.order["items"]
    charges = [
        {"chargeId": made.id, "amount": made.amount, "created": stamp(made.at), "orderItems": items}
        for made in payment.charges
    ]
    refunds = [
        {
            "refundId": made.id,
            "amount": made.amount,
            "state": made.state,
            "lastUpdated": stamp(made.at),
            "orderItems": items,
        }
        for made in payment.refunds
    ]
    optional = {
        "charges": charges or None,
        "refunds": refunds or None,
        "myReference": payment.my_reference,
        "terminated": stamp(payment.terminated) if payment.terminated else None,
    }
    return {name: value for name, value in optional.items() if value is not None}
