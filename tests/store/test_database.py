"""A database that is away is trouble of one kind, however the driver tells it."""

import socket

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.codec import Codec
from store.crypto import Cipher
from store.database import Database, DatabaseTrouble, is_away
from tests.conftest import MakeDatabase

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def nobody_listens() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


async def test_a_server_that_is_not_there_is_database_trouble(cipher: Cipher, codec: Codec) -> None:
    """The driver lets the refused connection through as it is."""
    away = Database(f"postgresql+asyncpg://hub@127.0.0.1:{nobody_listens()}/hub", cipher, codec)
    with pytest.raises(DatabaseTrouble) as trouble:
        async with away.write():
            pass
    assert is_away(trouble.value)
    assert not await away.is_reachable()
    await away.close()


async def test_a_statement_that_fails_does_not_say_that_the_database_is_away(database: Database) -> None:
    """One row may be to blame for it, so a set is worked row by row."""
    with pytest.raises(DatabaseTrouble) as trouble:
        async with database.write() as tx:
            await tx.connection.execute(text("SELECT * FROM nothing"))
    assert not is_away(trouble.value)


@on_sqlite
async def test_a_file_that_another_process_holds_is_away(make_database: MakeDatabase) -> None:
    """Each row of a set would wait as long for it."""
    holder, other = make_database(), make_database()
    async with other.read() as tx:
        await tx.connection.exec_driver_sql("SELECT 1")
    async with holder.write():
        with pytest.raises(OperationalError) as trouble:
            async with other.write():
                pass
    assert is_away(trouble.value)
