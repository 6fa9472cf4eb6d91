"""What a test wants to know afterwards: everything that was made, asked and delivered."""

from typing import Any
from urllib.parse import urlsplit

from simulators.clock import stamp, stamp_or_none
from simulators.event_store import Event, Subscription
from simulators.instances import Instance
from simulators.letters import Letter
from simulators.payments import Payment
from simulators.state import World


def books(world: World) -> dict[str, Any]:
    ledger, faults = world.ledger, world.faults
    return {
        "instances": [_instance(instance) for instance in world.instances],
        "correspondences": [_letter(letter) for letter in world.letters],
        "payments": [_payment(payment) for payment in world.payments.by_id.values()],
        "lookups": [
            {"register": register, "person": person, "count": count}
            for (register, person), count in ledger.lookups.items()
        ],
        "events": [_event(event) for event in world.events.events],
        "subscriptions": [_subscription(s) for s in world.events.subscriptions.values()],
        "calls": [
            {"remote": remote, "method": method, "route": route, "status": status, "count": count}
            for (remote, method, route, status), count in ledger.calls.items()
        ],
        "faults": [
            {"rule": active.rule.shown(), "phase": active.phase, "hits": active.hits}
            for active in (*faults.ended, *faults.active)
        ],
    }


def _instance(instance: Instance) -> dict[str, Any]:
    elements = [
        {
            "id": element.id,
            "dataType": element.data_type,
            "filename": element.filename,
            "contentType": element.content_type,
            "size": len(element.content),
            "fileScanResult": element.scan,
        }
        for element in instance.data
    ]
    return {
        "id": instance.id,
        "appId": instance.app.id,
        "owner": instance.owner.key,
        "createdBy": "org" if instance.by_org else "user",
        "created": stamp(instance.created),
        "submitted": instance.ended is not None,
        "confirmed": bool(instance.confirmations),
        "confirmCalls": instance.confirm_calls,
        "prefill": instance.prefill,
        "dataElements": elements,
        "dueBefore": stamp_or_none(instance.due_before),
        "notification": instance.notification,
        "substatus": instance.substatus,
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "recipient": letter.recipient.key,
        "resourceId": letter.resource_id,
        "idempotentKey": letter.idempotent_key,
        "sendersReference": letter.content["sendersreference"],
        "title": letter.content["content"] and _title(letter),
        "status": letter.status,
        "created": stamp(letter.created),
        "duplicatesRefused": letter.duplicates_refused,
    }


def _title(letter: Letter) -> str:
    content = {str(key).lower(): value for key, value in letter.content["content"].items()}
    return str(content["messagetitle"])


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "paymentId": payment.id,
        "reference": payment.reference,
        "amount": payment.amount,
        "reserved": payment.reserved,
        "charged": payment.charged,
        "refunded": payment.refunded,
        "cancelled": payment.cancelled,
        "declined": payment.declined,
        "webhooks": [
            {"event": row.event, "id": row.id, "attempts": row.attempts, "delivered": row.delivered}
            for row in payment.webhooks
        ],
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.body["type"],
        "instance": event.instance,
        "attempts": event.attempts,
        "delivered": event.delivered,
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    """The query string of an end point is its secret and stays out."""
    parts = urlsplit(subscription.end_point)
    return {
        "id": subscription.id,
        "endPoint": f"{parts.scheme}://{parts.netloc}{parts.path}",
        "resourceFilter": subscription.resource,
        "typeFilter": subscription.type,
        "consumer": subscription.consumer,
        "validated": subscription.validated,
        "validationAttempts": subscription.validation_attempts,
    }
