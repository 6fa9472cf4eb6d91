"""Altinn Events: subscriptions. Errors are bare JSON strings."""

import re
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from simulators.answers import RefusedError, as_json, empty, lower_keys, problem, read_object
from simulators.app_definitions import APPS, AppDefinition
from simulators.clock import stamp
from simulators.event_delivery import validate
from simulators.event_store import Subscription
from simulators.state import World, WorldDep, require_caller
from simulators.tokens import Caller

URN = re.compile(r"^urn:[a-z0-9-]{1,30}(:[a-z0-9()+,.\-;$_!/]{1,100}){1,10}$")
APP_RESOURCE = "urn:altinn:resource:app_"
SUBSCRIBE = "altinn:events.subscribe"
SOURCE_NOT_HTTPS = "SourceFilter must be an absolute URL with the https scheme."


def routes() -> APIRouter:
    router = APIRouter(prefix="/platform/events/api/v1/subscriptions")
    router.add_api_route("", create, methods=["POST"])
    router.add_api_route("", everything, methods=["GET"])
    router.add_api_route("/{number}", one, methods=["GET"])
    router.add_api_route("/{number}", remove, methods=["DELETE"])
    return router


async def create(request: Request, world: WorldDep) -> Response:
    caller = require_caller(world, request, "altinn")
    malformed = problem(400, None, errors={"$": ["The JSON value could not be converted."]})
    wanted = lower_keys(await read_object(request, malformed))
    _check_address(world, wanted)
    resource = _resource(world, wanted, caller)
    subscription = world.events.subscribe(_subscription(world, wanted, resource, caller))
    # The platform validates again, also when it gives back an existing subscription.
    validate(world, subscription)
    location = f"{world.settings.events_url}/subscription/{subscription.id}"
    return as_json(_shown(subscription), 201, headers={"Location": location})


async def everything(request: Request, world: WorldDep) -> Response:
    caller = require_caller(world, request, "altinn")
    mine = [_shown(s) for s in world.events.subscriptions.values() if s.consumer == caller.consumer]
    return as_json({"count": len(mine), "subscriptions": mine})


async def one(number: int, request: Request, world: WorldDep) -> Response:
    return as_json(_shown(_mine(world, request, number)))


async def remove(number: int, request: Request, world: WorldDep) -> Response:
    del world.events.subscriptions[_mine(world, request, number).id]
    return empty(200)


def _mine(world: World, request: Request, number: int) -> Subscription:
    caller = require_caller(world, request, "altinn")
    subscription = world.events.subscriptions.get(number)
    if subscription is None:
        raise RefusedError(empty(404))
    if subscription.consumer != caller.consumer:
        raise RefusedError(empty(401))
    return subscription


def _refuse(text: str, status: int = 400) -> RefusedError:
    return RefusedError(as_json(text, status))


def _is_secure(world: World, url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "http":
        return parts.hostname in world.settings.plain_http_hosts
    return parts.scheme == "https" and bool(parts.hostname)


def _check_address(world: World, wanted: dict[str, Any]) -> None:
    address = wanted.get("endpoint")
    if not isinstance(address, str) or not _is_secure(world, address):
        raise _refuse("Missing or invalid endpoint to push events towards")
    source, resource = wanted.get("sourcefilter"), wanted.get("resourcefilter")
    if source is not None and not _is_secure(world, str(source)):
        raise _refuse(SOURCE_NOT_HTTPS)
    if resource is not None and not URN.match(str(resource)):
        raise _refuse("Resource filter must be a valid urn")
    if wanted.get("includesubunits") and not wanted.get("subjectfilter"):
        raise _refuse("IncludeSubunits requires a subject filter.")


def _resource(world: World, wanted: dict[str, Any], caller: Caller) -> str:
    """The resource that the subscription is for, once the caller may have it."""
    resource, source = wanted.get("resourcefilter"), wanted.get("sourcefilter")
    if str(resource or "").startswith(APP_RESOURCE) or _is_app_source(world, source):
        return _app_resource(world, resource, source, caller)
    if resource is None:
        raise _refuse("Resource filter is required.")
    if source is not None:
        raise _refuse("Source filter is not supported for subscriptions on this resource.")
    if wanted.get("alternativesubjectfilter") is not None:
        raise _refuse("AlternativeSubject filter is not supported for subscriptions on this resource.")
    if not caller.may(SUBSCRIBE):
        raise RefusedError(empty(403))
    return str(resource)


def _is_app_source(world: World, source: Any) -> bool:
    if not isinstance(source, str):
        return False
    host = urlsplit(source).netloc
    return host == urlsplit(world.settings.base_url).netloc or host.endswith((".altinn.no", ".altinn.cloud"))


def _app_resource(world: World, resource: Any, source: Any, caller: Caller) -> str:
    if source is not None:
        derived = _app_of(world, str(source)).resource
        if resource is not None and resource != derived:
            raise _refuse("Provided resource filter and source filter are not compatible")
        resource = derived
    app = next((app for app in APPS.values() if app.resource == resource), None)
    if app is None or caller.org is None or not app.id.startswith(f"{caller.org}/"):
        raise _refuse(f"Not authorized to create a subscription for resource {resource}", 403)
    return app.resource


def _app_of(world: World, source: str) -> AppDefinition:
    """The path must be the app to the letter: `/{org}/{app}`, or the same below our own address."""
    own = f"{world.settings.base_url}/apps"
    path = source.removeprefix(own) if source.startswith(own) else urlsplit(source).path
    app = APPS.get(path.removeprefix("/"))
    if app is None:
        raise _refuse("A valid app id is required in source filter {environment}/{org}/{app}")
    return app


def _subscription(world: World, wanted: dict[str, Any], resource: str, caller: Caller) -> Subscription:
    return Subscription(
        id=0,
        end_point=wanted["endpoint"],
        resource=resource,
        source=wanted.get("sourcefilter"),
        subject=wanted.get("subjectfilter"),
        alternative_subject=wanted.get("alternativesubjectfilter"),
        type=wanted.get("typefilter"),
        consumer=caller.consumer,
        include_subunits=bool(wanted.get("includesubunits")),
        created=world.clock.now(),
    )


def _shown(subscription: Subscription) -> dict[str, Any]:
    body = {
        "id": subscription.id,
        "endPoint": subscription.end_point,
        "sourceFilter": subscription.source,
        "subjectFilter": subscription.subject,
        "resourceFilter": subscription.resource,
        "alternativeSubjectFilter": subscription.alternative_subject,
        "typeFilter": subscription.type,
        "consumer": subscription.consumer,
        "createdBy": subscription.consumer,
        "created": stamp(subscription.created),
        "validated": subscription.validated,
        "includeSubunits": subscription.include_subunits,
    }
    return {name: value for name, value in body.items() if value is not None}
