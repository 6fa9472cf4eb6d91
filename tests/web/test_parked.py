"""Stopped messages: why, masked, and back into the queue."""

from dataclasses import replace

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
    """Its case, who applied there and which documents came; no identity number. That it was seen is noted."""
    row_id = await stray_supplement(any_desk)
    (case,) = await any_desk.rows("cases")
    page = (await any_desk.client.get(f"/parked/{row_id}")).text
    for shown in ("documents.1.kind", f'href="/cases/{case.number}"', "Kari Nordmann", "vitnemal.pdf"):
        assert shown in page
    assert "Har ingen sak her" in page
    for hidden in (build.NIN, build.OTHER_NIN):
        assert hidden not in page
    assert [(row.what, row.case_id, row.purpose) for row in await any_desk.rows("access_log")] == [
        ("parked", case.id, str(row_id))
    ]


async def test_nobody_protected_is_named(any_desk: Desk) -> None:
    """Neither as applicant nor as sender, nor by the name of a document."""
    row_id = await stray_supplement(any_desk)
    (case,) = await any_desk.rows("cases")
    await any_desk.hear(build.person_found(build.protected()), case_id=case.id)
    (again,) = await any_desk.hear(build.submission(number=3))
    (stray,) = await any_desk.hear(build.supplement("fagplan", case_number="2026-000099-1"))
    for path in ("/parked", f"/parked/{row_id}", f"/parked/{stray}"):
        page = (await any_desk.client.get(path)).text
        assert "Skjermet navn" in page
        assert "Nordmann" not in page
    assert "fagplan.pdf" not in (await any_desk.client.get(f"/parked/{stray}")).text
    assert again


@pytest.mark.parametrize("written", ["{number}", " {number}\n", "2026-000099-1"])
async def test_the_case_number_that_a_message_names_is_shown(desk: Desk, written: str) -> None:
    """As a link when it is ours."""
    _, number = await desk.opened()
    named = written.format(number=number).strip()
    row_id = await unsigned(desk, written.format(number=number))
    page = (await desk.client.get(f"/parked/{row_id}")).text
    assert "Saksnummer i meldingen" in page
    assert named in page
    assert (f'href="/cases/{named}"' in page) is (named == number)
    assert named in (await desk.client.get("/parked")).text


@pytest.mark.parametrize("written", [build.OTHER_NIN, "Kari Nordmann, Storgata 1", "", "2026-000099-0"])
async def test_what_is_no_case_number_is_not_given_out(desk: Desk, written: str) -> None:
    """Anything may have been written there, somebody's identity number too."""
    row_id = await unsigned(desk, written)
    for path in ("/parked", f"/parked/{row_id}"):
        page = (await desk.client.get(path)).text
        assert "Saksnummer i meldingen" not in page
        assert not written or written not in page


async def unsigned(desk: Desk, case_number: str) -> int:
    """A supplement with a case number that somebody wrote: the parked row."""
    message = replace(build.supplement("vitnemal", case_number=case_number), reference_is_ours=False)
    (row_id,) = await desk.hear(message)
    return row_id


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
    where = f"/parked?replayed=1&of=1&stopped=1&rows={row_id}"
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    assert await status_of(any_desk, row_id) == ("parked", 1)
    page = (await any_desk.client.get(where)).text
    assert "1 av 1 meldinger" in page
    assert "1 ble stoppet igjen:" in page
    assert page.count("Ettersendingen kommer fra en annen person enn søkeren.") == 2


async def test_a_message_that_is_still_worked_on_is_said_to_be(desk: Desk) -> None:
    """The page does not wait for ever, and tells the truth when it is opened later."""
    row_id = await stray_supplement(desk)
    desk.asleep = True
    where = (await desk.client.post(f"/parked/{row_id}/replay")).headers["Location"]
    page = (await desk.client.get(where)).text
    assert "1 er fortsatt under arbeid" in page
    assert "stoppet igjen" not in page
    await desk.settle()
    page = (await desk.client.get(where)).text
    assert "under arbeid" not in page
    assert "1 ble stoppet igjen:" in page


@pytest.mark.parametrize("rows", ["x", "1.", "%00", "9" * 30, ".".join("1" * 40), "999999999999999999"])
async def test_an_address_that_names_no_messages_tells_of_none(desk: Desk, rows: str) -> None:
    """Nobody wrote it but somebody at a keyboard."""
    page = await desk.client.get(f"/parked?replayed=1&of=1&stopped=x&rows={rows}")
    assert page.status_code == 200
    assert "stoppet igjen" not in page.text


async def test_a_failed_look_up_is_made_anew(any_desk: Desk) -> None:
    """Its message has no case and could only fail again; the look-up is repeated under a key of its own."""
    row_id = await failed_look_up(any_desk)
    answer = await any_desk.client.post(f"/parked/{row_id}/replay")
    assert answer.headers["Location"] == f"/parked?replayed=1&of=1&stopped=0&rows={row_id}"
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
    assert answer.json() == {"asked": 1, "replayed": 1, "stopped": 0}
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
