"""A desk for every test: one worker over a database of its own."""

import pytest

from store.database import Database
from tests.handlers.desk import Desk, Now, Wakes, applier


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def desk(database: Database, wakes: Wakes, now: Now) -> Desk:
    return Desk(database=database, apply=applier(database, wake=wakes, now=now))
