"""Altinn Storage's query, its paging defects included."""

import operator
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from starlette.datastructures import QueryParams

from simulators.answers import RefusedError, as_json, as_text, empty
from simulators.clock import read_time, stamp_or_none
from simulators.instances import Instance
from simulators.serialisation import storage_instance
from simulators.state import World, WorldDep, require_caller

SCOPE = "altinn:serviceowner/instances.read"
TICKS_AT_EPOCH = 621_355_968_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
}
Test = Callable[[Instance], bool]
MOMENTS: dict[str, Callable[[Instance], datetime]] = {
    "lastChanged": lambda i: i.last_changed,
    "created": lambda i: i.created,
}
# Kept as JSON text by the database and compared as text.
TEXTS: dict[str, Callable[[Instance], str | None]] = {
    "process.ended": lambda i: stamp_or_none(i.ended),
    "visibleAfter": lambda i: stamp_or_none(i.visible_after),
    "dueBefore": lambda i: stamp_or_none(i.due_before),
}
FLAGS: dict[str, Test] = {
    "process.isComplete": lambda i: i.ended is not None,
    "status.isArchived": lambda i: i.archived is not None,
    "status.isSoftDeleted": lambda i: i.soft_deleted is not None,
    "status.isHardDeleted": lambda i: i.hard_deleted is not None,
    "confirmed": lambda i: bool(i.confirmations),
}


async def query(request: Request, world: WorldDep) -> Response:
    caller = require_caller(world, request, "altinn")
    if not caller.may(SCOPE) or caller.org is None:
        return empty(403)
    asked = request.query_params
    if not asked.get("org") and not asked.get("appId"):
        return as_text("Org or AppId must be defined.", 400)
    if caller.org not in (asked.get("org"), asked.get("appId", "").partition("/")[0]):
        return empty(403)
    tests = [*_tests(asked), *_owner_test(request)]
    found = [instance for instance in world.instances if all(test(instance) for test in tests)]
    return as_json(_page(world, request, found))


def _tests(asked: QueryParams) -> Iterable[Test]:
    for name, flag in FLAGS.items():
        if (wanted := asked.get(name)) is not None:
            yield _flag(flag, wanted=_bool(wanted))
    for name, moment in MOMENTS.items():
        for expression in asked.getlist(name):
            yield _moment(moment, expression)
    for name, text in TEXTS.items():
        for expression in asked.getlist(name):
            yield _text(text, expression)
    yield from _equalities(asked)


def _equalities(asked: QueryParams) -> Iterable[Test]:
    """Fields that are compared with one given text."""
    if org := asked.get("org"):
        yield lambda i: i.org == org
    if app_id := asked.get("appId"):
        yield lambda i: i.app.id == app_id
    if task := asked.get("process.currentTask"):
        yield lambda i: i.task is not None and i.task.id == task
    if confirmer := asked.get("excludeConfirmedBy"):
        yield lambda i: not i.confirmed_by(confirmer)
    if party := asked.get("instanceOwner.partyId"):
        yield lambda i: str(i.owner.party_id) == party
    if search := asked.get("searchString"):
        yield lambda i: any(search.lower() in text.lower() for text in i.presentation_texts.values())


def _owner_test(request: Request) -> Iterable[Test]:
    header = request.headers.get("x-ai-instanceowneridentifier")
    if header is None:
        return
    kind, _, number = header.partition(":")
    if kind.lower() not in {"person", "organisation"} or not number.isdigit():
        raise RefusedError(as_text("Invalid InstanceOwnerIdentifier.", 400))
    yield lambda i: kind.lower() == "person" and i.owner.nin == number


def _bool(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise RefusedError(as_text(f"The value '{text}' is not valid.", 400))
    return text.lower() == "true"


def _flag(flag: Test, *, wanted: bool) -> Test:
    return lambda i: flag(i) is wanted


def _expression(expression: str) -> tuple[Callable[[Any, Any], bool], str]:
    sign, colon, value = expression.partition(":")
    if not colon or sign not in OPERATORS:
        raise RefusedError(as_text(f"Invalid date expression: {expression}", 400))
    return OPERATORS[sign], value


def _moment(field: Callable[[Instance], datetime], expression: str) -> Test:
    compare, value = _expression(expression)
    try:
        # An unescaped plus arrives as a blank.
        wanted = read_time(value.replace(" ", "+"))
    except ValueError:
        raise RefusedError(as_text(f"Invalid date expression: {expression}", 400)) from None
    return lambda i: compare(field(i), wanted)


def _text(field: Callable[[Instance], str | None], expression: str) -> Test:
    compare, value = _expression(expression)
    return lambda i: (shown := field(i)) is not None and compare(shown, value)


def ticks(moment: datetime) -> int:
    """Hundreds of nanoseconds since year one."""
    since = moment - EPOCH
    return (
        TICKS_AT_EPOCH + (since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds) * 10
    )


def _ordered(found: list[Instance], token: str | None, *, descending: bool) -> list[Instance]:
    """Descending, equal times stand in rising order while the cursor asks for smaller: rows get lost."""
    if descending:
        rows = sorted(found, key=lambda i: (-ticks(i.last_changed), i.number))
    else:
        rows = sorted(found, key=lambda i: (ticks(i.last_changed), i.number))
    if token is None:
        return rows
    at, number = _cursor(token)
    if descending:
        return [i for i in rows if (ticks(i.last_changed), i.number) < (at, number)]
    return [i for i in rows if (ticks(i.last_changed), i.number) > (at, number)]


def _cursor(token: str) -> tuple[int, int]:
    at, _, number = token.partition(";")
    if not at.isdigit() or not number.isdigit():
        raise RefusedError(as_text("Invalid continuation token.", 400))
    return int(at), int(number)


def _page(world: World, request: Request, found: list[Instance]) -> dict[str, Any]:
    asked = request.query_params
    size = int(asked["size"]) if asked.get("size", "").isdigit() else 100
    descending = asked.get("order", "desc:lastChanged").startswith("desc:")
    rows = _ordered(found, asked.get("continuationToken"), descending=descending)[:size]
    with_data = asked.get("includeDataElements", "true").lower() != "false"
    url = f"{world.settings.base_url}{request.url.path}"
    shown = [storage_instance(world.settings, i, with_data=with_data) for i in rows]
    page: dict[str, Any] = {"count": len(rows), "self": f"{url}?{request.url.query}", "instances": shown}
    if rows and len(rows) == size:
        token = f"{ticks(rows[-1].last_changed)};{rows[-1].number}"
        kept = [(k, v) for k, v in asked.multi_items() if k != "continuationToken"]
        page["next"] = f"{url}?{urlencode(kept)}&continuationToken={quote(token, safe='')}"
    return page
