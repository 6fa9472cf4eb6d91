"""The data element in which an app keeps what is known of a payment. Amounts here are kroner."""

from typing import Any

import orjson

from simulators.app_definitions import FEES, JSON, ORGNR, PAYMENT
from simulators.clock import stamp
from simulators.instances import Instance, Upload
from simulators.nexi_payments import CARD, METHOD
from simulators.nexi_shapes import page_url
from simulators.payments import Payment
from simulators.state import World

PAYMENT_TASK = "Task_2"
PROCESSOR = "Nets Easy"
LINE_NAME = "Gebyr for søknad om autorisasjon"


def fee(form: dict[str, Any]) -> int:
    """Whole kroner, by the way that the applicant chose. KeyError where there is no such way."""
    return FEES[form["utdanning"]["vei"]]


def order_of(instance: Instance, kroner: int) -> dict[str, Any]:
    """The order that the app sends to Nexi: one line, no VAT."""
    amount = kroner * 100
    item = {
        "reference": "gebyr",
        "name": LINE_NAME,
        "quantity": 1,
        "unit": "pcs",
        "unitPrice": amount,
        "taxRate": 0,
        "taxAmount": 0,
        "netTotalAmount": amount,
        "grossTotalAmount": amount,
    }
    return {"amount": amount, "currency": "NOK", "reference": instance.guid, "items": [item]}


def store(world: World, instance: Instance, kroner: int, payment: Payment | None) -> None:
    """Writes the element; without a payment there was nothing to pay."""
    body = {
        "taskId": PAYMENT_TASK,
        "status": _status(payment),
        "orderDetails": _order_details(instance, kroner),
        "paymentDetails": _payment_details(world, payment) if payment else None,
    }
    content = orjson.dumps(body)
    now, who = world.clock.now(), str(instance.owner.user_id)
    if existing := instance.elements(PAYMENT):
        existing[0].content, existing[0].last_changed = content, now
        instance.touch(now, who)
        return
    instance.add(Upload(PAYMENT, f"{PAYMENT}.json", JSON, content), now, who)


def _status(payment: Payment | None) -> str:
    if payment is None:
        return "Skipped"
    return "Paid" if payment.charged else "Created"


def _order_details(instance: Instance, kroner: int) -> dict[str, Any]:
    line = {
        "id": "gebyr",
        "name": LINE_NAME,
        "priceExVat": kroner,
        "quantity": 1,
        "vatPercent": 0,
        "unit": "pcs",
    }
    receiver = {"organisationNumber": ORGNR, "name": "Helsedirektoratet"}
    return {
        "paymentProcessorId": PROCESSOR,
        "receiver": receiver,
        "currency": "NOK",
        "orderLines": [line] if kroner else [],
        "orderReference": instance.guid,
        "totalPriceExVat": kroner,
        "totalVat": 0,
        "totalPriceIncVat": kroner,
    }


def _payment_details(world: World, payment: Payment) -> dict[str, Any]:
    details: dict[str, Any] = {
        "paymentId": payment.id,
        "redirectUrl": page_url(world, payment),
        "createdDate": stamp(payment.created),
    }
    if payment.charges:
        details |= METHOD | {"cardDetails": CARD}
        details["chargedDate"] = stamp(payment.charges[0].at)
    return details
