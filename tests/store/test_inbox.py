"""The inbox: a message is one row for ever, whoever tells it and how often."""

from datetime import timedelta

import pytest

from store import inbox
from store.database import Database
from store.rows import Arrival, Closing, InboxStatus
from store.tables import inbox as table
from tests.case_core import build
from tests.conftest import MakeDatabase
from tests.store import rows
from tests.store.rows import arrival, arrive, message_row

OPEN_LATER = timedelta(minutes=10)


async def close(database: Database, row_id: int, status: InboxStatus, **more: object) -> None:
    async with database.write() as tx:
        await inbox.close(tx, [Closing(id=row_id, status=status, **more)])  # type: ignore[arg-type]  # a test's shorthand


async def claimed(database: Database, *ids: int) -> list[int]:
    async with database.write() as tx:
        return [row.id for row in await inbox.claim(tx, ids)]


async def test_an_empty_set_asks_nothing_of_the_database(database: Database) -> None:
    """Whoever has nothing to store is told so without a statement."""
    async with rows.overheard(database) as said, database.write() as tx:
        assert await inbox.add(tx, []) == []
        await inbox.close(tx, [])
        assert await inbox.release(tx, []) == 0
    assert said == []


async def test_messages_get_ids_in_the_order_in_which_they_came(database: Database) -> None:
    """Facts stand before the reply that relies on them."""
    ids = await arrive(database, *(arrival(number) for number in (5, 1, 9, 3)))
    stored = [await message_row(database, row_id) for row_id in sorted(ids)]
    assert [row.external_id for row in stored] == ["event-5", "event-1", "event-9", "event-3"]
    assert sorted(ids) == ids


async def test_a_message_told_twice_in_one_set_is_one_row(database: Database) -> None:
    """The second telling is answered with None and changes nothing."""
    async with database.write() as tx:
        ids = await inbox.add(tx, [arrival(1), arrival(2), arrival(1)])
    assert [row_id is not None for row_id in ids] == [True, True, False]
    assert len(await rows.rows(database, table)) == 2


async def test_of_two_tellings_in_one_set_the_first_is_kept(database: Database) -> None:
    """Within a set as across sets: who comes second comes too late."""
    first, second = rows.hint(1), rows.hint(2)
    async with database.write() as tx:
        await inbox.add(tx, [arrival(message=first), arrival(message=second)])
        [row] = await inbox.claim(tx, [1])
    assert first == row.message


async def test_a_message_told_again_later_changes_nothing(database: Database) -> None:
    """What was received first is what stands, even after it has been handled."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, InboxStatus.HANDLED)
    before = await message_row(database, row_id)
    async with database.write() as tx:
        ids = await inbox.add(tx, [arrival(message=rows.hint(7)), arrival(2)])
    assert ids[0] is None
    assert ids[1] is not None
    assert before == await message_row(database, row_id)


async def test_the_same_id_from_another_source_is_another_message(database: Database) -> None:
    """An external id says nothing without its source."""
    async with database.write() as tx:
        one = arrival()
        other = Arrival(source="nexi", external_id=one.external_id, queue=one.queue, message=one.message)
        assert None not in await inbox.add(tx, [one, other])


async def test_a_claimed_row_carries_its_message(database: Database) -> None:
    """What went in comes out."""
    [row_id] = await arrive(database, arrival(message=build.submission(), case_id="case-9"))
    async with database.write() as tx:
        [row] = await inbox.claim(tx, [row_id])
    assert build.submission() == row.message
    assert (row.source, row.external_id, row.case_id) == ("altinn", "event-1", "case-9")
    assert (row.reason, row.replays) == ("", 0)


async def test_rows_are_claimed_oldest_first(database: Database) -> None:
    """The order of a ring is no order of work."""
    ids = await arrive(database, *(arrival(number) for number in range(5)))
    assert ids == await claimed(database, *reversed(ids))


@pytest.mark.parametrize("status", [s for s in InboxStatus if s is not InboxStatus.NEW])
async def test_only_new_rows_are_claimed(database: Database, status: InboxStatus) -> None:
    """A ring that comes late finds nothing to do."""
    closed, new = await arrive(database, arrival(1), arrival(2))
    await close(database, closed, status)
    assert [new] == await claimed(database, closed, new, 999)


async def test_a_row_is_closed_once(database: Database) -> None:
    """Who comes second changes nothing."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, InboxStatus.HANDLED, case_id="case-1")
    await close(database, row_id, InboxStatus.PARKED, reason="too late")
    row = await message_row(database, row_id)
    assert (row.status, row.case_id, row.reason, row.attempts) == ("handled", "case-1", "", 1)


async def test_an_unreadable_row_is_claimed_with_the_reason(database: Database) -> None:
    """Bytes that nobody can read are a row's own trouble and named as such."""
    bad, good = await arrive(database, arrival(1), arrival(2))
    await rows.change(database, table, table.c.id == bad, body=b"not ours")
    async with database.write() as tx:
        broken, whole = await inbox.claim(tx, [bad, good])
    assert broken.message is None
    assert broken.reason == "no-key: inbox.body"
    assert rows.hint(2) == whole.message


async def test_every_cut_of_a_body_is_unreadable_and_nothing_worse(database: Database) -> None:
    """However many bytes are left, its neighbours can still be claimed."""
    [row_id] = await arrive(database, arrival())
    whole = (await message_row(database, row_id)).body
    for length in range(len(whole)):
        async with database.write() as tx:
            await tx.connection.execute(table.update().values(body=whole[:length]))
            [row] = await inbox.claim(tx, [row_id])
        assert row.message is None


