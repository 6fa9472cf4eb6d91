"""Nexi Checkout's payment API. All amounts are whole øre."""

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response

from simulators import nexi_payments as acts
from simulators.answers import RefusedError, as_json, empty, read_object
from simulators.nexi_requests import failed, invalid, is_amount, read_checkout, read_hooks, read_order
from simulators.nexi_shapes import page_url, shown
from simulators.payments import Movement, Payment
from simulators.state import World, WorldDep


def routes() -> APIRouter:
    router = APIRouter(prefix="/nexi/v1")
    one = "/payments/{payment_id}"
    router.add_api_route("/payments", create, methods=["POST"])
    router.add_api_route(one, get, methods=["GET"])
    router.add_api_route(one + "/charges", charge, methods=["POST"])
    router.add_api_route(one + "/cancels", cancel, methods=["POST"])
    router.add_api_route(one + "/refunds", refund_payment, methods=["POST"])
    router.add_api_route(one + "/referenceinformation", set_reference, methods=["PUT"])
    router.add_api_route(one + "/terminate", terminate, methods=["PUT"])
    router.add_api_route("/charges/{charge_id}/refunds", refund_charge, methods=["POST"])
    router.add_api_route("/pending-refunds/{refund_id}/cancel", cancel_refund, methods=["POST"])
    return router


async def create(request: Request, world: WorldDep) -> Response:
    body = await _body(world, request)
    payment = acts.create(
        world,
        read_order(body),
        read_checkout(body),
        hooks=read_hooks(world, body),
        my_reference=body.get("myReference"),
    )
    return as_json({"paymentId": payment.id, "hostedPaymentPageUrl": page_url(world, payment)}, 201)


async def get(payment_id: str, request: Request, world: WorldDep) -> Response:
    _authorize(world, request)
    return as_json({"payment": shown(world, _find(world, payment_id))})


async def charge(payment_id: str, request: Request, world: WorldDep) -> Response:
    amount = _amount(await _body(world, request))
    payment = _find(world, payment_id)
    if (earlier := _answered(payment, request, amount, 1026)) is not None:
        return as_json({"chargeId": earlier.id}, 201)
    if not payment.reserved or payment.cancelled:
        raise failed(1003, "The payment is not reserved")
    if payment.charged == payment.reserved:
        raise failed(1008, "The payment has been charged already")
    if payment.charged + amount > payment.reserved:
        raise failed(1001, "Overcharge: the amount is greater than what is left to charge")
    made = acts.charge(world, payment, amount)
    _remember(payment, request, amount, made)
    return as_json({"chargeId": made.id}, 201)


async def cancel(payment_id: str, request: Request, world: WorldDep) -> Response:
    amount = _amount(await _body(world, request))
    payment = _find(world, payment_id)
    if payment.cancelled:
        raise failed(1019, "The payment has been cancelled already")
    if payment.charges:
        raise failed(1008, "The payment has been charged already")
    if not payment.reserved:
        raise failed(1003, "The payment is not reserved")
    if amount != payment.reserved:
        raise failed(1007, "Only the whole amount can be cancelled")
    acts.cancel(world, payment)
    return empty(204)


async def refund_payment(payment_id: str, request: Request, world: WorldDep) -> Response:
    body = await _body(world, request)
    payment = _find(world, payment_id)
    return _refund(world, request, payment, _amount(body), payment.charged)


async def refund_charge(charge_id: str, request: Request, world: WorldDep) -> Response:
    body = await _body(world, request)
    payment = world.payments.by_charge(charge_id)
    if payment is None:
        raise failed(1011, "The charge was not found", 404)
    limit = next(made.amount for made in payment.charges if made.id == charge_id)
    return _refund(world, request, payment, _amount(body), limit)


def _refund(world: World, request: Request, payment: Payment, amount: int, limit: int) -> Response:
    if (earlier := _answered(payment, request, amount, 1027)) is not None:
        return as_json({"refundId": earlier.id}, 201)
    if payment.charged and payment.claimed_back == payment.charged:
        raise failed(1023, "The charge has been refunded already")
    if amount == 0 or amount > limit or payment.claimed_back + amount > payment.charged:
        raise failed(1009, "Invalid refund amount")
    made = acts.refund(world, payment, amount)
    _remember(payment, request, amount, made)
    return as_json({"refundId": made.id}, 201)


async def cancel_refund(refund_id: str, request: Request, world: WorldDep) -> Response:
    _authorize(world, request)
    payment = world.payments.by_refund(refund_id)
    if payment is None:
        return empty(404)
    made = next(refund for refund in payment.refunds if refund.id == refund_id)
    if made.state != "Pending":
        raise failed(1025, "The refund can no longer be cancelled")
    made.state = "Cancelled"
    return empty(204)


async def set_reference(payment_id: str, request: Request, world: WorldDep) -> Response:
    body = await _body(world, request)
    payment = _find(world, payment_id)
    if not body.get("reference"):
        raise failed(1018, "The reference is missing", 400)
    payment.order["reference"] = str(body["reference"])
    return empty(204)


async def terminate(payment_id: str, request: Request, world: WorldDep) -> Response:
    _authorize(world, request)
    payment = _find(world, payment_id)
    if payment.reserved or payment.charges:
        raise failed(1004, "The payment is reserved already")
    payment.terminated = payment.terminated or world.clock.now()
    return empty(204)


def _authorize(world: World, request: Request) -> None:
    """The key stands alone, without a scheme word."""
    given = request.headers.get("authorization", "").encode()
    if not secrets.compare_digest(given, world.settings.nexi_secret_key.encode()):
        raise RefusedError(empty(401))


async def _body(world: World, request: Request) -> dict[str, Any]:
    _authorize(world, request)
    return await read_object(request, invalid("$", "The body is not a JSON object.").response)


def _find(world: World, payment_id: str) -> Payment:
    payment = world.payments.by_id.get(payment_id)
    if payment is None:
        raise RefusedError(empty(404))
    return payment


def _amount(body: dict[str, Any]) -> int:
    amount = body.get("amount")
    if not is_amount(amount):
        raise invalid("amount", "The amount must be a whole number of minor units.")
    return int(amount or 0)


def _answered(payment: Payment, request: Request, amount: int, conflict: int) -> Movement | None:
    """What was answered to the same idempotency key before. Another amount under it is refused."""
    earlier = payment.answers.get(_key(request))
    if earlier is None:
        return None
    if earlier[0] != amount:
        raise failed(conflict, "Retried with another amount")
    return earlier[1]


def _remember(payment: Payment, request: Request, amount: int, made: Movement) -> None:
    if key := _key(request):
        payment.answers[key] = (amount, made)


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if len(key) > 64:
        raise invalid("Idempotency-Key", "The key must be 1 to 64 characters.")
    return f"{request.url.path} {key}" if key else ""
