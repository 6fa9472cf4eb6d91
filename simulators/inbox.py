"""A citizen's inbox: published messages, and forms that the agency has made for them."""

from operator import itemgetter
from typing import Any

from simulators.clock import stamp_or_none
from simulators.correspondence_shapes import reply_options, shown_text
from simulators.instances import Instance
from simulators.letters import Letter
from simulators.persons import Person
from simulators.state import World


def inbox(world: World, person: Person) -> dict[str, Any]:
    return {
        "messages": [message(letter) for letter in letters(world, person)],
        "forms": [form(instance) for instance in forms(world, person)],
    }


def letters(world: World, person: Person) -> list[Letter]:
    """Newest first, by when they came: being read moves no letter."""
    mine = [
        (came, letter)
        for letter in world.letters
        if letter.recipient is person and (came := letter.reached("Published")) is not None
    ]
    return [letter for _, letter in sorted(mine, key=itemgetter(0), reverse=True)]


def forms(world: World, person: Person) -> list[Instance]:
    """Hidden until `visibleAfter`, and once deleted."""
    now = world.clock.now()
    return [
        instance
        for instance in world.instances
        if instance.owner is person
        and instance.by_org
        and instance.soft_deleted is None
        and (instance.visible_after is None or instance.visible_after <= now)
    ]


def message(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "title": shown_text(letter, "messagetitle"),
        "summary": shown_text(letter, "messagesummary"),
        "body": shown_text(letter, "messagebody"),
        "status": letter.status,
        "published": stamp_or_none(letter.reached("Published")),
        "sendersReference": letter.content["sendersreference"],
        "replyOptions": reply_options(letter),
        "read": letter.read,
        "confirmationNeeded": bool(letter.content.get("isconfirmationneeded")),
    }


def form(instance: Instance) -> dict[str, Any]:
    return {
        "instanceId": instance.id,
        "appId": instance.app.id,
        "dueBefore": stamp_or_none(instance.due_before),
        "prefill": {name: value for name, value in instance.form().items() if value},
        "submitted": instance.ended is not None,
    }
