"""The texts are complete in three languages, and incomplete texts are not loaded."""

import copy
import pkgutil
import re
import tomllib
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import pytest

import case_core.case_types
from config.texts import LANGUAGES, TextsIncomplete, complete
from letters.needed import NEEDED, OTHER_SUBJECTS, SUBJECTS_WITH_A_DATE
from tests.letters.build import DOCUMENTS, TEXTS

ROOT = Path(__file__).parents[2]
PROFESSIONS = (
    *("AA", "AT", "AU", "BI", "ET", "FA1", "FA2", "FB", "FO", "FT", "HE", "HF", "HP", "JO", "KE", "KI", "LE"),
    *("MT", "NP", "OA", "OI", "OP", "OR", "OS", "PE", "PM", "PS", "RA", "SP", "TH", "TL", "TP", "TT", "VE"),
    *("VP", "XX"),
)
NOT_SUBJECTS = frozenset(
    {
        "AUTHORISATION",
        "LICENCE",
        "OVERPAID",
        "REFUND",
        "REFUNDED",
        "PAID_TOO_MUCH",
        "PAID_TOO_LITTLE",
        "LOWER_BY_LIST",
        "PAID_FOR_ENDED_CASE",
        "FOUND_NOT_TAKEN",
        "UNDELIVERED",
        "NOT_DELIVERED",
        "UNREAD",
        "AUTOMATIC",
        "CURRENCY",
        "CLAIMED_PAID",
        "FOUND",
        "NOTHING",
        "NO_PLACE_TO_LOOK",
        "POSTED_LATE",
        "SCAN_REFUSED",
    }
)
REASON = re.compile(
    r'(?:NotAllowed|Stale|NothingBehind)\(\s*"([a-z-]+)"'
    r'|\b(?:cause|reason)="([a-z]+(?:-[a-z]+)*)"'
    r'|\bcause = "([a-z-]+)" if .* else "([a-z-]+)"'
)


def tables() -> dict[str, dict[str, Any]]:
    folder = resources.files("config").joinpath("texts")
    return {
        language: tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_profession_has_a_name(language: str) -> None:
    """All of Volven 9060, and nothing else."""
    assert tuple(TEXTS[language].under("professions")) == PROFESSIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_has_a_name_and_a_reason(language: str) -> None:
    """Every kind that a case type or a caseworker can ask for."""
    required = set(DOCUMENTS)
    for file in (ROOT / "config" / "case_types").glob("*.toml"):
        required |= set(re.findall(r'^document = "(\w+)"', file.read_text(encoding="utf-8"), re.MULTILINE))
    for kind in required:
        assert {f"{kind}.name", f"{kind}.why"} <= set(TEXTS[language].under("documents"))


def test_everything_that_a_case_type_asks_for_can_be_waited_for_in_words() -> None:
    """A new kind of ask fails here until it has its sentence."""
    subjects = set()
    for module in pkgutil.iter_modules(case_core.case_types.__path__):
        names = vars(import_module(f"case_core.case_types.{module.name}"))
        subjects |= {
            value.partition(":")[0]
            for name, value in names.items()
            if name.isupper() and type(value) is str and name not in NOT_SUBJECTS
        }
    assert subjects == {*SUBJECTS_WITH_A_DATE, *OTHER_SUBJECTS}


def test_every_reason_that_the_program_gives_has_words() -> None:
    """Whatever is refused, parked or failed says why in three languages."""
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("case_core", "connectors", "handlers", "store")
        for path in (ROOT / folder).rglob("*.py")
    ]
    given = {reason for source in sources for found in REASON.findall(source) for reason in found if reason}
    assert given
    assert given <= set(TEXTS["nb"].under("reasons"))


def test_what_is_needed_is_there() -> None:
    """The real files meet every need of the letters, with every placeholder."""
    complete(tables(), DOCUMENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_missing_in_one_language_is_named(language: str) -> None:
    """The one who forgot it reads language and key, at start and not when a letter is sent."""
    spoiled = tables()
    del spoiled[language]["letters"]["receipt"]["title"]
    with pytest.raises(TextsIncomplete, match=rf"^{language}: letters\.receipt\.title is missing"):
        complete(spoiled)


def test_a_text_missing_in_every_language_is_named() -> None:
    """That all languages agree is not enough."""
    spoiled = tables()
    for table in spoiled.values():
        del table["phases"]["open"]
    with pytest.raises(TextsIncomplete, match=r"nn: phases\.open is missing"):
        complete(spoiled)


def test_every_needed_text_is_missed() -> None:
    """Nothing needed can be taken away unnoticed."""
    with pytest.raises(TextsIncomplete) as told:
        complete({language: {"x": "y"} for language in LANGUAGES})
    assert all(f"en: {key} is missing" in str(told.value) for key in NEEDED)


def test_an_unknown_document_is_named() -> None:
    """A case type cannot ask for a document that no letter can explain."""
    with pytest.raises(TextsIncomplete, match=r"nb: documents\.politiattest\.name is missing"):
        complete(tables(), ["politiattest"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Kvittering", "must have the placeholders"),
        ("Sak {case_numer}", "must have the placeholders"),
        ("Sak {case_number", "belongs to no {placeholder}"),
        ("Sak {case_number:>10}", "belongs to no {placeholder}"),
        ("Sak {case_number.real}", "belongs to no {placeholder}"),
        ("Sak {}", "belongs to no {placeholder}"),
        ("  ", "is no text"),
        (7, "is no text"),
    ],
)
def test_a_spoiled_text_is_named(text: object, told: str) -> None:
    """Placeholders forgotten, misspelt or too clever are found when the texts are loaded."""
    spoiled = copy.deepcopy(tables())
    spoiled["nn"]["letters"]["receipt"]["title"] = text
    with pytest.raises(TextsIncomplete, match=r"letters\.receipt\.title") as error:
        complete(spoiled)
    assert told in str(error.value)


def test_asking_for_a_text_that_is_not_there_names_it() -> None:
    """The error tells language and key, and no value."""
    with pytest.raises(KeyError, match=r"nb: letters\.postcard\.title"):
        TEXTS["nb"].text("letters.postcard.title")
