"""One running demonstration for all tests of the whole program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.outside import Outside


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder: Path = tmp_path_factory.mktemp("system") / "demo"
    running = Outside(folder)
    yield running
    running.stop()
