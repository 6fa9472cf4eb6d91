"""Payments as Nexi keeps them. All amounts are whole øre."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4


@dataclass(slots=True)
class Hook:
    event: str
    url: str
    authorization: str
    headers: dict[str, str]


@dataclass(slots=True)
class Webhook:
    event: str
    id: str
    attempts: int = 0
    delivered: bool = False


@dataclass(slots=True)
class Movement:
    """A charge or a refund."""

    id: str
    amount: int
    at: datetime
    state: str = "Completed"


@dataclass(slots=True, kw_only=True)
class Payment:
    order: dict[str, Any]
    checkout: dict[str, Any]
    created: datetime
    hooks: list[Hook]
    my_reference: str | None
    id: str = field(default_factory=lambda: uuid4().hex)
    reserved: int = 0
    cancelled: int = 0
    charges: list[Movement] = field(default_factory=list)
    refunds: list[Movement] = field(default_factory=list)
    terminated: datetime | None = None
    declined: int = 0
    webhooks: list[Webhook] = field(default_factory=list)
    answers: dict[str, tuple[int, Movement]] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return int(self.order["amount"])

    @property
    def currency(self) -> str:
        return str(self.order["currency"])

    @property
    def reference(self) -> str | None:
        return self.order.get("reference")

    @property
    def charged(self) -> int:
        return sum(charge.amount for charge in self.charges)

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.state == "Completed")

    @property
    def claimed_back(self) -> int:
        """Refunded, or about to be."""
        return sum(refund.amount for refund in self.refunds if refund.state in {"Completed", "Pending"})

    @property
    def open(self) -> bool:
        return not (self.reserved or self.charges or self.terminated)


@dataclass(slots=True)
class PaymentStore:
    by_id: dict[str, Payment] = field(default_factory=dict)

    def by_charge(self, charge_id: str) -> Payment | None:
        return next((p for p in self.by_id.values() for c in p.charges if c.id == charge_id), None)

    def by_refund(self, refund_id: str) -> Payment | None:
        return next((p for p in self.by_id.values() for r in p.refunds if r.id == refund_id), None)
