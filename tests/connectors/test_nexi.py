"""Payments at the simulated Nexi."""

from datetime import UTC, datetime

import httpx
import pytest

from case_core.effects import ConfirmSubmission, CreatePayment, FetchPayment
from case_core.messages import LookedAgain, PaymentCreated, PaymentObserved, PaymentUnknown
from connectors.connector import Answer, Broken, GiveUp, TryLater
from connectors.nexi import Nexi, Settings
from tests.connectors.conftest import Remotes
from tests.connectors.outside import Outside
from tests.connectors.scripted import remote, saying, script

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
UNKNOWN = "0" * 32
EVENTS = [
    "payment.checkout.completed",
    "payment.charge.created.v2",
    "payment.refund.completed",
    "payment.cancel.created",
]


def settings(**changes: str) -> Settings:
    return Settings.model_validate(
        {
            "base_url": "https://remote.example",
            "secret_key": "test-secret-key-skranke",
            "return_url": "https://hub.example/betalt",
            "cancel_url": "https://hub.example/avbrutt",
            "terms_url": "https://hub.example/vilkar",
            "webhook_url": "http://127.0.0.1:9/nexi",
            "webhook_secret": "hemmelig123",
        }
        | changes
    )


@pytest.fixture
def nexi(remotes: Remotes) -> Nexi:
    return Nexi(settings(), remotes.at("nexi", "/nexi"))


def creation(language: str = "nb") -> CreatePayment:
    return CreatePayment(ask_key="fee", case_number="2026/17", amount_ore=200_000, language=language)


async def created(nexi: Nexi) -> PaymentCreated:
    outcome = await nexi.carry(creation(), key="case/fee", now=NOW)
    assert isinstance(outcome, Answer), outcome
    assert isinstance(outcome.reply, PaymentCreated)
    return outcome.reply


async def test_unpaid_then_paid(nexi: Nexi, outside: Outside) -> None:
    """A payment has no amounts until it is paid, and then the whole fee."""
    payment = await created(nexi)
    assert (payment.at, payment.ask_key) == (NOW, "fee")
    unpaid = PaymentObserved(
        at=NOW,
        payment_id=payment.payment_id,
        reference="2026/17",
        currency="NOK",
        reserved=0,
        charged=0,
        refunded=0,
        cancelled=0,
    )
    fetch = FetchPayment(payment_id=payment.payment_id)
    assert await nexi.carry(fetch, key="k", now=NOW) == Answer(facts=(unpaid,))
    await outside.pay(payment.payment_id)
    outcome = await nexi.carry(fetch, key="k", now=NOW)
    assert isinstance(outcome, Answer)
    [fact] = outcome.facts
    assert isinstance(fact, PaymentObserved)
    assert (fact.reserved, fact.charged, fact.refunded) == (200_000, 200_000, 0)


async def test_the_page_is_there(nexi: Nexi, outside: Outside) -> None:
    """The link leads to a page where the fee can be paid."""
    payment = await created(nexi)
    assert (await outside.http.get(payment.link)).status_code == 200
    [booked] = await outside.booked("payments", paymentId=payment.payment_id)
    assert (booked["reference"], booked["amount"]) == ("2026/17", 200_000)


async def test_looking_once_more(nexi: Nexi, outside: Outside) -> None:
    """Who looks once more hears whether anything was charged, and gets the amounts as well."""
    payment = await created(nexi)
    again = FetchPayment(payment_id=payment.payment_id, ask_key="fee")
    for nothing_new in (True, False):
        outcome = await nexi.carry(again, key="k", now=NOW)
        assert isinstance(outcome, Answer)
        assert outcome.reply == LookedAgain(at=NOW, ask_key="fee", nothing_new=nothing_new)
        assert len(outcome.facts) == 1
        if nothing_new:
            await outside.pay(payment.payment_id)


@pytest.mark.parametrize("payment_id", [UNKNOWN, "x", "../payments", ""])
async def test_unknown_payment(nexi: Nexi, payment_id: str) -> None:
    """Nothing behind a hint is an answer."""
    outcome = await nexi.carry(FetchPayment(payment_id=payment_id), key="k", now=NOW)
    assert outcome == Answer(facts=(PaymentUnknown(at=NOW, payment_id=payment_id),))
    again = await nexi.carry(FetchPayment(payment_id=payment_id, ask_key="fee"), key="k", now=NOW)
    assert again == Answer(reply=LookedAgain(at=NOW, ask_key="fee", nothing_new=True))


