"""A letter on a page reads as the applicant will read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from letters.markdown import paragraphs
from web.letter_html import as_html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("## Vedtak", "<h4>Vedtak</h4>"),
        ("**Innvilget.** Du har", "<p><strong>Innvilget.</strong> Du har</p>"),
        ("- a\n- **b:** c", "<ul><li>a</li><li><strong>b:</strong> c</li></ul>"),
        ("[Betal](https://pay.example/a)", '<p><span class="link">Betal</span></p>'),
        ("en  \nto", "<p>en<br>to</p>"),
        ("\\*ikke fet\\* &lt;b&gt;", "<p>*ikke fet* &lt;b&gt;</p>"),
    ],
)
def test_what_our_letters_use_is_shown(written: str, shown: str) -> None:
    """Headings, lists, bold, links and breaks."""
    assert as_html(written) == shown


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"])))
def test_other_peoples_words_stay_words(words: str) -> None:
    """Whatever they write makes neither code nor formatting: only paragraphs and line breaks."""
    page = as_html(paragraphs(words))
    bare = page.replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in bare


@pytest.mark.parametrize(
    "words", ["1. <b>x</b>", '""', "a+++b", "## nei", "[x](http://a)", "_a_ `b` ~c~", "x&amp;y"]
)
def test_other_peoples_words_read_as_written(words: str) -> None:
    """Escaped on the way into the letter, and back on the way to the page."""
    assert as_html(paragraphs(words)) == Markup("<p>{}</p>").format(words)
