"""HPR's open REST interface. It takes the Maskinporten token as it is."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from simulators.answers import RefusedError, as_json, problem, read_object
from simulators.identity import is_person_number
from simulators.quirks import odd_record
from simulators.state import World, WorldDep, require_caller

OSLO = ZoneInfo("Europe/Oslo")
BASIC, EXTENDED = "nhn:hpr/basic", "nhn:hpr/extended"
OPEN_PERSON = ("fornavn", "mellomnavn", "etternavn")


def routes() -> APIRouter:
    router = APIRouter(prefix="/hpr/v1")
    router.add_api_route("/personerutvidet", by_identity, methods=["POST"])
    router.add_api_route("/personerutvidet/{hpr_number}", extended, methods=["GET"])
    router.add_api_route("/personer/{hpr_number}", reduced, methods=["GET"])
    return router


async def by_identity(request: Request, world: WorldDep) -> Response:
    _require(world, request, EXTENDED)
    body = await read_object(request, problem(400, "The body is not a JSON object"))
    nin = str(body.get("nin", ""))
    if not is_person_number(nin):
        return problem(400, "nin is not valid", errors={"nin": ["The field nin must be 11 valid digits."]})
    at = _date(body.get("atDate"))
    person = world.people.by_nin(nin)
    world.ledger.looked_up("hpr", person.key if person else None)
    return _answer(world, world.hpr.by_nin(nin), at, "/v1/personerutvidet")


async def extended(hpr_number: int, request: Request, world: WorldDep) -> Response:
    _require(world, request, EXTENDED)
    record = world.hpr.records.get(hpr_number)
    world.ledger.looked_up("hpr", _key(world, record))
    return _answer(world, record, _date(None), f"/v1/personerutvidet/{hpr_number}")


async def reduced(hpr_number: int, request: Request, world: WorldDep) -> Response:
    """Open data: no identity number, no dates of birth or death, no reactions."""
    _require(world, request, BASIC)
    record = world.hpr.records.get(hpr_number)
    world.ledger.looked_up("hpr", _key(world, record))
    if record is None:
        return _not_found(f"/v1/personer/{hpr_number}")
    person = {name: record["person"][name] for name in OPEN_PERSON}
    approvals = [
        {name: value for name, value in approval.items() if name != "administrativeReaksjoner"}
        for approval in record["godkjenninger"]
    ]
    number, merged_into = record["hprNummer"], record["erstattetAvHprNummer"]
    return as_json(
        {
            "person": person,
            "hprNummer": number,
            "erstattetAvHprNummer": merged_into,
            "godkjenninger": approvals,
        }
    )


def _require(world: World, request: Request, scope: str) -> None:
    if not require_caller(world, request, "maskinporten").may(scope):
        raise RefusedError(problem(403, f"The token lacks the scope {scope}"))


def _date(value: Any) -> date:
    if value is None:
        return datetime.now(OSLO).date()
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RefusedError(problem(400, "atDate is not a date")) from None


def _key(world: World, record: dict[str, Any] | None) -> str | None:
    person = world.people.by_nin(record["person"]["nin"]) if record else None
    return person.key if person else None


def _answer(world: World, record: dict[str, Any] | None, at: date, instance: str) -> Response:
    if record is None:
        return _not_found(instance)
    begun = [a for a in record["godkjenninger"] if a["periode"]["fra"] <= at.isoformat()]
    shown = record | {"godkjenninger": begun, "gjelderForDato": at.isoformat()}
    return as_json(odd_record(shown) if world.quirks.odd_hpr else shown)


def _not_found(instance: str) -> Response:
    return problem(404, None, instance=instance)
