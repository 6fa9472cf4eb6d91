"""The two databases that everything which touches rows is tried on."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from migrations.upgrade import upgrade
from store.codec import Codec
from store.crypto import Cipher, FieldKey
from store.database import POSTGRESQL_BOUNDS, Database
from tests import postgres as own_postgres
from tests.case_core import build
from tests.postgres import Copies, NotInstalled, Server

TEMPLATE = "migrated"

MakeDatabase = Callable[..., Database]


@pytest.fixture(scope="session")
def codec() -> Codec:
    return Codec([build.kind()])


@pytest.fixture(scope="session")
def cipher() -> Cipher:
    return Cipher([FieldKey(b"f" * 32)], b"i" * 32)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the whole session, started when the first test asks for it."""
    try:
        with own_postgres.running() as server:
            yield server
    except NotInstalled as missing:
        if os.environ.get(own_postgres.REQUIRE) == "1":
            pytest.fail(f"{missing} ({own_postgres.REQUIRE}=1 asks for it)")
        pytest.skip(str(missing))


def migrate(url: str, cipher: Cipher, codec: Codec) -> None:
    """Run the migrations, in a thread so that no loop of a test is in the way."""

    async def run() -> None:
        database = Database(url, cipher, codec)
        await database.run(upgrade)
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, cipher: Cipher, codec: Codec) -> Path:
    path = tmp_path_factory.mktemp("template") / "skranke.db"
    migrate(f"sqlite+aiosqlite:///{path}", cipher, codec)
    return path


@pytest.fixture(scope="session")
def postgres_copies(postgres: Server, cipher: Cipher, codec: Codec) -> Iterator[Copies]:
    postgres.create(TEMPLATE)
    migrate(postgres.url(TEMPLATE), cipher, codec)
    with ThreadPoolExecutor(1) as thread:
        yield Copies(postgres, TEMPLATE, thread)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own, migrated and empty."""
    if request.param == "sqlite":
        path = tmp_path / "skranke.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite+aiosqlite:///{path}"
    copies: Copies = request.getfixturevalue("postgres_copies")
    return copies.take()


@pytest.fixture
async def make_database(database_url: str, cipher: Cipher, codec: Codec) -> AsyncIterator[MakeDatabase]:
    """One more process's view of the test's database, closed when the test is over."""
    async with AsyncExitStack() as closing:

        def make(bounds: Mapping[str, str] = POSTGRESQL_BOUNDS) -> Database:
            database = Database(database_url, cipher, codec, bounds=bounds)
            closing.push_async_callback(database.close)
            return database

        yield make


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    return make_database()
