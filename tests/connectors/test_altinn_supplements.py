"""Requesting supplement forms, finding them again, and knowing them when they come back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from case_core.effects import FetchSubmission
from case_core.messages import SupplementReceived, SupplementRequested
from connectors.altinn_apps import AltinnApps
from connectors.altinn_supplements import References
from connectors.connector import Answer, GiveUp, TryLater
from connectors.maskinporten import AltinnTokens
from tests.connectors.altinn import NOW, answered, connector, fetched, request_for, settings
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import ATTACHMENT, Outside
from tests.connectors.scripted import FixedTokens, remote, saying

KEY = "case-1/deficiency"
GUID = "00000000-0000-4000-8000-000000000001"
ELEMENT = "00000000-0000-4000-8000-000000000002"
INSTANCE = f"50100001/{GUID}"


@pytest.fixture
def altinn(remotes: Remotes, altinn_tokens: AltinnTokens, files: MemoryFiles) -> AltinnApps:
    return connector(remotes, altinn_tokens, files)


async def requested(altinn: AltinnApps, person: dict[str, Any], key: str = KEY) -> SupplementRequested:
    reply = (await answered(altinn, request_for(person), key=key)).reply
    assert isinstance(reply, SupplementRequested)
    return reply


# --- in the simulated apps --------------------------------------------------------------------------


async def test_request(altinn: AltinnApps, outside: Outside) -> None:
    """The form lies in the applicant's inbox, prefilled, with its deadline, and the link leads to it."""
    person = await outside.person()
    reply = await requested(altinn, person)
    assert (reply.at, reply.ask_key, reply.app) == (NOW, "deficiency", "ettersending")
    assert reply.link == f"{outside.base}/apps/hdir/ettersending/#/instance/{reply.instance}"
    [booked] = await outside.booked("instances", id=reply.instance)
    assert (booked["owner"], booked["createdBy"]) == (person["key"], "org")
    assert booked["prefill"]["saksnummer"] == "2026/17"
    assert booked["prefill"]["mangler"] == "vitnemal,sprakbevis"
    assert datetime.fromisoformat(booked["dueBefore"]) > datetime.now(UTC) + timedelta(days=20)


async def test_answer_to_our_request(altinn: AltinnApps, outside: Outside) -> None:
    """What comes back in our own form is known as ours."""
    person = await outside.person()
    reply = await requested(altinn, person)
    await outside.answer(person, reply.instance, form={"melding": "Her er den"}, attachments=[ATTACHMENT])
    fact = await fetched(altinn, reply.instance, "ettersending")
    assert isinstance(fact, SupplementReceived)
    assert (fact.case_number, fact.reference_is_ours) == ("2026/17", True)


async def test_a_changed_case_number_is_noticed(altinn: AltinnApps, outside: Outside) -> None:
    """Who writes another case number into our form does not get our word for it."""
    person = await outside.person()
    reply = await requested(altinn, person)
    await outside.answer(person, reply.instance, form={"saksnummer": "2026/18"}, attachments=[])
    fact = await fetched(altinn, reply.instance, "ettersending")
    assert isinstance(fact, SupplementReceived)
    assert (fact.case_number, fact.reference_is_ours) == ("2026/18", False)


async def test_a_copied_reference_is_noticed(altinn: AltinnApps, outside: Outside) -> None:
    """A reference is worth nothing in the hands of another."""
    first, second = (await outside.people())[:2]
    reply = await requested(altinn, first)
    [booked] = await outside.booked("instances", id=reply.instance)
    form = {"saksnummer": "2026/17", "referanse": booked["prefill"]["referanse"]}
    fact = await fetched(altinn, await outside.supplement(second, form=form), "ettersending")
    assert isinstance(fact, SupplementReceived)
    assert not fact.reference_is_ours


@pytest.mark.parametrize("submitted", [False, True])
async def test_find_what_was_requested(altinn: AltinnApps, outside: Outside, *, submitted: bool) -> None:
    """A form that was made after all is found by the effect that made it, answered or not."""
    key = f"case-1/submitted-{submitted}"
    person = (await outside.people())[2]
    effect = request_for(person)
    other = await requested(altinn, person, "case-1/another")
    reply = (await answered(altinn, effect, key=key)).reply
    assert isinstance(reply, SupplementRequested)
    if submitted:
        await outside.answer(person, reply.instance, form={}, attachments=[])
    found = await altinn.find(effect, key=key, now=NOW)
    assert isinstance(found, Answer)
    assert found.reply == reply
    assert reply.instance != other.instance


async def test_find_nothing(altinn: AltinnApps, outside: Outside) -> None:
    """Where the remote knows nothing of it, it may be sent."""
    person = (await outside.people())[3]
    await requested(altinn, person, "case-1/another")
    await outside.supplement(person, form={"saksnummer": "2026/17"}, attachments=[])
    assert await altinn.find(request_for(person), key="case-1/never-sent", now=NOW) is None
    harmless = FetchSubmission(app="autorisasjon", instance="x")
    assert await altinn.find(harmless, key=KEY, now=NOW) is None


async def test_find_through_many_pages(altinn: AltinnApps, outside: Outside) -> None:
    """The search goes on to the last page."""
    person = (await outside.people())[4]
    effect = request_for(person)
    for _ in range(101):
        await outside.supplement(person, form={"saksnummer": "2026/1"}, attachments=[])
    reply = await requested(altinn, person)
    found = await altinn.find(effect, key=KEY, now=NOW)
    assert isinstance(found, Answer)
    assert found.reply == reply


