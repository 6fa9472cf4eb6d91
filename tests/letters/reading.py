"""Markdown as a reader's screen shows it, by a CommonMark reader that is not ours, HTML allowed."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(source: str) -> Iterator[Token]:
    for block in READER.parse(source):
        yield block
        yield from block.children or ()


def kinds(source: str) -> list[str]:
    """What the source is made of; texts count as one kind however they are cut up."""
    found = [token.type for token in tokens(source) if token.type not in ("inline", "text_special")]
    return [
        kind for kind, before in zip(found, ["", *found], strict=False) if (kind, before) != ("text",) * 2
    ]


def text(source: str) -> str:
    """What stands on the screen: paragraphs apart by an empty line, lines by a line break."""
    return "\n\n".join(
        "".join(
            "\n" if child.type in ("hardbreak", "softbreak") else child.content
            for child in block.children or ()
        )
        for block in READER.parse(source)
        if block.type == "inline"
    )
