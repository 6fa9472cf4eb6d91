"""The control interface: what tests, the demo and the pages steer the simulated world with."""

from time import time
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from joserfc.errors import JoseError

from simulators import correspondence_publishing, event_delivery, inbox
from simulators.answers import as_json
from simulators.books import books
from simulators.control_models import ClientBody, RedeliverBody
from simulators.instances import Instance
from simulators.letters import Letter
from simulators.persons import Person
from simulators.state import World, WorldDep

READER_SCOPES = "altinn:correspondence.read"


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim")
    person = "/people/{key}"
    router.add_api_route("/health", health, methods=["GET"])
    router.add_api_route("/maskinporten/clients/{client_id}", register_client, methods=["PUT"])
    router.add_api_route("/persons", persons, methods=["GET"])
    router.add_api_route(person + "/inbox", inbox_of, methods=["GET"])
    router.add_api_route(person + "/messages/{letter_id}/read", read, methods=["POST"])
    router.add_api_route(person + "/messages/{letter_id}/confirm", confirm, methods=["POST"])
    router.add_api_route(person + "/token", token, methods=["POST"])
    router.add_api_route("/events/redeliver", redeliver, methods=["POST"])
    router.add_api_route("/books", all_books, methods=["GET"])
    return router


async def health() -> Response:
    return as_json({"status": "ok"})


async def register_client(client_id: str, body: ClientBody, world: WorldDep) -> Response:
    try:
        world.clients.register(client_id, body.orgnr, body.jwks, body.scopes)
    except (JoseError, ValueError, KeyError):
        raise HTTPException(422, "jwks must hold RSA keys, each with a kid") from None
    return as_json({"clientId": client_id, "scopes": sorted(body.scopes)})


async def persons(world: WorldDep, trait: str | None = None) -> Response:
    chosen = [p for p in world.people.everybody if trait is None or p.has(trait)]
    return as_json([_person(p) for p in chosen])


def _person(person: Person) -> dict[str, Any]:
    return {
        "key": person.key,
        "name": person.name,
        "nin": person.nin,
        "partyId": person.party_id,
        "traits": list(person.traits),
        "suggestion": person.suggestion,
    }


async def inbox_of(key: str, world: WorldDep) -> Response:
    return as_json(inbox.inbox(world, find_person(world, key)))


async def read(key: str, letter_id: str, world: WorldDep) -> Response:
    letter = find_letter(world, find_person(world, key), letter_id)
    correspondence_publishing.read(world, letter)
    return as_json({"status": letter.status})


async def confirm(key: str, letter_id: str, world: WorldDep) -> Response:
    letter = find_letter(world, find_person(world, key), letter_id)
    if letter.reached("Confirmed") is not None:
        raise HTTPException(409, "the message is confirmed already")
    correspondence_publishing.confirm(world, letter)
    return as_json({"status": letter.status})


async def token(key: str, world: WorldDep) -> Response:
    """An end user's Altinn token, for the recipient's calls of the correspondence interface."""
    person = find_person(world, key)
    now = int(time())
    claims = {
        "pid": person.nin,
        "urn:altinn:userid": person.user_id,
        "urn:altinn:partyid": person.party_id,
        "urn:altinn:authlevel": "3",
        "scope": READER_SCOPES,
        "iat": now,
        "exp": now + 1800,
    }
    return as_json({"token": world.tokens.altinn.issue(claims)})


async def redeliver(body: RedeliverBody, world: WorldDep) -> Response:
    events = world.events.by_instance.get(body.instance_id, [])
    if not events:
        raise HTTPException(404, "no events of that instance")
    sent = sum(event_delivery.send(world, event) for _ in range(body.times) for event in events)
    return as_json({"events": len(events), "deliveries": sent}, 202)


async def all_books(world: WorldDep) -> Response:
    return as_json(books(world))


def find_person(world: World, key: str) -> Person:
    person = world.people.by_key(key)
    if person is None:
        raise HTTPException(404, "no such person")
    return person


def find_open_form(world: World, person: Person, party_id: int, guid: str) -> Instance:
    instance = world.instances.find(party_id, guid)
    if instance is None:
        raise HTTPException(404, "no such instance")
    if instance.owner is not person:
        raise HTTPException(403, "the instance belongs to somebody else")
    if instance.task is None or instance.task.kind != "data":
        raise HTTPException(409, "the instance is submitted already")
    return instance


def find_letter(world: World, person: Person, letter_id: str) -> Letter:
    letter = world.letters.by_id.get(letter_id)
    if letter is None or letter.recipient is not person or not correspondence_publishing.published(letter):
        raise HTTPException(404, "no such message")
    return letter
