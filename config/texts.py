"""Texts shown to people, from `config/texts/*.toml`, complete or not loaded at all."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from letters.needed import NEEDED, document_texts

LANGUAGES: Final = ("nb", "nn", "en")
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")


class TextsIncomplete(Exception):
    """Texts are missing or do not agree; the message lists each with its language and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts of one language, by dotted key (`letters.receipt.title`)."""

    language: str
    entries: Mapping[str, str]

    def text(self, key: str, /, **values: str) -> str:
        """Raises `KeyError`, naming the key, for a text or a value that is not there."""
        try:
            return self.entries[key].format_map(values)
        except KeyError as missing:
            raise KeyError(f"{self.language}: {key} ({missing.args[0]})") from None

    def under(self, family: str) -> dict[str, str]:
        """The texts of a family by the rest of their key, in the file's order: choices for a list."""
        start = f"{family}."
        return {key.removeprefix(start): text for key, text in self.entries.items() if key.startswith(start)}

    def __contains__(self, key: object, /) -> bool:
        return key in self.entries


def load_texts(*, documents: Collection[str] = ()) -> dict[str, Texts]:
    """The texts by language. `documents`: kinds of documents that the case types may ask for.

    Raises `TextsIncomplete`.
    """
    return complete({language: _read(language) for language in LANGUAGES}, documents)


def complete(tables: Mapping[str, Mapping[str, Any]], documents: Collection[str] = ()) -> dict[str, Texts]:
    """Texts from parsed files, once they have shown that they agree with each other and with the letters."""
    entries = {language: dict(_flat(language, "", table)) for language, table in tables.items()}
    problems = [*_differences(entries), *_unmet(entries, {**NEEDED, **document_texts(documents)})]
    if problems:
        raise TextsIncomplete("\n".join(problems))
    return {
        language: Texts(language=language, entries=MappingProxyType(flat))
        for language, flat in entries.items()
    }


def _read(language: str) -> dict[str, Any]:
    source = files("config").joinpath("texts", f"{language}.toml")
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as trouble:
        raise TextsIncomplete(f"{language}.toml cannot be read: {trouble}") from trouble


def _flat(language: str, prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flat(language, f"{key}.", value)
        elif isinstance(value, str) and value.strip():
            yield key, value
        else:
            raise TextsIncomplete(f"{language}: {key} is no text")


def _differences(entries: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Keys that not every language has, and placeholders that not every language uses."""
    for key in sorted(set().union(*entries.values())):
        lacking = [language for language, texts in entries.items() if key not in texts]
        yield from (f"{language}: {key} is missing" for language in lacking)
        used = {
            language: _places(language, key, texts[key])
            for language, texts in entries.items()
            if key in texts
        }
        if len(set(used.values())) > 1:
            yield f"{key} has other placeholders in one language than in another: {_listed(used)}"


def _unmet(entries: Mapping[str, Mapping[str, str]], needed: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What the letters ask for and the texts do not have."""
    for language, texts in entries.items():
        for key, places in needed.items():
            if key not in texts:
                yield f"{language}: {key} is missing"
            elif _places(language, key, texts[key]) != places:
                yield f"{language}: {key} must have the placeholders {sorted(places)}"


def _places(language: str, key: str, text: str) -> frozenset[str]:
    if re.search(r"[{}]", _PLACE.sub("", text)):
        raise TextsIncomplete(f"{language}: {key} has a brace that belongs to no {{placeholder}}")
    return frozenset(_PLACE.findall(text))


def _listed(used: Mapping[str, frozenset[str]]) -> str:
    return ", ".join(f"{language} {sorted(places)}" for language, places in used.items())
