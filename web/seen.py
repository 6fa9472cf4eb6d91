"""Opening a case: that somebody saw it is written before it is shown."""

from starlette.requests import Request

from store import access
from store.access import Access
from store.numbers import is_case_number
from store.views.one_case import CaseView, case_view
from web.answers import Refused
from web.settings import Parts


def no_case() -> Refused:
    return Refused(404, "There is no such case", "Check the case number")


def number_of(request: Request) -> str:
    """The case number of the address. Raises `Refused` for what is none, before anything is looked up."""
    number: str = request.path_params["number"]
    if not (number.isascii() and number == number.strip() and is_case_number(number)):
        raise no_case()
    return number


async def open_case(parts: Parts, number: str, *, what: str, purpose: str) -> CaseView:
    """The case as it stands. Raises `Refused` when there is none with that number."""
    async with parts.database.read() as tx:
        view = await case_view(tx, number)
    if view is None:
        raise no_case()
    await note_access(parts, case_id=view.case.id, what=what, purpose=purpose)
    return view


async def note_access(parts: Parts, *, case_id: str | None, what: str, purpose: str) -> None:
    seen = Access(at=parts.now(), actor=parts.settings.actor, case_id=case_id, what=what, purpose=purpose)
    async with parts.database.write() as tx:
        await access.note(tx, seen)
