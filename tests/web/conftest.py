from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store import tables
from store.database import Database
from tests.web.desk import Desk, desk_over, new_database


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = new_database(tmp_path)
    await database.run(tables.metadata.create_all)
    opened = await desk_over(database, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def any_desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """On SQLite and on PostgreSQL: for what reads and writes rows in its own way."""
    opened = await desk_over(database, tmp_path)
    yield opened
    await opened.close()
