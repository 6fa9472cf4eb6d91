"""What a webhook sends, read with suspicion: a secret, a bounded body, a JSON object, checked fields."""

import hmac
import re
from typing import Any

import orjson
from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request

from web.answers import Refused

MEDIA_TYPES = frozenset({"application/json", "application/cloudevents+json"})
DIGITS_OF_A_LENGTH = 10


def check_secret(given: str, expected: SecretStr) -> None:
    """In constant time. Raises `Refused`, which does not tell what was wrong."""
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.get_secret_value().encode()):
        raise Refused(401, "Not authorised", "Send the secret that was agreed on")


async def json_object(request: Request, most: int) -> dict[str, Any]:
    """The body's object. Raises `Refused`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise Refused(415, "The body has another media type", "Send application/json")
    try:
        found = orjson.loads(await capped_body(request, most))
    except orjson.JSONDecodeError:
        raise Refused(400, "The body is not JSON", "Send one JSON object in UTF-8") from None
    if not isinstance(found, dict):
        raise Refused(400, "The body is not a JSON object", "Send one JSON object")
    return found


async def capped_body(request: Request, most: int) -> bytes:
    """What a length claims is not believed: the bytes are counted as they come."""
    too_large = Refused(413, "The body is too large", f"Send at most {most} bytes")
    declared = request.headers.get("content-length", "0")
    if len(declared) > DIGITS_OF_A_LENGTH or (
        declared.isascii() and declared.isdigit() and int(declared) > most
    ):
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise too_large
    except ClientDisconnect:
        raise Refused(400, "The body broke off", "Send it again") from None
    return bytes(body)


def text_field(holder: Any, name: str, shape: re.Pattern[str]) -> str:
    """The field's text. Raises `Refused`, naming the field, when it is missing or has another shape."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise bad_field(name)
    return value


def bad_field(name: str) -> Refused:
    return Refused(
        400, f"The field {name} is missing or has a wrong form", f"Correct {name} and send it again"
    )
