"""What may be shown of a message without telling who it is about.

A field is shown when it is on the list. What is not on it is hidden, and so is whatever looks like an
identity number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from case_core.messages import Message

HIDDEN = "•••"
LONGEST = 200

SHOWN = frozenset(
    {
        "active",
        "app",
        "ask_key",
        "cancelled",
        "cause",
        "charged",
        "currency",
        "detail",
        "effect",
        "failed",
        "instance",
        "kind",
        "language",
        "letter_id",
        "media_type",
        "nothing_new",
        "outcome",
        "payment_id",
        "profession",
        "reason",
        "reference",
        "reference_is_ours",
        "refunded",
        "reserved",
        "scan",
        "seen_version",
        "size",
        "total_ore",
        "way",
    }
)
"""Codes, amounts and ids of things. What tells of a person, or was written by somebody, is not here."""

IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{6}[ -]?\d{5}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`path` is dotted (`documents.1.kind`)."""

    path: str
    value: str


def masked(message: Message) -> tuple[Field, ...]:
    return tuple(walk("", message))


def walk(path: str, value: object) -> Iterator[Field]:
    if is_dataclass(value):
        for field in fields(value):
            yield from walk(f"{path}.{field.name}" if path else field.name, getattr(value, field.name))
    elif isinstance(value, tuple):
        for number, each in enumerate(value, start=1):
            yield from walk(f"{path}.{number}", each)
    else:
        yield Field(path=path, value=shown(path.rpartition(".")[2], value))


def without_numbers(text: str) -> str:
    """With identity numbers hidden, wherever somebody has written them."""
    return IDENTITY_NUMBER.sub(HIDDEN, text)[:LONGEST]


def shown(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if name in SHOWN:
        return without_numbers(str(value))
    return HIDDEN
