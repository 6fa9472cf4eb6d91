"""One case: why it waits, what is known, what has been said, and what may be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from case_core.case import Ask, Phase
from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.parameters import ApplicationParameters
from case_core.waiting import Waiting, waiting
from store.rows import InboxStatus
from store.views.acts import sent_act
from store.views.one_case import CaseView
from web.act_forms import TOKEN, demandable
from web.act_results import Result, result
from web.acts import SOURCE, new_token
from web.answers import json
from web.applicants import is_protected
from web.application import applied_with, clock, fee, kept, needed
from web.ask_names import ask_names
from web.case_json import case_json
from web.checks import checks
from web.endings import how_it_ended
from web.lacking import still_missing
from web.pages import Pages
from web.requests import matching, wants_json
from web.seen import number_of, open_case
from web.settings import Parts
from web.timeline import timeline
from web.words import Words


class CasePage:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def show(self, request: Request) -> Response:
        view = await open_case(self._parts, number_of(request), what="case", purpose="processing")
        ended = await self._ended(view, matching(request, "act", TOKEN))
        words, now = self._pages.words(request), self._parts.now()
        if wants_json(request):
            return json(200, case_json(view, words, now))
        return self._pages.render(request, "case.html", ended=ended, **self._shown(view, words))

    async def _ended(self, view: CaseView, token: str) -> Result | None:
        """What became of the act that led here."""
        if not token:
            return None
        async with self._parts.database.read() as tx:
            sent = await sent_act(tx, SOURCE, token)
        if sent is None or sent.case_id != view.case.id:
            return None
        return result(sent.status, sent.reason)

    def _shown(self, view: CaseView, words: Words) -> dict[str, Any]:
        case = view.case
        now = self._parts.now()
        waits = waiting(case, now)
        first = next((each for each in waits if (each.of, each.about) == (view.turn, view.about)), None)
        parameters = self._parts.kinds[case.kind].parameters(case.params_date)
        shown: dict[str, Any] = {
            "view": view,
            "first": first,
            "sentence": words.waiting(first) if first else at_rest(view, words),
            "follows": following(first, words),
            "others": [words.waiting(each) for each in waits if each is not first],
            "parked": [each for each in view.came if each.status is InboxStatus.PARKED],
            "open": case.phase is Phase.OPEN,
            "how_it_ended": how_it_ended(case, words),
            "papers": case.open_asks("paper:"),
            "tasks": case.open_asks("attend:"),
            "missing": still_missing(self._parts.kinds[case.kind], case, words),
            "ask_names": ask_names(case, words),
            "open_asks": [AskLine(ask=ask, span=span(ask, now)) for ask in case.asks if ask.is_open],
            "settled_asks": [AskLine(ask=ask, span=span(ask, now)) for ask in case.asks if not ask.is_open],
            "new_token": new_token,
            "application": None,
            "protected": is_protected(case.facts),
        }
        if isinstance(case.facts, ApplicationFacts) and isinstance(parameters, ApplicationParameters):
            shown |= {
                "application": case.facts.application,
                "facts": applied_with(case, words),
                "checks": checks(case, words),
                "fee": fee(parameters, case, words),
                "needed": needed(parameters, case.facts, words),
                "documents": [kept(each, words) for each in case.facts.documents],
                "rounds": case.facts.rounds,
                "clock": clock(parameters, case, now),
                "steps": timeline(view.came, view.went, case.facts.letters, words),
                "demandable": demandable(parameters),
            }
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine:
    """`span` is how long the ask has to be answered, or has been open."""

    ask: Ask
    span: timedelta


def span(ask: Ask, now: datetime) -> timedelta:
    return (ask.due or ask.met_at or now) - ask.at


def at_rest(view: CaseView, words: Words) -> str:
    """The case waits for nothing."""
    case = view.case
    if withdrawn := getattr(case.facts, "withdrawn", None):
        return words.label("rest.withdrawn", at=words.date(withdrawn))
    if getattr(case.facts, "lapsed", ""):
        return words.label("rest.lapsed", at=words.date(view.changed_at))
    if case.decisions:
        decision = case.decisions[-1]
        outcome = words.text(f"outcomes.{decision.outcome}")
        return words.label("rest.decided", outcome=outcome, at=words.date(decision.at))
    return words.label("rest.other")


def following(first: Waiting | None, words: Words) -> str:
    """What happens next."""
    return words.label_or(f"next.{first.about}", "") if first else words.label("next.nothing")
