"""What an app does to an instance: creation, the process, scans, and the events that tell of it."""

from typing import Any

from simulators import event_delivery, pdf
from simulators.app_definitions import ATTACHMENTS, PAYMENT, PAYMENT_RECEIPT, PDF, RECEIPT, Task
from simulators.instances import DataElement, Instance, Upload
from simulators.serialisation import app_link
from simulators.state import World

SCAN_SECONDS = 0.5
INFECTED_MARK = b"SKRANKE-TEST-INFECTED"


def tell(world: World, instance: Instance, event_type: str) -> None:
    event_delivery.publish(
        world,
        event_type=event_type,
        source=app_link(world.settings, instance),
        subject=f"/party/{instance.owner.party_id}",
        alternative_subject=f"/person/{instance.owner.nin}",
        resource=instance.app.resource,
        resource_instance=instance.id,
        instance=instance.id,
    )


def created(world: World, instance: Instance) -> None:
    tell(world, instance, "app.instance.created")


def attach(world: World, instance: Instance, upload: Upload, who: str) -> DataElement:
    """Adds an element; where the type is scanned, the verdict comes later."""
    element = instance.add(upload, world.clock.now(), who)
    if element.scan == "Pending":
        world.background.spawn(_scan(world, instance, element))
    return element


async def _scan(world: World, instance: Instance, element: DataElement) -> None:
    await world.clock.pause(SCAN_SECONDS)
    element.scan = "Infected" if INFECTED_MARK in element.content else "Clean"
    instance.last_changed = world.clock.now()


def next_task(world: World, instance: Instance, who: str) -> None:
    """Ends the current task. The caller has seen to it that it may end."""
    if instance.task is None:
        return
    ended = instance.task
    following = instance.app.task_after(ended.id)
    _close(world, instance, ended)
    moment = world.clock.now()
    instance.touch(moment, who)
    instance.task = following
    if following is not None:
        instance.task_started = moment
        tell(world, instance, f"app.instance.process.movedTo.{following.id}")
        return
    instance.ended = instance.archived = moment
    tell(world, instance, "app.instance.process.completed")


def may_end(instance: Instance) -> bool:
    """A payment task ends only when it is paid or there is nothing to pay."""
    if instance.task is None or instance.task.kind != "payment":
        return True
    elements = instance.elements(PAYMENT)
    return not elements or b'"status":"Paid"' in elements[0].content or b'"Skipped"' in elements[0].content


def _close(world: World, instance: Instance, task: Task) -> None:
    match task.kind:
        case "data":
            for element in instance.data:
                element.locked = True
            _receipt(world, instance)
        case "payment":
            if any(b'"status":"Paid"' in element.content for element in instance.elements(PAYMENT)):
                lines = ["Betalingskvittering", instance.app.title]
                _generate(world, instance, PAYMENT_RECEIPT, "Betalingskvittering.pdf", lines)


def _receipt(world: World, instance: Instance) -> None:
    title = instance.app.title
    attached = [e.filename or e.data_type for e in instance.data if e.data_type in ATTACHMENTS]
    lines = [title, f"Sendt inn av {instance.owner.name}", *attached]
    _generate(world, instance, RECEIPT, f"{title}.pdf", lines)


def _generate(world: World, instance: Instance, data_type: str, filename: str, lines: list[str]) -> None:
    if instance.task is None:
        return
    upload = Upload(data_type, filename, PDF, pdf.document(lines))
    element = attach(world, instance, upload, str(instance.owner.user_id))
    element.references = [_made_by(instance.task)]


def _made_by(task: Task) -> dict[str, str]:
    return {"value": task.id, "relation": "GeneratedFrom", "valueType": "Task"}


def confirm(world: World, instance: Instance, org: str) -> None:
    """The service owner has taken over. A second call changes nothing."""
    instance.confirm_calls += 1
    if instance.confirmed_by(org):
        return
    moment = world.clock.now()
    instance.confirmations.append((org, moment))
    instance.touch(moment, org)


def set_substatus(world: World, instance: Instance, status: dict[str, Any], who: str) -> None:
    instance.substatus = status
    instance.touch(world.clock.now(), who)
    tell(world, instance, "app.instance.substatus.changed")
