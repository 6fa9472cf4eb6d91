"""The page on which faults are started, seen and stopped."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Response
from fastapi.responses import RedirectResponse

from simulators.control_faults import calm, play
from simulators.fault_rules import Rule
from simulators.faults import ActiveRule
from simulators.presets import PRESETS
from simulators.state import WorldDep
from simulators.views import page

REMOTE_NAMES = {
    "*": "alle systemer",
    "altinn": "hele Altinn",
    "apps": "Altinn-appene",
    "authentication": "Altinn Authentication",
    "correspondence": "Altinn Melding",
    "events": "Altinn Events",
    "freg": "Folkeregisteret",
    "hpr": "HPR",
    "maskinporten": "Maskinporten",
    "nexi": "Nexi",
    "storage": "Altinn Storage",
}
KIND_NAMES = {
    "delay": "svarer sent",
    "status": "svarer med feil",
    "timeout-after-done": "utfører, men svarer aldri",
    "cut": "utfører, men bryter forbindelsen",
    "malformed": "utfører, men svarer uleselig",
    "duplicate": "leverer to ganger",
    "reorder": "leverer i feil rekkefølge",
    "drop": "leverer aldri",
}
STATE_NAMES = {"waiting": "venter", "running": "pågår", "over": "over"}


def routes() -> APIRouter:
    router = APIRouter(prefix="/faults")
    router.add_api_route("", show, methods=["GET"])
    router.add_api_route("", start, methods=["POST"])
    return router


async def show(world: WorldDep) -> Response:
    script = world.script
    return page(
        "faults.html",
        title="Feil",
        presets=PRESETS.values(),
        chosen=script.name,
        phases=[(row.phase, STATE_NAMES[row.state]) for row in script.phases],
        scale=world.settings.time_scale,
        rules=_rows(world.faults.active),
        ended=_rows(world.faults.ended),
    )


async def start(preset: Annotated[str, Form()], world: WorldDep) -> Response:
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise HTTPException(404, "no such preset")
    await calm(world)
    await play(world, chosen.name, chosen.phases)
    return RedirectResponse("/faults", 303)


def _rows(rules: Iterable[ActiveRule]) -> list[dict[str, object]]:
    return [
        {
            "remote": REMOTE_NAMES.get(active.rule.remote, active.rule.remote),
            "kind": KIND_NAMES[active.rule.kind] + _detail(active.rule),
            "often": _often(active.rule),
            "phase": active.phase,
            "hits": active.hits,
        }
        for active in rules
    ]


def _detail(rule: Rule) -> str:
    match rule.kind:
        case "delay":
            return f" ({rule.parameters.ms} ms)"
        case "status":
            return f" ({rule.parameters.status})"
        case _:
            return ""


def _often(rule: Rule) -> str:
    chance = "" if rule.probability is None else f"{rule.probability * 100:g}\N{NO-BREAK SPACE}%"
    most = "" if rule.count is None else f"høyst {rule.count} ganger"
    return ", ".join(filter(None, (chance, most))) or "alltid"
