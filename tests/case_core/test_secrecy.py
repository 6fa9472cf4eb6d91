"""The national identity number stays out of every representation and every error."""

from collections.abc import Iterator

import pytest

from case_core.case import Phase
from case_core.case_types.authorisation import VERDICTS
from case_core.decide import NotAllowed, Verdict, decide
from case_core.effects import LETTERS, Effect
from case_core.hints import follow
from case_core.messages import Message
from case_core.routing import route
from tests.case_core import build, story
from tests.case_core.story import Story
from tests.case_core.test_refusals import IN_PHASE, REASONS, SAMPLES

NUMBERS = (build.NIN, build.OTHER_NIN)


def is_silent(text: str) -> bool:
    return not any(number in text for number in NUMBERS)


def lived() -> Iterator[Story]:
    """Stories that between them ask for every letter and look-up."""
    late = story.told_to_pay()
    late.now = late.ask("fee").at + build.PARAMETERS.fee_reminder
    late.hear(build.deadline("fee", late.now), build.letter_sent("remind:fee"))
    late.now = late.ask("fee").at + build.PARAMETERS.fee_due
    late.hear(build.deadline("fee", late.now), build.looked_again("look:fee", nothing_new=True))
    withdrawn = story.opened()
    withdrawn.hear(build.withdrawal())
    yield from (late, withdrawn, story.deficient(), story.notified())


def test_no_effect_shows_the_number() -> None:
    """Letters and look-ups carry the number and do not print it."""
    effects: list[Effect] = [effect for told in lived() for effect in told.effects]
    assert set(LETTERS) <= {type(effect) for effect in effects}
    assert all(is_silent(repr(effect)) and is_silent(str(effect)) for effect in effects)


def test_no_case_shows_the_number() -> None:
    """A case in a traceback does not give its applicant away."""
    assert all(is_silent(repr(told.case)) for told in lived())
    assert repr(build.applicant()) == "Applicant(nin=***)"


@pytest.mark.parametrize("message", SAMPLES.values(), ids=lambda message: type(message).__name__)
def test_no_message_shows_the_number(message: Message) -> None:
    """A message in a traceback does not give its sender away."""
    assert is_silent(repr(message))


@pytest.mark.parametrize("reason", REASONS)
def test_no_refusal_shows_the_number(reason: str) -> None:
    """Why a message was refused is written where everybody reads it."""
    begin, message = REASONS[reason]
    with pytest.raises(NotAllowed) as why:
        begin().hear(message)
    assert is_silent(f"{why.value} {why.value!r}")


@pytest.mark.parametrize("phase", Phase)
def test_no_refusal_by_the_table_shows_the_number(phase: Phase) -> None:
    """Nor does the table's own refusal."""
    told = IN_PHASE[phase]()
    for kind, verdicts in VERDICTS.items():
        if verdicts[phase] is Verdict.REFUSE:
            with pytest.raises(NotAllowed) as why:
                decide(told.kind, told.case, SAMPLES[kind])
            assert is_silent(f"{why.value} {why.value!r}")


def test_a_number_written_into_the_form_is_not_repeated() -> None:
    """A form's text is foreign: an applicant may write anything where the case number belongs."""
    foreign = build.supplement("vitnemal", case_number=build.NIN, reference_is_ours=False)
    for refuse in (lambda: route(foreign), lambda: story.deficient().hear(foreign)):
        with pytest.raises(NotAllowed) as why:
            refuse()
        assert is_silent(str(why.value))


def test_a_reply_without_a_case_is_named_by_its_type_only() -> None:
    """What could not be followed is not printed."""
    with pytest.raises(NotAllowed) as why:
        follow(build.submission())
    assert is_silent(str(why.value))
