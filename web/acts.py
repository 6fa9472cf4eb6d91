"""A caseworker's acts: shown first, then sent as a row like any other message."""

import secrets
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broker.topology import QUEUE_OF
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.supplements import SUPPLEMENT
from case_core.decide import NotAllowed
from case_core.messages import Act, DecisionTaken
from letters.written import LetterTooLong
from store.rows import Arrival
from store.views.acts import sent_act
from store.views.one_case import CaseView
from web.act_forms import READERS, Wrong, demandable, read_act, read_token, read_who
from web.act_results import TOKEN_USED, Result, State, await_result, is_the_same, result
from web.answers import Refused, json
from web.lacking import still_missing
from web.letter_html import as_html
from web.pages import Pages
from web.preview import Preview, preview
from web.requests import Form, read_form, wants_json
from web.seen import number_of, open_case
from web.settings import Parts

log = structlog.get_logger(__name__)

SOURCE = "web"
JSON_STATUS = {State.DONE: 200, State.REFUSED: 409, State.PARKED: 409, State.WORKING: 202}


def new_token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that has been read as an act. `token` is its identity for ever."""

    name: str
    form: Form
    token: str
    act: Act


class Acts:
    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    async def post(self, request: Request) -> Response:
        """A preview; with `confirm=1` the act itself. The same form sent twice is one act."""
        name = request.path_params["act"]
        if name not in READERS:
            raise Refused(404, "There is no such act", f"Use one of {', '.join(sorted(READERS))}")
        form = await read_form(request)
        view = await open_case(self._parts, number_of(request), what="act", purpose=name)
        try:
            sent = self._read(name, form, view)
            if form.one("confirm") != "1":
                return await self._show(request, view, sent)
            return self._tell(request, view, sent, await self._send(view, sent))
        except (Wrong, LetterTooLong) as wrong:
            return self._wrong(request, view, name, form, wrong)

    def _read(self, name: str, form: Form, view: CaseView) -> Sent:
        who = read_who(form, self._parts.settings.actor, self._parts.now())
        return Sent(
            name=name, form=form, token=read_token(form), act=read_act(name, form, who, self._kinds_of(view))
        )

    def _kinds_of(self, view: CaseView) -> tuple[str, ...]:
        parameters = self._parts.kinds[view.case.kind].parameters(view.case.params_date)
        return demandable(parameters) if isinstance(parameters, ApplicationParameters) else ()

    async def _send(self, view: CaseView, sent: Sent) -> Result:
        before = await self._sent_before(view, sent)
        if before is not None:
            return before
        self._check_letter(view, sent.act)
        row_id = await self._parts.accept(
            Arrival(
                source=SOURCE,
                external_id=sent.token,
                queue=QUEUE_OF[type(sent.act)],
                message=sent.act,
                case_id=view.case.id,
            )
        )
        self._parts.wake()
        if row_id is None:
            return await self._sent_before(view, sent) or Result(state=State.WORKING)
        log.info("an act was sent", act=sent.name, case=view.case.number, row=row_id)
        return await await_result(self._parts.database, row_id)

    async def _sent_before(self, view: CaseView, sent: Sent) -> Result | None:
        async with self._parts.database.read() as tx:
            before = await sent_act(tx, SOURCE, sent.token)
        if before is None:
            return None
        if not is_the_same(before, view.case.id, sent.act):
            return TOKEN_USED
        ended = result(before.status, before.reason)
        return await await_result(self._parts.database, before.id) if ended.state is State.WORKING else ended

    def _check_letter(self, view: CaseView, act: Act) -> None:
        """Words that fit into no letter are stopped here. Whether the case takes the act, the row tells."""
        try:
            self._preview(view, act)
        except NotAllowed:
            return

    def _preview(self, view: CaseView, act: Act) -> Preview:
        return preview(self._parts.kinds[view.case.kind], view.case, act, self._parts.write)

    async def _show(self, request: Request, view: CaseView, sent: Sent) -> Response:
        try:
            shown = self._preview(view, sent.act)
        except NotAllowed as refusal:
            ended = Result(state=State.REFUSED, reason=str(refusal))
            return self._tell(request, view, sent, ended)
        if wants_json(request):
            letters = [{"title": each.title, "body": each.body} for each in shown.letters]
            return json(200, {"status": "preview", "letters": letters, "effects": shown.effects})
        return self._pages.render(
            request,
            "preview.html",
            view=view,
            act=sent.name,
            form=sent.form,
            preview=shown,
            notices=self._notices(request, view, sent.act),
            bodies=[as_html(each.body) for each in shown.letters],
            demandable=self._kinds_of(view),
        )

    def _notices(self, request: Request, view: CaseView, act: Act) -> list[str]:
        """What one should know before deciding."""
        if not isinstance(act, DecisionTaken):
            return []
        words = self._pages.words(request)
        asked = view.case.open_asks(f"{SUPPLEMENT}:")
        stays = words.label("preview.form_stays") if asked else ""
        lacking = still_missing(self._parts.kinds[view.case.kind], view.case, words)
        return [notice for notice in (lacking, stays) if notice]

    def _tell(self, request: Request, view: CaseView, sent: Sent, ended: Result) -> Response:
        words = self._pages.words(request)
        if wants_json(request):
            text = words.act_reason(ended.reason)
            key, _, detail = ended.reason.partition(": ")
            content = {"status": ended.state, "reason": key, "detail": detail, "text": text}
            return json(JSON_STATUS[ended.state], content)
        confirmed = sent.form.one("confirm") == "1"
        if confirmed and ended is not TOKEN_USED:
            # The address names the form and not its outcome: the page tells what has become of it by then.
            return RedirectResponse(f"/cases/{view.case.number}?act={sent.token}", status_code=303)
        why = words.act_reason(ended.reason)
        return self._not_taken(request, view, name=sent.name, form=sent.form, why=why, status=409)

    def _wrong(
        self, request: Request, view: CaseView, name: str, form: Form, wrong: Wrong | LetterTooLong
    ) -> Response:
        key = wrong.key if isinstance(wrong, Wrong) else "wrong.letter_too_long"
        text = self._pages.words(request).label(key)
        if wants_json(request):
            return json(400, {"status": "invalid", "reason": key.removeprefix("wrong."), "text": text})
        return self._not_taken(request, view, name=name, form=form, why=text, status=400)

    def _not_taken(
        self, request: Request, view: CaseView, *, name: str, form: Form, why: str, status: int
    ) -> Response:
        """The form again, with what was written in it and why it was not taken."""
        return self._pages.render(
            request,
            "not_taken.html",
            status=status,
            view=view,
            act=name,
            form=form,
            why=why,
            token=new_token(),
            demandable=self._kinds_of(view),
        )
