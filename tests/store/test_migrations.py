"""The migrations make the tables that the store works with."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from migrations.upgrade import current, newest, upgrade
from store.database import Database
from store.tables import metadata


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [str(each) for each in compare_metadata(context, metadata)]


def partial_indexes(connection: Connection) -> dict[str, bool]:
    """Index -> whether the database holds a condition for it."""
    found = {}
    for table in metadata.sorted_tables:
        for index in inspect(connection).get_indexes(table.name):
            if "duplicates_constraint" in index:
                continue
            options = index.get("dialect_options", {})
            found[str(index["name"])] = f"{connection.dialect.name}_where" in options
    return found


async def test_migrations_and_tables_agree(database: Database) -> None:
    """A column that is in the program but not in the migrations is noticed here and not at a customer's."""
    assert await database.run(differences) == []


async def test_migrations_make_the_partial_indexes(database: Database) -> None:
    """The indexes of open rows stay as small as what is open, in the migrations as in the tables."""
    held = await database.run(partial_indexes)
    option = "sqlite" if database.is_sqlite else "postgresql"
    meant = {
        str(index.name): index.dialect_options[option]["where"] is not None
        for table in metadata.sorted_tables
        for index in table.indexes
    }
    assert meant == held


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """Whoever runs the migrations again is told that nothing was left to do."""
    await database.run(upgrade)
    assert newest() == await database.run(current)
