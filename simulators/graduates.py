"""The schools' lists of graduates, as they are reported to the agency."""

import csv
from collections.abc import Iterable
from io import StringIO

from fastapi import APIRouter, Response

from simulators.answers import as_json
from simulators.persons import Person
from simulators.state import WorldDep

COLUMNS = ("nin", "firstName", "lastName", "profession", "institution", "completed", "listId")
# The others are so late with their schools that they must apply by themselves.
UNREPORTED_EVERY = 4


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim/graduates")
    router.add_api_route("", graduates, methods=["GET"])
    return router


async def graduates(world: WorldDep, institution: str = "", format: str = "json") -> Response:  # noqa: A002 - the query's name
    """Rows of one list or of all, as JSON or (`format=csv`) as the file that a school would send."""
    rows = [
        _row(person)
        for person in listed(world.people.everybody)
        if not institution or person.school.casefold() == institution.casefold()
    ]
    if format == "csv":
        return Response(_csv(rows), media_type="text/csv; charset=utf-8")
    return as_json(rows)


def listed(everybody: Iterable[Person]) -> list[Person]:
    return [p for p in everybody if p.way == "norge" and p.party_id % UNREPORTED_EVERY]


def _row(person: Person) -> dict[str, str]:
    values = (
        person.nin,
        person.given,
        person.family,
        person.profession,
        person.school,
        person.graduated.isoformat(),
        f"{person.school} {person.graduated:%Y-%m}",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _csv(rows: list[dict[str, str]]) -> str:
    file = StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
