"""Payments that go another way than asked for, as our connector sees them."""

from typing import Any

import pytest

from case_core.effects import FetchPayment
from case_core.messages import PaymentObserved, SubmissionReceived
from connectors.connector import Answer
from connectors.maskinporten import AltinnTokens
from connectors.nexi import Nexi
from tests.connectors.altinn import NOW, connector, fetched
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import Outside, until
from tests.connectors.test_nexi import creation, settings


@pytest.fixture
def nexi(remotes: Remotes) -> Nexi:
    return Nexi(settings(), remotes.at("nexi", "/nexi"))


async def made(nexi: Nexi) -> str:
    outcome = await nexi.carry(creation(), key="k", now=NOW)
    assert isinstance(outcome, Answer)
    return outcome.remote_id


async def act(outside: Outside, payment_id: str, what: str, **body: Any) -> Any:
    answer = await outside.http.post(f"/sim/payments/{payment_id}/{what}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def seen(nexi: Nexi, payment_id: str) -> PaymentObserved:
    outcome = await nexi.carry(FetchPayment(payment_id=payment_id), key="k", now=NOW)
    assert isinstance(outcome, Answer)
    [fact] = outcome.facts
    assert isinstance(fact, PaymentObserved)
    return fact


@pytest.mark.parametrize("amount", [50_000, 300_000])
async def test_another_amount_than_asked_for(nexi: Nexi, outside: Outside, amount: int) -> None:
    """What is told is what was paid, not what was asked for."""
    payment_id = await made(nexi)
    await act(outside, payment_id, "pay", amount=amount)
    assert (await seen(nexi, payment_id)).charged == amount


async def test_paid_twice(nexi: Nexi, outside: Outside) -> None:
    """The second payment, which we never made, has the case's reference."""
    payment_id = await made(nexi)
    await act(outside, payment_id, "pay")
    second = (await act(outside, payment_id, "again"))["paymentId"]
    fact = await seen(nexi, second)
    assert (fact.reference, fact.charged) == ("2026/17", 200_000)


@pytest.mark.parametrize("how", ["refund", "chargeback"])
async def test_money_that_goes_back(nexi: Nexi, outside: Outside, how: str) -> None:
    """Part of it, and then the rest."""
    payment_id = await made(nexi)
    await act(outside, payment_id, "pay")
    for amount, gone in ((50_000, 50_000), (None, 200_000)):
        await act(outside, payment_id, how, amount=amount)

        async def is_gone(expected: int = gone) -> bool:
            return (await seen(nexi, payment_id)).refunded == expected

        await until(is_gone)


@pytest.mark.parametrize(("kind", "ore"), [("student", 0), ("fagomrade", 350_000), ("over80", 200_000)])
async def test_fee_of_a_licence(
    remotes: Remotes, altinn_tokens: AltinnTokens, outside: Outside, kind: str, ore: int
) -> None:
    """An application for a licence is read as any other, with its own fee or none."""
    altinn = connector(remotes, altinn_tokens, MemoryFiles(), kinds={"lisens": "licence"})
    instance = await outside.apply(await outside.person(), app="lisens", form={"lisenstype": kind})
    fact = await fetched(altinn, instance, "lisens")
    assert isinstance(fact, SubmissionReceived)
    assert fact.kind == "licence"
    assert fact.payment is not None
    assert (fact.payment.status, fact.payment.total_ore) == ("Paid" if ore else "Skipped", ore)
