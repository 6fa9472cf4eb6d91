"""Other people's words made harmless inside markdown: they read exactly as written and format nothing.

Prose stays legible in the source: only characters that could mean something where they stand are escaped.
"""

import re
from urllib.parse import quote

_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_ANYWHERE = re.compile(r"[\\`*_\[\]{}~^$|]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_DOUBLED = re.compile(r'(["+=])(?=\1)')
_AT_LINE_START = re.compile(r"^(?=[#+=:-])")
_LIST_MARKER = re.compile(r"^(\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)(?=[.)](\s|$))")
_HARD_BREAK = "  \n"
_SAFE_IN_LINK = ":/?#@!$&*+,=%~-._"


class UnusableLink(ValueError):
    """A link that is no web address. It is not quoted: links may carry secrets."""


def one_line(words: str) -> str:
    """Words for the middle of a line."""
    return _escaped(" ".join(_cleaned(words).split()))


def paragraphs(words: str) -> str:
    """Words as paragraphs of their own; the writer's line and paragraph breaks are kept."""
    parts = _PARAGRAPH_BREAK.split(_cleaned(words).strip())
    return "\n\n".join(_HARD_BREAK.join(_line(line) for line in part.split("\n")) for part in parts)


def link(address: str) -> str:
    """An address for the round brackets of a link."""
    if not address.startswith(("https://", "http://")):
        raise UnusableLink("A letter's link must begin with https:// or http://")
    return quote(address, safe=_SAFE_IN_LINK)


def _cleaned(words: str) -> str:
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", words))


def _line(line: str) -> str:
    """A line of its own: no indentation, and no heading, list or rule at its beginning."""
    line = _escaped(line.strip())
    return _LIST_MARKER.sub(r"\1\\", _AT_LINE_START.sub(r"\\", line))


def _escaped(words: str) -> str:
    # Entities for angle brackets: Altinn reads the body as HTML too, where a backslash protects nothing.
    words = _ANYWHERE.sub(r"\\\g<0>", words)
    words = _DOUBLED.sub(r"\1\\", _ENTITY.sub(r"\\&", words))
    return words.replace("<", "&lt;").replace(">", "&gt;")
