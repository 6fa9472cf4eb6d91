"""The page of the supplement form: asked for by the agency, or started by the citizen."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from simulators import citizen
from simulators.control import find_open_form, find_person
from simulators.form_models import FormError
from simulators.page_forms import ATTACHMENT_NAMES, read_form
from simulators.persons import Person
from simulators.state import WorldDep
from simulators.views import page

FIELDS = ("saksnummer", "referanse", "melding")


async def show(key: str, party_id: int, guid: str, world: WorldDep) -> Response:
    person = find_person(world, key)
    instance = find_open_form(world, person, party_id, guid)
    return _page(person, instance.form(), asked_for=True)


async def submit(key: str, party_id: int, guid: str, request: Request, world: WorldDep) -> Response:
    person = find_person(world, key)
    instance = find_open_form(world, person, party_id, guid)
    texts, uploads = await read_form(request)
    # An empty message leaves the agency's own standing.
    form = {"melding": texts["melding"]} if texts.get("melding") else {}
    try:
        citizen.answer(world, instance, form, uploads)
    except (citizen.NotPossibleError, FormError) as failure:
        return _page(person, instance.form(), asked_for=True, problem=str(failure))
    return RedirectResponse(f"/people/{key}?done=sendt", 303)


async def show_own(key: str, world: WorldDep) -> Response:
    return _page(find_person(world, key), {}, asked_for=False)


async def submit_own(key: str, request: Request, world: WorldDep) -> Response:
    person = find_person(world, key)
    texts, uploads = await read_form(request)
    form = {name: texts.get(name, "") for name in FIELDS}
    try:
        citizen.start_supplement(world, person, form, uploads)
    except (citizen.NotPossibleError, FormError) as failure:
        return _page(person, form, asked_for=False, problem=str(failure))
    return RedirectResponse(f"/people/{key}?done=sendt", 303)


def _page(person: Person, form: dict[str, Any], *, asked_for: bool, problem: str = "") -> Response:
    missing = [name.strip() for name in str(form.get("mangler") or "").split(",") if name.strip()]
    others = {name: title for name, title in ATTACHMENT_NAMES.items() if name not in missing}
    return page(
        "supplement.html",
        status=422 if problem else 200,
        title="Ettersending",
        person=person,
        form=form,
        asked_for=asked_for,
        missing={name: ATTACHMENT_NAMES.get(name, name) for name in missing},
        others=others,
        problem=problem,
    )
