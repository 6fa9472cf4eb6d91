"""Forms as Altinn may write them: nulls or nothing, numbers or words, JSON or XML."""

from datetime import date
from typing import Any

import httpx
import pytest

from case_core.effects import FetchSubmission
from case_core.messages import FormPayment, SubmissionReceived, SubmissionUnknown, Way
from connectors.altinn_apps import AltinnApps
from connectors.connector import Answer, GiveUp, NotYet, Outcome, TryLater
from tests.connectors.altinn import NOW, settings
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.scripted import FixedTokens, remote, saying

Json = dict[str, Any]
NIN = "08844397713"
GUID = "00000000-0000-4000-8000-000000000001"
INSTANCE = f"50100001/{GUID}"
XML, JSON = {"Content-Type": "application/xml"}, {"Content-Type": "application/json"}
FORM = {"profesjon": "SP", "utdanning": {"vei": "norge"}}


def element_id(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012}"


def element(number: int, data_type: str, **more: Any) -> Json:
    return {"id": element_id(number), "dataType": data_type} | more


MODEL = element(1, "model")
PAYMENT = element(2, "paymentInformation")


def instance(*elements: Json, **more: Any) -> Json:
    usual = {
        "id": INSTANCE,
        "appId": "hdir/autorisasjon",
        "org": "hdir",
        "instanceOwner": {"partyId": "50100001", "personNumber": NIN},
        "process": {"ended": "2026-11-01T12:00:00+01:00"},
        "data": list(elements or (MODEL,)),
    }
    return usual | more


async def fetch(shown: Json, form: httpx.Response, payment: httpx.Response | None = None) -> Outcome:
    """What becomes of such an instance with such a form."""

    def app(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(GUID):
            return saying(shown)
        if request.url.path.endswith(MODEL["id"]):
            return form
        return payment or httpx.Response(200, content=b"a document")

    apps, platform = remote(app, name="altinn-apps"), remote(app, name="altinn-platform")
    altinn = AltinnApps(settings(apps, platform), apps, platform, FixedTokens(), MemoryFiles())
    return await altinn.carry(FetchSubmission(app="autorisasjon", instance=INSTANCE), key="k", now=NOW)


async def received(
    shown: Json, form: httpx.Response, payment: httpx.Response | None = None
) -> SubmissionReceived:
    outcome = await fetch(shown, form, payment)
    assert isinstance(outcome, Answer), outcome
    [fact] = outcome.facts
    assert isinstance(fact, SubmissionReceived)
    return fact


# --- instances --------------------------------------------------------------------------------------

NULLS = {
    "status": {"isArchived": True, "readStatus": 1, "isHardDeleted": False, "substatus": None},
    "dataValues": None,
    "presentationTexts": None,
    "completeConfirmations": None,
    "dueBefore": None,
}
WORDS = {"status": {"readStatus": "UpdatedSinceLastReview"}, "dataValues": {"a": None}}


@pytest.mark.parametrize("dialect", [NULLS, WORDS, {}])
async def test_both_dialects(dialect: Json) -> None:
    """Nulls or nothing, a number or a word: it is the same form."""
    nulled = element(1, "model", filename=None, contentType=None, deleteStatus=None, fileScanResult=None)
    assert (await received(instance(nulled, **dialect), saying(FORM))).application.profession == "SP"


async def test_party_id_as_a_number() -> None:
    """The party's id is the same as a number."""
    owner = {"partyId": 50100001, "personNumber": NIN}
    assert (await received(instance(instanceOwner=owner), saying(FORM))).applicant.party_id == "50100001"


@pytest.mark.parametrize(
    "owner",
    [
        {"partyId": "50100001", "organisationNumber": "983544622"},
        {"partyId": "50100001", "personNumber": None, "username": "selvregistrert"},
        {"partyId": "50100001", "personNumber": "08844397714"},
        {"personNumber": NIN},
    ],
)
async def test_owners_that_are_no_persons(owner: Json) -> None:
    """Only a person with a valid number can apply; the number is not in the reason."""
    outcome = await fetch(instance(instanceOwner=owner), saying(FORM))
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "not-a-person"
    assert "08844" not in outcome.reason


@pytest.mark.parametrize(
    "change",
    [{"status": {"isHardDeleted": True}}, {"org": "ttd"}, {"appId": "hdir/refusjon"}],
)
async def test_forms_that_are_not_ours(change: Json) -> None:
    """A deleted form, or one of another agency or app, is as good as none."""
    outcome = await fetch(instance(**change), saying(FORM))
    assert isinstance(outcome, Answer)
    assert [type(fact) for fact in outcome.facts] == [SubmissionUnknown]


async def test_scan_in_progress() -> None:
    """While a file is being scanned the form is left alone, and that costs no attempt."""
    pending = element(3, "vitnemal", fileScanResult="Pending")
    outcome = await fetch(instance(MODEL, pending), saying(FORM))
    assert isinstance(outcome, NotYet)


async def test_deleted_elements_are_left_out() -> None:
    """The owner of an app is shown deleted files too; we do not take them."""
    gone = element(3, "vitnemal", deleteStatus={"isHardDeleted": True}, fileScanResult="Pending")
    kept = element(4, "annet", fileScanResult="NotApplicable", filename=None)
    receipts = element(5, "ref-data-as-pdf"), element(6, "paymentReceiptPdf")
    [document] = (await received(instance(MODEL, gone, kept, *receipts), saying(FORM))).documents
    assert (document.kind, document.name, document.media_type) == (
        "annet",
        "annet",
        "application/octet-stream",
    )


async def test_a_place_cannot_lead_elsewhere() -> None:
    """An element whose id is no id is never made into a place or an address."""
    outcome = await fetch(instance(MODEL, {"id": "../../etc", "dataType": "annet"}), saying(FORM))
    assert outcome == TryLater(reason="altinn-apps: svaret kan ikke leses: data.1.id")


async def test_form_without_a_model() -> None:
    """A submitted form without its data cannot be read."""
    outcome = await fetch(instance(PAYMENT), saying(FORM))
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "unreadable-form"


# --- form models ------------------------------------------------------------------------------------


def xml(content: str) -> httpx.Response:
    return httpx.Response(
        200, content=f'<?xml version="1.0" encoding="utf-8"?>{content}'.encode(), headers=XML
    )


WRITTEN = """<Soknad xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dataFormatId="1">
  <soker><fornavn>Åse</fornavn><etternavn>Øen</etternavn><epost xsi:nil="true"/></soker>
  <sprak>en</sprak><profesjon> LE </profesjon>
  <utdanning><vei>utenforEos</vei><land>USA</land><institusjon/><fullfort>2020-01-31T00:00:00</fullfort></utdanning>
  <erklaering>true</erklaering><nytt><felt>1</felt></nytt>
</Soknad>"""


@pytest.mark.parametrize("namespace", ["", ' xmlns="urn:hdir:soknad"'])
async def test_xml(namespace: str) -> None:
    """A form in XML, with or without a namespace, nil and empty elements, a time behind its date."""
    fact = await received(instance(), xml(WRITTEN.replace("<Soknad", f"<Soknad{namespace}")))
    applied = fact.application
    assert (applied.first_name, applied.last_name, applied.profession) == ("Åse", "Øen", "LE")
    assert (applied.way, applied.country, applied.institution) == (Way.OUTSIDE_EEA, "USA", "")
    assert (applied.completed, fact.language) == (date(2020, 1, 31), "en")


@pytest.mark.parametrize(
    "form",
    [
        {"profesjon": "SP", "utdanning": {"vei": "norge", "fullfort": None}, "soker": None, "sprak": None},
        {"profesjon": "SP", "utdanning": {"vei": "norge", "fullfort": ""}, "sprak": "se"},
        FORM,
    ],
)
async def test_missing_fields(form: Json) -> None:
    """What need not be there may be null, empty or left out; an unknown language is bokmål."""
    fact = await received(instance(), saying(form))
    assert (fact.application.first_name, fact.application.completed, fact.language) == ("", None, "nb")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (saying({"utdanning": {"vei": "norge"}}), "profesjon"),
        (saying({"profesjon": "SP"}), "utdanning.vei"),
        (saying({"profesjon": "SP", "utdanning": {"vei": NIN}}), "utdanning.vei"),
        (saying({"profesjon": "SP", "utdanning": {"vei": "norge", "fullfort": NIN}}), "utdanning.fullfort"),
        (saying({"profesjon": {"kode": NIN}}), "profesjon"),
        (saying([NIN]), "hele skjemaet"),
        (xml("<Soknad/>"), "hele skjemaet"),
        (xml(f'<!DOCTYPE x [<!ENTITY e "{NIN}">]><Soknad>&e;</Soknad>'), "hele skjemaet"),
    ],
)  # fmt: skip
async def test_unreadable_forms(form: httpx.Response, field: str) -> None:
    """A form that cannot be read names the field, and never what stood in it."""
    outcome = await fetch(instance(), form)
    assert outcome == GiveUp(cause="unreadable-form", reason=f"Skjemaet kan ikke leses: {field}")


