"""What a citizen does in the apps and on the payment page."""

from collections.abc import Sequence
from typing import Any, Literal

from simulators import app_process, nexi_payments, payment_information
from simulators.app_definitions import APPLICATION, ATTACHMENTS, SUPPLEMENT, WITHDRAWAL, AppDefinition
from simulators.form_models import merged
from simulators.instances import Instance, Upload
from simulators.payments import Payment
from simulators.persons import Person
from simulators.state import World

PaymentChoice = Literal["paid", "skipped", "none", "later"]


class NotPossibleError(ValueError):
    """What was asked for breaks a rule of the form; the text tells which."""


def check_uploads(uploads: Sequence[Upload]) -> None:
    for upload in uploads:
        if upload.data_type not in ATTACHMENTS:
            raise NotPossibleError(f"Ukjent vedleggstype: {upload.data_type}")
        kind = APPLICATION.data_types[upload.data_type]
        if upload.content_type not in kind.content_types:
            raise NotPossibleError("Vedlegg må være PDF, JPEG eller PNG")
        if len(upload.content) > kind.max_size_mb * 1024 * 1024:
            raise NotPossibleError(f"Et vedlegg kan være på høyst {kind.max_size_mb} MB")


def apply(
    world: World,
    person: Person,
    form: dict[str, Any],
    uploads: Sequence[Upload],
    *,
    payment: PaymentChoice,
    submit: bool,
    app: AppDefinition = APPLICATION,
) -> tuple[Instance, Payment | None]:
    """An application, as far as the choices take it. `later` leaves it at the payment page.

    Where there is no fee there is nothing to pay, now or later.
    """
    check_uploads(uploads)
    content = app.model.from_json(merged(person.suggestion, form))
    kroner = _fee(app, content)
    instance = _start(world, app, person, content)
    _attach(world, instance, uploads)
    if not submit:
        return instance, None
    who = str(person.user_id)
    app_process.next_task(world, instance, who)
    if kroner == 0 and payment != "none":
        payment = "skipped"
    if payment in {"paid", "later"}:
        made = _begin_payment(world, instance, kroner)
        if payment == "paid":
            pay(world, made)
        return instance, made
    if payment == "skipped":
        payment_information.store(world, instance, 0, None)
    app_process.next_task(world, instance, who)
    return instance, None


def _fee(app: AppDefinition, content: dict[str, Any]) -> int:
    try:
        return payment_information.fee(app, content)
    except KeyError:
        tariff = app.tariff
        choices = ", ".join(tariff.kroner) if tariff else ""
        raise NotPossibleError(f"{tariff.field if tariff else ''} må være en av {choices}") from None


def _start(world: World, app: AppDefinition, person: Person, content: dict[str, Any]) -> Instance:
    now, who = world.clock.now(), str(person.user_id)
    instance = world.instances.new(app, person, now, who, by_org=False)
    instance.save_form(content, now, who)
    instance.read_status = 1
    app_process.created(world, instance)
    return instance


def _attach(world: World, instance: Instance, uploads: Sequence[Upload]) -> None:
    for upload in uploads:
        app_process.attach(world, instance, upload, str(instance.owner.user_id))


def _begin_payment(world: World, instance: Instance, kroner: int) -> Payment:
    back = f"{world.settings.base_url}/people/{instance.owner.key}"
    checkout = {
        "integrationType": "HostedPaymentPage",
        "returnUrl": back,
        "cancelUrl": back,
        "termsUrl": f"{world.settings.base_url}/",
        "charge": True,
    }
    order = payment_information.order_of(instance, kroner)
    payment = nexi_payments.create(world, order, checkout, hooks=[], my_reference=instance.guid)
    payment_information.store(world, instance, payment.amount // 100, payment)
    return payment


def pay(world: World, payment: Payment, amount: int | None = None) -> None:
    """Pays, and lets the app that waits for this payment go on, as its own listener would.

    `amount`: another one than was asked for; the app does not compare them.
    """
    nexi_payments.pay(world, payment, amount)
    instance = world.instances.find(None, payment.my_reference or "")
    if instance is None or instance.task is None or instance.task.kind != "payment":
        return
    payment_information.store(world, instance, payment.amount // 100, payment)
    app_process.next_task(world, instance, str(instance.owner.user_id))


def start_supplement(
    world: World, person: Person, form: dict[str, Any], uploads: Sequence[Upload]
) -> Instance:
    """A supplement that nobody asked for."""
    check_uploads(uploads)
    instance = _start(world, SUPPLEMENT, person, SUPPLEMENT.model.from_json(form))
    _submit(world, instance, uploads)
    return instance


def withdraw(world: World, person: Person, form: dict[str, Any]) -> Instance:
    content = WITHDRAWAL.model.from_json(form)
    if not content["saksnummer"]:
        raise NotPossibleError("Oppgi saksnummeret")
    instance = _start(world, WITHDRAWAL, person, content)
    _submit(world, instance, ())
    return instance


def answer(world: World, instance: Instance, form: dict[str, Any], uploads: Sequence[Upload]) -> None:
    """Fills in and submits a form that the agency has made."""
    check_uploads(uploads)
    content = instance.model.from_json(merged(instance.form(), form))
    instance.save_form(content, world.clock.now(), str(instance.owner.user_id))
    _submit(world, instance, uploads)


def _submit(world: World, instance: Instance, uploads: Sequence[Upload]) -> None:
    _attach(world, instance, uploads)
    instance.read_status = 1
    app_process.next_task(world, instance, str(instance.owner.user_id))
