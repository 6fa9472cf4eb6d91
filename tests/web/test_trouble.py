"""When the database does not answer: nothing is claimed to be stored, and nobody gets a bare failure."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.files import Folder
from tests.web.desk import ALTINN_SECRET, KEYS, NEXI_SECRET, Clock, Desk, database_at, new_database
from tests.web.test_altinn_hook import completed
from tests.web.test_nexi_hook import charged


@pytest.fixture
async def lost(tmp_path: Path) -> AsyncIterator[Desk]:
    """A database that was never made: every statement on it fails."""
    desk = Desk(database=new_database(tmp_path), files=Folder(tmp_path, KEYS), clock=Clock())
    yield desk
    await desk.close()


async def test_a_hint_is_to_be_sent_again(lost: Desk) -> None:
    """503 with Retry-After: the sender keeps it, since we have not."""
    answers = [
        await lost.client.post(f"/hooks/altinn?code={ALTINN_SECRET}", json=completed()),
        await lost.client.post("/hooks/nexi", json=charged(), headers={"Authorization": NEXI_SECRET}),
    ]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(answer.headers["Retry-After"] for answer in answers)


@pytest.mark.parametrize("path", ["/cases", "/cases/2026-000001-5", "/parked", "/queues"])
async def test_a_page_says_so(lost: Desk, path: str) -> None:
    """People read what is wrong and that nothing is lost; scripts get JSON."""
    page = await lost.client.get(path)
    assert page.status_code == 503
    assert "Databasen svarer ikke" in page.text
    told = await lost.client.get(path, params={"format": "json"})
    assert (told.status_code, told.json()["error"]) == (503, "The database does not answer")


async def test_health_tells(lost: Desk) -> None:
    """Alive all the same."""
    assert (await lost.client.get("/health/live")).status_code == 200
    assert (await lost.client.get("/health")).status_code == 503


async def test_readiness_depends_on_the_database(tmp_path: Path) -> None:
    """A server that nobody runs: the hub is alive, and not ready."""
    nowhere = database_at("postgresql+asyncpg://skranke@127.0.0.1:1/skranke")
    desk = Desk(database=nowhere, files=Folder(tmp_path, KEYS), clock=Clock())
    for path in ("/health/ready", "/health", "/cases"):
        answer = await desk.client.get(path)
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    await desk.close()


async def test_ready_with_a_database(desk: Desk) -> None:
    """The database answers, and health shows what waits."""
    desk.asleep = True
    await desk.client.post(f"/hooks/altinn?code={ALTINN_SECRET}", json=completed())
    assert (await desk.client.get("/health/ready")).json() == {"status": "ready"}
    told = (await desk.client.get("/health")).json()
    assert (told["inbox"], told["outbox"]) == ({"new": 1}, {})
    assert {"altinn", "correspondence", "nexi", "folkeregisteret", "hpr"} == {
        each["name"] for each in told["connectors"]
    }
