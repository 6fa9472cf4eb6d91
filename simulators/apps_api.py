"""The app API of the agency's two Altinn apps, as a service owner meets it."""

from email.utils import quote
from typing import Any
from urllib.parse import quote as percent

import orjson
from fastapi import APIRouter, Response

from simulators import app_process, instantiation, serialisation
from simulators.answers import RefusedError, as_json, as_text, problem, read_object
from simulators.app_access import WRITE, Visit, VisitDep
from simulators.app_definitions import MODEL, PAYMENT, XML
from simulators.instances import DataElement, Instance

UNCACHED = {"Cache-Control": "no-store, no-cache"}


def routes() -> APIRouter:
    router = APIRouter(prefix="/apps/{org}/{app}/instances")
    one = "/{party_id}/{guid}"
    router.add_api_route("/create", create, methods=["POST"])
    router.add_api_route("", create_full, methods=["POST"])
    router.add_api_route(one, get, methods=["GET"])
    router.add_api_route(one, delete, methods=["DELETE"])
    router.add_api_route(one + "/data/{element_id}", data, methods=["GET"])
    router.add_api_route(one + "/complete", complete, methods=["POST"])
    router.add_api_route(one + "/substatus", substatus, methods=["PUT"])
    router.add_api_route(one + "/process", process, methods=["GET"])
    router.add_api_route(one + "/process/next", process_next, methods=["PUT"])
    router.add_api_route(one + "/process/completeProcess", complete_process, methods=["PUT"])
    router.add_api_route(one + "/process/history", history, methods=["GET"])
    router.add_api_route(one + "/payment", payment, methods=["GET"])
    router.add_api_route(one + "/payment/order-details", order_details, methods=["GET"])
    return router


async def create(visit: VisitDep) -> Response:
    app, caller = visit.definition(), visit.caller(WRITE)
    return await instantiation.simplified(visit.world, app, visit.request, caller)


async def create_full(visit: VisitDep) -> Response:
    app, caller = visit.definition(), visit.caller(WRITE)
    return await instantiation.full(visit.world, app, visit.request, caller)


async def get(visit: VisitDep) -> Response:
    return _shown(visit, visit.readable())


async def delete(visit: VisitDep, *, hard: bool = False) -> Response:
    caller, instance = visit.writable()
    moment = visit.world.clock.now()
    instance.soft_deleted = instance.soft_deleted or moment
    if hard:
        instance.hard_deleted = instance.hard_deleted or moment
    instance.touch(moment, caller.orgnr or "")
    return _shown(visit, instance)


async def data(element_id: str, visit: VisitDep) -> Response:
    """A form model as XML or JSON, whichever Accept asks for; a file as it is."""
    instance = visit.readable()
    element = instance.element(element_id)
    if element is None:
        return as_text("Did not find data element", 404)
    if element.data_type != MODEL:
        return as_file(element)
    wants_json = "application/json" in visit.request.headers.get("accept", "")
    if wants_json and not visit.world.quirks.xml_only:
        return as_json(instance.model.from_xml(element.content), headers=UNCACHED)
    return Response(element.content, media_type=XML, headers=UNCACHED)


def as_file(element: DataElement) -> Response:
    name = element.filename or f"{element.data_type}.xml"
    plain = quote(name.encode("ascii", "replace").decode())
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{percent(name)}"
    return Response(
        element.content, media_type=element.content_type, headers={"Content-Disposition": disposition}
    )


async def complete(visit: VisitDep) -> Response:
    caller, instance = visit.writable(missing=403)
    app_process.confirm(visit.world, instance, caller.org or "")
    return _shown(visit, instance)


async def substatus(visit: VisitDep) -> Response:
    caller, instance = visit.writable()
    body = await read_object(visit.request, as_text("Invalid sub status: could not be read", 400))
    label, description = body.get("label"), body.get("description")
    if not label:
        return as_text("Invalid sub status: label must be defined", 400)
    status = {"label": str(label), "description": description}
    app_process.set_substatus(visit.world, instance, status, caller.orgnr or "")
    return _shown(visit, instance)


async def process(visit: VisitDep) -> Response:
    return _process(visit.readable())


async def process_next(visit: VisitDep) -> Response:
    caller, instance = visit.writable(missing=403)
    _step(visit, instance, caller.orgnr or "")
    return _process(instance)


async def complete_process(visit: VisitDep) -> Response:
    caller, instance = visit.writable(missing=403)
    while instance.ended is None:
        _step(visit, instance, caller.orgnr or "")
    return _process(instance)


def _step(visit: Visit, instance: Instance, who: str) -> None:
    if instance.task is None:
        raise RefusedError(problem(409, "Process is ended."))
    if not app_process.may_end(instance):
        raise RefusedError(problem(409, "The payment is not completed."))
    app_process.next_task(visit.world, instance, who)


async def history(visit: VisitDep) -> Response:
    instance = visit.readable()
    state = serialisation.process_state(instance)
    rows = [
        {"eventType": "process_StartEvent", "elementId": state["startEvent"], "occured": state["started"]}
    ]
    if instance.task is not None:
        started = state["currentTask"]["started"]
        rows.append({"eventType": "process_StartTask", "elementId": instance.task.id, "started": started})
    if instance.ended is not None:
        end = {"eventType": "process_EndEvent", "elementId": state["endEvent"], "occured": state["ended"]}
        rows.append(end)
    return as_json({"processHistory": rows})


async def payment(visit: VisitDep) -> Response:
    return as_json(_payment(visit))


async def order_details(visit: VisitDep) -> Response:
    return as_json(_payment(visit)["orderDetails"])


def _payment(visit: Visit) -> dict[str, Any]:
    instance = visit.readable()
    current = instance.task.id if instance.task else ""
    task_id = visit.request.query_params.get("taskId", current)
    if not any(task.id == task_id and task.kind == "payment" for task in instance.app.tasks):
        raise RefusedError(problem(400, "Not a payment task"))
    elements = instance.elements(PAYMENT)
    if not elements:
        raise RefusedError(problem(404, "Payment information was not found"))
    information: dict[str, Any] = orjson.loads(elements[0].content)
    return information


def _process(instance: Instance) -> Response:
    return as_json(serialisation.process_state(instance), headers=UNCACHED)


def _shown(visit: Visit, instance: Instance) -> Response:
    return as_json(serialisation.app_instance(visit.world.settings, instance), headers=UNCACHED)