async def test_a_type_or_schema_that_we_do_not_know_is_unreadable(database: Database) -> None:
    """A row of another release waits for a person and stops nobody."""
    old, foreign = await arrive(database, arrival(1), arrival(2))
    await rows.change(database, table, table.c.id == old, schema=0)
    await rows.change(database, table, table.c.id == foreign, type="Unheard")
    async with database.write() as tx:
        claimed = await inbox.claim(tx, [old, foreign])
    assert [(row.message, bool(row.reason)) for row in claimed] == [(None, True), (None, True)]


async def test_a_waiting_row_is_released_by_its_key_alone(database: Database) -> None:
    """It may go at once, and is rung for as if it had just come."""
    waits, other = await arrive(database, arrival(1), arrival(2))
    for row_id, key in ((waits, "instance:1"), (other, "instance:2")):
        await close(database, row_id, InboxStatus.WAITING, awaits=key, after=OPEN_LATER, reason="waits")
    async with database.write() as tx:
        assert await inbox.release(tx, ["instance:1", "instance:3"]) == 1
    row = await message_row(database, waits)
    assert (row.status, row.awaits, row.due_at, row.rung_at, row.reason) == ("new", None, 0, None, "")
    assert (await message_row(database, other)).status == InboxStatus.WAITING


async def test_release_touches_no_closed_row(database: Database) -> None:
    """A message that was parked while it waited stays with the person who looks at it."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, InboxStatus.WAITING, awaits="instance:1")
    async with database.write() as tx:
        assert await inbox.park_overdue(tx, "waited-in-vain") == 1
        assert await inbox.release(tx, ["instance:1"]) == 0
    assert (await message_row(database, row_id)).status == InboxStatus.PARKED


async def test_only_what_has_waited_too_long_is_parked(database: Database) -> None:
    """Its time is counted by the database's clock."""
    overdue, patient, new = await arrive(database, *(arrival(number) for number in range(3)))
    await close(database, overdue, InboxStatus.WAITING, awaits="a")
    await close(database, patient, InboxStatus.WAITING, awaits="b", after=OPEN_LATER)
    async with database.write() as tx:
        assert await inbox.park_overdue(tx, "waited-in-vain") == 1
    row = await message_row(database, overdue)
    assert (row.status, row.reason) == ("parked", "waited-in-vain")
    assert [(await message_row(database, each)).status for each in (patient, new)] == ["waiting", "new"]


async def test_a_parked_message_is_replayed_once(database: Database) -> None:
    """It starts afresh and is counted; a second press on the button finds it gone."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, InboxStatus.PARKED, reason="no-such-task")
    async with database.write() as tx:
        assert await inbox.replay(tx, row_id)
        assert not await inbox.replay(tx, row_id)
        [row] = await inbox.claim(tx, [row_id])
    assert (row.replays, row.message) == (1, rows.hint(1))
    stored = await message_row(database, row_id)
    assert (stored.attempts, stored.due_at, stored.rung_at, stored.reason) == (0, 0, None, "")


@pytest.mark.parametrize("status", [s for s in InboxStatus if s is not InboxStatus.PARKED])
async def test_nothing_but_a_parked_message_is_replayed(database: Database, status: InboxStatus) -> None:
    """What was handled or refused has had its effect."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, status)
    async with database.write() as tx:
        assert not await inbox.replay(tx, row_id)
        assert not await inbox.replay(tx, 999)
    assert (await message_row(database, row_id)).status == status


async def test_a_postponed_row_stays_open_until_later(database: Database) -> None:
    """Trouble in the database costs the message nothing but time."""
    [row_id] = await arrive(database, arrival())
    async with database.write() as tx:
        await inbox.postpone(tx, row_id, OPEN_LATER, "database-trouble")
    row = await message_row(database, row_id)
    assert (row.status, row.attempts, row.reason) == ("new", 1, "database-trouble")
    assert row.due_at > 0


async def test_the_outcome_of_a_message_can_be_asked_for(database: Database) -> None:
    """The page of a person's act waits for it."""
    [row_id] = await arrive(database, arrival())
    await close(database, row_id, InboxStatus.REFUSED, reason="case-has-changed")
    async with database.read() as tx:
        assert await inbox.outcome(tx, row_id) == (InboxStatus.REFUSED, "case-has-changed")
        assert await inbox.outcome(tx, 999) is None


async def test_what_is_open_is_counted(database: Database) -> None:
    """Ends are no work any more and are left out."""
    ids = await arrive(database, *(arrival(number) for number in range(6)))
    ends = (InboxStatus.HANDLED, InboxStatus.REFUSED, InboxStatus.PARKED, InboxStatus.WAITING)
    for row_id, status in zip(ids, ends, strict=False):
        await close(database, row_id, status)
    async with database.read() as tx:
        assert await inbox.counts(tx) == {"new": 2, "parked": 1, "waiting": 1}


async def test_what_is_not_committed_was_never_told(make_database: MakeDatabase) -> None:
    """The sender gets no answer and tells it again."""
    database = make_database()

    async def tell_and_fail() -> None:
        async with database.write() as tx:
            await inbox.add(tx, [arrival()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await tell_and_fail()
    assert len(await arrive(database, arrival())) == 1
