"""Fetching and confirming submitted forms in the simulated apps."""

import uuid
from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from structlog.testing import capture_logs

from case_core.case import Applicant
from case_core.effects import ConfirmSubmission, FetchSubmission
from case_core.messages import (
    Application,
    FormPayment,
    LookedAgain,
    SubmissionConfirmed,
    SubmissionReceived,
    SubmissionUnknown,
    SupplementReceived,
    Way,
)
from connectors.altinn_apps import AltinnApps
from connectors.connector import Answer, Broken, GiveUp, NotYet
from connectors.maskinporten import AltinnTokens
from tests.connectors.altinn import NOW, answered, carried, connector, fetched
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import ATTACHMENT, Outside

INFECTED = b64encode(b"%PDF-1.4 SKRANKE-TEST-INFECTED").decode()


@pytest.fixture
def altinn(remotes: Remotes, altinn_tokens: AltinnTokens, files: MemoryFiles) -> AltinnApps:
    return connector(remotes, altinn_tokens, files)


async def application(altinn: AltinnApps, instance: str) -> SubmissionReceived:
    fact = await fetched(altinn, instance)
    assert isinstance(fact, SubmissionReceived)
    return fact


@pytest.mark.parametrize("read_from", ["app", "storage"])
async def test_application(
    remotes: Remotes,
    altinn_tokens: AltinnTokens,
    files: MemoryFiles,
    outside: Outside,
    read_from: Literal["app", "storage"],
) -> None:
    """A form reads the same from the app (JSON) and from Storage (XML), and all of it arrives."""
    altinn = connector(remotes, altinn_tokens, files, read_from=read_from)
    person = await outside.person()
    education = {"vei": "eos", "land": "SWE", "institusjon": "Lunds universitet", "fullfort": "2024-06-14"}
    form = {"profesjon": "SP", "sprak": "nn", "utdanning": education}
    instance = await outside.apply(person, form=form, attachments=[ATTACHMENT])
    before = datetime.now(UTC)
    fact = await application(altinn, instance)
    assert (fact.at, fact.kind, fact.app, fact.instance) == (NOW, "authorisation", "autorisasjon", instance)
    assert fact.applicant == Applicant(nin=person["nin"], party_id=str(person["partyId"]))
    assert fact.language == "nn"
    assert fact.application == Application(
        first_name=person["suggestion"]["soker"]["fornavn"],
        last_name=person["suggestion"]["soker"]["etternavn"],
        profession="SP",
        way=Way.EEA,
        country="SWE",
        institution="Lunds universitet",
        completed=date(2024, 6, 14),
    )
    assert fact.payment is not None
    assert (fact.payment.status, fact.payment.total_ore) == ("Paid", 250_000)
    assert fact.submitted_at <= before
    assert fact.submitted_at.tzinfo is UTC


async def test_attachments_are_stored(altinn: AltinnApps, outside: Outside, files: MemoryFiles) -> None:
    """Each attachment is stored under its own id; the form, its payment and its receipts are none."""
    large = ATTACHMENT | {"filename": "stor.pdf", "size": 3_000_000}
    photo = {"dataType": "legitimasjon", "filename": "pass.png", "contentType": "image/png"}
    instance = await outside.apply(await outside.person(), attachments=[ATTACHMENT, large, photo])
    documents = (await application(altinn, instance)).documents
    assert [(each.kind, each.name, each.media_type, each.scan) for each in documents] == [
        ("vitnemal", "vitnemål.pdf", "application/pdf", "Clean"),
        ("vitnemal", "stor.pdf", "application/pdf", "Clean"),
        ("legitimasjon", "pass.png", "image/png", "Clean"),
    ]
    assert [each.place for each in documents] == [each.id for each in documents] == list(files.kept)
    assert [each.size for each in documents] == [len(content) for content in files.kept.values()]
    assert documents[1].size == 3_000_000
    assert files.kept[documents[0].place].startswith(b"%PDF")


