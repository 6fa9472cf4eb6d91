"""Folkeregisteret for public bodies with a legal basis. It takes the Maskinporten token as it is."""

from typing import Any

from fastapi import APIRouter, Request, Response

from simulators import freg_documents
from simulators.answers import RefusedError, as_json, read_object
from simulators.state import World, WorldDep, require_caller

SCOPE = "folkeregister:deling/offentligmedhjemmel"
BULK_LIMIT = 1000
UNKNOWN = "Det finnes ingen person for oppgitt personidentifikator."


def routes() -> APIRouter:
    router = APIRouter(prefix="/freg/folkeregisteret/offentlig-med-hjemmel/api/v1")
    router.add_api_route("/personer/bulkoppslag", bulk, methods=["POST"])
    router.add_api_route("/personer/{number}", one, methods=["GET"])
    return router


async def one(number: str, request: Request, world: WorldDep) -> Response:
    _require(world, request)
    if len(number) != 11 or not number.isdigit():
        return _error(400, "FREG-002", "Ugyldig personidentifikator.")
    document = _look_up(world, number)
    if document is None:
        return _error(404, "FREG-001", UNKNOWN)
    return as_json(freg_documents.select(document, _parts(request)))


async def bulk(request: Request, world: WorldDep) -> Response:
    _require(world, request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        # Without a declared type the body is taken for XML, and JSON is not XML.
        return _error(400, "FREG-003", "Forespørselen kan ikke leses som XML.")
    body = await read_object(request, _error(400, "FREG-003", "Forespørselen kan ikke leses."))
    numbers = body.get("foedselsEllerDNummer")
    if not isinstance(numbers, list) or not 0 < len(numbers) <= BULK_LIMIT:
        return _error(400, "FREG-004", f"Oppgi mellom 1 og {BULK_LIMIT} personidentifikatorer.")
    return as_json({"oppslag": [_row(world, str(number), _parts(request)) for number in numbers]})


def _parts(request: Request) -> list[str]:
    return request.query_params.getlist("part")


def _row(world: World, number: str, parts: list[str]) -> dict[str, Any]:
    document = _look_up(world, number)
    if document is None:
        return {"foedselsEllerDNummer": number, "feilmelding": {"feilmelding": UNKNOWN}}
    shown = freg_documents.select(document, parts)
    return {"foedselsEllerDNummer": number, "folkeregisterperson": shown}


def _look_up(world: World, number: str) -> dict[str, Any] | None:
    person = world.people.by_nin(number)
    world.ledger.looked_up("freg", person.key if person else None)
    return world.freg.get(number)


def _require(world: World, request: Request) -> None:
    if "application/xml" in request.headers.get("accept", "") and "json" not in request.headers["accept"]:
        raise RefusedError(_error(406, "FREG-005", "Bare application/json leveres her."))
    if not require_caller(world, request, "maskinporten").may(SCOPE):
        raise RefusedError(_error(403, "FREG-006", "Konsumenten har ikke tilgang til rettighetspakken."))


def _error(status: int, code: str, text: str) -> Response:
    return as_json({"kode": code, "melding": text}, status)
