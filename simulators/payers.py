"""Whose a payment is: that of the form which it pays for, or of whoever got a letter with the link to it."""

import re
from dataclasses import dataclass

from simulators import inbox
from simulators.correspondence_shapes import reply_options, shown_text
from simulators.instances import Instance
from simulators.letters import Letter
from simulators.payments import Payment
from simulators.persons import Person
from simulators.state import World

LINK = re.compile(r"/nexi/checkout/([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class PersonsPayment:
    payment: Payment
    about: str


def form_of(world: World, payment: Payment) -> Instance | None:
    """The form that made the payment."""
    return world.instances.find(None, payment.my_reference or "")


def payer_of(world: World, payment: Payment) -> Person | None:
    """The form's owner, or whom the agency sent the link to."""
    if form := form_of(world, payment):
        return form.owner
    letters = (letter for letter in world.letters if letter.reached("Published"))
    return next((letter.recipient for letter in letters if payment.id in _links(letter)), None)


def payments_of(world: World, person: Person) -> list[PersonsPayment]:
    """Newest first."""
    linked = {found for letter in inbox.letters(world, person) for found in _links(letter)}
    asked_for = {payment.reference for payment in world.payments.by_id.values() if payment.id in linked}
    return [
        PersonsPayment(payment, _about(form, payment))
        for payment in reversed(world.payments.by_id.values())
        if _is_of(person, form := form_of(world, payment), payment, linked, asked_for)
    ]


def _is_of(
    person: Person, form: Instance | None, payment: Payment, linked: set[str], asked_for: set[str | None]
) -> bool:
    """A second payment on the same reference is in no letter."""
    if form is not None:
        return form.owner is person
    return payment.id in linked or (payment.reference is not None and payment.reference in asked_for)


def _links(letter: Letter) -> set[str]:
    """Ids of the payments that a letter leads to."""
    addresses = [option["linkURL"] or "" for option in reply_options(letter)]
    return {found for text in (shown_text(letter, "messagebody"), *addresses) for found in LINK.findall(text)}


def _about(form: Instance | None, payment: Payment) -> str:
    if form is not None:
        return form.app.title
    names = [str(item["name"]) for item in payment.order["items"] if item.get("name")]
    case = [f"sak {payment.reference}"] if payment.reference else []
    return ", ".join([*names, *case])
