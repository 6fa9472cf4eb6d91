"""The page of the supplement form: asked for by the agency, or started by the citizen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from simulators import citizen
from simulators.control import find_open_form, find_person
from simulators.documents import DOCUMENT_NAMES, samples
from simulators.form_models import FormError
from simulators.instances import Instance, Upload
from simulators.page_forms import SAMPLES, read_form
from simulators.persons import Person
from simulators.state import WorldDep
from simulators.views import page

FIELDS = ("saksnummer", "referanse", "melding")
NOTHING: Mapping[str, str] = MappingProxyType({})
EMPTY = "Svaret er tomt. Legg ved minst ett dokument, eller skriv en melding."


async def show(key: str, party_id: int, guid: str, world: WorldDep) -> Response:
    person = find_person(world, key)
    return _asked(person, find_open_form(world, person, party_id, guid))


async def submit(key: str, party_id: int, guid: str, request: Request, world: WorldDep) -> Response:
    person = find_person(world, key)
    instance = find_open_form(world, person, party_id, guid)
    texts, uploads = await read_form(request)
    if SAMPLES in texts:
        uploads += samples(_missing(instance.form()), person, uploads)
    message = texts.get("melding", "").strip()
    # An empty message leaves the agency's own standing.
    form = {"melding": message} if message else {}
    try:
        _check_content(message, uploads)
        citizen.answer(world, instance, form, uploads)
    except (citizen.NotPossibleError, FormError) as failure:
        return _asked(person, instance, texts, str(failure))
    return RedirectResponse(f"/people/{key}?done=sendt", 303)


async def show_own(key: str, world: WorldDep) -> Response:
    return _own(find_person(world, key))


async def submit_own(key: str, request: Request, world: WorldDep) -> Response:
    person = find_person(world, key)
    texts, uploads = await read_form(request)
    form = {name: texts.get(name, "").strip() for name in FIELDS}
    try:
        _check_content(form["melding"], uploads)
        citizen.start_supplement(world, person, form, uploads)
    except (citizen.NotPossibleError, FormError) as failure:
        return _own(person, texts, str(failure))
    return RedirectResponse(f"/people/{key}?done=sendt", 303)


def _check_content(message: str, uploads: list[Upload]) -> None:
    if not message and not uploads:
        raise citizen.NotPossibleError(EMPTY)


def _missing(form: Mapping[str, Any]) -> list[str]:
    return [name.strip() for name in str(form.get("mangler") or "").split(",") if name.strip()]


def _asked(
    person: Person, instance: Instance, texts: Mapping[str, str] = NOTHING, problem: str = ""
) -> Response:
    form = instance.form()
    return _page(person, form, texts, problem, missing=_missing(form), due=instance.due_before)


def _own(person: Person, texts: Mapping[str, str] = NOTHING, problem: str = "") -> Response:
    return _page(person, None, texts, problem)


def _page(
    person: Person,
    asked: Mapping[str, Any] | None,
    texts: Mapping[str, str],
    problem: str,
    *,
    missing: Sequence[str] = (),
    due: datetime | None = None,
) -> Response:
    """`asked`: the form as the agency made it; `texts`: what the citizen has written so far."""
    return page(
        "supplement.html",
        status=422 if problem else 200,
        title="Ettersending",
        person=person,
        asked=asked,
        written={name: texts.get(name, "") for name in FIELDS},
        samples=SAMPLES in texts,
        due=due,
        missing={name: DOCUMENT_NAMES.get(name, name) for name in missing},
        others={name: title for name, title in DOCUMENT_NAMES.items() if name not in missing},
        problem=problem,
    )