async def test_infected_attachment(altinn: AltinnApps, outside: Outside, files: MemoryFiles) -> None:
    """An infected file is told of, and never comes near the file store."""
    sick = ATTACHMENT | {"filename": "syk.pdf", "content": INFECTED}
    instance = await outside.apply(await outside.person(), attachments=[sick, ATTACHMENT])
    first, second = (await application(altinn, instance)).documents
    assert (first.name, first.scan, first.place, first.sha256) == ("syk.pdf", "Infected", "", "")
    assert list(files.kept) == [second.place]


@pytest.mark.parametrize(
    ("payment", "expected"),
    [("skipped", FormPayment(status="Skipped", payment_id=None, total_ore=0)), ("none", None)],
)
async def test_unpaid(
    altinn: AltinnApps, outside: Outside, payment: str, expected: FormPayment | None
) -> None:
    """A form may come without payment, or without a word of it."""
    instance = await outside.apply(await outside.person(), payment=payment)
    assert (await application(altinn, instance)).payment == expected


async def test_supplement_of_ones_own(altinn: AltinnApps, outside: Outside) -> None:
    """A supplement that nobody asked for brings what its sender wrote, and no reference of ours."""
    person = await outside.person()
    form = {"saksnummer": " 2026/17 ", "referanse": "0123456789abcdef.påfunn"}
    instance = await outside.supplement(person, form=form, attachments=[ATTACHMENT])
    fact = await fetched(altinn, instance, "ettersending")
    assert isinstance(fact, SupplementReceived)
    assert (fact.case_number, fact.reference_is_ours) == ("2026/17", False)
    assert fact.applicant == Applicant(nin=person["nin"], party_id=str(person["partyId"]))
    assert [each.kind for each in fact.documents] == ["vitnemal"]


async def test_not_submitted(altinn: AltinnApps, outside: Outside) -> None:
    """A hint about a form that is not submitted waits; whoever looks once more hears that nothing came."""
    instance = await outside.apply(await outside.person(), submit=False)
    hint = FetchSubmission(app="autorisasjon", instance=instance)
    assert isinstance(await altinn.carry(hint, key="k", now=NOW), NotYet)
    again = FetchSubmission(app="autorisasjon", instance=instance, ask_key="supplement")
    assert await altinn.carry(again, key="k", now=NOW) == Answer(
        reply=LookedAgain(at=NOW, ask_key="supplement", nothing_new=True)
    )


async def test_looked_again_and_found(altinn: AltinnApps, outside: Outside) -> None:
    """Looking once more brings the form as a fact, and the news as the reply."""
    instance = await outside.supplement(await outside.person(), form={}, attachments=[])
    effect = FetchSubmission(app="ettersending", instance=instance, ask_key="deficiency")
    answer = await answered(altinn, effect)
    assert answer.reply == LookedAgain(at=NOW, ask_key="deficiency", nothing_new=False)
    assert [type(fact) for fact in answer.facts] == [SupplementReceived]


UNKNOWN = [
    ("autorisasjon", f"50100001/{uuid.UUID(int=1)}"),
    ("ukjent-app", f"50100001/{uuid.UUID(int=1)}"),
    ("../storage", f"50100001/{uuid.UUID(int=1)}"),
    ("autorisasjon", "50100001/../../events"),
    ("autorisasjon", f"50100001/{uuid.UUID(int=1)}/complete"),
    ("autorisasjon", ""),
]


@pytest.mark.parametrize(("app", "instance"), UNKNOWN)
async def test_unknown_form(altinn: AltinnApps, app: str, instance: str) -> None:
    """Nothing behind a hint is an answer, whether Altinn said so or its shape did."""
    fact = await fetched(altinn, instance, app)
    assert isinstance(fact, SubmissionUnknown)
    assert fact.instance == instance
    again = await answered(altinn, FetchSubmission(app=app, instance=instance, ask_key="a"))
    assert again == Answer(reply=LookedAgain(at=NOW, ask_key="a", nothing_new=True))


async def test_form_of_another_app(altinn: AltinnApps, outside: Outside) -> None:
    """A form is only taken from the app that it was sent in through."""
    instance = await outside.supplement(await outside.person(), form={}, attachments=[])
    assert isinstance(await fetched(altinn, instance, "autorisasjon"), SubmissionUnknown)


