"""Pages for people: what a citizen would see in Altinn. They work without JavaScript."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, HTTPException, Response
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from simulators import pages_apply, pages_home, pages_inbox, pages_supplement, pages_withdraw
from simulators.books import books
from simulators.state import WorldDep
from simulators.views import page

STATIC = Path(__file__).parent / "static"


def routes() -> APIRouter:
    router = APIRouter()
    person = "/people/{key}"
    router.add_api_route("/", pages_home.show, methods=["GET"])
    router.add_api_route("/books", all_books, methods=["GET"])
    router.add_api_route(person, pages_inbox.overview, methods=["GET"])
    router.add_api_route(person + "/messages/{letter_id}", pages_inbox.message, methods=["GET"])
    router.add_api_route(person + "/messages/{letter_id}/confirm", pages_inbox.confirm, methods=["POST"])
    router.add_api_route(person + "/apply", pages_apply.show, methods=["GET"])
    router.add_api_route(person + "/apply", pages_apply.submit, methods=["POST"])
    router.add_api_route(person + "/supplement", pages_supplement.show_own, methods=["GET"])
    router.add_api_route(person + "/supplement", pages_supplement.submit_own, methods=["POST"])
    router.add_api_route(person + "/licence", pages_apply.show_licence, methods=["GET"])
    router.add_api_route(person + "/licence", pages_apply.submit_licence, methods=["POST"])
    router.add_api_route(person + "/withdraw", pages_withdraw.show, methods=["GET"])
    router.add_api_route(person + "/withdraw", pages_withdraw.submit, methods=["POST"])
    form = person + "/forms/{party_id}/{guid}"
    router.add_api_route(form, pages_supplement.show, methods=["GET"])
    router.add_api_route(form, pages_supplement.submit, methods=["POST"])
    router.add_api_route("/forms/{party_id}/{guid}", deep_link, methods=["GET"])
    return router


def mount_static(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


async def deep_link(party_id: int, guid: str, world: WorldDep) -> Response:
    """The form's address as a letter gives it; whoever follows it meets it as its owner."""
    instance = world.instances.find(party_id, guid)
    if instance is None:
        raise HTTPException(404, "no such form")
    return RedirectResponse(f"/people/{instance.owner.key}/forms/{party_id}/{guid}", 303)


async def all_books(world: WorldDep) -> Response:
    names = {person.key: person.name for person in world.people.everybody}
    return page("books.html", title="Bøkene", books=books(world), names=names)
