"""A whole dialog at the speed of memory: from a hint to a decision that has reached the applicant."""

import asyncio
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from broker.topology import CONNECTORS
from case_core.case import AskState, Phase
from case_core.case_types.facts import ApplicationCase
from store.codec import Codec
from store.crypto import Cipher
from store.database import Database
from store.history import history
from store.tables import inbox, outbox
from tests.conftest import MakeDatabase
from tests.handlers.hub import Bystander, Hub, Tripwire, a_day_passes, crash, play
from tests.handlers.outside import Outside
from tests.store import rows

LIVES = 6
EARLIEST, LATEST = 8, 90

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class End:
    """Where a dialog has come, without what differs from run to run (ids, times, row numbers)."""

    phase: Phase
    asks: frozenset[tuple[str, AskState, str]]
    effects: frozenset[tuple[str, str, str]]
    messages: frozenset[tuple[str, str]]


async def end_of(database: Database) -> End:
    case = await case_of(database)
    effects = await rows.rows(database, outbox)
    messages = await rows.rows(database, inbox)
    return End(
        phase=case.phase,
        asks=frozenset((ask.key, ask.state, ask.reason) for ask in case.asks),
        effects=frozenset((row.effect, row.ask_key, row.status) for row in effects),
        messages=frozenset((row.type, row.status) for row in messages if row.status != "refused"),
    )


async def case_of(database: Database) -> ApplicationCase:
    case = await Bystander(database).case()
    assert case is not None
    return case


async def check_history(database: Database) -> None:
    """Every change of the case is a line, and the chain is whole."""
    case = await case_of(database)
    async with database.read() as tx:
        events, whole = await history(tx, case.id)
    assert whole
    versions = [event.version for event in events]
    assert versions == sorted(versions)
    assert set(versions) == set(range(1, case.version + 1))


async def check_carried(database: Database, outside: Outside) -> None:
    """An effect that was claimed once was carried once; no claim carries more than one call."""
    claims = {row.key: row.claims for row in await rows.rows(database, outbox)}
    assert set(outside.carried) == set(claims)
    assert {key for key, times in outside.carried.items() if times > claims[key]} == set()


async def play_undisturbed(database: Database) -> tuple[End, Outside]:
    outside = Outside()
    hub = Hub(database, outside)
    await hub.start()
    await play(hub)
    await hub.stop()
    return await end_of(database), outside


async def test_a_dialog_ends_in_a_decision_that_has_reached_the_applicant(database: Database) -> None:
    """Submitted, paid on demand, found deficient, supplemented, granted: every effect carried once."""
    end, outside = await play_undisturbed(database)
    assert end.phase is Phase.FOLLOW_UP
    assert {status for _, _, status in end.effects} == {"done"}
    assert {status for _, status in end.messages} == {"handled"}
    assert set(outside.carried.values()) == {1}
    stored = await rows.rows(database, outbox)
    assert {row.connector for row in stored} == set(CONNECTORS)
    assert Counter(row.claims for row in stored) == {1: len(stored)}
    await check_history(database)
    await check_carried(database, outside)


@pytest.fixture(scope="module")
def undisturbed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, cipher: Cipher, codec: Codec
) -> End:
    """How the dialog ends when nothing goes wrong."""
    path = tmp_path_factory.mktemp("undisturbed") / "skranke.db"
    shutil.copy(sqlite_template, path)

    async def run() -> End:
        database = Database(f"sqlite+aiosqlite:///{path}", cipher, codec)
        end, _ = await play_undisturbed(database)
        await database.close()
        return end

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


async def live(database: Database, outside: Outside, nth: int) -> bool:
    """One life, cut off at the nth statement; whether the dialog came to its end before that."""
    around = asyncio.all_tasks()
    hub = Hub(database, outside)
    await hub.start()
    wire = Tripwire(database, nth)
    playing = asyncio.create_task(play(hub))
    tearing = asyncio.create_task(wire.torn.wait())
    await asyncio.wait([playing, tearing], return_when=asyncio.FIRST_COMPLETED)
    done = playing.done()
    if done:
        await playing
    await crash(around)
    return done


@pytest.mark.parametrize("seed", range(5))
async def test_a_dialog_that_is_cut_off_again_and_again_ends_the_same(
    make_database: MakeDatabase, undisturbed: End, seed: int
) -> None:
    """Wherever the process dies, the rows remember: the same end, and nothing done twice that must not be."""
    random = Random(seed)
    outside = Outside()
    cuts = 0
    for life in range(LIVES):
        database = make_database()
        nth = random.randint(EARLIEST, LATEST) if life < LIVES - 1 else 10**6
        if await live(database, outside, nth):
            break
        cuts += 1
        await database.close()
        await a_day_passes(make_database())
    assert cuts > 1
    database = make_database()
    await check_history(database)
    await check_carried(database, outside)
    assert await end_of(database) == undisturbed
