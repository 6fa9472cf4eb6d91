"""The pages of the application forms: authorisation, and licence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from simulators import citizen, documents
from simulators.app_definitions import APPLICATION, FEES, LICENCE, LICENCE_FEES, AppDefinition
from simulators.control import find_person
from simulators.form_models import FormError
from simulators.names import PROFESSION_NAMES
from simulators.nexi_shapes import page_url
from simulators.page_forms import SAMPLES, read_form
from simulators.persons import Person
from simulators.state import World, WorldDep
from simulators.views import kroner, page

WAYS = {
    "norge": "Utdannet i Norge",
    "eos": "Utdannet i et annet EU- eller EØS-land",
    "utenforEos": "Utdannet utenfor EU og EØS",
}
LICENCES = {
    "student": "Studentlisens",
    "fagomrade": "Lisens på et fagområde",
    "over80": "Lisens etter fylte 80 år",
}
NO_DECLARATION = "Du må bekrefte at opplysningene er riktige."


async def show(key: str, world: WorldDep) -> Response:
    person = find_person(world, key)
    return _page(APPLICATION, person, person.suggestion)


async def show_licence(key: str, world: WorldDep) -> Response:
    person = find_person(world, key)
    return _page(LICENCE, person, person.suggestion)


async def submit(key: str, request: Request, world: WorldDep) -> Response:
    return await _submit(APPLICATION, key, request, world)


async def submit_licence(key: str, request: Request, world: WorldDep) -> Response:
    return await _submit(LICENCE, key, request, world)


async def _submit(app: AppDefinition, key: str, request: Request, world: World) -> Response:
    person = find_person(world, key)
    texts, uploads = await read_form(request)
    form = _form(texts)
    if not form["erklaering"]:
        return _page(app, person, form, NO_DECLARATION, texts)
    if SAMPLES in texts:
        uploads += documents.samples(documents.needed(app, form, person), person, uploads)
    now = texts.get("betaling") == "na"
    try:
        _, payment = citizen.apply(
            world,
            person,
            form,
            uploads,
            payment="later" if now else "skipped",
            submit=True,
            app=app,
        )
    except (citizen.NotPossibleError, FormError) as failure:
        return _page(app, person, form, str(failure), texts)
    return RedirectResponse(page_url(world, payment) if payment else f"/people/{key}?done=sendt", 303)


def _form(texts: dict[str, str]) -> dict[str, Any]:
    return {
        "soker": {name: texts.get(name, "") for name in ("fornavn", "etternavn", "epost", "telefon")},
        "sprak": texts.get("sprak", "nb"),
        "lisenstype": texts.get("lisenstype", ""),
        "profesjon": texts.get("profesjon", ""),
        "utdanning": {name: texts.get(name, "") for name in ("vei", "land", "institusjon", "fullfort")},
        "erklaering": "erklaering" in texts,
    }


def _page(
    app: AppDefinition,
    person: Person,
    form: dict[str, Any],
    problem: str = "",
    texts: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    is_licence = app is LICENCE
    fees = [(kind, name, kroner(LICENCE_FEES[kind] * 100)) for kind, name in LICENCES.items()]
    return page(
        "apply.html",
        status=422 if problem else 200,
        title=app.title,
        person=person,
        form=form,
        problem=problem,
        professions=PROFESSION_NAMES,
        ways=[(way, name, "" if is_licence else kroner(FEES[way] * 100)) for way, name in WAYS.items()],
        licences=fees if is_licence else [],
        attachments=documents.DOCUMENT_NAMES,
        marks=documents.marks(app),
        samples=SAMPLES in texts,
        later=texts.get("betaling") == "senere",
    )
