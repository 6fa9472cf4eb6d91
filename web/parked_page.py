"""Messages that were stopped and wait for a person: why, and back into the queue."""

import re

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from store import access
from store.access import Access
from store.replay import replay
from store.views.parked import parked_groups, parked_ids, parked_message, parked_rows
from web.answers import Refused, json
from web.case_json import group_json
from web.pages import Pages
from web.requests import matching, read_form, wants_json
from web.settings import Parts

log = structlog.get_logger(__name__)

PARKED = "/parked"
MOST_SHOWN = 20
MOST_REPLAYED = 1000
OF_A_TRANSACTION = 100
COUNT = re.compile(r"[0-9]{1,6}")
ROW_ID = re.compile(r"[0-9]{1,18}")
LONGEST_REASON = 200


class ParkedPage:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def show(self, request: Request) -> Response:
        async with self._parts.database.read() as tx:
            groups = [
                (group, await parked_rows(tx, group.reason, MOST_SHOWN)) for group in await parked_groups(tx)
            ]
        words = self._pages.words(request)
        if wants_json(request):
            return json(200, {"groups": [group_json(group, rows, words) for group, rows in groups]})
        replayed, asked = (matching(request, name, COUNT) for name in ("replayed", "of"))
        return self._pages.render(request, "parked.html", groups=groups, replayed=replayed, asked=asked)

    async def show_one(self, request: Request) -> Response:
        row_id = row_id_of(request)
        async with self._parts.database.read() as tx:
            message = await parked_message(tx, row_id)
        if message is None:
            raise Refused(404, "There is no such parked message", "It may have been taken care of")
        return self._pages.render(request, "parked_message.html", message=message)

    async def replay_one(self, request: Request) -> Response:
        return await self._replay(request, [row_id_of(request)])

    async def replay_group(self, request: Request) -> Response:
        """All of a group that are parked at this moment, within a bound."""
        reason = (await read_form(request)).one("reason")
        if not reason or len(reason) > LONGEST_REASON or "\0" in reason:
            raise Refused(400, "The field reason is missing or has a wrong form", "Send a group's reason")
        async with self._parts.database.read() as tx:
            row_ids = await parked_ids(tx, reason, MOST_REPLAYED)
        return await self._replay(request, row_ids)

    async def _replay(self, request: Request, row_ids: list[int]) -> Response:
        replayed = 0
        for start in range(0, len(row_ids), OF_A_TRANSACTION):
            replayed += await self._replay_some(row_ids[start : start + OF_A_TRANSACTION])
        self._parts.wake()
        log.info("replayed", asked=len(row_ids), replayed=replayed)
        if wants_json(request):
            return json(200, {"asked": len(row_ids), "replayed": replayed})
        return RedirectResponse(f"{PARKED}?replayed={replayed}&of={len(row_ids)}", status_code=303)

    async def _replay_some(self, row_ids: list[int]) -> int:
        now, actor = self._parts.now(), self._parts.settings.actor
        async with self._parts.database.write() as tx:
            done = [row_id for row_id in row_ids if await replay(tx, row_id)]
            if done:
                purpose = f"{len(done)}: {done[0]}-{done[-1]}"
                note = Access(at=now, actor=actor, case_id=None, what="replay", purpose=purpose)
                await access.note(tx, note)
        return len(done)


def row_id_of(request: Request) -> int:
    written = request.path_params["row"]
    if ROW_ID.fullmatch(written) is None:
        raise Refused(404, "There is no such parked message", "Choose one from the list")
    return int(written)
