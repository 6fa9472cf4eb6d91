"""The hosted payment page: pay or decline, without a card number."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from simulators import citizen, nexi_payments, payers
from simulators.answers import RefusedError, as_text
from simulators.payments import Payment
from simulators.state import World, WorldDep
from simulators.views import kroner, page


def routes() -> APIRouter:
    router = APIRouter(prefix="/nexi/checkout")
    router.add_api_route("/{payment_id}", show, methods=["GET"])
    router.add_api_route("/{payment_id}/pay", pay, methods=["POST"])
    router.add_api_route("/{payment_id}/decline", decline, methods=["POST"])
    return router


async def show(payment_id: str, request: Request, world: WorldDep) -> Response:
    payment = _find(world, payment_id)
    amount = kroner(payment.amount)
    return page(
        "checkout.html",
        title="Betaling",
        payment=payment,
        amount=amount,
        lines=[item["name"] for item in payment.order["items"] if item.get("name")],
        payer=payers.payer_of(world, payment),
        back="" if payers.form_of(world, payment) else _with_id(payment, "cancelUrl"),
        declined="declined" in request.query_params,
    )


async def pay(payment_id: str, world: WorldDep) -> Response:
    payment = _find(world, payment_id)
    if payment.open:
        citizen.pay(world, payment)
    return RedirectResponse(_after(world, payment), 303)


async def decline(payment_id: str, world: WorldDep) -> Response:
    payment = _find(world, payment_id)
    if payment.open:
        nexi_payments.decline(world, payment)
    return RedirectResponse(f"/nexi/checkout/{payment.id}?declined=1", 303)


def _find(world: World, payment_id: str) -> Payment:
    payment = world.payments.by_id.get(payment_id)
    if payment is None:
        raise RefusedError(as_text("Betalingen finnes ikke.", 404))
    return payment


def _after(world: World, payment: Payment) -> str:
    """Whoever paid for a form meets their own page again, others the merchant's."""
    form = payers.form_of(world, payment)
    if not payment.reserved:
        return f"/nexi/checkout/{payment.id}"
    if form is not None:
        return f"/people/{form.owner.key}?done=betalt"
    return _with_id(payment, "returnUrl") or f"/nexi/checkout/{payment.id}"


def _with_id(payment: Payment, name: str) -> str:
    """The merchant's address with the payment id added to its query."""
    parts = urlsplit(str(payment.checkout.get(name) or ""))
    if not parts.netloc:
        return ""
    query = urlencode([*parse_qsl(parts.query), ("paymentid", payment.id)])
    return urlunsplit(parts._replace(query=query))
