"""Markdown as GitHub shows it."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by `make docs`. Change the code, not this page. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(each) for each in line)} |" for line in lines)


def cell(text: str) -> str:
    """One line; a bar would end the cell, even inside code."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    return f"`{text}`"


def page(*parts: str) -> str:
    """A whole page: parts with an empty line between them."""
    return "\n\n".join((MADE, *parts)) + "\n"
