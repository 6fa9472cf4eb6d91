"""Altinn's events as messages. A hint says where to look and nothing else: of an event's fields only ids and
types are kept, and no address in it is ever followed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from case_core.messages import FormCompleted, LetterChanged, Message
from web.hook_requests import bad_field, text_field

EVENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
TYPE = re.compile(r"[\x21-\x7e]{1,200}")
UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
PARTY = r"[0-9]{1,10}"
LETTER = re.compile(UUID)
INSTANCE = re.compile(rf"(?:(?P<party>{PARTY})/)?(?P<form>{UUID})")
SOURCE = re.compile(
    rf".*/(?P<org>[a-z0-9-]{{1,50}})/(?P<app>[a-z0-9-]{{1,100}})/instances/(?P<party>{PARTY})/(?P<form>{UUID})/?"
)

VALIDATION = "platform.events.validatesubscription"
COMPLETED = "app.instance.process.completed"
CORRESPONDENCE = "no.altinn.correspondence."


TELLING = frozenset(
    {
        "correspondencepublished",
        "correspondencepublishfailed",
        "correspondencereceiverread",
        "correspondencereceiverconfirmed",
        "correspondencereceiverneverread",
        "correspondencereceiverneverconfirmed",
    }
)
"""What says that a letter has come further. All else (its notification, its attachments) moves no case."""


class Unused(StrEnum):
    """Why nothing is stored."""

    VALIDATION = "validation"
    OTHER_TYPE = "other-type"
    OTHER_APP = "other-app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Apps:
    """Our forms. `by_resource`: the app by the name of its resource in Altinn."""

    org: str
    by_resource: Mapping[str, str]


def apps_of(org: str, names: frozenset[str]) -> Apps:
    return Apps(org=org, by_resource={f"urn:altinn:resource:app_{org}_{name}": name for name in names})


def event_id(event: dict[str, Any]) -> str:
    return text_field(event, "id", EVENT_ID)


def read_event(event: dict[str, Any], apps: Apps, now: datetime) -> Message | Unused:
    """Raises `Refused`, naming the field."""
    kind = text_field(event, "type", TYPE)
    if kind == VALIDATION:
        return Unused.VALIDATION
    if kind.startswith(CORRESPONDENCE):
        if kind.removeprefix(CORRESPONDENCE) not in TELLING:
            return Unused.OTHER_TYPE
        return LetterChanged(at=now, letter_id=text_field(event, "resourceinstance", LETTER).lower())
    if kind != COMPLETED:
        return Unused.OTHER_TYPE
    source = source_of(event)
    app = app_of(event, source, apps)
    if app is None:
        return Unused.OTHER_APP
    return FormCompleted(at=now, app=app, instance=instance_of(event, source))


def source_of(event: dict[str, Any]) -> re.Match[str] | None:
    source = event.get("source")
    return SOURCE.fullmatch(source) if isinstance(source, str) and len(source) <= 500 else None


def app_of(event: dict[str, Any], source: re.Match[str] | None, apps: Apps) -> str | None:
    resource = event.get("resource")
    if resource is not None:
        return apps.by_resource.get(resource) if isinstance(resource, str) else None
    if source is None or source["org"] != apps.org:
        return None
    return source["app"] if source["app"] in apps.by_resource.values() else None


def instance_of(event: dict[str, Any], source: re.Match[str] | None) -> str:
    """`{partyId}/{guid}`. Older events carry the guid alone; the party then stands in the source."""
    written = event.get("resourceinstance")
    found = INSTANCE.fullmatch(written) if isinstance(written, str) else source if written is None else None
    if found is None:
        raise bad_field("resourceinstance")
    form = found["form"].lower()
    party = found["party"]
    if party is None and source is not None and source["form"].lower() == form:
        party = source["party"]
    if party is None:
        raise bad_field("resourceinstance")
    return f"{party}/{form}"
