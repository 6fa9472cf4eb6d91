"""Who may do what with which message."""

from uuid import uuid4

from fastapi import Request

from simulators import correspondence_publishing as publishing
from simulators.answers import PROBLEM_JSON, RefusedError, as_json, empty
from simulators.correspondence_errors import error
from simulators.letters import Letter
from simulators.state import World, require_caller
from simulators.tokens import SERVICE_OWNER, Caller

WRITE, READ = "altinn:correspondence.write", "altinn:correspondence.read"
WRONG_TOKEN = {
    "status": 403,
    "title": "IDX10205: Issuer validation failed",
    "detail": "Maskinporten token is not valid. Exchange to Altinn token and try again.",
}


def sender(world: World, request: Request) -> Caller:
    """An Altinn token with the write scope, or a raw Maskinporten token that has both."""
    caller = require_caller(world, request, "altinn", "maskinporten")
    if caller.kind == "maskinporten" and not caller.may(SERVICE_OWNER, WRITE):
        raise RefusedError(as_json(WRONG_TOKEN | {"traceId": uuid4().hex}, 403, media_type=PROBLEM_JSON))
    if not caller.may(WRITE):
        raise RefusedError(empty(403))
    return caller


def either(world: World, request: Request, letter_id: str) -> tuple[Caller, Letter]:
    caller = require_caller(world, request, "altinn", "maskinporten")
    if caller.person is not None:
        return caller, recipients_own(world, request, letter_id)
    caller = sender(world, request)
    letter = world.letters.by_id.get(letter_id)
    if letter is None:
        raise error(1001)
    if letter.sender != f"0192:{caller.orgnr}":
        raise error(4001)
    return caller, letter


def recipients_own(world: World, request: Request, letter_id: str) -> Letter:
    """Whoever is not the recipient learns nothing, nor does the recipient before it is published."""
    caller = require_caller(world, request, "altinn")
    if not caller.may(READ):
        raise RefusedError(empty(403))
    letter = world.letters.by_id.get(letter_id)
    if letter is None or letter.recipient.nin != caller.person or not publishing.published(letter):
        raise error(1001)
    return letter
