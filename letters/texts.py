"""What letters and sentences ask of the texts of one language."""

from collections.abc import Mapping
from typing import Protocol

FALLBACK = "nb"


class Texts(Protocol):
    """Texts of one language, by dotted key."""

    def text(self, key: str, /, **values: str) -> str:
        """The text with its placeholders filled in; values that it has no place for are left out."""

    def __contains__(self, key: object, /) -> bool: ...


def in_language(texts: Mapping[str, Texts], language: str) -> Texts:
    """Bokmål for a language that we do not write."""
    return texts.get(language) or texts[FALLBACK]
