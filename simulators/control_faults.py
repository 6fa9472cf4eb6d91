"""The control interface: faults, one by one or by script."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from simulators.answers import as_json
from simulators.fault_rules import Rule, Strict
from simulators.faults import ActiveRule
from simulators.phases import Phase
from simulators.presets import PRESETS, Preset
from simulators.state import World, WorldDep


class FaultsBody(Strict):
    """Without a seed the one from before stays."""

    seed: int | None = None
    rules: tuple[Rule, ...] = ()


class ScriptBody(Strict):
    """A preset by name, or phases."""

    preset: str | None = None
    phases: tuple[Phase, ...] = ()
    seed: int = 1
    name: str = Field("", description="What the page calls it.")


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim")
    router.add_api_route("/faults", show, methods=["GET"])
    router.add_api_route("/faults", replace, methods=["PUT"])
    router.add_api_route("/faults", remove, methods=["DELETE"])
    router.add_api_route("/phases", show_phases, methods=["GET"])
    router.add_api_route("/phases", start, methods=["PUT"])
    router.add_api_route("/phases", stop, methods=["DELETE"])
    router.add_api_route("/presets", presets, methods=["GET"])
    return router


async def show(world: WorldDep) -> Response:
    return as_json(_faults(world))


async def replace(body: FaultsBody, world: WorldDep) -> Response:
    """The rules given by hand; those of a running script go on beside them."""
    faults = world.faults
    faults.end(faults.by_hand())
    faults.seed = faults.seed if body.seed is None else body.seed
    faults.begin(body.rules)
    return as_json(_faults(world))


async def remove(world: WorldDep) -> Response:
    """Everything works again: rules given by hand and a running script are gone."""
    await calm(world)
    return as_json(_faults(world))


async def calm(world: World) -> None:
    await world.script.stop(world.faults)
    world.faults.end(world.faults.by_hand())


async def show_phases(world: WorldDep) -> Response:
    return as_json(_script(world))


async def start(body: ScriptBody | list[Phase], world: WorldDep) -> Response:
    wanted = ScriptBody(phases=tuple(body)) if isinstance(body, list) else body
    if wanted.preset is None:
        await play(world, wanted.name or "eget", wanted.phases, wanted.seed)
    elif (preset := PRESETS.get(wanted.preset)) is not None:
        await play(world, preset.name, preset.phases, wanted.seed)
    else:
        raise HTTPException(404, "no such preset")
    return as_json(_script(world))


async def play(world: World, name: str, phases: tuple[Phase, ...], seed: int = 1) -> None:
    await world.script.start(
        phases,
        name=name,
        seed=seed,
        faults=world.faults,
        clock=world.clock,
        background=world.background,
    )


async def stop(world: WorldDep) -> Response:
    await world.script.stop(world.faults)
    return as_json(_script(world))


async def presets() -> Response:
    return as_json([_preset(preset) for preset in PRESETS.values()])


def _faults(world: World) -> dict[str, Any]:
    rules = [_rule(active) for active in world.faults.active]
    return {"seed": world.faults.seed, "rules": rules, "script": world.script.name}


def _rule(active: ActiveRule) -> dict[str, Any]:
    return active.rule.shown() | {"phase": active.phase, "hits": active.hits}


def _script(world: World) -> dict[str, Any]:
    rows = [_phase(row.phase) | {"state": row.state} for row in world.script.phases]
    return {"name": world.script.name, "phases": rows}


def _phase(phase: Phase) -> dict[str, Any]:
    rules = [rule.shown() for rule in phase.rules]
    return {"name": phase.name, "after": phase.after, "for": phase.lasts, "rules": rules}


def _preset(preset: Preset) -> dict[str, Any]:
    phases = [_phase(phase) for phase in preset.phases]
    return {"name": preset.name, "title": preset.title, "seconds": preset.length, "phases": phases}
