"""One case: what is known, what has been said, and that somebody looked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from case_core.messages import Document, Way
from store import tables
from tests.web import build
from tests.web.desk import Desk

SCRIPT = "<script>alert(1)</script>"


async def test_a_case_tells_why_it_waits_and_what_comes_next(desk: Desk) -> None:
    """One sentence on top, and the next step."""
    _, number = await desk.ready()
    page = (await desk.client.get(f"/cases/{number}")).text
    assert "klar til vurdering siden" in page
    assert "Vurder søknaden og fatt vedtak" in page


@pytest.mark.parametrize(("language", "word"), [("nb", "Søknaden"), ("nn", "Folkeregisteret"), ("en", "Fee")])
@pytest.mark.parametrize(
    "path", ["/cases", "{case}", "/parked", "/parked/{parked}", "/queues", "/cases/2026-9"]
)
async def test_every_page_is_written_in_every_language(
    desk: Desk, language: str, word: str, path: str
) -> None:
    """With data and all: a label that lacks a word would fail here."""
    number, parked = await eventful(desk)
    answer = await desk.client.get(
        path.format(case=f"/cases/{number}", parked=parked), params={"lang": language}
    )
    assert answer.status_code in (200, 404)
    assert f'<html lang="{language}">' in answer.text
    if path == "{case}":
        assert word in answer.text


async def eventful(desk: Desk) -> tuple[str, int]:
    """A case in which much has happened: (its number, a parked message of it)."""
    application = replace(build.APPLICATION, way=Way.OUTSIDE_EEA, profession="LE", last_name="Hansen")
    submitted = build.submission(
        application=application,
        documents=(build.document("vitnemal"), build.document("annet", scan="Infected")),
    )
    case_id, number = await desk.opened(submitted)
    person = replace(build.protected(), dead=True, false_identity=True, status="forsvunnet")
    await desk.hear(
        build.letter_sent("receipt"), build.payment_created(), build.person_found(person), case_id=case_id
    )
    paid = build.payment_observed(reference=number, charged=350_000)
    await desk.hear(paid, build.letter_observed("receipt"), build.authorisations_found(), case_id=case_id)
    await desk.hear(build.supplement_requested(), case_id=case_id)
    await desk.hear(
        build.failed("deficiency:1", "SendDeficiencyLetter", cause="reserved"),
        build.failed(f"confirm:{build.form().partition('/')[2]}", "ConfirmSubmission"),
        case_id=case_id,
    )
    (parked,) = await desk.hear(build.supplement("fagplan", case_number=number, nin=build.OTHER_NIN))
    return number, parked


async def test_the_language_is_remembered(desk: Desk) -> None:
    """Chosen once, kept in a cookie that scripts cannot read."""
    answer = await desk.client.get("/cases", params={"lang": "en"})
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in (await desk.client.get("/queues")).text


async def test_an_eventful_case_shows_it_all(desk: Desk) -> None:
    """Differences, warnings, what is missing, what is to be done by hand, and what was stopped."""
    number, parked = await eventful(desk)
    page = (await desk.client.get(f"/cases/{number}")).text
    for shown in (
        "Avviker",
        "Falsk identitet",
        "Adressebeskyttelse",
        "Skjermet opplysning",
        "Fagplan for utdanningen",
        "Brev på papir: Mangelbrev 1",
        "Kvittering: lest av søkeren",
        "Kan ikke lastes ned",
        f'href="/parked/{parked}"',
        "Historikken er hel",
    ):
        assert shown in page
    assert "forsvunnet" not in page


async def test_the_identity_number_is_masked(desk: Desk) -> None:
    """Its last two digits and nothing else of it, on the page and in JSON."""
    number, _ = await eventful(desk)
    page = (await desk.client.get(f"/cases/{number}")).text
    told = (await desk.client.get(f"/cases/{number}?format=json")).text
    assert f"*********{build.NIN[-2:]}" in page
    assert build.NIN[:6] not in page
    assert build.NIN[:6] not in told


async def test_every_look_at_a_case_is_written_down(desk: Desk) -> None:
    """Who, which case and what for; as JSON too."""
    case_id, number = await desk.opened()
    await desk.client.get(f"/cases/{number}")
    await desk.told(f"/cases/{number}")
    looks = await desk.rows("access_log")
    assert [(case_id, "case", "saksbehandler (lokal)")] * 2 == [
        (row.case_id, row.what, row.actor) for row in looks
    ]


async def test_what_an_applicant_writes_is_shown_as_text(desk: Desk) -> None:
    """A script in any field is a text like any other."""
    application = replace(
        build.APPLICATION,
        first_name=SCRIPT,
        last_name=SCRIPT,
        institution=SCRIPT,
        country=SCRIPT,
        profession=SCRIPT,
    )
    upload = replace(build.document("vitnemal"), name=SCRIPT, kind=SCRIPT)
    case_id, number = await desk.opened(build.submission(application=application, documents=(upload,)))
    person = replace(build.PERSON, first_name=SCRIPT, former_names=(SCRIPT,), status=SCRIPT)
    await desk.hear(build.person_found(person), case_id=case_id)
    page = (await desk.client.get(f"/cases/{number}")).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "number", ["2026-000099-9", "2026-1", "x", "2026-000001-5%0A", "%00", "２０２６-000001-5"]
)
async def test_a_case_that_is_not_there_is_not_found(desk: Desk, number: str) -> None:
    """404 before anything is looked up or written down."""
    assert (await desk.client.get(f"/cases/{number}")).status_code == 404
    assert await desk.amount("access_log") == 0


async def test_the_json_tells_the_same(desk: Desk) -> None:
    """What scripts and tests need, and nobody's name."""
    _, number = await desk.ready()
    told = await desk.told(f"/cases/{number}")
    assert (number, "open", None, "", "us", "assess", True) == tuple(
        told[name] for name in ("number", "phase", "outcome", "lapsed", "turn", "about", "history_whole")
    )
    assert [(each["kind"], each["name"], each["size"], each["scan"]) for each in told["documents"]] == [
        ("vitnemal", "vitnemal.pdf", 17, "Clean")
    ]
    assert [each["net"] for each in told["payments"]] == [200_000]
    assert told["events"][0]["message"] == "SubmissionReceived"
    assert "Nordmann" not in str(told)


