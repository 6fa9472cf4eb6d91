"""Stopped messages: why, masked, and back into the queue."""

import pytest
from sqlalchemy import update

from case_core.effects import FetchSubmission
from case_core.messages import FormCompleted
from store import replay as replays
from store import tables
from store.rows import Arrival
from store.views.masking import HIDDEN, masked
from tests.web import build
from tests.web.desk import Desk


async def failed_look_up(desk: Desk) -> int:
    """A hint whose look-up failed, told of as `carry` tells it: the parked row."""
    await desk.hear(FormCompleted(at=build.NOW, app="autorisasjon", instance=build.form()))
    (effect,) = await desk.rows("outbox")
    async with desk.database.write() as tx:
        await tx.connection.execute(update(tables.outbox).values(status="failed"))
    told = Arrival(
        source="carry",
        external_id=str(effect.id),
        queue="replies",
        message=build.failed("", FetchSubmission.__name__),
    )
    (row_id,) = await desk.store([told])
    await desk.settle()
    assert row_id is not None
    return row_id


async def stray_supplement(desk: Desk) -> int:
    """A supplement from somebody else, parked with its case: the row."""
    case_id, number = await desk.ready(build.submission())
    await desk.hear(build.supplement_requested(), case_id=case_id)
    (row_id,) = await desk.hear(build.supplement("vitnemal", case_number=number, nin=build.OTHER_NIN))
    return row_id


async def status_of(desk: Desk, row_id: int) -> tuple[str, int]:
    row = next(row for row in await desk.rows("inbox") if row.id == row_id)
    return row.status, row.replays


async def test_nothing_parked_is_said(desk: Desk) -> None:
    """An empty page says that all is well."""
    assert "Ingen meldinger er stoppet" in (await desk.client.get("/parked")).text
    assert await desk.told("/parked") == {"groups": []}


async def test_messages_are_grouped_by_why(any_desk: Desk) -> None:
    """In plain words, with a count, and the case when there is one."""
    await failed_look_up(any_desk)
    await stray_supplement(any_desk)
    page = (await any_desk.client.get("/parked")).text
    assert "Vi fikk ikke hentet det vi ble varslet om." in page
    assert "Ettersendingen kommer fra en annen person enn søkeren." in page
    told = await any_desk.told("/parked")
    assert {group["reason"]: group["amount"] for group in told["groups"]} == {
        "look-up-failed": 1,
        "supplement-from-other-person": 1,
    }


async def test_a_message_is_shown_without_who_it_is_about(any_desk: Desk) -> None:
    """Types and codes; no identity number, no name, nothing that somebody wrote."""
    row_id = await stray_supplement(any_desk)
    page = (await any_desk.client.get(f"/parked/{row_id}")).text
    assert "documents.1.kind" in page
    for hidden in (build.NIN, build.OTHER_NIN, "vitnemal.pdf", "Nordmann"):
        assert hidden not in page


def test_masking_keeps_what_is_listed_and_hides_the_rest() -> None:
    """A new field of a message is hidden until somebody has thought about it."""
    shown = {
        field.path: field.value for field in masked(build.submission(documents=(build.document("annet"),)))
    }
    assert tuple(shown[path] for path in ("kind", "application.profession", "documents.1.size")) == (
        "authorisation",
        "SP",
        "17",
    )
    for path in ("applicant.nin", "applicant.party_id", "application.first_name", "documents.1.name"):
        assert shown[path] == HIDDEN


def test_masking_hides_an_identity_number_wherever_it_stands() -> None:
    """Even in words that should not have held one."""
    told = build.failed("receipt", "SendReceipt", cause=f"fant ikke {build.NIN[:6]} {build.NIN[6:]}")
    assert build.NIN[:6] not in str(masked(told))


async def test_a_message_of_a_case_goes_again(any_desk: Desk) -> None:
    """Handled anew, counted, and parked again when nothing was mended."""
    row_id = await stray_supplement(any_desk)
    answer = await any_desk.client.post(f"/parked/{row_id}/replay")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/parked?replayed=1&of=1")
    await any_desk.settle()
    assert await status_of(any_desk, row_id) == ("parked", 1)
    assert "1 av 1 meldinger" in (await any_desk.client.get(answer.headers["Location"])).text


async def test_a_failed_look_up_is_made_anew(any_desk: Desk) -> None:
    """Its message has no case and could only fail again; the look-up is repeated under a key of its own."""
    row_id = await failed_look_up(any_desk)
    assert (
        (await any_desk.client.post(f"/parked/{row_id}/replay"))
        .headers["Location"]
        .endswith("replayed=1&of=1")
    )
    assert await status_of(any_desk, row_id) == ("handled", 1)
    first, again = sorted(await any_desk.rows("outbox"), key=lambda row: int(row.id))
    assert ("failed", "new", f"{first.key}/again-1") == (first.status, again.status, again.key)
    assert (first.effect, first.connector, 0) == (again.effect, again.connector, again.attempts)


def test_a_look_up_repeated_again_counts_on() -> None:
    """Keys are unique for ever."""
    assert [replays.next_key(key) for key in ("hint/7", "hint/7/again-1", "hint/7/again-9")] == [
        "hint/7/again-1",
        "hint/7/again-2",
        "hint/7/again-10",
    ]


async def test_only_the_first_who_replays_does(any_desk: Desk) -> None:
    """Two people press the button: one look-up more, not two."""
    row_id = await failed_look_up(any_desk)
    async with any_desk.database.write() as tx:
        assert await replays.replay(tx, row_id)
    async with any_desk.database.write() as tx:
        assert not await replays.replay(tx, row_id)
        assert not await replays.replay(tx, 4711)
    assert await any_desk.amount("outbox") == 2


async def test_a_group_goes_again_as_one(any_desk: Desk) -> None:
    """Those of that reason, and no others; how many is told, and who did it is written down."""
    look_up = await failed_look_up(any_desk)
    stray = await stray_supplement(any_desk)
    answer = await any_desk.client.post(
        "/parked/replay", data={"reason": "look-up-failed"}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"asked": 1, "replayed": 1}
    assert await status_of(any_desk, look_up) == ("handled", 1)
    assert await status_of(any_desk, stray) == ("parked", 0)
    assert [row.what for row in await any_desk.rows("access_log")] == ["replay"]


@pytest.mark.parametrize("row", ["0", "4711", "x", "-1", "%00", "9" * 30])
async def test_a_message_that_is_not_parked_is_not_found(desk: Desk, row: str) -> None:
    """It may have been taken care of by somebody else."""
    assert (await desk.client.get(f"/parked/{row}")).status_code == 404


@pytest.mark.parametrize("reason", ["", "\0", "x" * 300, "%", "look-up-fai_ed"])
async def test_a_reason_that_nobody_has_moves_nothing(desk: Desk, reason: str) -> None:
    """Not even when it would match as a pattern."""
    row_id = await failed_look_up(desk)
    answer = await desk.client.post("/parked/replay", data={"reason": reason})
    assert answer.status_code in (303, 400)
    assert await status_of(desk, row_id) == ("parked", 0)
