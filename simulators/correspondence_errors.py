"""How the Correspondence service refuses: problem+json with an integer code, or a validation problem."""

from typing import Any

from fastapi import Response

from simulators.answers import PROBLEM_JSON, RefusedError, as_json, problem

STATUS = {
    1001: 404, 1029: 404, 1030: 422, 1034: 409, 1054: 404, 4001: 401,
}  # fmt: skip
TEXTS = {
    1001: "The requested correspondence was not found",
    1002: "Message title must be plain text",
    1003: "Message body must be markdown",
    1006: "Recipients must be unique",
    1007: "The requested attachment was not found",
    1008: "DueDateTime cannot be prior to today",
    1009: "DueDateTime cannot be prior to RequestedPublishTime",
    1016: "DueDateTime is required when confirmation is needed",
    1019: "The correspondence has no content",
    1020: "Message title cannot be empty",
    1021: "Message body cannot be empty",
    1022: "Message body must not exceed 30000 characters",
    1023: "Language must be nb, nn or en",
    1024: "The correspondence has not been published",
    1029: "Could not find a party for one or more recipients",
    1030: "The recipient has reserved themselves against digital communication",
    1033: "IdempotentKey must be a guid",
    1034: "A correspondence with this idempotent key has been made already",
    1035: "Reply options must be absolute https addresses of at most 255 characters",
    1036: "The resource was not found in the resource registry",
    1037: "Message title must not exceed 255 characters",
    1039: "Message sender must be plain text",
    1041: "The correspondence has been confirmed already",
    1045: "A transmission can only have one recipient",
    1047: "An idempotent key can only be used with one recipient",
    1054: "The dialog was not found",
    3002: "E-mail subject and body are required for this notification channel",
    3003: "Reminder e-mail subject and body are required for this notification channel",
    3004: "SMS text is required for this notification channel",
    3005: "Reminder SMS text is required for this notification channel",
    3006: "E-mail and SMS texts are required for a preferred notification channel",
    3007: "Reminder e-mail and SMS texts are required for a preferred notification channel",
    3024: "E-mail and SMS texts are required for this notification channel",
    3025: "Reminder e-mail and SMS texts are required for this notification channel",
    4001: "You do not have access to this resource",
    4010: "The resource is not of a type that correspondences may be made for",
}
INVALID = "One or more validation errors occurred."


def error(code: int) -> RefusedError:
    status = STATUS.get(code, 400)
    return RefusedError(problem(status, TEXTS[code], code=f"CORR-{code:05}", errorCode=code))


def validation_problem(failures: dict[str, str]) -> Response:
    """`failures`: JSON pointer of the offending member -> what is wrong with it."""
    rows: list[dict[str, Any]] = [
        {"code": "CORR.VLD-00000", "detail": text, "paths": [pointer]} for pointer, text in failures.items()
    ]
    names = {_dotted(pointer): [text] for pointer, text in failures.items()}
    body = {"code": "STD-00000", "title": INVALID, "status": 400, "validationErrors": rows, "errors": names}
    return as_json(body, 400, media_type=PROBLEM_JSON)


def _dotted(pointer: str) -> str:
    parts = pointer.strip("/").split("/")
    return ".".join(part[:1].upper() + part[1:] for part in parts)
