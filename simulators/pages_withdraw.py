"""The page on which a citizen withdraws an application."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from simulators import citizen
from simulators.app_definitions import WITHDRAWAL
from simulators.control import find_person
from simulators.form_models import FormError
from simulators.page_forms import read_form
from simulators.persons import Person
from simulators.state import WorldDep
from simulators.views import page


async def show(key: str, world: WorldDep) -> Response:
    return _page(find_person(world, key), {"saksnummer": "", "begrunnelse": ""})


async def submit(key: str, request: Request, world: WorldDep) -> Response:
    person = find_person(world, key)
    texts, _ = await read_form(request)
    form = {name: texts.get(name, "").strip() for name in ("saksnummer", "begrunnelse")}
    try:
        citizen.withdraw(world, person, form)
    except (citizen.NotPossibleError, FormError) as failure:
        return _page(person, form, str(failure))
    return RedirectResponse(f"/people/{key}?done=sendt", 303)


def _page(person: Person, form: dict[str, Any], problem: str = "") -> Response:
    return page(
        "withdraw.html",
        status=422 if problem else 200,
        title=WITHDRAWAL.title,
        person=person,
        form=form,
        problem=problem,
    )