async def test_wrong_secret_key(remotes: Remotes) -> None:
    """A key that Nexi does not know is about us, and is not tried twice."""
    outcome = await Nexi(settings(secret_key="wrong"), remotes.at("nexi", "/nexi")).carry(
        creation(), key="k", now=NOW
    )
    assert outcome == Broken(reason="nexi svarte 401")


async def test_a_fee_of_nothing_is_refused(nexi: Nexi) -> None:
    """Nexi's own code comes back in the reason."""
    free = CreatePayment(ask_key="fee", case_number="2026/17", amount_ore=0, language="nb")
    assert await nexi.carry(free, key="k", now=NOW) == GiveUp(
        cause="rejected", reason="nexi svarte 402 (1002)"
    )


async def test_what_is_asked_for() -> None:
    """Captured at once, free of value added tax, under the case's number, with the webhooks we act on."""
    asked = script(saying({"paymentId": UNKNOWN, "hostedPaymentPageUrl": "https://page.example"}, 201))
    await Nexi(settings(), remote(asked)).carry(creation("en"), key="k", now=NOW)
    [body] = asked.bodies()
    [item] = body["order"]["items"]
    assert asked.asked[0].headers["Authorization"] == "test-secret-key-skranke"
    assert (body["order"]["reference"], body["order"]["amount"], body["order"]["currency"]) == (
        "2026/17",
        200_000,
        "NOK",
    )
    assert (item["grossTotalAmount"], item["netTotalAmount"], item["taxRate"], item["taxAmount"]) == (
        200_000,
        200_000,
        0,
        0,
    )
    assert item["name"] == "Fee for application for authorisation"
    assert (body["checkout"]["charge"], body["checkout"]["integrationType"]) == (True, "HostedPaymentPage")
    hooks = body["notifications"]["webHooks"]
    assert [hook["eventName"] for hook in hooks] == EVENTS
    assert {(hook["url"], hook["authorization"]) for hook in hooks} == {
        ("http://127.0.0.1:9/nexi", "hemmelig123")
    }


@pytest.mark.parametrize("summary", [{}, None, {"reservedAmount": None, "chargedAmount": 100}])
async def test_missing_amounts_are_zero(summary: dict[str, int] | None) -> None:
    """Nexi leaves out what is zero."""
    content = {
        "payment": {
            "summary": summary,
            "orderDetails": {"currency": "NOK", "reference": None},
            "consumer": {},
        }
    }
    outcome = await Nexi(settings(), remote(script(saying(content)))).carry(
        FetchPayment(payment_id=UNKNOWN), key="k", now=NOW
    )
    assert isinstance(outcome, Answer)
    [fact] = outcome.facts
    assert isinstance(fact, PaymentObserved)
    assert (fact.reserved, fact.refunded, fact.cancelled, fact.reference) == (0, 0, 0, "")
    assert fact.charged == (summary or {}).get("chargedAmount", 0)


async def test_a_creation_that_was_not_answered() -> None:
    """Whether the payment was made stays unclear."""
    outcome = await Nexi(settings(), remote(script(httpx.ReadTimeout("")))).carry(
        creation(), key="k", now=NOW
    )
    assert outcome == TryLater(reason="register svarte ikke i tide", sent=True)


@pytest.mark.parametrize("secret", ["kort", "med-bindestrek", "x" * 65])
def test_webhook_secrets_that_nexi_refuses(secret: str) -> None:
    """A secret that Nexi would refuse stops the start and is not shown."""
    with pytest.raises(ValueError, match="8 to 64") as error:
        settings(webhook_secret=secret)
    assert secret not in str(error.value)


async def test_other_effects_are_refused(nexi: Nexi) -> None:
    """An effect that was routed wrongly is a mistake of ours and is told as one."""
    effect = ConfirmSubmission(app="x", instance="y")
    with pytest.raises(TypeError, match="ConfirmSubmission"):
        await nexi.carry(effect, key="k", now=NOW)
    assert await nexi.find(effect, key="k", now=NOW) is None
