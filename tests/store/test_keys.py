"""Keys: by what name a message knows its case."""

from store import keys
from store.database import Database
from store.tables import keys as table
from tests.store import rows


async def settle(database: Database, held: dict[str, str], missed: set[str]) -> dict[str, str]:
    async with database.write() as tx:
        return await keys.settle_keys(tx, held, missed)


async def test_a_held_key_leads_to_its_case(database: Database) -> None:
    """And one that nobody holds leads nowhere."""
    await settle(database, {"payment:1": "case-1"}, set())
    async with database.read() as tx:
        assert await keys.holders(tx, {"payment:1", "payment:2"}) == {"payment:1": "case-1"}
        assert await keys.holders(tx, set()) == {}


async def test_a_missed_key_is_written_without_a_case(database: Database) -> None:
    """So that whoever gives it one has to wait for the misser, or the other way round."""
    assert await settle(database, {}, {"letter:1"}) == {}
    assert [tuple(row) for row in await rows.rows(database, table)] == [("letter:1", None)]
    async with database.read() as tx:
        assert await keys.holders(tx, {"letter:1"}) == {}


async def test_a_missed_key_gets_its_case_later(database: Database) -> None:
    """The row that the misser left is filled."""
    await settle(database, {}, {"letter:1"})
    await settle(database, {"letter:1": "case-1"}, set())
    async with database.read() as tx:
        assert await keys.holders(tx, {"letter:1"}) == {"letter:1": "case-1"}


async def test_who_misses_a_key_that_has_its_case_by_now_is_told(database: Database) -> None:
    """Then there is nothing to wait for."""
    await settle(database, {"a": "case-1", "b": "case-2"}, set())
    assert await settle(database, {}, {"a", "c"}) == {"a": "case-1"}


async def test_a_key_keeps_its_first_case(database: Database) -> None:
    """Nobody takes a key over, not by holding it and not by missing it."""
    await settle(database, {"a": "case-1"}, set())
    await settle(database, {"a": "case-2"}, set())
    assert await settle(database, {}, {"a"}) == {"a": "case-1"}


async def test_keys_are_written_in_sorted_order(database: Database) -> None:
    """Two sets that share keys take them in the same order and cannot wait for each other."""
    held = {"d": "case-1", "a": "case-2"}
    async with rows.overheard(database) as said:
        await settle(database, held, {"c", "b"})
    [(_, parameters)] = said
    assert [each for each in parameters if each in set("abcd")] == ["a", "b", "c", "d"]


async def test_nothing_to_settle_asks_nothing_of_the_database(database: Database) -> None:
    """Most sets neither give keys nor miss them."""
    async with rows.overheard(database) as said:
        assert await settle(database, {}, set()) == {}
    assert said == []
