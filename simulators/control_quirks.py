"""The control interface: how awkward the remotes are."""

from fastapi import APIRouter, Response

from simulators.answers import as_json
from simulators.quirks import Quirks
from simulators.state import World, WorldDep


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim/quirks")
    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("", replace, methods=["PUT"])
    router.add_api_route("", remove, methods=["DELETE"])
    return router


async def show(world: WorldDep) -> Response:
    return _shown(world)


async def replace(body: Quirks, world: WorldDep) -> Response:
    """What is not said is switched off."""
    world.quirks = body
    return _shown(world)


async def remove(world: WorldDep) -> Response:
    world.quirks = Quirks()
    return _shown(world)


def _shown(world: World) -> Response:
    return as_json(world.quirks.model_dump(by_alias=True))
