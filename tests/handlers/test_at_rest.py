"""Nothing personal can be read at rest: not in the database's own bytes, and not in what goes round it."""

import base64
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from store.database import Database
from tests.case_core import build
from tests.handlers.desk import Desk
from tests.handlers.hub import Bystander, Hub, play
from tests.handlers.outside import Outside
from tests.postgres import Server

PERSONAL = (
    build.NIN,
    build.OTHER_NIN,
    "Kari",
    "Nordmann",
    "Universitetet i Oslo",
    "vitnemal.pdf",
    "Kopien er uleselig",
    "oppfylt",
)


def spellings(text: str) -> tuple[bytes, ...]:
    """As it stands, as a dump spells bytes, and as JSON would carry bytes."""
    raw = text.encode()
    return raw, raw.hex().encode(), base64.b64encode(raw)[: len(raw) // 3 * 4]


def bytes_at_rest(url: str, request: pytest.FixtureRequest) -> bytes:
    """All that a thief of the disk, or of a backup, would have."""
    parsed = make_url(url)
    name = parsed.database or ""
    if parsed.get_backend_name() == "sqlite":
        path = Path(name)
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    server: Server = request.getfixturevalue("postgres")
    return server.dump(name)


async def live_through(database: Database) -> str:
    """A dialog to its end, and beside it what is refused and parked; the number of its case."""
    hub = Hub(database, Outside())
    await hub.start()
    await play(hub)
    await hub.stop()
    case = await Bystander(database).case()
    assert case is not None
    return case.number


async def test_no_personal_data_lies_readable(
    database: Database, desk: Desk, database_url: str, request: pytest.FixtureRequest
) -> None:
    """No number, name, document name, place of study or word of a person, in any spelling."""
    number = await live_through(database)
    await desk.handle(build.supplement("vitnemal", nin=build.OTHER_NIN), build.person_found())
    await desk.handle(build.demand("vitnemal"), case_id=(await desk.all_cases())[0].id)
    lying = bytes_at_rest(database_url, request)
    assert number.encode() in lying, "what is not personal can be found, so the search works"
    assert [text for text in PERSONAL for each in spellings(text) if each in lying] == []


async def test_no_personal_data_is_logged(database: Database) -> None:
    """At any level, from the first hint to the last letter."""
    with capture_logs() as logged:
        await live_through(database)
    assert logged
    assert [text for text in PERSONAL if text in repr(logged)] == []
