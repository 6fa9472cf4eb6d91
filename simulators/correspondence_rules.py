"""What the Correspondence service demands of a new message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from simulators import markup
from simulators.answers import RefusedError
from simulators.clock import read_time
from simulators.correspondence_errors import error, validation_problem
from simulators.correspondence_notification import check_notification
from simulators.identity import is_person_number

RESOURCES = {"hdir-autorisasjon": "983544622"}
RESOURCE_PREFIX = "urn:altinn:resource:"
PERSON, ORGANISATION = "urn:altinn:person:identifier-no:", "urn:altinn:organization:identifier-no:"
LANGUAGES = frozenset({"nb", "nn", "en"})
MOST_RECIPIENTS = 500
LIMITS = {"resourceId": 255, "sendersReference": 4096}


@dataclass(frozen=True, slots=True)
class Draft:
    """An accepted request; `message` and `content` have their property names in lower case."""

    recipients: tuple[str, ...]
    key: str | None
    resource_id: str
    message: Mapping[str, Any]
    content: Mapping[str, Any]
    publish: datetime
    due: datetime | None


def small(value: Any) -> dict[str, Any]:
    """One level of property names in lower case; anything but an object is taken as empty."""
    return {str(k).lower(): v for k, v in value.items()} if isinstance(value, Mapping) else {}


def read_draft(body: Mapping[str, Any], now: datetime, plain_hosts: frozenset[str]) -> Draft:
    """Raises RefusedError with the answer that the service would give. `plain_hosts` need no https."""
    top = small(body)
    message = small(top.get("correspondence"))
    recipients = _check_shape(top, message)
    content = _check_content(message)
    key = _check_key(top.get("idempotentkey"), recipients)
    publish, due = _check_dates(message, now)
    _check_options(top, message, plain_hosts)
    check_notification(small(message.get("notification")))
    resource_id = str(message["resourceid"]).removeprefix(RESOURCE_PREFIX)
    if resource_id not in RESOURCES:
        raise error(1036)
    return Draft(recipients, key, resource_id, message, content, publish, due)


def _check_shape(top: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[str, ...]:
    failures: dict[str, str] = {}
    for name, limit in LIMITS.items():
        value = message.get(name.lower())
        if not isinstance(value, str) or not 1 <= len(value) <= limit:
            failures[f"/correspondence/{name}"] = (
                f"The field {name} must be a text of 1 to {limit} characters."
            )
    recipients = top.get("recipients")
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= MOST_RECIPIENTS:
        failures["/recipients"] = f"There must be 1 to {MOST_RECIPIENTS} recipients."
        recipients = []
    for position, recipient in enumerate(recipients):
        if _normal(str(recipient)) is None:
            failures[f"/recipients/{position}"] = "The recipient is not a valid identifier."
    if failures:
        raise RefusedError(validation_problem(failures))
    return _unique(tuple(normal for r in recipients if (normal := _normal(str(r))) is not None))


def _unique(recipients: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(recipients)) != len(recipients):
        raise error(1006)
    return recipients


def _normal(recipient: str) -> str | None:
    """Persons must pass the check digits; organisations need nine digits only."""
    bare = recipient.removeprefix(PERSON).removeprefix(ORGANISATION).removeprefix("0192:")
    if len(bare) == 9 and bare.isdigit() and not recipient.startswith(PERSON):
        return ORGANISATION + bare
    person = recipient in {bare, PERSON + bare} and is_person_number(bare)
    return PERSON + bare if person else None


def _check_content(message: Mapping[str, Any]) -> dict[str, Any]:
    content = small(message.get("content"))
    if not content:
        raise error(1019)
    title, body = str(content.get("messagetitle") or ""), str(content.get("messagebody") or "")
    broken = (
        (1020, not title.strip()),
        (1037, len(title) > 255),
        (1002, not markup.is_plain(title)),
        (1021, not body.strip()),
        (1022, len(body) > 30_000),
        (1003, markup.has_raw_html(body)),
        (1023, content.get("language", "nb") not in LANGUAGES),
        (1039, not markup.is_plain(str(message.get("messagesender") or ""))),
    )
    for code, is_broken in broken:
        if is_broken:
            raise error(code)
    return content


def _check_key(key: Any, recipients: tuple[str, ...]) -> str | None:
    if key is None:
        return None
    try:
        guid = UUID(str(key))
    except ValueError:
        raise error(1033) from None
    if guid.int == 0:
        raise error(1033)
    if len(recipients) > 1:
        raise error(1047)
    return str(guid)


def _check_dates(message: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime | None]:
    publish = _time("requestedPublishTime", message.get("requestedpublishtime")) or now
    due = _time("dueDateTime", message.get("duedatetime"))
    if due is None and message.get("isconfirmationneeded"):
        raise error(1016)
    if due is not None and due < now:
        raise error(1008)
    if due is not None and due < publish:
        raise error(1009)
    return publish, due


def _time(name: str, value: Any) -> datetime | None:
    try:
        return None if value is None else read_time(str(value))
    except ValueError:
        failure = {f"/correspondence/{name}": "The value is not a date and time."}
        raise RefusedError(validation_problem(failure)) from None


def _check_options(top: Mapping[str, Any], message: Mapping[str, Any], plain_hosts: frozenset[str]) -> None:
    for option in message.get("replyoptions") or []:
        link = str(small(option).get("linkurl", ""))
        parts = urlsplit(link)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in plain_hosts)
        if not secure or not parts.hostname or len(link) > 255:
            raise error(1035)
    if top.get("existingattachments"):
        raise error(1007)
    for reference in message.get("externalreferences") or []:
        if small(reference).get("referencetype") in {"DialogportenDialogId", 3}:
            raise error(1054)
