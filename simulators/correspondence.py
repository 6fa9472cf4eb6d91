"""Altinn Correspondence: the sender's calls, and the few that a recipient makes."""

from fastapi import APIRouter, Request, Response

from simulators import correspondence_publishing as publishing
from simulators import correspondence_shapes as shapes
from simulators.answers import RefusedError, as_json, as_text, read_object
from simulators.clock import read_time
from simulators.correspondence_access import either, recipients_own, sender
from simulators.correspondence_errors import error, validation_problem
from simulators.correspondence_rules import PERSON, RESOURCE_PREFIX, RESOURCES, Draft, read_draft
from simulators.letters import Letter
from simulators.persons import Person
from simulators.state import World, WorldDep
from simulators.tokens import Caller

EXACT = ("idempotentKey", "sendersReference", "status")


def routes() -> APIRouter:
    router = APIRouter(prefix="/platform/correspondence/api/v1/correspondence")
    one = "/{letter_id}"
    router.add_api_route("", initialize, methods=["POST"])
    router.add_api_route("", find, methods=["GET"])
    router.add_api_route(one, get, methods=["GET"])
    router.add_api_route(one + "/details", details, methods=["GET"])
    router.add_api_route(one + "/content", content, methods=["GET"])
    router.add_api_route(one + "/markasread", mark_as_read, methods=["POST"])
    router.add_api_route(one + "/confirm", confirm, methods=["POST"])
    return router


async def initialize(request: Request, world: WorldDep) -> Response:
    caller = sender(world, request)
    malformed = validation_problem({"/$": "The JSON value could not be converted."})
    body = await read_object(request, malformed)
    draft = read_draft(body, world.clock.now(), world.settings.plain_http_hosts)
    if RESOURCES[draft.resource_id] != caller.orgnr:
        raise error(4001)
    recipients = _recipients(world, draft)
    _refuse_duplicate(world, draft)
    letters = [_new_letter(world, draft, caller, person) for person in recipients]
    rows = [
        {
            "correspondenceId": letter.id,
            "status": letter.status,
            "recipient": letter.recipient_urn,
            "notifications": None,
        }
        for letter in letters
    ]
    return as_json({"correspondences": rows, "attachmentIds": []})


def _recipients(world: World, draft: Draft) -> list[Person]:
    found = [world.people.by_nin(recipient.removeprefix(PERSON)) for recipient in draft.recipients]
    people = [person for person in found if person is not None]
    if len(people) != len(found):
        raise error(1029)
    if len(people) == 1 and _reserved(people[0], draft):
        raise error(1030)
    return people


def _reserved(person: Person, draft: Draft) -> bool:
    return person.has("reserved") and not draft.message.get("ignorereservation")


def _refuse_duplicate(world: World, draft: Draft) -> None:
    first = world.letters.by_key.get(draft.key or "")
    if first is not None:
        first.duplicates_refused += 1
        raise error(1034)


def _new_letter(world: World, draft: Draft, caller: Caller, person: Person) -> Letter:
    """A reserved person among several gets a letter that never leaves: no event, no notification."""
    now = world.clock.now()
    letter = Letter(
        recipient=person,
        recipient_urn=PERSON + person.nin,
        resource_id=draft.resource_id,
        sender=f"0192:{caller.orgnr}",
        content=dict(draft.message),
        idempotent_key=draft.key,
        created=now,
        requested_publish=draft.publish,
        due=draft.due,
    )
    world.letters.add(letter)
    if _reserved(person, draft):
        letter.becomes("Reserved", now)
        return letter
    letter.becomes("Initialized", now)
    publishing.begin(world, letter)
    return letter


async def find(request: Request, world: WorldDep) -> Response:
    caller = sender(world, request)
    asked = request.query_params
    resource = asked.get("resourceId", "").removeprefix(RESOURCE_PREFIX)
    if RESOURCES.get(resource) != caller.orgnr:
        raise error(4001)
    if asked.get("role") not in {"Sender", "RecipientAndSender"}:
        raise RefusedError(validation_problem({"/role": "The field role must be Sender here."}))
    wanted = {name: asked[name].lower() for name in EXACT if name in asked}
    ids = [
        letter.id
        for letter in world.letters
        if letter.resource_id == resource
        and all(_field(letter, name).lower() == value for name, value in wanted.items())
        and _within(letter, asked.get("from"), asked.get("to"))
    ]
    return as_json({"ids": ids})


def _field(letter: Letter, name: str) -> str:
    match name:
        case "idempotentKey":
            return letter.idempotent_key or ""
        case "sendersReference":
            return str(letter.content["sendersreference"])
        case _:
            return letter.status


def _within(letter: Letter, begin: str | None, end: str | None) -> bool:
    try:
        return not (
            (begin and letter.created < read_time(begin)) or (end and letter.created > read_time(end))
        )
    except ValueError:
        raise RefusedError(validation_problem({"/from": "The value is not a date and time."})) from None


async def get(letter_id: str, request: Request, world: WorldDep) -> Response:
    caller, letter = either(world, request, letter_id)
    if caller.person is not None:
        publishing.fetch(world, letter)
    return as_json(shapes.overview(letter))


async def details(letter_id: str, request: Request, world: WorldDep) -> Response:
    _, letter = either(world, request, letter_id)
    return as_json(shapes.details(letter))


async def content(letter_id: str, request: Request, world: WorldDep) -> Response:
    """Opening the content is what counts as reading."""
    letter = recipients_own(world, request, letter_id)
    publishing.read(world, letter)
    return as_text(shapes.shown_text(letter, "messagebody"))


async def mark_as_read(letter_id: str, request: Request, world: WorldDep) -> Response:
    letter = recipients_own(world, request, letter_id)
    publishing.read(world, letter)
    return as_json(letter.id)


async def confirm(letter_id: str, request: Request, world: WorldDep) -> Response:
    letter = recipients_own(world, request, letter_id)
    if letter.reached("Confirmed") is not None:
        raise error(1041)
    publishing.confirm(world, letter)
    return as_json(letter.id)
