"""The queues: how much waits, since when, and what is in the way."""

from datetime import timedelta

from store import circuits
from tests.web import build
from tests.web.desk import Desk


async def test_every_queue_stands_with_what_waits(any_desk: Desk) -> None:
    """Effects of a new case wait for their connectors; the oldest is told."""
    await any_desk.opened()
    any_desk.clock.now += timedelta(hours=1)
    told = await any_desk.told("/queues")
    waiting = {line["name"]: line["waiting"] for line in told["connectors"]}
    assert waiting == {"altinn": 1, "correspondence": 1, "nexi": 1, "folkeregisteret": 1, "hpr": 0}
    assert {"intake", "replies", "acts", "clock"} == {line["name"] for line in told["queues"]}
    assert "2. mars 2026 kl. 10.00" in (await any_desk.client.get("/queues")).text


async def test_an_open_circuit_is_told_with_its_reason(any_desk: Desk) -> None:
    """In words, with the last reason of the remote."""
    async with any_desk.database.write() as tx:
        for _ in range(8):
            await circuits.record_trouble(tx, "nexi", "timed-out", broken=True)
    page = (await any_desk.client.get("/queues")).text
    assert "Brutt, prøves igjen av seg selv" in page
    assert "Det kom ikke svar i tide." in page
    health = (await any_desk.client.get("/health")).text
    assert "timed-out" not in health


async def test_messages_that_wait_are_counted(desk: Desk) -> None:
    """Those for a case, and those for a person."""
    await desk.hear(build.supplement("vitnemal", case_number="2026-000099-9"))
    page = (await desk.client.get("/queues")).text
    assert "<dd>1</dd>" in page
