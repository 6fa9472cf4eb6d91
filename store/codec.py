"""Messages, effects and cases as bytes with a schema number; older bytes are upcast on loading."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from case_core.case import Case
from case_core.decide import AnyCaseType
from case_core.effects import EFFECTS, Effect
from case_core.messages import MESSAGES, Message

SCHEMA = 1

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Mapping[tuple[str, int], Upcast] = {}
"""(name, schema) -> what makes it the next schema."""

T = TypeVar("T")


class Unreadable(Exception):
    """The bytes do not fit what the program knows by that name."""


class Codec:
    """Knows every message, every effect and the facts of every case type."""

    def __init__(self, kinds: Iterable[AnyCaseType]) -> None:
        self._messages: dict[str, TypeAdapter[Any]] = {m.__name__: TypeAdapter(m) for m in MESSAGES}
        self._effects: dict[str, TypeAdapter[Any]] = {e.__name__: TypeAdapter(e) for e in EFFECTS}
        self._cases: dict[str, TypeAdapter[Any]] = {k.name: TypeAdapter(Case[k.facts]) for k in kinds}  # type: ignore[name-defined]

    def dump(self, thing: Message | Effect | Case[Any]) -> bytes:
        return orjson.dumps(thing)

    def message(self, name: str, schema: int, raw: bytes) -> Message:
        loaded: Message = load(self._messages, name, schema, raw)
        return loaded

    def effect(self, name: str, schema: int, raw: bytes) -> Effect:
        loaded: Effect = load(self._effects, name, schema, raw)
        return loaded

    def case(self, kind: str, schema: int, raw: bytes) -> Case[Any]:
        loaded: Case[Any] = load(self._cases, kind, schema, raw)
        return loaded


def load(adapters: Mapping[str, TypeAdapter[Any]], name: str, schema: int, raw: bytes) -> Any:
    """Raises `Unreadable`, naming fields and never their values."""
    adapter = adapters.get(name)
    if adapter is None:
        raise Unreadable(f"unreadable: {name}")
    if schema > SCHEMA:
        raise Unreadable(f"unreadable: {name} (schema {schema}, written by a newer release)")
    try:
        if schema == SCHEMA:
            return adapter.validate_json(raw)
        return adapter.validate_python(upcast(name, schema, orjson.loads(raw)))
    except ValidationError as error:
        fields = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)})
        raise Unreadable(f"unreadable: {name} ({', '.join(fields)})") from None
    except orjson.JSONDecodeError:
        raise Unreadable(f"unreadable: {name}") from None


def upcast(name: str, schema: int, data: dict[str, Any]) -> dict[str, Any]:
    for step in range(schema, SCHEMA):
        if (name, step) not in UPCASTS:
            raise Unreadable(f"unreadable: {name} (schema {schema})")
        data = UPCASTS[name, step](data)
    return data
