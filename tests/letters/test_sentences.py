"""Why a case waits, in words; dates and amounts written out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from case_core.case import AskOf
from case_core.waiting import Waiting
from letters.amounts import written_kroner, written_weeks
from letters.dates import written_date, written_moment
from letters.names import reason_sentence
from letters.needed import OTHER_SUBJECTS, SUBJECTS_WITH_A_DATE
from letters.sentences import waiting_sentence
from tests.letters.build import LANGUAGE_CODES, TEXTS

NB, NN, EN = TEXTS["nb"], TEXTS["nn"], TEXTS["en"]
ASKED = datetime(2026, 11, 21, 13, 3, tzinfo=UTC)
DUE = datetime(2026, 12, 19, 13, 3, tzinfo=UTC)


def wait(**changed: Any) -> Waiting:
    values: dict[str, Any] = {
        "about": "supplement",
        "of": AskOf.APPLICANT,
        "since": ASKED,
        "due": DUE,
        "overdue": False,
        "reminded": False,
        "remind_at": None,
        "reason": "",
    }
    return Waiting(**{**values, **changed})


def test_a_supplement_is_waited_for_in_one_sentence() -> None:
    """Who is waited for, what was sent when, and when the answer is due."""
    expected = "Venter på søker: mangelbrev sendt 21. november 2026, svarfrist 19. desember 2026 kl. 14.03."
    assert expected == waiting_sentence(TEXTS, "nb", wait())


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("about", [*SUBJECTS_WITH_A_DATE, *OTHER_SUBJECTS])
def test_everything_that_is_waited_for_has_a_sentence(language: str, about: str) -> None:
    """With a due time or without, reminded, overdue and with a reason."""
    for due in (DUE, None):
        sentence = waiting_sentence(
            TEXTS, language, wait(about=about, due=due, overdue=True, reminded=True, reason="reserved")
        )
        assert "2026" in sentence
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_what_comes_next_is_told_until_it_has_come() -> None:
    """First when the reminder goes, then that it went, then that the time is out."""
    later = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)
    assert waiting_sentence(TEXTS, "nb", wait(remind_at=later)).endswith(
        "Påminnelse sendes 5. desember 2026."
    )
    assert waiting_sentence(TEXTS, "nb", wait(remind_at=later, reminded=True)).endswith(
        "Påminnelse er sendt."
    )
    assert waiting_sentence(TEXTS, "nb", wait(remind_at=later, overdue=True)).endswith("Fristen er ute.")


def test_a_reason_that_nobody_foresaw_is_shown_as_it_is() -> None:
    """An outside system's own code is better than silence."""
    assert "«E-4711»" in waiting_sentence(TEXTS, "nb", wait(about="attend", reason="E-4711"))


def test_a_reason_keeps_its_detail() -> None:
    """The number or code behind the colon stands beside the words."""
    assert (
        reason_sentence(NB, "other-currency: SEK")
        == "Betalingen er i en annen valuta enn norske kroner. (SEK)"
    )


def test_dates_are_written_as_each_language_does() -> None:
    """Day, month and year in the order and words of the language."""
    assert written_date(NB, date(2026, 5, 1)) == "1. mai 2026"
    assert written_date(NN, date(2026, 5, 1)) == "1. mai 2026"
    assert written_date(EN, date(2026, 5, 1)) == "1 May 2026"
    assert written_moment(EN, ASKED) == "21 November 2026 at 14:03"


def test_a_moment_counts_as_the_day_it_is_in_norway() -> None:
    """Late evening in UTC is the next day in Oslo, summer and winter."""
    assert written_moment(NB, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1. januar 2027 kl. 00.30"
    assert written_date(NB, datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == "2. juli 2026"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    """It could mean two different days."""
    with pytest.raises(ValueError, match="time zone"):
        written_moment(NB, datetime(2026, 7, 1, 22, 0))  # noqa: DTZ001 - the promise is about exactly this


@pytest.mark.parametrize(
    ("ore", "written"),
    [
        (0, "0 kr"),
        (75_000, "750 kr"),
        (200_000, "2 000 kr"),
        (123_456_789, "1 234 567,89 kr"),
        (-5, "−0,05 kr"),
    ],
)
def test_kroner_are_grouped_and_show_ore_only_where_there_are_any(ore: int, written: str) -> None:
    """Amounts read as people write them."""
    assert written == written_kroner(NB, ore)


def test_one_week_is_one_week() -> None:
    """The singular is not forgotten."""
    assert (written_weeks(NB, 1), written_weeks(NB, 3)) == ("1 uke", "3 uker")


def test_a_task_about_money_tells_the_amount() -> None:
    """Who pays back, or asks for the rest, need not look it up."""
    sentence = waiting_sentence(TEXTS, "nb", wait(about="attend", reason="paid-too-much", amount=125_000))
    assert "Det er betalt for mye. Beløp: 1 250 kr." in sentence
