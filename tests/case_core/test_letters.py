"""Letters: each once, addressed alike, followed to the applicant, on paper where Altinn cannot."""

from datetime import timedelta

import pytest

from case_core.case import AskState
from case_core.case_types.facts import SentLetter
from case_core.effects import LETTERS, SendReceipt
from case_core.messages import Way
from tests.case_core import build, story

WEEKS = [(Way.NORWAY, 8), (Way.EEA, 12), (Way.OUTSIDE_EEA, 28)]


@pytest.mark.parametrize(("way", "weeks"), WEEKS)
def test_the_receipt_states_the_expected_time(way: Way, weeks: int) -> None:
    """The receipt says when the application came and how long it will take (forvaltningsloven § 11 a)."""
    told = story.opened(build.submission(application=build.application(way=way)))
    (receipt,) = told.asked_for(SendReceipt)
    assert isinstance(receipt, SendReceipt)
    assert (receipt.received_at, receipt.expected_weeks) == (build.NOW, weeks)
    assert (receipt.recipient, receipt.case_number, receipt.language) == (build.NIN, build.NUMBER, "nb")


def test_a_letter_is_followed() -> None:
    """The first time that each step was seen is kept, whatever order the observations come in."""
    told = story.opened()
    told.hear(build.letter_sent("receipt"))
    later = build.NOW + timedelta(hours=1)
    told.hear(
        build.letter_observed("receipt", delivered_at=later),
        build.letter_observed("receipt", delivered_at=build.NOW),
        build.letter_observed("receipt", delivered_at=None),
    )
    assert told.case.facts.letter("receipt") == SentLetter(
        id="letter-receipt", ask_key="receipt", sent_at=build.NOW, delivered_at=build.NOW
    )


def test_a_letter_that_is_not_the_cases_changes_nothing() -> None:
    """An observation of an unknown letter is folded into nothing."""
    told = story.opened()
    before = told.case
    told.hear(build.letter_observed("another"))
    assert told.case == before


def test_a_letter_that_failed_is_put_on_paper_once() -> None:
    """The reason is kept for the person who posts it."""
    told = story.opened()
    told.hear(build.failed("receipt", "SendReceipt", cause="reserved"))
    told.hear(build.failed("receipt", "SendReceipt", cause="rejected"))
    paper = told.ask("paper:receipt")
    assert (paper.reason, paper.is_open) == ("reserved", True)
    told.hear(build.posted("paper:receipt"))
    assert told.ask("paper:receipt").state is AskState.MET


def test_a_failure_after_success_is_ignored() -> None:
    """Each effect ends once; what is met is not failed afterwards."""
    told = story.opened()
    told.hear(build.letter_sent("receipt"), build.failed("receipt", "SendReceipt"))
    assert told.ask("receipt").state is AskState.MET
    assert not told.case.has_asked("paper:receipt")


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.__name__)
def test_every_letter_that_fails_goes_on_paper(letter: type) -> None:
    """Whatever could not be delivered in Altinn must reach the applicant another way."""
    told = story.opened()
    told.hear(build.failed("receipt", letter.__name__))
    assert told.ask("paper:receipt").is_open
