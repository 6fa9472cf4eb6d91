"""Nexi Checkout: make a payment on a hosted page, and read the amounts. Whole øre both ways.

A webhook or a citizen who comes back proves nothing; only the amounts that we fetch ourselves count.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from case_core.effects import CreatePayment, Effect, FetchPayment
from case_core.messages import LookedAgain, PaymentCreated, PaymentObserved, PaymentUnknown
from connectors.calls import Call
from connectors.connector import Answer, Outcome
from connectors.http import Remote, outcome_of
from connectors.wire import Wire

_PAYMENT_ID = re.compile(r"[0-9a-fA-F]{32}")
_WEBHOOK_SECRET = re.compile(r"[0-9A-Za-z]{8,64}")
_EVENTS = (
    "payment.checkout.completed",
    "payment.charge.created.v2",
    "payment.refund.completed",
    "payment.cancel.created",
)


class Settings(BaseModel):
    """Payments at Nexi."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="Nexi's address, e.g. https://api.dibspayment.eu.")
    secret_key: SecretStr = Field(description="The agency's secret key at Nexi.")
    return_url: str = Field(description="Where the payer goes after paying.")
    cancel_url: str = Field(description="Where the payer goes after giving up.")
    terms_url: str = Field(description="The terms that the payment page links to.")
    webhook_url: str = Field(description="Our address for Nexi's webhooks, as Nexi reaches it.")
    webhook_secret: SecretStr = Field(
        description="Sent back to us as `Authorization`: the only proof Nexi offers. 8–64 letters and digits."
    )
    fee_names: Mapping[str, str] = Field(
        default={
            "nb": "Gebyr for søknad om autorisasjon",
            "nn": "Gebyr for søknad om autorisasjon",
            "en": "Fee for application for authorisation",
        },
        description="What the payment page calls the fee, by language; `nb` is used where one is missing.",
    )
    carry_seconds: float = Field(90.0, gt=0, description="Longest time for one effect.")

    @field_validator("webhook_secret")
    @classmethod
    def _as_nexi_takes_it(cls, secret: SecretStr) -> SecretStr:
        if not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("Nexi takes 8 to 64 letters and digits")
        return secret


class _Created(Wire):
    payment_id: str
    hosted_payment_page_url: str


class _Summary(Wire):
    """What is zero is left out."""

    reserved_amount: int = 0
    charged_amount: int = 0
    refunded_amount: int = 0
    cancelled_amount: int = 0


class _Order(Wire):
    currency: str
    reference: str = ""


class _Payment(Wire):
    summary: _Summary = _Summary()
    order_details: _Order


class _Found(Wire):
    payment: _Payment


class SecretKey:
    """Nexi's secret key stands in the header as it is; there is no renewing it."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    async def header(self) -> str:
        return self._key.get_secret_value()

    def renew(self, refused: str) -> bool:  # noqa: ARG002 - the protocol's
        return False


class Nexi:
    """Carries CreatePayment and FetchPayment."""

    def __init__(self, settings: Settings, remote: Remote) -> None:
        self._settings = settings
        self._remote = remote
        self._auth = SecretKey(settings.secret_key)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:  # noqa: ARG002 - the protocol's
        work = self._carry(effect, now)
        return await outcome_of(work, name=self._remote.name, seconds=self._settings.carry_seconds)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:  # noqa: ARG002 - the protocol's
        return None

    async def _carry(self, effect: Effect, now: datetime) -> Outcome:
        match effect:
            case CreatePayment():
                return await self._create(effect, now)
            case FetchPayment():
                return await self._fetch(effect, now)
        raise TypeError(f"{type(effect).__name__} is not carried here")

    async def _create(self, effect: CreatePayment, now: datetime) -> Outcome:
        body = {
            "order": self._order(effect),
            "checkout": self._checkout(),
            "notifications": {"webHooks": self._webhooks()},
        }
        call = Call(method="POST", route="/v1/payments", json=body, wanted=frozenset({201}), auth=self._auth)
        created = self._remote.read(await self._remote.send(call), _Created)
        reply = PaymentCreated(
            at=now,
            ask_key=effect.ask_key,
            payment_id=created.payment_id,
            link=created.hosted_payment_page_url,
        )
        return Answer(reply=reply, remote_id=created.payment_id)

    def _order(self, effect: CreatePayment) -> dict[str, object]:
        names = self._settings.fee_names
        fee = {
            "reference": effect.case_number,
            "name": names.get(effect.language, names["nb"]),
            "quantity": 1,
            "unit": "stk",
            "unitPrice": effect.amount_ore,
            # A fee set by law carries no value added tax.
            "taxRate": 0,
            "taxAmount": 0,
            "grossTotalAmount": effect.amount_ore,
            "netTotalAmount": effect.amount_ore,
        }
        return {
            "items": [fee],
            "amount": effect.amount_ore,
            "currency": "NOK",
            "reference": effect.case_number,
        }

    def _checkout(self) -> dict[str, object]:
        return {
            "integrationType": "HostedPaymentPage",
            "returnUrl": self._settings.return_url,
            "cancelUrl": self._settings.cancel_url,
            "termsUrl": self._settings.terms_url,
            "charge": True,
            # The payer need not give Nexi a name or an address for a fee.
            "merchantHandlesConsumerData": True,
        }

    def _webhooks(self) -> list[dict[str, str]]:
        secret = self._settings.webhook_secret.get_secret_value()
        url = self._settings.webhook_url
        return [{"eventName": event, "url": url, "authorization": secret} for event in _EVENTS]

    async def _fetch(self, effect: FetchPayment, now: datetime) -> Outcome:
        payment = await self._payment(effect.payment_id)
        if payment is None:
            unknown = PaymentUnknown(at=now, payment_id=effect.payment_id)
            return Answer(
                reply=_looked(effect, now, nothing_new=True), facts=() if effect.ask_key else (unknown,)
            )
        observed = PaymentObserved(
            at=now,
            payment_id=effect.payment_id,
            reference=payment.order_details.reference,
            currency=payment.order_details.currency,
            reserved=payment.summary.reserved_amount,
            charged=payment.summary.charged_amount,
            refunded=payment.summary.refunded_amount,
            cancelled=payment.summary.cancelled_amount,
        )
        return Answer(reply=_looked(effect, now, nothing_new=observed.charged == 0), facts=(observed,))

    async def _payment(self, payment_id: str) -> _Payment | None:
        if not _PAYMENT_ID.fullmatch(payment_id):
            return None
        call = Call(
            method="GET",
            route="/v1/payments/{payment}",
            path={"payment": payment_id},
            wanted=frozenset({200, 404}),
            auth=self._auth,
        )
        got = await self._remote.send(call)
        return self._remote.read(got, _Found).payment if got.status == 200 else None


def _looked(effect: FetchPayment, now: datetime, *, nothing_new: bool) -> LookedAgain | None:
    if not effect.ask_key:
        return None
    return LookedAgain(at=now, ask_key=effect.ask_key, nothing_new=nothing_new)
