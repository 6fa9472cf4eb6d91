"""A call out, what came back, and how a call that did not go well is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

import httpx
import orjson

from connectors.connector import Outcome

_CODE_FIELDS = ("errorCode", "error", "code", "kode", "feilkode")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,59}|[0-9]{1,5}")
_LONG_NUMBER = re.compile(r"[0-9]{6}")


class Ended(Exception):
    """The work is over before its answer was reached; `outcome` says how."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


class Authorization(Protocol):
    """What stands in the header `Authorization`."""

    async def header(self) -> str: ...

    def renew(self, refused: str) -> bool:
        """The remote answered 401 to `refused`. True: the next `header` may do better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `route` is a template and may be logged; `path` fills it in and is never logged.

    `query` is already encoded. `noted` goes into the log line, so it holds nothing personal.
    """

    method: str
    route: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    form: Mapping[str, str] | None = None
    wanted: frozenset[int] = frozenset({200})
    auth: Authorization | None = None
    noted: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        filled = self.route.format_map({name: quote(value, safe="") for name, value in self.path.items()})
        return f"{filled}?{self.query}" if self.query else filled

    @property
    def may_have_effect(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """An answer. `cut`: the body was longer than we read."""

    call: Call
    status: int
    headers: httpx.Headers
    body: bytes
    cut: bool = False

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "").lower()

    @property
    def is_problem(self) -> bool:
        """It is the remote's own description of an error, not that of something in between."""
        return self.is_json and bool(self._object())

    @property
    def code(self) -> str:
        """The remote's own short code for what is wrong, or nothing. Never free text."""
        content = self._object()
        for name in _CODE_FIELDS:
            if code := _short(content.get(name)):
                return code
        errors = content.get("errors")
        return ",".join(filter(None, map(_short, errors)))[:120] if isinstance(errors, dict) else ""

    def _object(self) -> dict[str, object]:
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return content if isinstance(content, dict) else {}


def _short(value: object) -> str:
    text = str(value) if isinstance(value, str | int) else ""
    # A long row of digits may be somebody's identity number, whatever the field is called.
    return text if _CODE.fullmatch(text) and not _LONG_NUMBER.search(text) else ""
