"""Other people's words inside a letter read as written and do nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import markdown
from letters.write import write
from tests.letters import reading
from tests.letters.build import TEXTS, decision, deficiency

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;lt; &#60; &copy;",
    "# Vedtak",
    "Avslag\n======",
    "Avslag\n---",
    "- ett\n- to",
    "1. ett\n2) to",
    "> sitat",
    "    kode",
    "\tkode",
    "```\nkode\n```",
    "~~~\nkode",
    "`kode`",
    "**fet** _kursiv_ ~~strøket~~ ==merket== ++satt inn++",
    "[lenke](https://example.com) ![bilde](https://example.com/x.png)",
    "[a]: https://example.com\n\n[a]",
    "<https://example.com>",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b\n--|--\n1 | 2",
    "***",
    "linje\\\nneste  \nlinje",
    "{{recipientName}} $recipientName$ {grounds}",
    "::: advarsel\nx\n:::",
    "a. ett\niv) to",
    "[^1]\n\n[^1]: note",
    "<!-- borte -->",
    "<![CDATA[x]]>",
]
SIGNS = st.text(alphabet="ab1 \n\t\\`*_{}[]()<>#+-.!|~^=:&;\"'$@/?%x", max_size=60)


def shown(words: str) -> str:
    """The words as they should be read: lines and paragraphs kept, outer and empty space gone."""
    parts = re.split(r"\n\s*\n", words.strip())
    return "\n\n".join("\n".join(line.strip() for line in part.split("\n")) for part in parts if part)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_read_as_written(words: str) -> None:
    """HTML, headings, lists, links, code and entities stay the characters that they are."""
    assert shown(words) == reading.text(markdown.paragraphs(words))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_grounds_leave_the_letter_as_it_was(words: str) -> None:
    """The letter around them has the same parts as with harmless words of as many lines."""
    harmless = re.sub(r"\S+", "ord", shown(words))
    hostile_letter = write(TEXTS, decision(grounds=words)).body
    assert reading.kinds(write(TEXTS, decision(grounds=harmless)).body) == reading.kinds(hostile_letter)
    assert "<" not in hostile_letter


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_leave_a_deficiency_letter_as_it_was(words: str) -> None:
    """A caseworker's words to the applicant are held in as firmly as grounds are."""
    harmless = re.sub(r"\S+", "ord", shown(words))
    hostile_letter = write(TEXTS, deficiency(words=words)).body
    assert reading.kinds(write(TEXTS, deficiency(words=harmless)).body) == reading.kinds(hostile_letter)


@given(SIGNS)
def test_any_signs_read_as_written(words: str) -> None:
    """No combination of signs formats anything or disappears."""
    written = markdown.paragraphs(words)
    assert shown(words) == reading.text(written)
    assert "<" not in written
    allowed = {"paragraph_open", "paragraph_close", "text", "hardbreak"}
    assert set(reading.kinds(written)) <= allowed


@given(SIGNS)
def test_any_signs_stay_on_one_line(words: str) -> None:
    """In the middle of a line, words cannot begin a new one."""
    written = markdown.one_line(words)
    assert "\n" not in written
    assert f"x {' '.join(words.split())}".strip() == reading.text(f"x {written}").strip()


@given(st.text(max_size=40))
def test_any_text_at_all_formats_nothing(words: str) -> None:
    """No character of any alphabet, visible or not, opens anything."""
    written = markdown.paragraphs(words)
    assert set(reading.kinds(written)) <= {"paragraph_open", "paragraph_close", "text", "hardbreak"}


def test_prose_stays_legible_in_the_source() -> None:
    """Ordinary sentences are not sprinkled with backslashes: they are read in logs of letters too."""
    prose = "Utdanningen (2019-2021) er ikke likeverdig, jf. § 48 a: 60 av 180 studiepoeng mangler."
    assert prose == markdown.paragraphs(prose)


def test_platform_placeholders_are_not_obeyed() -> None:
    """Altinn replaces double braces in a body; a caseworker's are no such thing."""
    assert "{{" not in markdown.paragraphs("{{recipientName}}")


def test_a_reading_direction_cannot_be_turned() -> None:
    """Invisible characters that turn or hide text are left out."""
    assert markdown.paragraphs("av\u202eslag\u0000\u2066") == "avslag"


def test_a_link_cannot_close_its_brackets() -> None:
    """Signs that would end the link are written as their codes."""
    written = markdown.link('https://example.no/a(b) "c"<d>?e=1&copy;=2')
    assert written == "https://example.no/a%28b%29%20%22c%22%3Cd%3E?e=1&copy%3B=2"
