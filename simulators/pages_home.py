"""The list of the people, page by page."""

from math import ceil
from typing import Annotated

from fastapi import Query, Response

from simulators.app_definitions import APPLIED_IN
from simulators.persons import Person
from simulators.state import World, WorldDep
from simulators.views import page

PER_PAGE = 50


async def show(
    world: WorldDep,
    q: str = "",
    trait: str = "",
    only: str = "",
    number: Annotated[int, Query(alias="page")] = 1,
) -> Response:
    known = _known(world)
    found = [p for p in _found(world, q, trait) if not only or p.key in known]
    pages = max(1, ceil(len(found) / PER_PAGE))
    current = min(max(number, 1), pages)
    return page(
        "home.html",
        title="Testborgere",
        people=found[(current - 1) * PER_PAGE : current * PER_PAGE],
        known=known,
        count=len(found),
        pages=pages,
        current=current,
        traits=sorted({trait for person in world.people.everybody for trait in person.traits}),
        asked={"q": q, "trait": trait, "only": only},
    )


def _found(world: World, q: str, trait: str) -> list[Person]:
    words = q.lower().split()
    return [
        person
        for person in world.people.everybody
        if (not trait or person.has(trait)) and all(word in person.name.lower() for word in words)
    ]


def _known(world: World) -> dict[str, str]:
    """By key: who has applied, and whom the agency has written to without that."""
    apps = tuple(APPLIED_IN.values())
    cases = {letter.recipient.key: "har sak" for letter in world.letters}
    applied = {instance.owner.key: "har søkt" for instance in world.instances if instance.app in apps}
    return cases | applied
