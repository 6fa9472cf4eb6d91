"""What `carry` does not try: too short a lease, an open circuit, bytes that nobody can read."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from broker.backoff import A_MOMENT
from broker.topology import HPR
from case_core.effects import Effect
from connectors.connector import Answer, Broken, GiveUp, NotYet, Outcome, TryLater
from handlers.limits import LEASE_MARGIN, Limits
from store import circuits
from store.database import Database
from store.tables import connectors
from store.tables import outbox as effects
from tests.broker.waiting import until, until_true
from tests.handlers.carrying import LOOK_UP, MINUTE, wait_of
from tests.handlers.scripted import PATIENCE, TIMEOUT, Scripted, carrier, limits
from tests.store import rows
from tests.store.rows import ask, effect_row, outgoing


@dataclass
class Ticks:
    """Seconds that pass when a test says so."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_lease_must_outlast_the_call() -> None:
    """With a margin; else hardly anything could ever be carried."""
    short = TIMEOUT + LEASE_MARGIN - timedelta(microseconds=1)
    with pytest.raises(ValueError, match="must be at least"):
        Limits(timeout=TIMEOUT, lease=short, patience=PATIENCE, at_a_time=1)


async def test_an_effect_whose_turn_comes_too_late_is_put_back(database: Database) -> None:
    """A call that could outlast its lease is not begun; it costs no attempt and goes again in a moment."""
    clock = Ticks()
    ids = await ask(database, *(outgoing(number, effect=LOOK_UP) for number in range(3)))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector, limits=limits(1), ticks=clock))(ids))
    await until_true(lambda: bool(connector.asked))
    clock.at += LEASE_MARGIN.total_seconds()
    assert connector.gate is not None
    connector.gate.set()
    await work
    called = {key for _, key in connector.asked}
    put_back = [row for row in await rows.rows(database, effects) if row.key not in called]
    assert len(put_back) == 2
    assert {(row.status, row.attempts, row.reason) for row in put_back} == {("new", 0, "lease-too-short")}
    assert {await wait_of(database, row) for row in put_back} == {A_MOMENT}


async def test_no_more_calls_at_a_time_than_allowed(database: Database) -> None:
    """The others wait for their turn, whatever the size of the ring."""
    ids = await ask(database, *(outgoing(number) for number in range(5)))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector, limits=limits(2)))(ids))
    await until_true(lambda: len(connector.asked) == 2)
    assert connector.gate is not None
    connector.gate.set()
    await work
    assert sorted(key for _, key in connector.asked) == [f"key-{number}" for number in range(5)]


async def test_the_claim_is_committed_before_the_call(database: Database) -> None:
    """Whoever dies during the call leaves a row that says so."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    connector = Scripted(gate=asyncio.Event())
    work = asyncio.create_task((await carrier(database, connector))([row_id]))
    await until_true(lambda: bool(connector.asked))
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.claims) == ("sending", 1, 1)
    assert connector.gate is not None
    connector.gate.set()
    await work


async def test_an_open_circuit_costs_neither_calls_nor_attempts(database: Database) -> None:
    """The rows are rung for again as soon as it has closed, and not a minute later."""
    [row_id] = await ask(database, outgoing(effect=LOOK_UP))
    connector = Scripted()
    work = await carrier(database, connector)
    await rows.change(database, connectors, paused=True)
    await rows.change(database, effects, rung_at=1)
    await work([row_id])
    row = await effect_row(database, row_id)
    assert (row.status, row.attempts, row.claims, row.rung_at) == ("new", 0, 0, None)
    assert not connector.asked


async def test_five_failures_in_a_row_open_the_circuit(database: Database) -> None:
    """The sixth effect is not tried."""
    ids = await ask(database, *(outgoing(number) for number in range(6)))
    connector = Scripted(ends=[TryLater(reason="503")])
    work = await carrier(database, connector)
    for row_id in ids:
        await work([row_id])
    assert len(connector.asked) == 5
    last = await effect_row(database, ids[-1])
    assert (last.status, last.attempts) == ("new", 0)


async def test_a_refusal_beside_an_answer_opens_the_circuit(database: Database) -> None:
    """One remote has several doors; an answer at one of them does not make our key good at the other."""
    ids = await ask(database, *(outgoing(number) for number in range(2)))
    connector = Scripted(ends=[Answer(), Broken(reason="403")], gate=asyncio.Event())
    work = await carrier(database, connector)
    with capture_logs() as logged:
        task = asyncio.create_task(work(ids))
        await until_true(lambda: len(connector.asked) == 2)
        assert connector.gate is not None
        connector.gate.set()
        await task
    async with database.read() as tx:
        assert not await circuits.may_call(tx, HPR)
    [opened] = [line for line in logged if line["event"] == "a circuit has opened"]
    assert (opened["connector"], opened["reason"], opened["log_level"]) == (HPR, "403", "warning")


@dataclass
class SecondHeld(Scripted):
    """Only the second call stands still at the gate."""

    second: asyncio.Event = field(default_factory=asyncio.Event)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:
        ended = await super().carry(effect, key=key, now=now)
        if len(self.asked) == 2:
            await self.second.wait()
        return ended


async def test_what_was_claimed_before_the_circuit_opened_is_not_called(database: Database) -> None:
    """It goes back without a call and without an attempt, to be rung for when the circuit has closed."""
    ids = await ask(database, *(outgoing(number) for number in range(4)))
    connector = SecondHeld(ends=[Broken(reason="403"), Answer()])
    work = await carrier(database, connector, limits=limits(1))
    working = asyncio.create_task(work(ids))

    async def is_open() -> bool:
        async with database.read() as tx:
            return len(connector.asked) == 2 and not await circuits.may_call(tx, HPR)

    await until(is_open)
    connector.second.set()
    await working
    spared = [row for row in await rows.rows(database, effects) if row.reason == "circuit-open"]
    assert {(row.status, row.attempts, row.claims) for row in spared} == {("new", 0, 1)}
    assert [len(connector.asked), len(spared)] == [2, 2]
    await rows.change(database, connectors, open_until=0)
    await rows.change(database, effects, due_at=0)
    await work(ids)
    assert {row.status for row in await rows.rows(database, effects)} == {"done"}


@pytest.mark.parametrize("good", [Answer(), GiveUp(cause="c", reason="r"), NotYet(after=MINUTE, reason="r")])
async def test_a_remote_that_answers_is_in_health(database: Database, good: Outcome) -> None:
    """Whatever it says; the failures before it are forgotten."""
    ids = await ask(database, *(outgoing(number) for number in range(10)))
    bad = TryLater(reason="503")
    connector = Scripted(ends=[*[bad] * 4, good, *[bad] * 4, good])
    work = await carrier(database, connector)
    for row_id in ids:
        await work([row_id])
    assert len(connector.asked) == 10


async def test_an_unreadable_effect_is_put_back_for_a_while(database: Database) -> None:
    """Its bytes may be read again when a key or a release is mended; its neighbours are carried."""
    bad, good = await ask(database, outgoing(1), outgoing(2))
    await rows.change(database, effects, effects.c.id == bad, body=b"not ours")
    connector = Scripted()
    await (await carrier(database, connector))([bad, good])
    row = await effect_row(database, bad)
    assert (row.status, row.attempts, row.reason) == ("new", 0, "no-key: outbox.body")
    assert await wait_of(database, row) == 5 * MINUTE
    assert connector.asked == [("carry", "key-2")]
