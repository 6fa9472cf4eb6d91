"""What reaches the log, and what must not."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import set_up_logging

PERSONAL = "somebody's name"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def fail() -> None:
    raise ValueError(PERSONAL)


def test_an_exception_is_logged_without_its_text(capfd: pytest.CaptureFixture[str]) -> None:
    """Type and place are logged, by our own loggers and by libraries'; the text may hold anything."""
    set_up_logging("info", "json")
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("it failed")
        logging.getLogger("library").exception("it failed there")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["error"] for line in lines] == ["ValueError", "ValueError"]
    assert all(any("fail" in place for place in line["where"]) for line in lines)
    assert PERSONAL not in str(lines)


def test_libraries_tell_only_of_trouble(capfd: pytest.CaptureFixture[str]) -> None:
    """What a library does, requests and their addresses among it, is not logged."""
    set_up_logging("debug", "json")
    logging.getLogger("httpx").info("GET http://example/?code=secret")
    assert capfd.readouterr().err == ""
