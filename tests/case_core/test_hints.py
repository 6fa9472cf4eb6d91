"""A hint carries no proof: it makes us look, and what the look finds is the fact."""

import pytest

from case_core.decide import NotAllowed
from case_core.effects import Effect, FetchLetter, FetchPayment, FetchSubmission
from case_core.hints import NothingBehind, follow
from case_core.messages import (
    FormCompleted,
    LetterChanged,
    LetterUnknown,
    Message,
    PaymentChanged,
    PaymentUnknown,
    SubmissionUnknown,
)
from tests.case_core import build

LOOKS: list[tuple[Message, Effect]] = [
    (
        FormCompleted(at=build.NOW, app="autorisasjon", instance=build.FORM),
        FetchSubmission(app="autorisasjon", instance=build.FORM),
    ),
    (PaymentChanged(at=build.NOW, payment_id="p1"), FetchPayment(payment_id="p1")),
    (LetterChanged(at=build.NOW, letter_id="l1"), FetchLetter(letter_id="l1")),
]
NOTHING = [
    SubmissionUnknown(at=build.NOW, instance=build.FORM, reason="not-ours"),
    PaymentUnknown(at=build.NOW, payment_id="p1"),
    LetterUnknown(at=build.NOW, letter_id="l1"),
]


@pytest.mark.parametrize(("hint", "effect"), LOOKS, ids=lambda value: type(value).__name__)
def test_a_hint_makes_us_look(hint: Message, effect: Effect) -> None:
    """The look answers to no ask: what it finds is routed by its own key."""
    assert follow(hint) == effect
    assert effect.ask_key == ""


@pytest.mark.parametrize("message", NOTHING, ids=lambda value: type(value).__name__)
def test_a_hint_with_nothing_behind_it_is_refused_quietly(message: Message) -> None:
    """The remote does not know it: nobody needs to be told."""
    with pytest.raises(NothingBehind):
        follow(message)


@pytest.mark.parametrize(
    "message",
    [build.failed("", "FetchPayment"), build.person_found()],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_followed_is_parked(message: Message) -> None:
    """A look that failed, or a reply whose case is gone, is put to a person."""
    with pytest.raises(NotAllowed) as why:
        follow(message)
    assert not isinstance(why.value, NothingBehind)
