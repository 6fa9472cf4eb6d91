"""The project's pages as the tests read them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
NO_PART_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")


def pages() -> list[Path]:
    own = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [*own, *sorted((ROOT / "docs").rglob("*.md"))]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return FENCE.sub("", text(page))


def links(page: Path) -> list[str]:
    """Where the page points to inside the project."""
    return [to for to in LINK.findall(prose(page)) if not to.startswith(("http://", "https://", "mailto:"))]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the page's headings."""
    return {
        NO_PART_OF_AN_ANCHOR.sub("", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


def code(page: Path) -> list[str]:
    """Everything on the page that is set as code."""
    blocks = FENCE.findall(text(page))
    return [*blocks, *INLINE.findall(prose(page))]


def expanded(path: str) -> list[str]:
    """`texts/{nb,nn}.toml` is two paths."""
    choice = re.search(r"\{([^}]+)\}", path)
    if choice is None:
        return [path]
    return [path.replace(choice[0], each, 1) for each in choice[1].split(",")]
