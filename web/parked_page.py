"""Messages that were stopped and wait for a person: why, and whom they are about."""

import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from store.rows import InboxStatus
from store.views.named import named
from store.views.parked import (
    ParkedMessage,
    ParkedRow,
    parked_among,
    parked_groups,
    parked_message,
    parked_rows,
    statuses,
)
from web.answers import Refused, json
from web.case_json import group_json
from web.pages import Pages
from web.parked_about import About, about
from web.requests import matching, wants_json
from web.seen import note_access
from web.settings import Parts

MOST_SHOWN = 20
COUNT = re.compile(r"[0-9]{1,6}")
ROW_ID = re.compile(r"[0-9]{1,18}")
ROW_IDS = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18}){0,19}")


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
        again, working = await self._gone_again(request)
        return self._pages.render(
            request,
            "parked.html",
            groups=groups,
            abouts=await self._abouts(request, (row for _, rows in groups for row in rows)),
            replayed=matching(request, "replayed", COUNT),
            of=matching(request, "of", COUNT),
            stopped=matching(request, "stopped", COUNT),
            dismissed=matching(request, "dismissed", ROW_ID),
            again=again,
            working=working,
        )

    async def _gone_again(self, request: Request) -> tuple[tuple[ParkedRow, ...], int]:
        """What has become of the messages that were put back: those stopped again, how many go on."""
        listed = matching(request, "rows", ROW_IDS)
        if not listed:
            return (), 0
        row_ids = [int(row_id) for row_id in listed.split(".")]
        async with self._parts.database.read() as tx:
            stand = await statuses(tx, row_ids)
            again = await parked_among(tx, row_ids)
        return again, sum(status is InboxStatus.NEW for status in stand.values())

    async def _abouts(self, request: Request, rows: Iterable[ParkedRow]) -> dict[int, About]:
        words = self._pages.words(request)
        async with self._parts.database.read() as tx:
            found = await named(tx, [row.id for row in rows])
        return {row_id: about(each, words) for row_id, each in found.items()}

    async def show_one(self, request: Request) -> Response:
        return await self.form(request, row_id_of(request))

    async def form(self, request: Request, row_id: int, *, why: str = "", wrong: str = "") -> Response:
        """One message, and what may be done about it. `wrong` names the label that says what is the matter
        with what was written."""
        async with self._parts.database.read() as tx:
            message = await parked_message(tx, row_id)
        if message is None:
            raise not_parked()
        told = await self._about(request, message)
        return self._pages.render(
            request,
            "parked_message.html",
            status=400 if wrong else 200,
            message=message,
            about=told,
            why=why,
            wrong=wrong,
        )

    async def _about(self, request: Request, message: ParkedMessage) -> About:
        """That somebody looked is written first."""
        async with self._parts.database.read() as tx:
            found = (await named(tx, [message.row.id]))[message.row.id]
        case_id = found.case.id if found.case else None
        await note_access(self._parts, case_id=case_id, what="parked", purpose=str(message.row.id))
        return about(found, self._pages.words(request))


def not_parked() -> Refused:
    return Refused(404, "There is no such parked message", "It may have been taken care of")


def row_id_of(request: Request) -> int:
    written = request.path_params["row"]
    if ROW_ID.fullmatch(written) is None:
        raise Refused(404, "There is no such parked message", "Choose one from the list")
    return int(written)
