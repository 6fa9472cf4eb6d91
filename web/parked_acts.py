"""What a person does about stopped messages: puts them back into the queue, or closes one with a reason."""

import asyncio
from collections.abc import Sequence

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from store import access
from store.access import Access
from store.dismiss import dismiss
from store.replay import replay
from store.rows import InboxStatus
from store.views.masking import IDENTITY_NUMBER
from store.views.parked import parked_ids, statuses
from web.act_results import FIRST_LOOK, LATER_LOOK, PATIENCE
from web.answers import Refused, json
from web.pages import Pages
from web.parked_page import MOST_SHOWN, ParkedPage, not_parked, row_id_of
from web.requests import read_form, wants_json
from web.settings import Parts

log = structlog.get_logger(__name__)

PARKED = "/parked"
MOST_REPLAYED = 1000
OF_A_TRANSACTION = 100
LONGEST_REASON = 200
LONGEST_WHY = 500


class ParkedActs:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._page = ParkedPage(parts, pages)

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

    async def dismiss(self, request: Request) -> Response:
        """Close one for good. Why is kept for ever, so it may name nobody."""
        row_id = row_id_of(request)
        why = " ".join((await read_form(request)).words("why").replace("\0", "").split())
        wrong = what_is_wrong(why)
        if wrong and wants_json(request):
            raise Refused(400, "The field why is missing, too long or holds an identity number", "Say why")
        if wrong:
            return await self._page.form(request, row_id, why=why, wrong=wrong)
        await self._dismiss(row_id, why)
        if wants_json(request):
            return json(200, {"dismissed": row_id})
        return RedirectResponse(f"{PARKED}?dismissed={row_id}", status_code=303)

    async def _dismiss(self, row_id: int, why: str) -> None:
        actor = self._parts.settings.actor
        async with self._parts.database.write() as tx:
            done = await dismiss(tx, row_id, at=self._parts.now(), actor=actor, why=why)
        if not done:
            raise not_parked()
        log.info("dismissed", row=row_id)

    async def _replay(self, request: Request, row_ids: Sequence[int]) -> Response:
        done: list[int] = []
        for start in range(0, len(row_ids), OF_A_TRANSACTION):
            done += await self._replay_some(row_ids[start : start + OF_A_TRANSACTION])
        self._parts.wake()
        stopped = await self._stopped_again(done)
        log.info("replayed", asked=len(row_ids), replayed=len(done), stopped=len(stopped))
        if wants_json(request):
            counts = {"asked": len(row_ids), "replayed": len(done), "stopped": len(stopped)}
            return json(200, counts)
        told = list(dict.fromkeys([*stopped, *done]))[:MOST_SHOWN]
        return RedirectResponse(outcome_address(len(done), len(row_ids), len(stopped), told), status_code=303)

    async def _replay_some(self, row_ids: Sequence[int]) -> list[int]:
        now, actor = self._parts.now(), self._parts.settings.actor
        async with self._parts.database.write() as tx:
            done = [row_id for row_id in row_ids if await replay(tx, row_id)]
            if done:
                purpose = f"{len(done)}: {done[0]}-{done[-1]}"
                note = Access(at=now, actor=actor, case_id=None, what="replay", purpose=purpose)
                await access.note(tx, note)
        return done

    async def _stopped_again(self, row_ids: Sequence[int]) -> list[int]:
        """Those that are parked anew, once all have been handled or we have waited long enough."""
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + PATIENCE, FIRST_LOOK
        while True:
            async with self._parts.database.read() as tx:
                stand = await statuses(tx, row_ids)
            if InboxStatus.NEW not in stand.values() or loop.time() >= until:
                return sorted(row_id for row_id, status in stand.items() if status is InboxStatus.PARKED)
            await asyncio.sleep(pause)
            pause = LATER_LOOK


def outcome_address(replayed: int, asked: int, stopped: int, told: Sequence[int]) -> str:
    """The page tells how those that it names stand by then."""
    rows = f"&stopped={stopped}&rows={'.'.join(map(str, told))}" if told else ""
    return f"{PARKED}?replayed={replayed}&of={asked}{rows}"


def what_is_wrong(why: str) -> str:
    """The label that says it; empty when nothing is."""
    if not why:
        return "wrong.why"
    if len(why) > LONGEST_WHY:
        return "wrong.why_too_long"
    return "wrong.why_names_somebody" if IDENTITY_NUMBER.search(why) else ""
