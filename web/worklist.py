"""The work list: whose turn it is, oldest first."""

import re
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from case_core.case_types.facts import ApplicationFacts
from case_core.messages import AddressGrade
from case_core.waiting import waiting
from store.numbers import is_case_number
from store.views.one_case import case_id_of
from store.views.worklist import WorkItem, by_applicant, tallies, work_page
from web.answers import json
from web.case_json import item_json
from web.pages import Pages
from web.requests import read_form, wants_json
from web.seen import note_access
from web.settings import Parts
from web.words import Words
from web.worklist_filters import CASES, address, filters, wanted_of

IDENTITY_NUMBER = re.compile(r"[0-9]{11}")
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list. `name` is empty for somebody whose address is protected."""

    number: str
    name: str
    kind: str
    profession: str
    turn: str
    waits: str
    since: datetime
    due: datetime | None
    overdue: bool


class Worklist:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def home(self, _: Request) -> Response:
        return RedirectResponse(CASES, status_code=303)

    async def listing(self, request: Request) -> Response:
        wanted = wanted_of(request, self._parts.kinds)
        words, now = self._pages.words(request), self._parts.now()
        async with self._parts.database.read() as tx:
            page = await work_page(tx, wanted, now)
            found = await tallies(tx, now)
        following = address(wanted, after=page.following) if page.following else None
        if wants_json(request):
            cases = [item_json(item, words, now) for item in page.items]
            return json(200, {"cases": cases, "next": f"{following}&format=json" if following else None})
        return self._pages.render(
            request,
            "cases.html",
            rows=[row(item, words, now) for item in page.items],
            filters=filters(wanted, found, words),
            first=address(wanted) if wanted.after else None,
            following=following,
            searched=False,
        )

    async def search(self, request: Request) -> Response:
        """By case number or identity number, which comes in a body: it never stands in an address."""
        sought = (await read_form(request)).one("q").strip()[:LONGEST_SEARCH]
        compact = "".join(sought.split())
        if sought.isascii() and is_case_number(compact):
            async with self._parts.database.read() as tx:
                if await case_id_of(tx, compact) is not None:
                    return RedirectResponse(f"{CASES}/{compact}", status_code=303)
        items = await self._of_person(compact) if IDENTITY_NUMBER.fullmatch(compact) else ()
        words, now = self._pages.words(request), self._parts.now()
        return self._pages.render(
            request,
            "cases.html",
            rows=[row(item, words, now) for item in items],
            filters=None,
            first=None,
            following=None,
            searched=True,
        )

    async def _of_person(self, nin: str) -> tuple[WorkItem, ...]:
        await note_access(self._parts, case_id=None, what="search", purpose="identity-number")
        async with self._parts.database.read() as tx:
            return await by_applicant(tx, nin, self._parts.now())


def row(item: WorkItem, words: Words, now: datetime) -> Row:
    case, facts = item.case, item.case.facts
    application = facts.application if isinstance(facts, ApplicationFacts) else None
    waits = next(
        (wait for wait in waiting(case, now) if (wait.of, wait.about) == (item.turn, item.about)), None
    )
    shown = application is not None and not is_protected(facts)
    return Row(
        number=case.number,
        name=f"{application.first_name} {application.last_name}" if application and shown else "",
        kind=words.label_or(f"kind.{case.kind}", case.kind),
        profession=words.profession(application.profession) if application else "",
        turn=item.turn,
        waits=words.waiting(waits) if waits else words.text(f"phases.{case.phase}"),
        since=waits.since if waits else item.opened_at,
        due=item.due,
        overdue=item.overdue,
    )


def is_protected(facts: object) -> bool:
    """Somebody with a protected address is not named in lists."""
    person = facts.person.person if isinstance(facts, ApplicationFacts) and facts.person else None
    return person is not None and person.grade is not AddressGrade.OPEN
