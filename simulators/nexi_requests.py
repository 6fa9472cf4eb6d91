"""Reading what a merchant sends to Nexi, and how Nexi refuses it."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from simulators.answers import RefusedError, as_json
from simulators.payments import Hook
from simulators.state import World

SECRET = re.compile(r"^[A-Za-z0-9]{8,64}$")
MOST_HOOKS = 32
ADDRESSES = {"HostedPaymentPage": ("returnUrl", "termsUrl"), "EmbeddedCheckout": ("url", "termsUrl")}


def invalid(field: str, text: str) -> RefusedError:
    return RefusedError(as_json({"errors": {field: [text]}}, 400))


def failed(code: int, text: str, status: int = 402) -> RefusedError:
    body = {"code": str(code), "message": text, "source": "internal"}
    return RefusedError(as_json(body, status))


def read_order(body: Mapping[str, Any]) -> dict[str, Any]:
    order = body.get("order")
    if not isinstance(order, dict):
        raise invalid("order", "The order is required.")
    amount, items = order.get("amount"), order.get("items")
    if not is_amount(amount):
        raise invalid("order.amount", "The amount must be a whole number of minor units.")
    if not isinstance(order.get("currency"), str) or len(order["currency"]) != 3:
        raise invalid("order.currency", "The currency must be three letters.")
    if not isinstance(items, list) or not items:
        raise failed(1015, "Order items are missing", 400)
    if amount == 0:
        raise failed(1002, "The amount must be greater than zero")
    if sum(_gross(item) for item in items) != amount:
        raise failed(1005, "The amount differs from the sum of the order items")
    return order


def is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _gross(item: Any) -> int:
    gross = item.get("grossTotalAmount") if isinstance(item, dict) else None
    if not isinstance(gross, int):
        raise invalid("order.items", "Every item must have a whole grossTotalAmount.")
    return gross


def read_checkout(body: Mapping[str, Any]) -> dict[str, Any]:
    checkout = body.get("checkout")
    if not isinstance(checkout, dict):
        raise invalid("checkout", "The checkout is required.")
    for name in ADDRESSES.get(str(checkout.get("integrationType", "EmbeddedCheckout")), ()):
        if not checkout.get(name):
            raise invalid(f"checkout.{name}", f"The field {name} is required.")
    return checkout


def read_hooks(world: World, body: Mapping[str, Any]) -> list[Hook]:
    rows = (body.get("notifications") or {}).get("webHooks") or []
    if len(rows) > MOST_HOOKS:
        raise invalid("notifications.webHooks", f"At most {MOST_HOOKS} webhooks are allowed.")
    return [_hook(world, row) for row in rows]


def _hook(world: World, row: Any) -> Hook:
    if not isinstance(row, dict) or not row.get("eventName"):
        raise invalid("notifications.webHooks.eventName", "The event name is required.")
    url, secret = str(row.get("url", "")), str(row.get("authorization", ""))
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in world.settings.plain_http_hosts
    if not loopback and not (parts.scheme == "https" and parts.hostname):
        raise invalid("notifications.webHooks.url", "The url must be an absolute https address.")
    if not SECRET.match(secret):
        text = "The authorization must be 8 to 64 letters and digits."
        raise invalid("notifications.webHooks.authorization", text)
    return Hook(str(row["eventName"]), url, secret, _headers(row.get("headers")))


def _headers(rows: Any) -> dict[str, str]:
    """Given as a list of single-entry objects."""
    if not isinstance(rows, list):
        return {}
    return {str(k): str(v) for row in rows if isinstance(row, dict) for k, v in row.items()}
