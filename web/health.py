"""Health: alive, ready, and how much waits."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from store import circuits, inbox
from store.circuits import Circuit
from store.database import DatabaseTrouble
from store.views import queues
from telemetry.counters import snapshot
from web.answers import RETRY_AFTER, json
from web.ingress import Ingress
from web.settings import Parts


class Health:
    def __init__(self, parts: Parts, ingress: Ingress) -> None:
        self._parts = parts
        self._ingress = ingress

    async def live(self, _: Request) -> Response:
        return json(200, {"status": "live"})

    async def ready(self, _: Request) -> Response:
        """Depends on the database only: without the broker the hub goes on accepting."""
        if await self._parts.database.is_reachable():
            return json(200, {"status": "ready"})
        return json(503, {"status": "no database"}, RETRY_AFTER)

    async def overview(self, _: Request) -> Response:
        """No reasons and no ids: whoever watches the hub sees how it is, not whose matter it is."""
        try:
            async with self._parts.database.read() as tx:
                messages = await inbox.counts(tx)
                effects = await queues.effect_counts(tx)
                connectors = await circuits.circuits(tx)
        except DatabaseTrouble:
            return json(503, {"status": "no database", "database": False}, RETRY_AFTER)
        return json(
            200,
            {
                "status": "ok",
                "database": True,
                "inbox": messages,
                "outbox": effects,
                "connectors": [told(each) for each in connectors],
                "unused_hints": dict(self._ingress.unused),
                "counters": snapshot(),
            },
        )


def told(circuit: Circuit) -> dict[str, object]:
    return {name: value for name, value in asdict(circuit).items() if name != "reason"}
