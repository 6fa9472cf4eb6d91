"""What a case's page calls things: never by the program's own names."""

import re
from dataclasses import replace

import pytest

from case_core.case_types.licence import LICENCE
from case_core.messages import FormPayment, Licence
from handlers.reconcile import SOURCE as RECONCILE
from store.replay import CARRY
from store.timers import SOURCE as TIMER
from tests.web import build
from tests.web.desk import Desk
from web.acts import SOURCE as ACTS
from web.ask_names import ask_name
from web.words import Words


async def test_what_is_open_stands_first_and_no_two_lines_are_alike(desk: Desk) -> None:
    """What is settled is folded in; which form a line is about is told."""
    case_id, number = await desk.ready(build.submission())
    await desk.hear(build.supplement_requested(), case_id=case_id)
    await desk.hear(build.supplement("vitnemal", case_number=number))
    page = (await desk.client.get(f"/cases/{number}")).text
    asked = page[page.index("Det saken har bedt om") : page.index("Historikken er hel")]
    still_open, settled = asked.split("<details>")
    assert "Vurdering" in still_open
    assert "Ettersending 1" in settled
    names = re.findall(r'<th scope="row" data-label="Hva">([^<]*)</th>', asked)
    assert len(names) == len(set(names))
    assert {"Melding til Altinn om at skjemaet er hentet: Søknaden"} < set(names)
    assert "Melding til Altinn om at skjemaet er hentet: Ettersending 1" in names


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("payment#2", "Betaling (2. gang)"),
        ("remind:supplement:1", "Påminnelse: Ettersending 1"),
        ("attend:look:fee#3", "Oppgave: Siste kontroll: Gebyr (3. gang)"),
        ("attend:overpaid", "Oppgave: For mye betalt"),
        ("delivery:decision", "Levering av brev: Vedtak"),
        ("confirm:0e2f9a52", "Melding til Altinn om at skjemaet er hentet"),
    ],
)
def test_an_ask_is_called_by_words(desk: Desk, key: str, name: str) -> None:
    """Never by the key that the program knows it by."""
    assert ask_name(key, Words(language="nb", texts=desk.texts), {}) == name


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("source", [TIMER, CARRY, RECONCILE, ACTS, "altinn-events", "nexi"])
def test_where_a_message_came_from_is_told_in_words(desk: Desk, language: str, source: str) -> None:
    """The program's own names are nobody else's."""
    assert Words(language=language, texts=desk.texts).source(source) != source


async def test_the_history_speaks_plainly(desk: Desk) -> None:
    """Who did it, in words; people by their own names."""
    case_id, number = await desk.opened()
    (row,) = await desk.hear(build.person_found(), case_id=case_id, source=CARRY)
    assert row
    page = (await desk.client.get(f"/cases/{number}")).text
    assert "Svar fra et annet system" in page
    assert ">carry<" not in page


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Paid", "Betalt i skjemaet, 2 000 kr"),
        ("Skipped", "Ikke betalt i skjemaet"),
        ("New", "Ukjent status"),
    ],
)
async def test_what_the_form_says_of_payment_is_told_in_words(desk: Desk, status: str, told: str) -> None:
    """Altinn's own words for it are not ours."""
    claim = FormPayment(status=status, payment_id=build.PAYMENT, total_ore=200_000 if status == "Paid" else 0)
    _, number = await desk.opened(replace(build.submission(), payment=claim))
    page = (await desk.client.get(f"/cases/{number}")).text.replace("\u00a0", " ")
    assert told in page
    assert status not in page[page.index("Gebyr</h2>") : page.index("Dokumentasjon som kreves")]


async def test_a_licence_has_a_page_too(desk: Desk) -> None:
    """Its kind, its fee and its expected time go by the licence."""
    application = replace(build.APPLICATION, licence=Licence.STUDENT)
    submitted = replace(build.submission(application=application), kind=LICENCE, app="lisens")
    _, number = await desk.opened(submitted)
    assert "Studentlisens" in (await desk.client.get(f"/cases/{number}")).text
    assert "Lisens: Sykepleier" in (await desk.client.get("/cases")).text


async def test_a_case_that_was_taken_back_says_so(desk: Desk) -> None:
    """It has neither lapsed nor been decided."""
    case_id, number = await desk.opened()
    await desk.hear(build.withdrawal(case_number=number))
    await desk.hear(build.letter_sent("withdrawal"), case_id=case_id)
    assert "Trukket av søkeren" in (await desk.client.get("/cases?phase=all")).text
    assert "<dd>Trukket av søkeren</dd>" in (await desk.client.get(f"/cases/{number}")).text
