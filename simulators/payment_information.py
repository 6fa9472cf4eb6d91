"""The data element in which an app keeps what is known of a payment. Amounts here are kroner."""

from typing import Any

import orjson

from simulators.app_definitions import JSON, ORGNR, PAYMENT, AppDefinition
from simulators.clock import stamp
from simulators.instances import Instance, Upload
from simulators.nexi_payments import CARD, METHOD
from simulators.nexi_shapes import page_url
from simulators.payments import Payment
from simulators.state import World

PAYMENT_TASK = "Task_2"
PROCESSOR = "Nets Easy"


def fee(app: AppDefinition, form: dict[str, Any]) -> int:
    """Whole kroner, by what the applicant chose. KeyError where there is no such choice."""
    if app.tariff is None:
        return 0
    return app.tariff.kroner[app.model.value(form, app.tariff.field)]


def _line_name(instance: Instance) -> str:
    return instance.app.tariff.name if instance.app.tariff else instance.app.title


def order_of(instance: Instance, kroner: int) -> dict[str, Any]:
    """The order that the app sends to Nexi: one line, no VAT."""
    amount = kroner * 100
    item = {
        "reference": "gebyr",
        "name": _line_name(instance),
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
        "name": _line_name(instance),
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
