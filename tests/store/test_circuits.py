"""Whether a remote may be called: one row that all processes share."""

from datetime import timedelta

from broker.topology import HPR, NEXI
from store import circuits
from store.circuits import FAILURES_TO_OPEN, FIRST_PAUSE, LONGEST_PAUSE, Circuit
from store.database import Database
from store.moments import db_now, from_micros
from store.tables import connectors
from tests.store import rows


async def ready(database: Database) -> None:
    async with database.write() as tx:
        await circuits.ensure(tx, [NEXI, HPR])


async def trouble(database: Database, times: int, *, broken: bool = False) -> None:
    for _ in range(times):
        async with database.write() as tx:
            await circuits.record_trouble(tx, HPR, "503", broken=broken)


async def may_call(database: Database, name: str = HPR) -> bool:
    async with database.read() as tx:
        return await circuits.may_call(tx, name)


async def pause(database: Database) -> timedelta:
    """How long the circuit was opened for."""
    [row] = [row for row in await rows.rows(database, connectors) if row.name == HPR]
    return from_micros(row.open_until) - from_micros(row.changed_at)


async def test_every_connector_begins_closed(database: Database) -> None:
    """Calls may be made until somebody knows better."""
    await ready(database)
    async with database.read() as tx:
        assert [circuit.name for circuit in await circuits.circuits(tx)] == [HPR, NEXI]
    assert await may_call(database)


async def test_starting_again_forgets_nothing(database: Database) -> None:
    """A process that starts finds out what the others know."""
    await ready(database)
    await trouble(database, FAILURES_TO_OPEN)
    await ready(database)
    assert not await may_call(database)


async def test_an_unknown_connector_may_not_be_called(database: Database) -> None:
    """One that was never set up is a mistake and not a remote in good health."""
    assert not await may_call(database, "nobody")


async def test_four_failures_in_a_row_leave_it_closed_and_the_fifth_opens(database: Database) -> None:
    """A remote that stumbles is no remote that is down."""
    await ready(database)
    await trouble(database, FAILURES_TO_OPEN - 1)
    assert await may_call(database)
    await trouble(database, 1)
    assert not await may_call(database)
    assert await may_call(database, NEXI)


async def test_a_success_in_between_starts_the_count_anew(database: Database) -> None:
    """Only failures in a row count."""
    await ready(database)
    await trouble(database, FAILURES_TO_OPEN - 1)
    async with database.write() as tx:
        await circuits.record_success(tx, HPR)
    await trouble(database, FAILURES_TO_OPEN - 1)
    assert await may_call(database)


async def test_who_records_trouble_is_told_whether_it_opened(database: Database) -> None:
    """So that the log can say it, and calls already claimed are not made."""
    await ready(database)
    told = []
    for _ in range(FAILURES_TO_OPEN):
        async with database.write() as tx:
            told.append(await circuits.record_trouble(tx, HPR, "503", broken=False))
    assert told == [*[False] * (FAILURES_TO_OPEN - 1), True]


async def test_one_that_is_about_us_opens_at_once(database: Database) -> None:
    """An expired key must not be tried a hundred times."""
    await ready(database)
    await trouble(database, 1, broken=True)
    assert not await may_call(database)


async def test_the_pause_doubles_up_to_half_a_minute(database: Database) -> None:
    """The longer it is down, the less it is asked."""
    await ready(database)
    await trouble(database, FAILURES_TO_OPEN - 1)
    pauses = []
    for _ in range(9):
        await trouble(database, 1)
        pauses.append(await pause(database))
    meant = [min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(9)]
    assert meant == [round_to_seconds(each) for each in pauses]


def round_to_seconds(span: timedelta) -> timedelta:
    """Two readings of a clock in one statement may lie some microseconds apart."""
    return timedelta(seconds=round(span.total_seconds()))


async def test_it_may_be_called_when_its_time_is_up(database: Database) -> None:
    """Nobody has to close a circuit by hand."""
    await ready(database)
    await trouble(database, FAILURES_TO_OPEN)
    await rows.change(database, connectors, open_until=db_now() - 1)
    assert await may_call(database)


async def test_what_is_shown_says_why(database: Database) -> None:
    """Whoever looks sees the count, the state and the reason; a success wipes them."""
    await ready(database)
    await trouble(database, 1, broken=True)
    async with database.write() as tx:
        shown = await circuits.circuits(tx)
        assert Circuit(name=HPR, failures=1, is_open=True, paused=False, reason="503") in shown
        await circuits.record_success(tx, HPR)
        assert Circuit(name=HPR, failures=0, is_open=False, paused=False, reason="") in (
            await circuits.circuits(tx)
        )


async def test_a_paused_connector_stays_paused_after_a_success(database: Database) -> None:
    """What a person has stopped, only a person starts."""
    await ready(database)
    await rows.change(database, connectors, connectors.c.name == HPR, paused=True)
    async with database.write() as tx:
        await circuits.record_success(tx, HPR)
    assert not await may_call(database)
