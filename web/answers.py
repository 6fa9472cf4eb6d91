"""Answers in JSON, and refusals that say what to do."""

from collections.abc import Mapping

import orjson
from starlette.responses import Response

RETRY_AFTER = {"Retry-After": "10"}


class Refused(Exception):
    """The request cannot be taken. Names fields, never values."""

    def __init__(self, status: int, error: str, what_to_do: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.what_to_do = what_to_do


def json(status: int, content: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status_code=status, headers=headers, media_type="application/json")


def refusal(refused: Refused) -> Response:
    return json(refused.status, {"error": refused.error, "what_to_do": refused.what_to_do})


def no_database() -> Response:
    content = {"error": "The database does not answer", "what_to_do": "Send it again later"}
    return json(503, content, RETRY_AFTER)