async def test_form_of_another_app_in_storage(
    remotes: Remotes, altinn_tokens: AltinnTokens, files: MemoryFiles, outside: Outside
) -> None:
    """Storage finds any form by its id, so we compare the app ourselves."""
    altinn = connector(remotes, altinn_tokens, files, read_from="storage")
    instance = await outside.supplement(await outside.person(), form={}, attachments=[])
    assert isinstance(await fetched(altinn, instance, "autorisasjon"), SubmissionUnknown)


LIMITS: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    ({"max_document_bytes": 1000}, [ATTACHMENT | {"size": 1001}]),
    ({"max_documents": 1}, [ATTACHMENT, ATTACHMENT]),
]


@pytest.mark.parametrize(("limit", "attachments"), LIMITS)
async def test_too_large(
    remotes: Remotes,
    altinn_tokens: AltinnTokens,
    outside: Outside,
    limit: dict[str, Any],
    attachments: list[dict[str, Any]],
) -> None:
    """More or larger attachments than we take end the work, and nothing of the large one is kept."""
    files = MemoryFiles()
    altinn = connector(remotes, altinn_tokens, files, **limit)
    instance = await outside.apply(await outside.person(), attachments=attachments)
    outcome = await carried(altinn, FetchSubmission(app="autorisasjon", instance=instance))
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "too-large"
    assert files.kept == {}


async def test_unreadable_form(altinn: AltinnApps, outside: Outside) -> None:
    """A form without a profession names the missing field."""
    instance = await outside.apply(await outside.person(), form={"profesjon": " "})
    outcome = await carried(altinn, FetchSubmission(app="autorisasjon", instance=instance))
    assert outcome == GiveUp(cause="unreadable-form", reason="Skjemaet kan ikke leses: profesjon")


@pytest.mark.parametrize("read_from", ["app", "storage"])
async def test_confirm(
    remotes: Remotes,
    altinn_tokens: AltinnTokens,
    files: MemoryFiles,
    outside: Outside,
    read_from: Literal["app", "storage"],
) -> None:
    """Confirming twice is as good as once."""
    altinn = connector(remotes, altinn_tokens, files, read_from=read_from)
    instance = await outside.apply(await outside.person())
    effect = ConfirmSubmission(ask_key="confirm", app="autorisasjon", instance=instance)
    for _ in range(2):
        answer = await answered(altinn, effect)
        assert answer.reply == SubmissionConfirmed(at=NOW, ask_key="confirm")
    [booked] = await outside.booked("instances", id=instance)
    assert booked["confirmed"]


async def test_confirm_an_unknown_form(altinn: AltinnApps) -> None:
    """Altinn's 403 for a form that it does not have is not taken for a missing right."""
    effect = ConfirmSubmission(app="autorisasjon", instance=f"50100001/{uuid.UUID(int=1)}")
    outcome = await carried(altinn, effect)
    assert outcome == GiveUp(cause="rejected", reason="Altinn har ikke lenger noe slikt skjema")


async def test_a_missing_right_is_about_us(
    remotes: Remotes, files: MemoryFiles, tokens: Any, outside: Outside
) -> None:
    """A token that Altinn does not take (Maskinporten's own) is renewed once, then it is about us."""
    altinn = connector(remotes, tokens, files)
    instance = await outside.apply(await outside.person())
    outcome = await carried(altinn, FetchSubmission(app="autorisasjon", instance=instance))
    assert outcome == Broken(reason="altinn-apps svarte 401")


async def test_no_number_is_logged(altinn: AltinnApps, outside: Outside) -> None:
    """Neither the applicant's number nor an address with values in it reaches the log."""
    person = await outside.person()
    instance = await outside.apply(person, attachments=[ATTACHMENT])
    with capture_logs() as lines:
        await application(altinn, instance)
    assert person["nin"] not in str(lines)
    assert str(person["partyId"]) not in str(lines)
    assert "/{org}/{app}/instances/{party}/{guid}" in {line["route"] for line in lines}
