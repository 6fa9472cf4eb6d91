"""Any value of a frozen dataclass of ours, drawn field by field from its annotations."""

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

LARGEST = 2**53
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy wants it without a zone and adds UTC
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
SIMPLE: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(-LARGEST, LARGEST),
    bool: st.booleans(),
    type(None): st.none(),
    datetime: MOMENTS,
    date: st.dates(),
}


def anything(annotation: Any) -> st.SearchStrategy[Any]:
    """Values that fit the annotation. Datetimes are aware, as everywhere in the program."""
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        return st.one_of(*map(anything, get_args(annotation)))
    if get_origin(annotation) is tuple:
        return st.lists(anything(get_args(annotation)[0]), max_size=3).map(tuple)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    return instance(annotation)


def instance(kind: type) -> st.SearchStrategy[Any]:
    assert is_dataclass(kind), f"no strategy for {kind}"
    hints = get_type_hints(kind)
    return st.builds(kind, **{each.name: anything(hints[each.name]) for each in fields(kind)})
