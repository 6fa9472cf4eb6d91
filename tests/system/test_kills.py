"""The hub is killed at random moments while dialogs run and the outside misbehaves."""

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.apart import Apart
from tests.system.playing import Dialog, Play, unconfirmed, until, wrongs

DIALOGS = 30
BEGIN_WITHIN_SECONDS = 20.0
KILLS = 8
LIVES_SECONDS = (1.0, 6.0)
"""How long the hub lives between two kills: from its start, so that some strike before it is up."""

SEEDS = "SKRANKE_TEST_KILL_SEEDS"
"""Seeds separated by commas, for a longer search than the one that every run makes."""


def seeds() -> list[int]:
    return [int(seed) for seed in os.environ.get(SEEDS, "1").split(",")]


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    with Apart(tmp_path / "apart") as running:
        yield running


def played(play: Play, dialog: Dialog, after: float) -> str:
    time.sleep(after)
    play.begin(dialog)
    return play.finish(dialog)


def kill_again_and_again(apart: Apart, dice: random.Random) -> None:
    for _ in range(KILLS):
        time.sleep(dice.uniform(*LIVES_SECONDS))
        apart.kill_hub()
        apart.start_hub(wait=False)


def numbered(played: dict[Future[str], Dialog]) -> dict[str, Dialog]:
    return {future.result(): dialog for future, dialog in played.items()}


@pytest.mark.parametrize("seed", seeds())
def test_nothing_is_lost_or_done_twice_by_kills(apart: Apart, seed: int) -> None:
    """Killed again and again amid faults, the hub ends every dialog as scripted: each letter, form and charge
    once, every form taken over, every case's chain whole."""
    dice = random.Random(seed)
    apart.start_hub()
    with closing(Play(apart.hub_url, apart.remote_url)) as play, ThreadPoolExecutor(DIALOGS) as pool:
        play.misbehave("rough", seed)
        begun = {
            pool.submit(played, play, dialog, dice.uniform(0, BEGIN_WITHIN_SECONDS)): dialog
            for dialog in play.cast(DIALOGS)
        }
        kill_again_and_again(apart, dice)
        play.misbehave("calm")
        dialogs = numbered(begun)
        until(lambda: not unconfirmed(play.books()) or None, "the taking over of every form")
        books = play.books()
        cases = [play.case(number) for number in dialogs]
    assert wrongs(books, dialogs) == []
    assert [dialog.script.outcome for dialog in dialogs.values()] == [case["outcome"] for case in cases]
    assert all(case["history_whole"] for case in cases)
    assert apart.rows("SELECT count(*) FROM cases") == [(DIALOGS,)]
    assert apart.rows("SELECT count(*) FROM inbox WHERE status = 'parked'") == [(0,)]
    assert apart.rows("PRAGMA integrity_check") == [("ok",)]
    assert sum(each["hits"] for each in books["faults"]) > 0
