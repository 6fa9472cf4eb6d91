"""The queues and the connectors: how much waits, since when, and what is in the way."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from broker.topology import CONNECTORS, QUEUES
from store import circuits, inbox
from store.views import queues
from web.answers import json
from web.pages import Pages
from web.requests import wants_json
from web.settings import Parts

MESSAGE_QUEUES = tuple(queue.name for queue in QUEUES if queue.of_messages)


class QueuePage:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def show(self, request: Request) -> Response:
        async with self._parts.database.read() as tx:
            messages = await queues.message_lines(tx, MESSAGE_QUEUES)
            effects = await queues.effect_lines(tx, CONNECTORS)
            states = {each.name: each for each in await circuits.circuits(tx)}
            counts = await inbox.counts(tx)
        if wants_json(request):
            connectors = [{**asdict(line), "circuit": states.get(line.name)} for line in effects]
            return json(
                200,
                {"queues": messages, "connectors": connectors, "inbox": counts},
            )
        return self._pages.render(
            request, "queues.html", messages=messages, effects=effects, states=states, counts=counts
        )
