"""Instances as JSON, which differs by host.

The app writes nulls and an integer read status; Storage leaves nulls out and writes the status as text.
"""

from typing import Any

from simulators.clock import stamp, stamp_or_none
from simulators.instances import READ_STATUS, DataElement, Instance
from simulators.settings import SimulatorSettings

START_EVENT, END_EVENT = "StartEvent_1", "EndEvent_1"


def app_instance(settings: SimulatorSettings, instance: Instance) -> dict[str, Any]:
    body = _instance(settings, instance)
    owner = instance.owner
    body["instanceOwner"]["party"] = {
        "partyId": owner.party_id,
        "partyUuid": str(owner.party_uuid),
        "partyTypeName": 1,
        "ssn": owner.nin,
        "orgNumber": None,
        "unitType": None,
        "name": owner.name,
        "isDeleted": False,
    }
    return body


def storage_instance(
    settings: SimulatorSettings, instance: Instance, *, with_data: bool = True
) -> dict[str, Any]:
    body = _instance(settings, instance)
    body["selfLinks"]["apps"] = None
    body["status"]["readStatus"] = READ_STATUS[instance.read_status]
    if not with_data:
        body["data"] = None
    kept: dict[str, Any] = without_nulls(body)
    return kept


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def _instance(settings: SimulatorSettings, instance: Instance) -> dict[str, Any]:
    return {
        "id": instance.id,
        "instanceOwner": {
            "partyId": str(instance.owner.party_id),
            "personNumber": instance.owner.nin,
            "organisationNumber": None,
            "username": None,
            "externalIdentifier": None,
        },
        "appId": instance.app.id,
        "org": instance.org,
        "selfLinks": {"apps": app_link(settings, instance), "platform": storage_link(settings, instance)},
        "dueBefore": stamp_or_none(instance.due_before),
        "visibleAfter": stamp_or_none(instance.visible_after),
        "process": process_state(instance),
        "status": _status(instance),
        "completeConfirmations": _confirmations(instance),
        "data": [data_element(settings, instance, element) for element in instance.data],
        "presentationTexts": dict(instance.presentation_texts),
        "dataValues": dict(instance.data_values),
        "created": stamp(instance.created),
        "createdBy": instance.created_by,
        "lastChanged": stamp(instance.last_changed),
        "lastChangedBy": instance.last_changed_by,
    }


def app_link(settings: SimulatorSettings, instance: Instance) -> str:
    return f"{settings.app_url(instance.app.id)}/instances/{instance.id}"


def storage_link(settings: SimulatorSettings, instance: Instance) -> str:
    return f"{settings.storage_url}/instances/{instance.id}"


def process_state(instance: Instance) -> dict[str, Any]:
    task = instance.task
    current = task and {
        "flow": 2,
        "started": stamp_or_none(instance.task_started),
        "elementId": task.id,
        "name": task.name,
        "altinnTaskType": task.kind,
        "ended": None,
        "validated": None,
        "flowType": "CompleteCurrentMoveToNext",
    }
    return {
        "started": stamp(instance.created),
        "startEvent": START_EVENT,
        "currentTask": current,
        "ended": stamp_or_none(instance.ended),
        "endEvent": END_EVENT if instance.ended else None,
    }


def _status(instance: Instance) -> dict[str, Any]:
    return {
        "isArchived": instance.archived is not None,
        "archived": stamp_or_none(instance.archived),
        "isSoftDeleted": instance.soft_deleted is not None,
        "softDeleted": stamp_or_none(instance.soft_deleted),
        "isHardDeleted": instance.hard_deleted is not None,
        "hardDeleted": stamp_or_none(instance.hard_deleted),
        "readStatus": instance.read_status,
        "substatus": instance.substatus,
    }


def _confirmations(instance: Instance) -> list[dict[str, Any]] | None:
    rows = [{"stakeholderId": who, "confirmedOn": stamp(moment)} for who, moment in instance.confirmations]
    return rows or None


def data_element(settings: SimulatorSettings, instance: Instance, element: DataElement) -> dict[str, Any]:
    return {
        "id": element.id,
        "instanceGuid": instance.guid,
        "dataType": element.data_type,
        "filename": element.filename,
        "contentType": element.content_type,
        "blobStoragePath": f"{instance.app.id}/{instance.guid}/data/{element.id}",
        "selfLinks": {
            "apps": f"{app_link(settings, instance)}/data/{element.id}",
            "platform": f"{storage_link(settings, instance)}/data/{element.id}",
        },
        "size": len(element.content),
        "contentHash": None,
        "locked": element.locked,
        "refs": [],
        "isRead": element.is_read,
        "tags": [],
        "userDefinedMetadata": None,
        "metadata": None,
        "deleteStatus": None,
        "fileScanResult": element.scan,
        "references": element.references or None,
        "created": stamp(element.created),
        "createdBy": element.created_by,
        "lastChanged": stamp(element.last_changed),
        "lastChangedBy": element.last_changed_by,
    }
