"""Rules of the house that no linter holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = (
    "app",
    "broker",
    "case_core",
    "config",
    "connectors",
    "handlers",
    "letters",
    "migrations",
    "simulators",
    "store",
    "telemetry",
    "web",
)
SHAPELESS = {"manager", "helper", "helpers", "utils", "util", "service", "services", "base", "common", "misc"}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "system").glob("*.py")), ids=lambda file: file.name)
def test_the_whole_program_is_driven_from_outside(file: Path) -> None:
    """Tests of the whole program know it by its command, its addresses and its files only."""
    assert [name for name in imported(file) if name.partition(".")[0] in OURS] == []


def test_modules_are_named_for_what_they_are() -> None:
    """A module whose name fits anything ends up holding everything."""
    modules = [file for package in OURS for file in (ROOT / package).rglob("*.py")]
    assert modules
    assert [str(file) for file in modules if file.stem in SHAPELESS] == []
