"""How each remote words a failure, and what stands between it and its callers says instead."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from math import ceil
from uuid import uuid4

from fastapi import Response
from starlette.responses import HTMLResponse

from simulators.answers import PROBLEM_JSON, as_json, as_text, empty
from simulators.fault_rules import Parameters

GATEWAY = (
    "<!DOCTYPE html>\n<html><head><title>Request Rejected</title></head><body>"
    "The requested URL was rejected. Please consult with your administrator.<br><br>"
    "Your support ID is: 1234<br><br><a href='javascript:history.back();'>[Go Back]</a></body></html>\n"
)
# A 404 in their own words means that there is no such person; a broken register does not say that.
REGISTERS = frozenset({"hpr", "freg"})
ASKS_TO_WAIT = frozenset({429})


def answer(remote: str, said: Parameters) -> Response:
    response = _body(remote, said)
    if (wait := _retry_after(remote, said)) is not None:
        response.headers["Retry-After"] = wait
    return response


def _body(remote: str, said: Parameters) -> Response:
    if said.body == "empty":
        return empty(said.status)
    if said.body == "html" or (said.status == 404 and remote in REGISTERS):
        return HTMLResponse(GATEWAY, said.status)
    return _own(remote, said.status)


def _own(remote: str, status: int) -> Response:
    words = DIALECTS.get(remote)
    return empty(status) if words is None or (remote, status) in SILENT else words(status)


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _problem(status: int) -> Response:
    body = {"type": "about:blank", "title": _title(status), "status": status, "detail": None}
    return as_json(body | {"traceId": uuid4().hex}, status, media_type=PROBLEM_JSON)


def _register(status: int) -> Response:
    return as_json({"kode": f"FREG-{status}", "melding": _title(status)}, status)


def _payments(status: int) -> Response:
    return as_json({"code": "1000", "message": _title(status), "source": "internal"}, status)


def _grants(status: int) -> Response:
    return as_json({"error": "server_error", "error_description": _title(status)}, status)


def _quoted(status: int) -> Response:
    return as_json(_title(status), status)


def _bare(status: int) -> Response:
    return as_text(_title(status), status)


DIALECTS: Mapping[str, Callable[[int], Response]] = {
    "hpr": _problem,
    "correspondence": _problem,
    "freg": _register,
    "nexi": _payments,
    "maskinporten": _grants,
    "events": _quoted,
    "apps": _bare,
    "storage": _bare,
}
SILENT = frozenset(
    {("nexi", 401), ("apps", 401), ("apps", 403), ("storage", 401), ("storage", 403), ("events", 401)}
)


def _retry_after(remote: str, said: Parameters) -> str | None:
    """Folkeregisteret counts milliseconds. Only who turns callers away asks them to wait unprompted."""
    if said.retry_after is None and said.status not in ASKS_TO_WAIT:
        return None
    seconds = 1.0 if said.retry_after is None else said.retry_after
    match said.retry_after_as or ("milliseconds" if remote == "freg" else "seconds"):
        case "date":
            return format_datetime(datetime.now(UTC) + timedelta(seconds=ceil(seconds)), usegmt=True)
        case "milliseconds":
            return str(ceil(seconds * 1000))
        case _:
            return str(ceil(seconds))
