"""Altinn Storage: single instances, their data, and the confirmation."""

from fastapi import APIRouter, Request, Response

from simulators import app_process, serialisation
from simulators.answers import RefusedError, as_json, as_text, empty
from simulators.app_access import owns
from simulators.apps_api import as_file
from simulators.instances import Instance
from simulators.state import World, WorldDep, require_caller
from simulators.storage_query import query
from simulators.tokens import Caller


def routes() -> APIRouter:
    router = APIRouter(prefix="/platform/storage/api/v1/instances")
    one = "/{party_id}/{guid}"
    router.add_api_route("", query, methods=["GET"])
    router.add_api_route("/{guid}", by_guid, methods=["GET"])
    router.add_api_route(one, get, methods=["GET"])
    router.add_api_route(one + "/dataelements", elements, methods=["GET"])
    router.add_api_route(one + "/data/{element_id}", data, methods=["GET"])
    router.add_api_route(one + "/complete", complete, methods=["POST"])
    return router


async def by_guid(guid: str, request: Request, world: WorldDep) -> Response:
    _, instance = _open(world, request, None, guid)
    return as_json(serialisation.storage_instance(world.settings, instance))


async def get(party_id: int, guid: str, request: Request, world: WorldDep) -> Response:
    _, instance = _open(world, request, party_id, guid)
    return as_json(serialisation.storage_instance(world.settings, instance))


async def elements(party_id: int, guid: str, request: Request, world: WorldDep) -> Response:
    _, instance = _open(world, request, party_id, guid)
    rows = [serialisation.data_element(world.settings, instance, element) for element in instance.data]
    return as_json({"dataElements": serialisation.without_nulls(rows)})


async def data(party_id: int, guid: str, element_id: str, request: Request, world: WorldDep) -> Response:
    """The blob as it is stored: a form model is XML whatever Accept says."""
    _, instance = _open(world, request, party_id, guid)
    element = instance.element(element_id)
    if element is None:
        return as_text(f"Unable to find requested blob {element_id}", 404)
    return as_file(element)


async def complete(party_id: int, guid: str, request: Request, world: WorldDep) -> Response:
    """An unknown instance is 403 here: the policy is asked first and knows no such instance."""
    caller, instance = _open(world, request, party_id, guid, missing=403)
    app_process.confirm(world, instance, caller.org or "")
    return as_json(serialisation.storage_instance(world.settings, instance))


def _open(
    world: World, request: Request, party_id: int | None, guid: str, *, missing: int = 404
) -> tuple[Caller, Instance]:
    caller = require_caller(world, request, "altinn")
    instance = world.instances.find(party_id, guid)
    if instance is None:
        text = f"Unable to find instance {guid}"
        raise RefusedError(as_text(text, 404) if missing == 404 else empty(missing))
    if not owns(caller, instance.app.id):
        raise RefusedError(empty(403))
    return caller, instance
