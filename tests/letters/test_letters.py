"""Every letter in every language: what it must say, its limits, and what it must never give away."""

import re
from dataclasses import replace

import pytest

from case_core.case import Outcome
from case_core.effects import LETTERS, Letter
from letters.markdown import UnusableLink
from letters.write import write
from letters.written import LONGEST, LetterTooLong, WrittenLetter
from tests.letters import reading
from tests.letters.build import (
    CASE_NUMBER,
    FORM_LINK,
    LANGUAGE_CODES,
    LISTING,
    NIN,
    PAYMENT_LINK,
    TEXTS,
    decision,
    deficiency,
    every_letter,
    payment_request,
    receipt,
)

EVERY = [
    pytest.param(replace(letter, language=language), id=f"{type(letter).__name__}-{number}-{language}")
    for language in LANGUAGE_CODES
    for number, letter in enumerate(every_letter())
]


def parts(written: WrittenLetter) -> list[str]:
    return [getattr(written, part) for part in LONGEST]


def test_every_kind_of_letter_is_tried() -> None:
    """A new kind of letter cannot be left out of these tests."""
    assert set(LETTERS) == {type(letter) for letter in every_letter()}


@pytest.mark.parametrize("letter", EVERY)
def test_a_letter_is_whole_and_within_the_limits(letter: Letter) -> None:
    """Every part has words, no placeholder is left, and nothing is longer than Altinn takes."""
    written = write(TEXTS, letter)
    for part, longest in LONGEST.items():
        words = getattr(written, part)
        assert words.strip()
        assert len(words) <= longest
        assert "{" not in words
    assert CASE_NUMBER in written.title
    assert CASE_NUMBER in written.body


@pytest.mark.parametrize("letter", EVERY)
def test_title_summary_and_notification_are_plain_text(letter: Letter) -> None:
    """Altinn refuses markup in them, and mail readers would show it."""
    written = write(TEXTS, letter)
    for words in parts(written):
        if words is not written.body:
            assert not re.search(r"[*_<>#`\[\]\\$]", words)


@pytest.mark.parametrize("letter", EVERY)
def test_the_body_is_markdown_without_html(letter: Letter) -> None:
    """Raw HTML anywhere makes Altinn refuse the letter."""
    body = write(TEXTS, letter).body
    assert not any(kind.startswith("html") for kind in reading.kinds(body))
    assert "<" not in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("letter", EVERY)
def test_no_letter_gives_personal_data_away(letter: Letter) -> None:
    """The identity number stands nowhere, and the e-mail tells neither case nor profession nor outcome."""
    written = write(TEXTS, letter)
    assert not any(NIN in words for words in parts(written))
    notification = f"{written.notification_subject} {written.notification_body}".lower()
    for secret in (CASE_NUMBER, "autorisasjon", "authorisation", "sykepleier", "sjukepleiar", "nurse"):
        assert secret not in notification


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_does_not_tell_its_outcome_in_the_list(language: str, outcome: Outcome) -> None:
    """Title and summary are the same for every outcome."""
    written = write(TEXTS, decision(language=language, outcome=outcome))
    other = write(TEXTS, decision(language=language, outcome=Outcome.GRANTED))
    assert (written.title, written.summary) == (other.title, other.summary)


@pytest.mark.parametrize(
    ("language", "promised"),
    [
        ("nb", ["3 uker", "Du kan klage", "§§ 18 til 19", "Statens helsepersonellnemnd", "skriftlig"]),
        ("nn", ["3 veker", "Du kan klage", "§§ 18 til 19", "Statens helsepersonellnemnd", "skriftleg"]),
        (
            "en",
            ["3 weeks", "You may appeal", "sections 18 to 19", "Statens helsepersonellnemnd", "in writing"],
        ),
    ],
)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_tells_what_the_law_demands(language: str, promised: list[str], outcome: Outcome) -> None:
    """Appeal right, time limit, body, procedure and access: forvaltningsloven § 27."""
    body = write(TEXTS, decision(language=language, outcome=outcome)).body
    for words in [*promised, "Utdanningen er likeverdig med den norske."]:
        assert words in body


def test_a_grant_without_grounds_tells_that_they_can_be_demanded() -> None:
    """Grounds may be left out, but the right to them may not (forvaltningsloven § 24)."""
    body = write(TEXTS, decision(grounds="")).body
    assert "Du kan be om en begrunnelse" in body


