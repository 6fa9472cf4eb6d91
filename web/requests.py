"""What pages read from a request: language, format, forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from web.answers import Refused
from web.hook_requests import capped_body
from web.labels import LABELS

LANGUAGE = "lang"
MACHINES = ("/hooks/", "/health")
MOST_FORM_BYTES = 256 * 1024
MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        return self.fields.get(name, [""])[-1]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self.fields.get(name, ()))

    def words(self, name: str) -> str:
        """What somebody wrote, with the line ends of this side of the network."""
        return self.one(name).replace("\r\n", "\n").strip()


async def read_form(request: Request) -> Form:
    """Raises `Refused`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused(415, "The form has another media type", f"Send {FORM}")
    body = await capped_body(request, MOST_FORM_BYTES)
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="replace",
        )
    except ValueError:
        raise Refused(400, "The form has too many fields", f"Send at most {MOST_FIELDS}") from None
    return Form(fields)


def language_of(request: Request, default: str) -> str:
    asked = request.query_params.get(LANGUAGE, "")
    kept = request.cookies.get(LANGUAGE, "")
    return next((each for each in (asked, kept) if each in LABELS), default)


def wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return (
        request.url.path.startswith(MACHINES)
        or request.query_params.get("format") == "json"
        or ("application/json" in accepted and "text/html" not in accepted)
    )


def matching(request: Request, name: str, shape: re.Pattern[str]) -> str:
    """A query parameter of that shape; empty when it is missing or has another."""
    value = request.query_params.get(name, "")
    return value if shape.fullmatch(value) else ""
