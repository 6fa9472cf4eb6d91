"""How the simulators answer: the bodies differ from remote to remote, the making of them does not."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response

JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json; charset=utf-8"
RFC9110 = "https://tools.ietf.org/html/rfc9110"
SECTIONS = {
    400: ("15.5.1", "Bad Request"),
    401: ("15.5.2", "Unauthorized"),
    403: ("15.5.4", "Forbidden"),
    404: ("15.5.5", "Not Found"),
    406: ("15.5.7", "Not Acceptable"),
    409: ("15.5.10", "Conflict"),
    415: ("15.5.16", "Unsupported Media Type"),
    422: ("15.5.21", "Unprocessable Entity"),
    500: ("15.6.1", "Internal Server Error"),
}


class RefusedError(Exception):
    """Carries the finished answer up to the one place that sends it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def as_json(
    content: Any, status: int = 200, *, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(orjson.dumps(content), status, headers=headers, media_type=media_type)


def as_text(content: str, status: int = 200) -> Response:
    return Response(content, status, media_type="text/plain; charset=utf-8")


def empty(status: int) -> Response:
    return Response(status_code=status)


def problem_body(status: int, detail: str | None) -> dict[str, Any]:
    section, title = SECTIONS[status]
    return {"type": f"{RFC9110}#section-{section}", "title": title, "status": status, "detail": detail}


def problem(status: int, detail: str | None = None, **more: Any) -> Response:
    return as_json(problem_body(status, detail) | more, status, media_type=PROBLEM_JSON)


async def read_object(request: Request, otherwise: Response) -> dict[str, Any]:
    """The body as a JSON object, or the given refusal."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise RefusedError(otherwise) from None
    if not isinstance(body, dict):
        raise RefusedError(otherwise)
    return body


def prefers_json(request: Request) -> bool:
    """True when JSON comes before text and wildcards in Accept."""
    for part in request.headers.get("accept", "").split(","):
        media = part.partition(";")[0].strip()
        if media == "application/json":
            return True
        if media in {"text/plain", "*/*"}:
            return False
    return False


def lower_keys(value: Any) -> Any:
    """.NET binds JSON property names without regard to case; so must a stand-in."""
    if isinstance(value, dict):
        return {key.lower(): lower_keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [lower_keys(inner) for inner in value]
    return value