# --- where Altinn behaves otherwise -----------------------------------------------------------------


class Apps:
    """An app that makes forms and answers the rest as it is told."""

    def __init__(
        self, form: httpx.Response, removal: httpx.Response | None = None, *, model: bool = True
    ) -> None:
        self.form = form
        self.removal = removal or httpx.Response(200, json={})
        self.removed = False
        elements = [{"id": ELEMENT, "dataType": "model", "contentType": "application/xml"}] if model else []
        self.instance = {
            "id": INSTANCE, "appId": "hdir/ettersending", "org": "hdir",
            "instanceOwner": {"partyId": "50100001"}, "data": elements,
        }  # fmt: skip

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return saying(self.instance, 201)
        if request.method == "DELETE":
            self.removed = request.url.query == b"hard=true"
            return self.removal
        return self.form

    def connector(self) -> AltinnApps:
        apps, platform = remote(self, name="altinn-apps"), remote(self, name="altinn-platform")
        return AltinnApps(settings(apps, platform), apps, platform, FixedTokens(), MemoryFiles())


PERSON = {"partyId": 50100001}
NO_CASE_NUMBER = saying({"saksnummer": None, "referanse": None})


USELESS = [
    Apps(NO_CASE_NUMBER),
    Apps(NO_CASE_NUMBER, model=False),
    Apps(saying([])),
    Apps(httpx.Response(404)),
]


@pytest.mark.parametrize("apps", USELESS)
async def test_dropped_prefill(apps: Apps) -> None:
    """A form that came out empty or unreadable is taken out of the inbox again, and a person is told."""
    outcome = await apps.connector().carry(request_for(PERSON), key=KEY, now=NOW)
    reason = "Altinn forkastet saksnummeret i det forhåndsutfylte skjemaet"
    assert outcome == GiveUp(cause="prefill-dropped", reason=reason)
    assert apps.removed


async def test_dropped_prefill_that_stays() -> None:
    """Should the empty form not let itself be removed, the reason says which it is."""
    apps = Apps(NO_CASE_NUMBER, httpx.Response(500))
    outcome = await apps.connector().carry(request_for(PERSON), key=KEY, now=NOW)
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "prefill-dropped"
    assert INSTANCE in outcome.reason


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_trouble_after_the_form_was_made(status: int) -> None:
    """Once the form may exist, no trouble with reading it back says that it was not made."""
    apps = Apps(httpx.Response(status))
    outcome = await apps.connector().carry(request_for(PERSON), key=KEY, now=NOW)
    assert outcome == TryLater(reason=f"altinn-apps svarte {status}", sent=True)
    assert not apps.removed


@pytest.mark.parametrize("form", [saying([]), httpx.Response(404)])
async def test_somebody_elses_useless_form(form: httpx.Response) -> None:
    """A form that cannot be read is not the one we look for, and keeps nothing from being found."""

    def altinn(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/instances"):
            return saying({"instances": [Apps(form).instance]})
        return form

    apps, platform = remote(altinn), remote(altinn)
    connector_ = AltinnApps(settings(apps, platform), apps, platform, FixedTokens(), MemoryFiles())
    assert await connector_.find(request_for(PERSON), key=KEY, now=NOW) is None


async def test_next_page_is_asked_at_our_own_address() -> None:
    """The link to the next page lends its query only: our token goes nowhere else."""
    asked: list[httpx.URL] = []

    def storage(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        elsewhere = "https://elsewhere.example/storage/api/v1/instances?continuationToken=5%3B7&size=100"
        return saying({"instances": [], "next": elsewhere if len(asked) == 1 else None})

    apps, platform = remote(storage), remote(storage)
    altinn = AltinnApps(settings(apps, platform), apps, platform, FixedTokens(), MemoryFiles())
    assert await altinn.find(request_for(PERSON), key=KEY, now=NOW) is None
    assert [url.host for url in asked] == ["remote.example", "remote.example"]
    assert asked[1].query == b"continuationToken=5%3B7&size=100"
    assert dict(asked[0].params)["order"] == "asc:lastChanged"
    assert dict(asked[0].params)["created"].startswith("gt:")


# --- references -------------------------------------------------------------------------------------


def test_references() -> None:
    """A reference belongs to its effect, its case and its party, and to our key."""
    ours = References(b"a key of ours")
    reference = ours.make(KEY, "2026/17", "50100001")
    assert reference == ours.make(KEY, "2026/17", "50100001")
    assert reference != ours.make("case-1/other", "2026/17", "50100001")
    assert ours.is_ours(reference, "2026/17", "50100001")
    assert not ours.is_ours(reference, "2026/18", "50100001")
    assert not ours.is_ours(reference, "2026/17", "50100002")
    assert not References(b"another key").is_ours(reference, "2026/17", "50100001")


@pytest.mark.parametrize("reference", ["", ".", "æøå", "0123456789abcdef", "0123456789abcdef."])
def test_what_is_no_reference(reference: str) -> None:
    """Whatever an applicant writes there, it is not taken for ours."""
    assert not References(b"a key of ours").is_ours(reference, "2026/17", "50100001")
