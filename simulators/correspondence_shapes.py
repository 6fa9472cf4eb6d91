"""Messages as the Correspondence service shows them."""

from typing import Any

from simulators.clock import stamp, stamp_or_none
from simulators.correspondence_rules import small
from simulators.letters import Letter


def shown_text(letter: Letter, name: str) -> str:
    """The one placeholder that the service fills in itself."""
    content = small(letter.content["content"])
    return str(content.get(name) or "").replace("{{recipientName}}", letter.recipient.name)


def reply_options(letter: Letter) -> list[dict[str, Any]]:
    options = [small(option) for option in letter.content.get("replyoptions") or []]
    return [{"linkURL": option.get("linkurl"), "linkText": option.get("linktext")} for option in options]


def overview(letter: Letter) -> dict[str, Any]:
    message = letter.content
    return {
        "resourceId": letter.resource_id,
        "sendersReference": message["sendersreference"],
        "sender": letter.sender,
        "messageSender": message.get("messagesender"),
        "content": {
            "language": small(message["content"]).get("language", "nb"),
            "messageTitle": shown_text(letter, "messagetitle"),
            "messageSummary": shown_text(letter, "messagesummary"),
            "messageBody": shown_text(letter, "messagebody"),
            "attachments": [],
        },
        "requestedPublishTime": stamp(letter.requested_publish),
        "dueDateTime": stamp_or_none(letter.due),
        "externalReferences": message.get("externalreferences") or [],
        "propertyList": message.get("propertylist") or {},
        "replyOptions": reply_options(letter),
        "ignoreReservation": bool(message.get("ignorereservation")),
        "isConfirmationNeeded": bool(message.get("isconfirmationneeded")),
        "isConfidential": bool(message.get("isconfidential")),
        "recipient": letter.recipient_urn,
        "correspondenceId": letter.id,
        "created": stamp(letter.created),
        "status": letter.status,
        "statusText": letter.status,
        "statusChanged": stamp(letter.status_changed),
        "published": stamp_or_none(letter.reached("Published")),
        "read": stamp_or_none(letter.reached("Read")),
        "notifications": [
            {"notificationOrderId": row["id"], "isReminder": row["isReminder"]}
            for row in letter.notifications
        ],
    }


def details(letter: Letter) -> dict[str, Any]:
    history = [
        {"status": status, "statusText": status, "statusChanged": stamp(moment)}
        for status, moment in letter.history
    ]
    return overview(letter) | {"statusHistory": history, "notifications": letter.notifications}
