import re
from pathlib import Path

import pytest

from app.cli import cli
from tests.docs.pages import ROOT, anchors, code, expanded, links, name, pages, text

OUR_FOLDERS = "|".join(sorted(each.name for each in ROOT.iterdir() if each.is_dir() and each.name[0] != "."))
OUR_PATH = re.compile(rf"(?:{OUR_FOLDERS})/[\w./{{}},-]*")
MADE_AT_RUN_TIME = "data/"
MAKE = re.compile(r"\bmake ([a-z]+)\b")
SKRANKE = re.compile(r"(?<![\w/-])skranke ([a-z][a-z-]*)(?![\w-]*[=.])")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
REGISTRY_HOST = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)")
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|Users|work)/")
ARTICLES = 15

each_page = pytest.mark.parametrize("page", pages(), ids=name)


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    """A reader who follows a link inside the project finds the page, and the heading on it."""
    assert [to for to in links(page) if not leads_somewhere(page, to)] == []


def leads_somewhere(page: Path, to: str) -> bool:
    path, _, anchor = to.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(target)


@each_page
def test_every_path_that_is_named_exists(page: Path) -> None:
    """The pages name files as they lie in the project now."""
    named = {path for each in code(page) if (path := each.strip()) and OUR_PATH.fullmatch(path)}
    there = {path for path in named if not path.startswith(MADE_AT_RUN_TIME)}
    assert [path for path in sorted(there) for each in expanded(path) if not (ROOT / each).exists()] == []


@each_page
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    """What a reader is told to make can be made."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(MAKE.findall("\n".join(code(page)))) - targets == set()


@each_page
def test_every_command_that_is_named_exists(page: Path) -> None:
    """What a reader is told to run can be run."""
    assert set(SKRANKE.findall("\n".join(code(page)))) - commands() == set()


def commands() -> set[str]:
    return {str(each.name or getattr(each.callback, "__name__", "")) for each in cli.registered_commands}


def test_the_readme_names_what_is_there_to_run() -> None:
    """A newcomer finds the two commands, the checks and the program's own commands."""
    readme = "\n".join(code(ROOT / "README.md"))
    assert {"demo", "test", "check", "bench"} <= set(MAKE.findall(readme))
    assert commands() == set(SKRANKE.findall(readme))


@each_page
def test_nothing_is_said_of_the_machine_it_was_written_on(page: Path) -> None:
    """Neither package registries nor paths of one machine are of use to a reader."""
    said = [found[0] for line in text(page).splitlines() for found in [forbidden(line)] if found]
    assert said == []


def forbidden(line: str) -> re.Match[str] | None:
    return REGISTRY_HOST.search(line) or MACHINE_PATH.search(line)


def test_the_licence_is_whole() -> None:
    """The licence has all its articles and the list of compatible licences."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    numbers = [int(number) for number in re.findall(r"^(\d+)\.", licence, re.MULTILINE)]
    assert numbers == list(range(1, ARTICLES + 1))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in licence
    assert licence.endswith("require the production of a new EUPL version.\n")
