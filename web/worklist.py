"""The work list: whose turn it is, oldest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from case_core.case import AskOf, Phase
from case_core.case_types.facts import ApplicationFacts
from case_core.decide import AnyCaseType
from case_core.waiting import waiting
from store.numbers import is_case_number
from store.views.one_case import case_id_of
from store.views.worklist import WorkItem, by_applicant, tallies, work_page
from web.answers import json
from web.applicants import listed_name
from web.case_json import item_json
from web.endings import how_it_ended
from web.lacking import still_missing
from web.pages import Pages
from web.requests import read_form, wants_json
from web.seen import note_access
from web.settings import Parts
from web.words import Words
from web.worklist_filters import CASES, address, elsewhere, filters, wanted_of

IDENTITY_NUMBER = re.compile(r"[0-9]{11}")
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list. `name` is empty for somebody whose address is protected. `ended` says how a case
    was decided or closed. `span` is the time from `since` until it is due, or until now.
    """

    number: str
    name: str
    kind: str
    profession: str
    turn: str
    waits: str
    missing: str
    ended: str
    since: datetime
    due: datetime | None
    overdue: bool
    span: timedelta


class Worklist:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def home(self, _: Request) -> Response:
        return RedirectResponse(CASES, status_code=303)

    async def listing(self, request: Request) -> Response:
        # Scripts get what they ask for and nothing less; people begin with the cases that are to be decided.
        usual = None if wants_json(request) else Phase.OPEN
        wanted = wanted_of(request, self._parts.kinds, usual)
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
            rows=[row(item, words, now, self._parts.kinds) for item in page.items],
            filters=filters(wanted, found, words),
            elsewhere=elsewhere(wanted, found),
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
            rows=[row(item, words, now, self._parts.kinds) for item in items],
            filters=None,
            elsewhere=None,
            first=None,
            following=None,
            searched=True,
        )

    async def _of_person(self, nin: str) -> tuple[WorkItem, ...]:
        await note_access(self._parts, case_id=None, what="search", purpose="identity-number")
        async with self._parts.database.read() as tx:
            return await by_applicant(tx, nin, self._parts.now())


def row(item: WorkItem, words: Words, now: datetime, kinds: Mapping[str, AnyCaseType]) -> Row:
    case, facts = item.case, item.case.facts
    waits = next(
        (wait for wait in waiting(case, now) if (wait.of, wait.about) == (item.turn, item.about)), None
    )
    since = waits.since if waits else item.opened_at
    return Row(
        number=case.number,
        name=listed_name(facts),
        kind=words.label_or(f"kind.{case.kind}", case.kind),
        profession=words.profession(facts.application.profession) if applied_in(facts) else "",
        turn=item.turn,
        waits=words.waiting(waits) if waits else words.text(f"phases.{case.phase}"),
        missing=missing_of(item, words, kinds),
        ended=how_it_ended(case, words),
        since=since,
        due=item.due,
        overdue=item.overdue,
        span=(item.due or now) - since,
    )


def applied_in(facts: object) -> TypeGuard[ApplicationFacts]:
    return isinstance(facts, ApplicationFacts)


def missing_of(item: WorkItem, words: Words, kinds: Mapping[str, AnyCaseType]) -> str:
    """What has been asked for in vain, or is lacking when somebody is to decide. A case that has just begun
    may lack it because nobody has asked."""
    asked = applied_in(item.case.facts) and bool(item.case.facts.rounds)
    if not asked and item.turn != AskOf.US:
        return ""
    return still_missing(kinds[item.case.kind], item.case, words)
