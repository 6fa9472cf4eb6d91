"""Types, defaults and spans of time in plain words."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.generator.markdown import code

WORDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Path: "path",
    SecretStr: "text",
    timedelta: "duration",
}

BOUNDS: Mapping[str, str] = {
    "gt": "more than {}",
    "ge": "at least {}",
    "le": "at most {}",
    "lt": "less than {}",
    "min_length": "at least {} long",
    "max_length": "at most {} long",
}

UNITS = ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def type_in_words(annotation: Any) -> str:
    """Raises `TypeError` for a type that there are no words for yet."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(code(each) for each in inside)
    if origin in (tuple, frozenset):
        return f"list of {type_in_words(inside[0])}s"
    if origin is not None and origin not in (Union, UnionType) and issubclass(origin, Mapping):
        return f"table of {type_in_words(inside[0])} to {type_in_words(inside[1])}"
    if annotation not in WORDS:
        raise TypeError(f"There are no words for {annotation} yet; add them to WORDS")
    return WORDS[annotation]


def limits_in_words(field: FieldInfo) -> str:
    """`at least 1, at most 200`; empty when anything of the type will do."""
    said = (
        words.format(getattr(limit, name))
        for limit in field.metadata
        for name, words in BOUNDS.items()
        if getattr(limit, name, None) is not None
    )
    return ", ".join(said)


def value_in_words(value: Any) -> str:
    """A default, written as it would be set."""
    match value:
        case timedelta():
            return span_in_words(value)
        case bool():
            return code(str(value).lower())
        case Enum() | str() | Path():
            return code(str(value)) if str(value) else "empty"
        case frozenset() | tuple() | list():
            return ", ".join(code(each) for each in sorted(map(str, value)))
        case Mapping():
            return ", ".join(code(f"{key} = {each}") for key, each in value.items())
        case _:
            return code(f"{value:g}" if isinstance(value, float) else str(value))


def default_in_words(field: FieldInfo) -> str:
    """Empty when there is none."""
    return "" if field.default is PydanticUndefined else value_in_words(field.default)


def span_in_words(span: timedelta) -> str:
    """The largest unit that divides it: 28 days are 4 weeks, 90 seconds are 90 seconds."""
    seconds = span.total_seconds()
    size, unit = next(
        ((size, unit) for size, unit in UNITS if seconds >= size and seconds % size == 0), (1, "second")
    )
    amount = f"{seconds / size:g}"
    return f"{amount} {unit}" if amount == "1" else f"{amount} {unit}s"
