"""A backup of a hub at work, and what becomes of its dialogs when it is brought back."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.apart import Apart
from tests.system.playing import RECEIPT, Dialog, Play, unconfirmed, until, wrongs

DIALOGS = 15


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    with Apart(tmp_path / "apart") as running:
        yield running


def begin_all(play: Play, dialogs: list[Dialog]) -> None:
    for dialog in dialogs:
        play.begin(dialog)
    until(lambda: receipts(play) >= len(dialogs) or None, "a receipt for everybody")


def receipts(play: Play) -> int:
    return sum(RECEIPT in letter["title"] for letter in play.books()["correspondences"])


def well(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def taken_over(play: Play) -> list[bool]:
    """Of each supplement form that the hub has made, whether it came back and was confirmed."""
    return [each["confirmed"] for each in play.books()["instances"] if each["createdBy"] == "org"]


def supplements_known(apart: Apart) -> int:
    """Supplement forms that the hub has made and knows to be made."""
    known = "SELECT count(*) FROM inbox WHERE type = 'SupplementRequested' AND status = 'handled'"
    return int(apart.rows(known)[0][0])


def test_dialogs_end_as_scripted_after_a_restore(apart: Apart, tmp_path: Path) -> None:
    """Brought back to a state that the outside has left behind, the hub ends every dialog as scripted: what
    was submitted since is fetched, and no letter, form or charge comes twice."""
    backup = tmp_path / "backup"
    apart.start_hub()
    with closing(Play(apart.hub_url, apart.remote_url)) as play, ThreadPoolExecutor(DIALOGS) as pool:
        cast = play.cast(DIALOGS)
        begin_all(play, cast)
        asked = sum(dialog.script.is_deficient for dialog in cast)
        until(lambda: supplements_known(apart) == asked or None, "every supplement form")
        assert "keys are not in it" in well(apart.skranke("backup", str(backup)))
        assert not any(taken_over(play))
        finishing = {pool.submit(play.finish, dialog): dialog for dialog in cast}
        until(lambda: all(taken_over(play)) or None, "the taking over of every supplement")
        apart.stop_hub()
        well(apart.skranke("restore", str(backup), "--replace"))
        apart.start_hub()
        dialogs = {future.result(): dialog for future, dialog in finishing.items()}
        cases = [play.decided(number, dialog.script.outcome) for number, dialog in dialogs.items()]
        until(lambda: not unconfirmed(play.books()) or None, "the taking over of every form")
        until(lambda: nothing_open(apart) or None, "the end of every effect")
        books = play.books()
    assert wrongs(books, dialogs) == []
    assert [dialog.script.outcome for dialog in dialogs.values()] == [case["outcome"] for case in cases]
    assert all(case["history_whole"] for case in cases)
    assert apart.rows("SELECT count(*) FROM inbox WHERE source = 'restore'") == [(asked,)]
    assert apart.rows("SELECT count(*) FROM cases") == [(DIALOGS,)]


def nothing_open(apart: Apart) -> bool:
    busy = "SELECT count(*) FROM outbox WHERE effect LIKE 'Send%' AND status IN ('new', 'sending', 'unclear')"
    return apart.rows(busy) == [(0,)]


def test_a_running_hub_keeps_its_data(apart: Apart, tmp_path: Path) -> None:
    """A restore is refused while the hub runs, and names it."""
    apart.start_hub()
    well(apart.skranke("backup", str(tmp_path / "backup")))
    refused = apart.skranke("restore", str(tmp_path / "backup"), "--replace")
    assert refused.returncode == 1
    assert "runs on" in refused.stderr
    assert "Traceback" not in refused.stderr
