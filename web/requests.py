"""What pages read from a request: language, format, forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from urllib.parse import parse_qs

from starlette.requests import Request

from web.answers import Refused
from web.hook_requests import capped_body
from web.labels import LABELS

LANGUAGE = "lang"
MACHINES = ("/hooks/", "/health")
LONGEST_LANGUAGES = 200
ACCEPTED = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-[a-z0-9-]{1,20})?(?:\s*;\s*q=(?P<weight>[01](?:\.[0-9]{0,3})?))?"
)
OTHER_NAMES = {"no": "nb"}
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
    """As asked for in the address, else as kept, else as the browser is set up."""
    asked = request.query_params.get(LANGUAGE, "")
    kept = request.cookies.get(LANGUAGE, "")
    accepted = accepted_languages(request.headers.get("accept-language", ""))
    return next((each for each in (asked, kept, *accepted) if each in LABELS), default)


def accepted_languages(header: str) -> list[str]:
    """The most wanted first; `no` means bokmål. What is not understood, or not wanted, is left out."""
    wanted: list[tuple[float, str]] = []
    for part in header[:LONGEST_LANGUAGES].lower().split(","):
        found = ACCEPTED.fullmatch(part.strip())
        weight = float(found["weight"] or 1) if found else 0.0
        if found and weight:
            wanted.append((-weight, OTHER_NAMES.get(found["language"], found["language"])))
    return [language for _, language in sorted(wanted, key=itemgetter(0))]


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
