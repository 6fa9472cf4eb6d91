"""Webhooks. Each is stored before its sender gets an answer, and is a hint: it proves nothing."""

from collections import Counter

import structlog
from starlette.requests import Request
from starlette.responses import Response

from broker.topology import QUEUE_OF
from case_core.messages import Message
from store.database import DatabaseTrouble
from store.rows import Arrival
from web.altinn_hook import Unused, apps_of, event_id, read_event
from web.answers import Refused, json, no_database, refusal
from web.hook_requests import check_secret, json_object
from web.nexi_hook import read_hook
from web.settings import Parts

log = structlog.get_logger(__name__)

ALTINN = "altinn-events"
NEXI = "nexi"


class Ingress:
    """`unused` counts what was answered and not stored, by source and why."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        settings = parts.settings
        self._apps = apps_of(settings.org, settings.application_apps | {settings.supplement_app})
        self.unused: Counter[str] = Counter()

    async def altinn(self, request: Request) -> Response:
        try:
            check_secret(request.query_params.get("code", ""), self._parts.settings.altinn_secret)
            event = await json_object(request, self._parts.settings.max_hook_bytes)
            told = read_event(event, self._apps, self._parts.now())
            return (
                self._leave(ALTINN, told)
                if isinstance(told, Unused)
                else await self._take(ALTINN, event_id(event), told)
            )
        except Refused as refused:
            return self._refuse(ALTINN, refused)

    async def nexi(self, request: Request) -> Response:
        try:
            check_secret(request.headers.get("authorization", ""), self._parts.settings.nexi_secret)
            body = await json_object(request, self._parts.settings.max_hook_bytes)
            told = read_hook(body, self._parts.now())
            return self._leave(NEXI, Unused.OTHER_TYPE) if told is None else await self._take(NEXI, *told)
        except Refused as refused:
            return self._refuse(NEXI, refused)

    async def _take(self, source: str, external_id: str, message: Message) -> Response:
        arrival = Arrival(
            source=source, external_id=external_id, queue=QUEUE_OF[type(message)], message=message
        )
        try:
            row_id = await self._parts.accept(arrival)
        except DatabaseTrouble as trouble:
            log.warning("a hint was not stored", source=source, error=type(trouble).__name__)
            return no_database()
        if row_id is None:
            return json(200, {"status": "known"})
        self._parts.wake()
        return json(200, {"status": "stored"})

    def _leave(self, source: str, why: Unused) -> Response:
        self.unused[f"{source}/{why}"] += 1
        return json(200, {"status": "validated" if why is Unused.VALIDATION else "ignored"})

    def _refuse(self, source: str, refused: Refused) -> Response:
        log.warning("a hint was refused", source=source, status=refused.status, error=refused.error)
        return refusal(refused)