def test_a_deficiency_letter_lists_each_document_with_its_reason() -> None:
    """The applicant reads what is missing, why, until when, and the caseworker's own words."""
    body = write(TEXTS, deficiency()).body
    assert "- **Fagplan for utdanningen:** Vi må sammenligne" in body
    assert "- **Dokumentasjon på norskkunnskaper:** " in body
    assert "19. desember 2026 kl. 14.03" in body
    assert "Vi trenger begge sidene." in body


def test_a_deficiency_letter_without_own_words_has_no_empty_heading() -> None:
    """Nobody reads a heading with nothing under it."""
    assert "saksbehandleren" not in write(TEXTS, deficiency(words="  \n ")).body


def test_links_are_offered_as_reply_and_in_the_body() -> None:
    """The deep link to the form and the payment link are the reply to their letters."""
    form, payment = write(TEXTS, deficiency()), write(TEXTS, payment_request())
    assert (form.reply_link, form.reply_text) == (FORM_LINK, "Send inn dokumentene")
    assert (payment.reply_link, payment.reply_text) == (PAYMENT_LINK, "Betal gebyret")
    assert f"({FORM_LINK})" in form.body
    assert f"({PAYMENT_LINK})" in payment.body
    assert "2 000 kr" in payment.body


def test_other_letters_have_no_reply() -> None:
    """Only what can be answered has a reply."""
    written = write(TEXTS, receipt())
    assert (written.reply_link, written.reply_text) == (None, "")


def test_a_link_too_long_for_a_reply_stands_in_the_body_only() -> None:
    """Altinn takes 255 characters in a reply; the applicant still gets the link."""
    long = f"https://example.no/{'a' * 300}"
    written = write(TEXTS, payment_request(link=long))
    assert (written.reply_link, written.reply_text) == (None, "")
    assert f"({long})" in written.body


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "file:///etc/passwd"])
def test_what_is_no_web_address_is_no_link(link: str) -> None:
    """A letter that must be answered is not written without an address to answer at."""
    with pytest.raises(UnusableLink):
        write(TEXTS, payment_request(link=link))


def test_words_too_long_are_refused_and_not_cut() -> None:
    """A decision reaches the applicant whole or not at all."""
    with pytest.raises(LetterTooLong, match="body"):
        write(TEXTS, decision(grounds="x" * 30_001))


def test_an_unknown_language_is_answered_in_bokmal() -> None:
    """A form in a language that we do not write still gets its letter."""
    assert write(TEXTS, receipt(language="se")) == write(TEXTS, receipt(language="nb"))


def test_an_unknown_profession_still_gets_its_receipt() -> None:
    """The register adds professions before we hear of them."""
    assert "som helsepersonell" in write(TEXTS, receipt(profession="ZZ")).body


def test_what_the_applicant_wrote_is_shown_as_written() -> None:
    """The place of education is the applicant's own words, and formats nothing."""
    hostile = replace(receipt().application, institution="<b>A</b>\n# [x](http://y) {due}", completed=None)
    body = write(TEXTS, receipt(application=hostile)).body
    assert "Utdanningssted: <b>A</b> # [x](http://y) {due}" in reading.text(body)
    assert "Fullført: ikke oppgitt" in reading.text(body)


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "truffet automatisk"), ("nn", "gjort automatisk"), ("en", "automatically")]
)
def test_an_automatic_grant_says_so_and_what_it_rests_on(language: str, said: str) -> None:
    """Who reported what, and that no person decided; the school's name formats nothing."""
    body = write(TEXTS, decision(language=language, grounds="", listing=LISTING)).body
    assert said in body
    assert "Høgskulen på <Vestlandet>" in reading.text(body)
    assert "2026" in body
    assert LISTING.list_id not in body


@pytest.mark.parametrize("outcome", Outcome)
def test_a_licence_is_decided_by_its_own_paragraph(outcome: Outcome) -> None:
    """A licence is no authorisation, and its letter never calls it one."""
    body = write(TEXTS, decision(licence="student", outcome=outcome)).body
    assert "studentlisens som sykepleier" in body
    assert "§§ 49 og 53" in body
    assert "autorisasjon" not in body.lower()


def test_a_receipt_asks_for_no_fee_where_there_is_none() -> None:
    """Most licences are free, and nobody is told to wait for a payment."""
    assert "gebyr" not in write(TEXTS, receipt(free=True)).body
    assert "når gebyret er betalt" in write(TEXTS, receipt()).body
