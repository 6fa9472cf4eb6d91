"""The case types with their parameters, read from the files beside this one and checked before anything runs.

A profile is the pace: `standard` as the law has it, `demo` with the same rules and spans in seconds.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from case_core.case_types.authorisation import AUTHORISATION, authorisation
from case_core.case_types.licence import LICENCE, licence
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import AnyCaseType, Valid
from config.case_type_rows import ApplicationFile, AuthorisationFile, LicenceFile, Spans

FOLDER = "case_types"

Profile = Literal["standard", "demo"]
Parameters = tuple[Valid[ApplicationParameters], ...]


class ConfigurationError(Exception):
    """The configuration cannot be used. The text says where, why and what to do."""


FILES: Mapping[str, type[ApplicationFile[Any]]] = {AUTHORISATION: AuthorisationFile, LICENCE: LicenceFile}


def load_case_types(profile: Profile) -> dict[str, AnyCaseType]:
    """Every case type by name. Raises `ConfigurationError` when a file cannot be used."""
    return {
        AUTHORISATION: authorisation(application_parameters(AUTHORISATION, profile)),
        LICENCE: licence(application_parameters(LICENCE, profile)),
    }


def application_parameters(name: str, profile: Profile) -> Parameters:
    file = f"{name}.toml"
    content = read(FILES[name], file, text_of(file))
    if profile == "demo":
        overlay = f"{name}.demo.toml"
        content = content.at_pace(read(Spans, overlay, text_of(overlay)))
    return tuple(row.valid() for row in content.valid)


def text_of(file: str) -> str:
    try:
        return resources.files("config").joinpath(FOLDER, file).read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise ConfigurationError(
            f"config/{FOLDER}/{file} is missing. Put it back, or install the program again."
        ) from missing


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], file: str, text: str) -> M:
    """The file's content. `file` is named in the error."""
    place = f"config/{FOLDER}/{file}"
    try:
        return model.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as broken:
        raise ConfigurationError(f"{place} is not TOML: {broken}. Mend that line.") from broken
    except ValidationError as wrong:
        points = "\n".join(f"  - {point(each)}" for each in wrong.errors())
        raise ConfigurationError(f"{place} cannot be used. Mend this:\n{points}") from wrong


WORDS: Mapping[str, str] = {
    "extra_forbidden": "nothing reads this key; correct its name or remove it",
    "missing": "this key is missing; add it",
}


def point(error: ErrorDetails) -> str:
    where = place_in_file(error["loc"])
    said = WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{where}: {said}" if where else said


def place_in_file(location: tuple[int | str, ...]) -> str:
    """`valid[2].fee_kroner.eos`; tables are counted from one, as a reader does."""
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")