async def test_a_changed_line_of_history_is_seen(desk: Desk) -> None:
    """The chain is checked whenever the case is shown."""
    _, number = await desk.opened()
    async with desk.database.write() as tx:
        await tx.connection.execute(update(tables.case_events).values(actor="noen andre"))
    assert "Historikken er brutt" in (await desk.client.get(f"/cases/{number}")).text
    assert (await desk.told(f"/cases/{number}"))["history_whole"] is False


# --- documents --------------------------------------------------------------------------------------


async def kept(desk: Desk, document: Document, content: bytes = b"%PDF-1.4 innhold.") -> str:
    """A case with the document, and its file; the case's number."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    if document.place:
        await desk.files.put(document.place, chunks(), limit=1000)
    _, number = await desk.opened(build.submission(documents=(document,)))
    return number


async def test_a_document_is_a_file_to_save(desk: Desk) -> None:
    """The browser neither opens nor guesses; that it was fetched is written down."""
    document = replace(build.document("vitnemal"), name='vitnemål "ø"\r\n.pdf')
    number = await kept(desk, document)
    answer = await desk.client.get(f"/cases/{number}/documents/{document.id}")
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.4 innhold.")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''vitnem%C3%A5l")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [row.what for row in await desk.rows("access_log")] == ["document"]


@pytest.mark.parametrize("scan", ["Infected", "Pending", "Unheard-of"])
async def test_a_document_that_no_scan_has_cleared_is_kept_in(desk: Desk, scan: str) -> None:
    """Never an infected one, and nothing of which we do not know."""
    document = replace(build.document("vitnemal", scan=scan), place="vitnemal-1")
    number = await kept(desk, document)
    assert (await desk.client.get(f"/cases/{number}/documents/{document.id}")).status_code == 403


async def test_a_document_belongs_to_one_case(desk: Desk) -> None:
    """Another case's number opens nothing."""
    document = build.document("vitnemal")
    await kept(desk, document)
    _, other = await desk.opened(build.submission(number=2))
    for path in (f"/cases/{other}/documents/{document.id}", f"/cases/{other}/documents/none"):
        assert (await desk.client.get(path)).status_code == 404


async def test_a_file_that_is_gone_is_said_to_be_gone(desk: Desk) -> None:
    """Before anything of it has been sent."""
    _, number = await desk.opened(build.submission(documents=(build.document("vitnemal"),)))
    assert (await desk.client.get(f"/cases/{number}/documents/vitnemal-1")).status_code == 404
