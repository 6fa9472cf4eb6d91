"""Whoever adds a message, an effect or a kind of case and forgets a table is told which, by name."""

from collections.abc import Collection, Iterable
from dataclasses import fields as fields_of
from types import ModuleType
from typing import Any

import pytest

from broker.topology import BY_NAME as BY_NAME_QUEUE
from broker.topology import CONNECTOR_OF, CONNECTORS, QUEUE_OF
from case_core import effects, messages
from case_core.case import Phase
from case_core.case_types.endings import BY_NAME
from case_core.case_types.licence import LICENCE
from case_core.decide import AnyCaseType, Failure, NotAllowed, Verdict, open_case
from case_core.effects import EFFECTS, LETTERS, Again, Effect, Letter
from case_core.hints import follow
from case_core.messages import CASELESS, MESSAGES, OF_A_CASE, Message
from config.case_types import load_case_types
from config.texts import LANGUAGES, load_texts
from tests.case_core import build

CASE_TYPES = load_case_types("standard")
TEXTS = load_texts()


def told(module: ModuleType, root: type) -> set[type]:
    """The classes of a module that stand for something: those that no other in it is built on."""
    ours = {
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, root) and each is not root
    }
    return {each for each in ours if not any(other is not each and issubclass(other, each) for other in ours)}


def names(kinds: Iterable[type]) -> list[str]:
    return sorted(kind.__name__ for kind in kinds)


def forgotten(wanted: Iterable[type], there: Collection[type]) -> list[str]:
    """Named, so that the failure says what to add."""
    return names(set(wanted) - set(there))


def superfluous(wanted: Iterable[type], there: Collection[type]) -> list[str]:
    return names(set(there) - set(wanted))


@pytest.fixture(params=CASE_TYPES)
def kind(request: pytest.FixtureRequest) -> AnyCaseType:
    return CASE_TYPES[request.param]


# --- messages ---------------------------------------------------------------------------------------


def test_every_message_is_listed() -> None:
    """A message that nobody lists can be neither stored nor handled."""
    assert forgotten(told(messages, Message), MESSAGES) == []


def test_every_message_is_listed_once() -> None:
    """A message belongs to a case or to none."""
    assert len(MESSAGES) == len(set(MESSAGES)) == len(CASELESS) + len(OF_A_CASE)


def test_every_message_has_a_verdict_in_every_phase(kind: AnyCaseType) -> None:
    """The table is total: no pair of message and phase is left to chance."""
    assert forgotten(OF_A_CASE, kind.verdicts) == []
    assert superfluous(OF_A_CASE, kind.verdicts) == []
    gaps = [
        f"{message.__name__} while {phase}"
        for message, by_phase in kind.verdicts.items()
        for phase in Phase
        if not isinstance(by_phase.get(phase), Verdict)
    ]
    assert gaps == []


def test_every_message_of_a_case_can_be_recorded(kind: AnyCaseType) -> None:
    """What is taken is folded in."""
    assert forgotten(OF_A_CASE, kind.record) == []
    assert superfluous(OF_A_CASE, kind.record) == []


def test_every_hint_is_followed() -> None:
    """A hint that nobody follows would be parked with the reason meant for lost replies."""
    assert names(hint for hint in messages.HINTS if not is_followed(hint)) == []


def is_followed(hint: type[Message]) -> bool:
    fields: dict[str, Any] = dict.fromkeys((field.name for field in fields_of(hint)), "1") | {"at": build.NOW}
    try:
        return isinstance(follow(hint(**fields)), Effect)
    except NotAllowed:
        return False


# --- effects ----------------------------------------------------------------------------------------


def test_every_effect_is_listed() -> None:
    """An effect that nobody lists can be neither stored nor carried out."""
    assert forgotten(told(effects, Effect), EFFECTS) == []
    assert forgotten(told(effects, Letter), LETTERS) == []
    assert len(EFFECTS) == len(set(EFFECTS))


def test_every_effect_says_what_may_follow_a_doubtful_end() -> None:
    """Without it nobody knows whether it may be sent again."""
    assert names(each for each in EFFECTS if not isinstance(getattr(each, "AGAIN", None), Again)) == []


def test_every_effect_has_an_answer_for_its_failure(kind: AnyCaseType) -> None:
    """What cannot be carried out leads somewhere."""
    assert forgotten(EFFECTS, kind.failures) == []
    assert superfluous(EFFECTS, kind.failures) == []
    assert all(isinstance(failure, Failure) for failure in kind.failures.values())
    assert [each for each in names(EFFECTS) if each not in BY_NAME] == []


def test_every_effect_says_whether_it_is_still_wanted(kind: AnyCaseType) -> None:
    """It is asked just before an effect is carried out."""
    assert forgotten(EFFECTS, kind.wanted) == []
    assert superfluous(EFFECTS, kind.wanted) == []


# --- queues and connectors --------------------------------------------------------------------------


def test_every_message_has_a_queue() -> None:
    """A message without a queue is stored and never rung for."""
    assert forgotten(MESSAGES, QUEUE_OF) == []
    assert superfluous(MESSAGES, QUEUE_OF) == []
    assert [queue for queue in QUEUE_OF.values() if not BY_NAME_QUEUE[queue].of_messages] == []


def test_every_effect_has_a_connector() -> None:
    """An effect without a connector is asked for and never carried out."""
    assert forgotten(EFFECTS, CONNECTOR_OF) == []
    assert superfluous(EFFECTS, CONNECTOR_OF) == []
    assert {connector for connector in CONNECTOR_OF.values() if connector not in CONNECTORS} == set()


# --- texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_and_effect_has_its_words(language: str) -> None:
    """The history and the time line are read by people, in each of the three languages."""
    texts = TEXTS[language]
    assert [name for name in names(MESSAGES) if f"messages.{name}" not in texts] == []
    lacking = [
        f"{name}.{form}"
        for name in names(EFFECTS)
        for form in ("todo", "done")
        if f"effects.{name}.{form}" not in texts
    ]
    assert lacking == []


# --- kinds of case ----------------------------------------------------------------------------------


def test_every_kind_of_case_goes_by_its_own_name() -> None:
    """The name under which it is found is the one that it gives its cases."""
    assert {name: kind.name for name, kind in CASE_TYPES.items()} == {name: name for name in CASE_TYPES}


def submission_for(kind: AnyCaseType) -> messages.SubmissionReceived:
    """One that this kind of case can begin with."""
    return build.licence_submission() if kind.name == LICENCE else build.submission()


def test_every_kind_of_case_opens(kind: AnyCaseType) -> None:
    """A submission makes a case that has asked for something and waits for it."""
    case, asked = open_case(kind, submission_for(kind), case_id=build.CASE_ID, number=build.NUMBER)
    assert case.kind == kind.name
    assert asked
    assert {effect.ask_key for effect in asked} <= {ask.key for ask in case.open_asks()}
