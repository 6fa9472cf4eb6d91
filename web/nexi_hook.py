"""Nexi's webhooks as messages. Only the payment's id is kept; the amounts are asked for with our own key."""

import re
from datetime import datetime
from typing import Any

from case_core.messages import PaymentChanged
from web.hook_requests import text_field

EVENT = re.compile(r"[\x21-\x7e]{1,100}")
HEX = re.compile(r"[0-9a-fA-F]{32}")
VERSION = re.compile(r"\.v[0-9]{1,2}$")

KNOWN = frozenset(
    {
        "payment.created",
        "payment.reservation.created",
        "payment.reservation.failed",
        "payment.checkout.completed",
        "payment.charge.created",
        "payment.charge.failed",
        "payment.refund.initiated",
        "payment.refund.completed",
        "payment.refund.failed",
        "payment.cancel.created",
        "payment.cancel.failed",
    }
)


def read_hook(body: dict[str, Any], now: datetime) -> tuple[str, PaymentChanged] | None:
    """(identity, message); None for an event that we do not know. Raises `Refused`, naming the field."""
    event = text_field(body, "event", EVENT)
    if VERSION.sub("", event) not in KNOWN:
        return None
    hook_id = text_field(body, "id", HEX).lower()
    payment_id = text_field(body.get("data"), "paymentId", HEX).lower()
    return f"{event}/{hook_id}", PaymentChanged(at=now, payment_id=payment_id)
