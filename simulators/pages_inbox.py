"""A citizen's own page: messages, forms that wait, payments, and what has been sent in."""

from fastapi import Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from simulators import correspondence_publishing, inbox, markup, payers
from simulators.control import find_letter, find_person
from simulators.state import WorldDep
from simulators.views import page

DONE = {
    "sendt": "Skjemaet er sendt inn.",
    "betalt": "Betalt. Skjemaet er sendt inn.",
    "bekreftet": "Meldingen er bekreftet.",
}


async def overview(key: str, world: WorldDep, done: str = "") -> Response:
    person = find_person(world, key)
    waiting = [instance for instance in inbox.forms(world, person) if instance.ended is None]
    mine = [instance for instance in world.instances if instance.owner is person]
    return page(
        "person.html",
        title=person.name,
        person=person,
        letters=[inbox.message(letter) for letter in inbox.letters(world, person)],
        waiting=waiting,
        submitted=[instance for instance in reversed(mine) if instance.ended is not None],
        payments=payers.payments_of(world, person),
        done=DONE.get(done, ""),
    )


async def message(key: str, letter_id: str, world: WorldDep) -> Response:
    """Opening a message is reading it."""
    person = find_person(world, key)
    letter = find_letter(world, person, letter_id)
    correspondence_publishing.read(world, letter)
    shown = inbox.message(letter)
    return page(
        "message.html",
        title=shown["title"],
        person=person,
        message=shown,
        sender=letter.content.get("messagesender") or "Helsedirektoratet",
        body=Markup(markup.as_html(shown["body"])),  # noqa: S704 - the renderer escapes every tag
        confirmed=letter.reached("Confirmed") is not None,
    )


async def confirm(key: str, letter_id: str, world: WorldDep) -> Response:
    letter = find_letter(world, find_person(world, key), letter_id)
    if letter.reached("Confirmed") is None:
        correspondence_publishing.confirm(world, letter)
    return RedirectResponse(f"/people/{key}?done=bekreftet", 303)
