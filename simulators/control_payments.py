"""The control interface: what payers, their banks and the agency's own staff at Nexi do to payments."""

from fastapi import APIRouter, HTTPException, Response

from simulators import citizen, nexi_payments
from simulators.answers import as_json
from simulators.control_models import AmountBody, PayBody
from simulators.payments import Payment
from simulators.state import World, WorldDep


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim/payments/{payment_id}")
    router.add_api_route("/pay", pay, methods=["POST"])
    router.add_api_route("/again", again, methods=["POST"])
    router.add_api_route("/refund", refund, methods=["POST"])
    router.add_api_route("/chargeback", charge_back, methods=["POST"])
    return router


async def pay(payment_id: str, body: PayBody, world: WorldDep) -> Response:
    payment = _find(world, payment_id)
    if not payment.open:
        raise HTTPException(409, "the payment is reserved, charged or terminated already")
    _settle(world, payment, body)
    return as_json({"paymentId": payment.id, "outcome": body.outcome})


async def again(payment_id: str, body: PayBody, world: WorldDep) -> Response:
    """A second payment on the same reference, paid (or declined) at once."""
    payment = nexi_payments.again(world, _find(world, payment_id))
    _settle(world, payment, body)
    return as_json({"paymentId": payment.id, "outcome": body.outcome}, 201)


async def refund(payment_id: str, body: AmountBody, world: WorldDep) -> Response:
    """As if it were done by hand in Nexi's portal."""
    payment = _find(world, payment_id)
    made = nexi_payments.refund(world, payment, _left(payment, body))
    return as_json({"paymentId": payment.id, "refundId": made.id, "amount": made.amount}, 201)


async def charge_back(payment_id: str, body: AmountBody, world: WorldDep) -> Response:
    payment = _find(world, payment_id)
    made = nexi_payments.charge_back(world, payment, _left(payment, body))
    return as_json({"paymentId": payment.id, "refundId": made.id, "amount": made.amount}, 201)


def _find(world: World, payment_id: str) -> Payment:
    payment = world.payments.by_id.get(payment_id)
    if payment is None:
        raise HTTPException(404, "no such payment")
    return payment


def _settle(world: World, payment: Payment, body: PayBody) -> None:
    if body.outcome == "paid":
        citizen.pay(world, payment, body.amount)
    else:
        nexi_payments.decline(world, payment)


def _left(payment: Payment, body: AmountBody) -> int:
    """What is asked for, or all that has not been given back."""
    left = payment.charged - payment.claimed_back
    amount = left if body.amount is None else body.amount
    if not 0 < amount <= left:
        raise HTTPException(409, "there is not that much left to give back")
    return amount
