"""The remotes at their most awkward, all of it within their contracts: our connectors stand it."""

from datetime import UTC, date, datetime
from typing import Literal

import pytest

from case_core.effects import FetchSubmission, LookUpAuthorisations, LookUpPerson
from case_core.messages import AuthorisationsFound, PersonFound, SubmissionReceived
from connectors import folkeregisteret, hpr
from connectors.connector import Answer, GiveUp
from connectors.correspondence import Correspondence
from connectors.correspondence import Settings as LetterSettings
from connectors.folkeregisteret import Folkeregisteret
from connectors.hpr import Hpr
from connectors.http import Remote
from connectors.maskinporten import AltinnTokens, Maskinporten
from connectors.nexi import Nexi
from tests.connectors.altinn import NOW, answered, carried, connector, fetched, request_for
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import ATTACHMENT, Outside
from tests.connectors.test_correspondence import decision, fresh, observed, sent, written
from tests.connectors.test_nexi import creation, settings

Where = Literal["app", "storage"]
HERE: list[Where] = ["app", "storage"]


@pytest.fixture
def professionals(remotes: Remotes, tokens: Maskinporten) -> Hpr:
    remote = remotes.at("hpr", "/hpr")
    return Hpr(hpr.Settings(base_url=remote.base_url), remote, tokens)


async def authorisations(professionals: Hpr, nin: str) -> AuthorisationsFound:
    effect = LookUpAuthorisations(ask_key="hpr", nin=nin, case_number="2026/17")
    outcome = await professionals.carry(effect, key="k", now=NOW)
    assert isinstance(outcome, Answer), outcome
    assert isinstance(outcome.reply, AuthorisationsFound)
    return outcome.reply


HPR_TRAITS = ["hpr:other-profession", "hpr:revoked", "hpr:stopped", "hpr:merged"]


@pytest.mark.parametrize("trait", HPR_TRAITS)
async def test_hpr_leaves_out_what_it_may(professionals: Hpr, outside: Outside, trait: str) -> None:
    """Nulls for lists, nothing for scalars, texts for numbers: the same approvals are found."""
    nin = (await outside.person(trait))["nin"]
    usual = await authorisations(professionals, nin)
    await outside.quirks(oddHpr=True)
    assert await authorisations(professionals, nin) == usual


@pytest.mark.parametrize("trait", HPR_TRAITS)
async def test_fields_come_and_go_in_hpr(professionals: Hpr, outside: Outside, trait: str) -> None:
    """Unknown fields are passed over and optional ones not missed, ø and å included."""
    nin = (await outside.person(trait))["nin"]
    usual = await authorisations(professionals, nin)
    await outside.quirks(fieldsComeAndGo=True)
    assert await authorisations(professionals, nin) == usual


@pytest.mark.parametrize("trait", ["plain", "name-changed", "dead", "protected:fortrolig"])
async def test_fields_come_and_go_in_folkeregisteret(
    remotes: Remotes, tokens: Maskinporten, outside: Outside, trait: str
) -> None:
    """Who the person is and how protected does not hang on optional fields."""
    remote = remotes.at("folkeregisteret", "/freg", retry_after=folkeregisteret.RETRY_AFTER)
    population = Folkeregisteret(folkeregisteret.Settings(base_url=remote.base_url), remote, tokens)
    effect = LookUpPerson(ask_key="p", nin=(await outside.person(trait))["nin"], case_number="2026/17")
    usual = await population.carry(effect, key="k", now=NOW)
    assert isinstance(usual, Answer)
    assert isinstance(usual.reply, PersonFound)
    await outside.quirks(fieldsComeAndGo=True)
    assert await population.carry(effect, key="k", now=NOW) == usual


