"""The life of a message after it is accepted: publishing, notification, being read, falling due."""

from uuid import uuid4

from simulators import event_delivery
from simulators.clock import stamp
from simulators.correspondence_notification import channel
from simulators.correspondence_rules import RESOURCE_PREFIX, RESOURCES, small
from simulators.letters import Letter
from simulators.state import World

PREPARE_SECONDS = 1.0
PUBLISH_SECONDS = 1.0
EVENT_PREFIX = "no.altinn.correspondence."


def tell(
    world: World, letter: Letter, name: str, *, to_recipient: bool = False, order: str | None = None
) -> None:
    """Most events carry the sender as subject, some the recipient. `order`: the id of a notification's."""
    orgnr = RESOURCES[letter.resource_id]
    source = world.settings.correspondence_url
    event_delivery.publish(
        world,
        event_type=EVENT_PREFIX + name,
        source=source.removesuffix("correspondence") + "notification" if order else source,
        subject=letter.recipient_urn if to_recipient else f"urn:altinn:organization:identifier-no:{orgnr}",
        alternative_subject=f"/person/{letter.recipient.nin}" if to_recipient else f"/organisation/{orgnr}",
        resource=RESOURCE_PREFIX + letter.resource_id,
        resource_instance=order or letter.id,
        instance=letter.id,
    )


def begin(world: World, letter: Letter) -> None:
    tell(world, letter, "correspondenceinitialized")
    world.background.spawn(_live(world, letter))


async def _live(world: World, letter: Letter) -> None:
    await world.clock.pause(PREPARE_SECONDS)
    letter.becomes("ReadyForPublish", world.clock.now())
    await world.clock.pause(PUBLISH_SECONDS)
    await world.clock.until(letter.requested_publish)
    if letter.recipient.has("reserved-at-publish") and not letter.content.get("ignorereservation"):
        letter.becomes("Failed", world.clock.now())
        tell(world, letter, "correspondencepublishfailed")
        return
    letter.becomes("Published", world.clock.now())
    tell(world, letter, "correspondencepublished", to_recipient=True)
    _notify(world, letter)
    if letter.due is not None:
        await world.clock.until(letter.due)
        _fall_due(world, letter)


def _notify(world: World, letter: Letter) -> None:
    notification = small(letter.content.get("notification"))
    if not notification:
        return
    order = str(uuid4())
    row = {
        "id": order,
        "created": stamp(world.clock.now()),
        "isReminder": False,
        "notificationChannel": channel(notification.get("notificationchannel")),
    }
    letter.notifications.append(row)
    tell(world, letter, "notificationcreated", order=order)


def _fall_due(world: World, letter: Letter) -> None:
    if not letter.read:
        tell(world, letter, "correspondencereceiverneverread", to_recipient=True)
    if letter.content.get("isconfirmationneeded") and letter.reached("Confirmed") is None:
        tell(world, letter, "correspondencereceiverneverconfirmed", to_recipient=True)


def published(letter: Letter) -> bool:
    return letter.reached("Published") is not None


def fetch(world: World, letter: Letter) -> None:
    """The recipient looked at it without opening it."""
    if not letter.read and letter.reached("Fetched") is None:
        letter.becomes("Fetched", world.clock.now())


def read(world: World, letter: Letter) -> None:
    if letter.read:
        return
    letter.becomes("Read", world.clock.now())
    tell(world, letter, "correspondencereceiverread")


def confirm(world: World, letter: Letter) -> None:
    letter.becomes("Confirmed", world.clock.now())
    tell(world, letter, "correspondencereceiverconfirmed")