@pytest.mark.parametrize(
    "form",
    [
        httpx.Response(200, content=b"{" + NIN.encode(), headers=JSON),
        httpx.Response(200, content=b"", headers=JSON),
        xml(f"<Soknad>{NIN}"),
    ],
)
async def test_cut_forms(form: httpx.Response) -> None:
    """What came cut is asked for again; that it came says nothing about what was sent."""
    outcome = await fetch(instance(), form)
    assert isinstance(outcome, TryLater)
    assert NIN not in outcome.reason


@pytest.mark.parametrize(
    ("total", "ore"),
    [(2000, 200_000), (2000.0, 200_000), (2499.99, 249_999), (0.1 + 0.2, 30), ("2000.00", 200_000)],
)
async def test_kroner_become_ore(total: float | str, ore: int) -> None:
    """Amounts become whole øre without a rounding error."""
    paid = {
        "status": "Paid",
        "orderDetails": {"totalPriceIncVat": total},
        "paymentDetails": {"paymentId": "p"},
    }
    fact = await received(instance(MODEL, PAYMENT), saying(FORM), saying(paid))
    assert fact.payment == FormPayment(status="Paid", payment_id="p", total_ore=ore)


@pytest.mark.parametrize(
    "payment", [{"status": None}, {"status": "Paid", "orderDetails": {"totalPriceIncVat": -1}}]
)
async def test_unreadable_payment(payment: Json) -> None:
    """A payment that cannot be read is not taken for none."""
    outcome = await fetch(instance(MODEL, PAYMENT), saying(FORM), saying(payment))
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "unreadable-form"
