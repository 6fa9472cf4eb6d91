"""The pages' own words."""

import re
from pathlib import Path
from string import Formatter

import pytest

import web
from broker.topology import QUEUES
from case_core.case import AskOf
from letters.needed import OTHER_SUBJECTS, SUBJECTS_WITH_A_DATE
from store.rows import InboxStatus, OutboxStatus
from web.act_forms import READERS
from web.labels import LABELS

SUBJECTS = (*SUBJECTS_WITH_A_DATE, *OTHER_SUBJECTS)


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)}


@pytest.mark.parametrize("language", ["nn", "en"])
def test_every_language_says_the_same(language: str) -> None:
    """The same labels with the same places to fill in."""
    assert {key: places(text) for key, text in LABELS["nb"].items()} == {
        key: places(text) for key, text in LABELS[language].items()
    }


@pytest.mark.parametrize(
    "key",
    [
        *(f"next.{subject}" for subject in SUBJECTS),
        *(f"subject.{subject}" for subject in SUBJECTS),
        *(f"queue.{queue.name}" for queue in QUEUES),
        *(f"inbox.{status}" for status in InboxStatus),
        *(f"outbox.{status}" for status in OutboxStatus),
        *(f"turn.{turn}" for turn in AskOf),
        *(f"act.{act}" for act in READERS),
    ],
)
def test_whatever_the_program_knows_has_a_label(key: str) -> None:
    """A new subject, queue, status or act is named before anybody meets it."""
    assert key in LABELS["nb"]


def test_every_label_that_is_asked_for_is_there() -> None:
    """A label that is missing would be a page that fails."""
    root = Path(web.__file__).parent
    sources = [*root.glob("*.py"), *root.glob("templates/*.html")]
    asked = {
        key
        for source in sources
        for key in re.findall(r'label\("([a-z_.-]+[a-z])"[,)]', source.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked - set(LABELS["nb"]) == set()
