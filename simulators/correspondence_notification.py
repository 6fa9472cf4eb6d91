"""Which texts a notification must carry on which channel."""

from collections.abc import Mapping
from typing import Any

from simulators.correspondence_errors import error

CHANNELS = ("Email", "Sms", "EmailPreferred", "SmsPreferred", "EmailAndSms")
MISSING = {
    "Email": (3002, 3003),
    "Sms": (3004, 3005),
    "EmailPreferred": (3006, 3007),
    "SmsPreferred": (3006, 3007),
    "EmailAndSms": (3024, 3025),
}
GENERIC = frozenset({"GenericAltinnMessage", 1})


def channel(value: Any) -> str:
    """An enum may come as text or as its number; the default is e-mail."""
    if isinstance(value, int) and 0 <= value < len(CHANNELS):
        return CHANNELS[value]
    return str(value) if value in CHANNELS else CHANNELS[0]


def check_notification(notification: Mapping[str, Any]) -> None:
    """An empty mapping means that no notification is wanted."""
    if not notification or notification.get("notificationtemplate") in GENERIC:
        return
    wanted = channel(notification.get("notificationchannel"))
    if not _has_texts(notification, wanted, ""):
        raise error(MISSING[wanted][0])
    if notification.get("sendreminder"):
        reminder = channel(notification.get("remindernotificationchannel") or wanted)
        if not _has_texts(notification, reminder, "reminder"):
            raise error(MISSING[reminder][1])


def _has_texts(notification: Mapping[str, Any], wanted: str, prefix: str) -> bool:
    email = notification.get(f"{prefix}emailsubject") and notification.get(f"{prefix}emailbody")
    sms = notification.get(f"{prefix}smsbody")
    match wanted:
        case "Email":
            return bool(email)
        case "Sms":
            return bool(sms)
        case _:
            return bool(email and sms)
