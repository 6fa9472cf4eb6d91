"""Markdown: what counts as plain text, what as raw HTML, and how a message is shown to its reader."""

from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

FORMATTING = frozenset(
    {
        "heading_open",
        "em_open",
        "strong_open",
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "blockquote_open",
    }
)
RAW = frozenset({"html_inline", "html_block"})


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def is_plain(text: str) -> bool:
    """List markers, backticks and backslashes pass; headings, emphasis, links and tags do not."""
    return not FORMATTING.intersection(_kinds(text))


def has_raw_html(text: str) -> bool:
    """Outside code spans, that is."""
    return bool(RAW.intersection(_kinds(text)))


def as_html(text: str) -> str:
    """Safe to show: raw HTML is escaped, and only harmless link schemes become links."""
    return str(_renderer().render(text))


def _kinds(text: str) -> Iterator[str]:
    return _walk(_parser().parse(text))


def _walk(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        yield token.type
        yield from _walk(token.children or [])
