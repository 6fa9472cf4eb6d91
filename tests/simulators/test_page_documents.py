import re
import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from simulators import documents, persons
from simulators.app_definitions import APPLICATION, LICENCE, LICENCE_FEES, AppDefinition
from simulators.pages import STATIC
from tests.simulators.correspondents import supplement
from tests.simulators.harness import Hub

CONFIG = Path(__file__).parents[2] / "config"
FULL = {"erklaering": "on", "betaling": "senere"}


def test_documents_are_called_what_letters_call_them() -> None:
    """Whoever is asked for a document finds it under the same name in the forms."""
    texts = tomllib.loads((CONFIG / "texts" / "nb.toml").read_text())
    assert {kind: text["name"] for kind, text in texts["documents"].items()} == documents.DOCUMENT_NAMES


@pytest.mark.parametrize(("app", "file"), [(APPLICATION, "authorisation"), (LICENCE, "licence")])
def test_forms_ask_for_what_the_agency_requires(app: AppDefinition, file: str) -> None:
    """For every way, profession and licence; a change of name is judged by the name alone."""
    valid = tomllib.loads((CONFIG / "case_types" / f"{file}.toml").read_text())["valid"][-1]
    required = [each for each in valid["required"] if "condition" not in each]
    person = persons.generate(1, 4).everybody[0]
    for way, profession, licence in product(
        documents.ANYWHERE, ("SP", "HF", "LE", "TL"), tuple(LICENCE_FEES)
    ):
        form = person.suggestion | {"profesjon": profession, "lisenstype": licence}
        form["utdanning"] |= {"vei": way}
        expected = {each["document"] for each in required if _holds(each, way, profession, licence)}
        assert set(documents.needed(app, form, person)) == expected


def _holds(required: dict[str, Any], way: str, profession: str, licence: str) -> bool:
    return (
        way in required["ways"]
        and profession in required.get("professions", [profession])
        and licence in required.get("licences", [licence])
    )


def test_a_changed_name_must_be_shown() -> None:
    """Today's name and the former one pass, whatever their letters' size; any other calls for a document."""
    person = next(p for p in persons.generate(1, 60).everybody if p.has("name-changed"))
    for family, wanted in ((person.family.upper(), False), (person.former_family, False), ("Ny", True)):
        form = person.suggestion
        form["soker"]["etternavn"] = family
        assert (documents.NAME_CHANGE in documents.needed(APPLICATION, form, person)) is wanted


async def test_the_form_marks_what_is_needed(hub: Hub) -> None:
    """Every mark has its rule in the style sheet, so that the choices show and hide it."""
    style = (STATIC / "simulators.css").read_text()
    for path in ("apply", "licence"):
        page = (await hub.http.get(f"/people/p001/{path}")).text
        marks = re.findall(r'class="needed ([^"]+)">må være med', page)
        assert marks
        assert all(f".{name} " in style or f".{name}," in style for mark in marks for name in mark.split())
        ids = set(re.findall(r'id="([^"]+)"', page)) | set(re.findall(r'value="([A-Z]{2})"', page))
        assert {name.removeprefix("for-").removeprefix("yrke-") for m in marks for name in m.split()} <= ids


async def _attached(hub: Hub) -> list[str]:
    elements = (await hub.books())["instances"][-1]["dataElements"]
    return [row["filename"] for row in elements if row["dataType"] in documents.DOCUMENT_NAMES]


def _filled_in(hub: Hub, way: str) -> dict[str, str]:
    suggestion = hub.world.people.everybody[0].suggestion
    return {**suggestion["soker"], **suggestion["utdanning"], "profesjon": "HF", "vei": way, **FULL}


async def test_a_newcomer_needs_no_files(hub: Hub) -> None:
    """The samples are PDFs of all that is needed; what was uploaded is not made up once more."""
    files = {"vitnemal": ("mitt.pdf", b"%PDF-1.4", "application/pdf")}
    form = _filled_in(hub, "eos") | {"eksempel": "on"}
    sent = await hub.http.post("/people/p001/apply", data=form, files=files)
    assert sent.headers["location"] == "/people/p001?done=sendt"
    assert await _attached(hub) == [
        "mitt.pdf",
        "Bekreftelse fra myndighetene i utdanningslandet (eksempel).pdf",
        "Legitimasjon (eksempel).pdf",
    ]
    instance = next(iter(hub.world.instances))
    assert instance.elements("legitimasjon")[0].content.startswith(b"%PDF-")
    assert "Skjemaet er sendt inn." in (await hub.http.get(sent.headers["location"])).text


async def test_samples_come_only_when_wanted(hub: Hub) -> None:
    """An application may be sent without its documents, to see what the agency answers."""
    await hub.http.post("/people/p001/apply", data=_filled_in(hub, "eos"))
    assert await _attached(hub) == []


async def test_a_mistake_keeps_the_choices(hub: Hub) -> None:
    """Samples and paying later stay chosen when the form comes back."""
    form = _filled_in(hub, "eos") | {"eksempel": "on"}
    del form["erklaering"]
    page = (await hub.http.post("/people/p001/apply", data=form)).text
    assert 'name="eksempel" checked' in page
    assert 'value="senere" checked' in page
    assert 'value="na" checked' not in page


async def test_a_deficiency_says_what_and_when(hub: Hub) -> None:
    """Its deadline and its documents, and samples of just these."""
    person = hub.world.people.everybody[1]
    url = await supplement(hub, person, dueBefore="2099-01-01T11:00:00Z")
    page = (await hub.http.get(url)).text
    assert "1. januar 2099 kl. 12.00" in page
    assert "Dokumentasjon på norskkunnskaper, Fagplan for utdanningen" in page
    sent = await hub.http.post(url, data={"eksempel": "on", "melding": ""})
    assert sent.headers["location"] == f"/people/{person.key}?done=sendt"
    assert await _attached(hub) == [
        "Dokumentasjon på norskkunnskaper (eksempel).pdf",
        "Fagplan for utdanningen (eksempel).pdf",
    ]


async def test_an_empty_answer_is_refused(hub: Hub) -> None:
    """Neither a document nor a message: nothing is sent, and the page says why."""
    person = hub.world.people.everybody[1]
    asked = await supplement(hub, person)
    own = f"/people/{person.key}/supplement"
    for url in (asked, own):
        refused = await hub.http.post(url, data={"saksnummer": "2026/9", "melding": " \n"})
        assert (refused.status_code, "Svaret er tomt." in refused.text) == (422, True)
    assert [row["submitted"] for row in (await hub.books())["instances"]] == [False]
    assert (await hub.http.post(asked, data={"melding": "Jeg har dem ikke"})).status_code == 303


async def test_a_refused_answer_keeps_its_message(hub: Hub) -> None:
    """What was written stands when a file was wrong."""
    url = await supplement(hub, hub.world.people.everybody[1])
    wrong = {"annet": ("x.txt", b"x", "text/plain")}
    refused = await hub.http.post(url, data={"melding": "Her er alt"}, files=wrong)
    assert (refused.status_code, ">Her er alt</textarea>" in refused.text) == (422, True)


async def test_an_answered_form_leads_back(hub: Hub) -> None:
    """The page that says it is submitted already has a link to the person."""
    person = hub.world.people.everybody[1]
    url = await supplement(hub, person)
    await hub.http.post(url, data={"melding": "Ferdig"})
    again = await hub.http.get(url)
    assert (again.status_code, "allerede sendt inn" in again.text) == (409, True)
    assert f'<a href="/people/{person.key}">Til {person.name}</a>' in again.text
