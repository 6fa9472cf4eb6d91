"""Altinn Events: polling, by resource and by app."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from simulators.answers import RefusedError, as_json, empty, problem
from simulators.clock import read_time
from simulators.event_store import Event
from simulators.state import World, WorldDep, require_caller
from simulators.subscriptions_api import SUBSCRIBE

VISIBLE_AFTER = 30.0
MOST = 1000
CLOUD_EVENTS = "application/cloudevents+json"


class Poll(BaseModel):
    after: str = ""
    type: list[str] = []
    size: int = 50


class ResourcePoll(Poll):
    resource: str = ""
    subject: str | None = None


class AppPoll(Poll):
    since: str = Field(default="", alias="from")
    to: str = ""
    party: int = 0


def routes() -> APIRouter:
    router = APIRouter(prefix="/platform/events/api/v1")
    router.add_api_route("/events", by_resource, methods=["GET"])
    router.add_api_route("/app/{org}/{app}", by_app, methods=["GET"])
    return router


async def by_resource(request: Request, world: WorldDep, poll: Annotated[ResourcePoll, Query()]) -> Response:
    caller = require_caller(world, request, "altinn")
    if not caller.may(SUBSCRIBE):
        return empty(403)
    alternative = request.headers.get("altinn-alternativesubject")
    _check(poll, alternative)
    found = (
        event
        for event in _visible(world, poll)
        if event.body["resource"] == poll.resource
        and poll.subject in (None, event.body["subject"])
        and alternative in (None, event.body["alternativesubject"])
    )
    return _page(request, world, found, poll)


def _check(poll: ResourcePoll, alternative: str | None) -> None:
    if not poll.resource.startswith("urn:altinn:resource:"):
        text = "The 'resource' parameter must begin with `urn:altinn:resource:`"
        raise RefusedError(problem(400, text))
    if not poll.after:
        raise RefusedError(problem(400, "The 'after' parameter must be defined."))
    if poll.subject and alternative:
        text = "Only one of 'subject' or 'alternativeSubject' can be defined."
        raise RefusedError(problem(400, text))


async def by_app(
    org: str, app: str, request: Request, world: WorldDep, poll: Annotated[AppPoll, Query()]
) -> Response:
    caller = require_caller(world, request, "altinn")
    if caller.org is None:
        return as_json("Only orgs can call this api", 401)
    if caller.org != org:
        return empty(403)
    if not poll.after and not poll.since:
        return problem(400, "The 'From' or 'After' parameter must be defined.")
    since, until = _time(poll.since), _time(poll.to)
    resource = f"urn:altinn:resource:app_{org}_{app}"
    found = (
        event
        for event in _visible(world, poll)
        if event.body["resource"] == resource
        and (since is None or event.registered >= since)
        and (until is None or event.registered <= until)
        and (not poll.party or event.body["subject"] == f"/party/{poll.party}")
    )
    return _page(request, world, found, poll)


def _time(text: str) -> datetime | None:
    try:
        # An unescaped plus arrives as a blank.
        return read_time(text.replace(" ", "+")) if text else None
    except ValueError:
        raise RefusedError(problem(400, "The time is not valid")) from None


def _visible(world: World, poll: Poll) -> Iterator[Event]:
    """What was registered long enough ago, after the given event, of the wanted types."""
    shown_from = world.clock.now() - timedelta(seconds=world.clock.scaled(VISIBLE_AFTER))
    rest = islice(world.events.events, world.events.sequence_of(poll.after), None)
    return (event for event in rest if event.registered <= shown_from and _is_of(event, poll.type))


def _is_of(event: Event, types: list[str]) -> bool:
    """Compared as SQL's LIKE does: % stands for anything."""
    return not types or any(fnmatchcase(event.body["type"], kind.replace("%", "*")) for kind in types)


def _page(request: Request, world: World, found: Iterator[Event], poll: Poll) -> Response:
    """The `next` header comes with a non-empty page only."""
    page = list(islice(found, min(max(poll.size, 1), MOST)))
    headers: dict[str, str] = {}
    if page:
        kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"after", "from"}]
        query = urlencode([("after", page[-1].id), *kept])
        headers["next"] = f"{world.settings.base_url}{request.url.path}?{query}"
    return as_json([event.body for event in page], media_type=CLOUD_EVENTS, headers=headers)