@pytest.mark.parametrize("quirk", ["xmlOnly", "fieldsComeAndGo", "quotedTokens"])
@pytest.mark.parametrize("read_from", HERE)
async def test_an_application_is_read_all_the_same(
    remotes: Remotes, altinn_tokens: AltinnTokens, outside: Outside, quirk: str, read_from: Where
) -> None:
    """Models in XML only, fields that come and go, tokens in quotes: the same application comes out."""
    await outside.quirks(**{quirk: True})
    altinn = connector(remotes, altinn_tokens, MemoryFiles(), read_from=read_from)
    person = await outside.person()
    form = {"utdanning": {"fullfort": "2026-06-12"}}
    instance = await outside.apply(person, form=form, attachments=[ATTACHMENT])
    fact = await fetched(altinn, instance)
    assert isinstance(fact, SubmissionReceived)
    assert fact.applicant.nin == person["nin"]
    assert fact.application.profession == person["suggestion"]["profesjon"]
    assert fact.application.completed == date(2026, 6, 12)
    assert fact.payment is not None
    assert fact.payment.status == "Paid"
    assert [document.kind for document in fact.documents] == ["vitnemal"]


@pytest.mark.parametrize("key", ["saksnummer", "referanse"])
async def test_lost_prefill_is_noticed(
    remotes: Remotes, altinn_tokens: AltinnTokens, outside: Outside, key: str
) -> None:
    """A form without case number or reference is taken back, and a person is told."""
    await outside.quirks(dropPrefill={"ettersending": [key]})
    altinn = connector(remotes, altinn_tokens, MemoryFiles())
    person = (await outside.people())[9]
    outcome = await carried(altinn, request_for(person), key=f"{key}/deficiency")
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "prefill-dropped"
    assert (await outside.inbox(person))["forms"] == []


async def test_prefill_that_nobody_reads_back_may_be_lost(
    remotes: Remotes, altinn_tokens: AltinnTokens, outside: Outside
) -> None:
    """The list of what is missing is a service to the applicant; the letter says it too."""
    await outside.quirks(dropPrefill={"ettersending": ["mangler"]})
    altinn = connector(remotes, altinn_tokens, MemoryFiles())
    await answered(altinn, request_for((await outside.people())[10]), key="mangler/deficiency")


async def test_payments_with_fields_that_come_and_go(remotes: Remotes, outside: Outside) -> None:
    """A payment is made, unpaid (an empty summary) and then paid."""
    await outside.quirks(fieldsComeAndGo=True)
    nexi = Nexi(settings(), remotes.at("nexi", "/nexi"))
    made = await nexi.carry(creation(), key="k", now=NOW)
    assert isinstance(made, Answer), made
    await outside.pay(made.remote_id)
    [booked] = await outside.booked("payments", paymentId=made.remote_id)
    assert booked["charged"] == 200_000


async def test_letters_with_fields_that_come_and_go(
    platform: Remote, altinn_tokens: AltinnTokens, outside: Outside
) -> None:
    """Sent, refused as a duplicate (409/1034, without an id), found again, and read of."""
    await outside.quirks(fieldsComeAndGo=True)
    letters = Correspondence(LetterSettings(), platform, altinn_tokens, written)
    person, key = await outside.person(), fresh()
    first = await sent(letters, decision(person["nin"]), key)
    assert await sent(letters, decision(person["nin"]), key) == first
    assert (await observed(letters, first)).letter_id == first
    reserved = await outside.person("reserved")
    outcome = await letters.carry(decision(reserved["nin"]), key=fresh(), now=datetime.now(UTC))
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "reserved"


async def test_looking_once_more_with_fields_that_come_and_go(
    remotes: Remotes, altinn_tokens: AltinnTokens, outside: Outside
) -> None:
    """A form that we asked for is found in the search, page by page."""
    await outside.quirks(fieldsComeAndGo=True)
    altinn = connector(remotes, altinn_tokens, MemoryFiles())
    request = request_for((await outside.people())[11])
    made = await answered(altinn, request, key="come/deficiency")
    found = await altinn.find(request, key="come/deficiency", now=NOW)
    assert isinstance(found, Answer)
    assert found.remote_id == made.remote_id
    effect = FetchSubmission(app="ettersending", instance=made.remote_id, ask_key="a")
    assert isinstance(await carried(altinn, effect), Answer)
