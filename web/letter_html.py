"""A letter's markdown as a page shows it: the little that our letters use, and nothing else of it.

Everything is escaped first. Links are shown as text: a preview leads nowhere.
"""

import re

from markupsafe import Markup, escape

TOKEN = re.compile(
    r"\\(?P<plain>[^\w\s]|_)|\*\*(?P<bold>.+?)\*\*|\[(?P<link>[^\]]*)\]\([^)]*\)",
    re.DOTALL,
)
ENTITIES = {"&lt;": "<", "&gt;": ">"}


def as_html(body: str) -> Markup:
    return Markup("\n").join(block(part) for part in re.split(r"\n{2,}", body.strip()) if part.strip())


def block(part: str) -> Markup:
    if part.startswith("## "):
        return Markup("<h4>{}</h4>").format(inline(part[3:]))
    lines = part.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = Markup("").join(Markup("<li>{}</li>").format(inline(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    written = Markup("<br>").join(inline(line) for line in part.split("  \n"))
    return Markup("<p>{}</p>").format(written)


def inline(words: str) -> Markup:
    shown = Markup("")
    at = 0
    for found in TOKEN.finditer(words):
        shown += text(words[at : found.start()])
        shown += marked(found)
        at = found.end()
    return shown + text(words[at:])


def marked(found: re.Match[str]) -> Markup:
    if found["bold"] is not None:
        return Markup("<strong>{}</strong>").format(inline(found["bold"]))
    if found["link"] is not None:
        return Markup('<span class="link">{}</span>').format(inline(found["link"]))
    return escape(found["plain"] or "")


def text(words: str) -> Markup:
    for entity, character in ENTITIES.items():
        words = words.replace(entity, character)
    return escape(words)
