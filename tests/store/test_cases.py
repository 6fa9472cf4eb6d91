"""Cases go in and come out the same; what lists show beside them is computed on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_core.case import Ask, AskOf
from case_core.case import deadlines as deadlines_of
from case_core.case_types.facts import ApplicationCase
from case_core.decide import NotAllowed
from case_core.waiting import subject
from store import cases
from store.codec import Codec
from store.crypto import Cipher
from store.database import Database, Tx
from store.history import FIRST_LINK
from store.tables import cases as table
from store.tables import deadlines
from tests.case_core import build
from tests.case_core.story import Story, asked_to_pay, checked, deficient, notified, opened
from tests.case_core.walks import begun
from tests.store import rows

STEPS = st.lists(st.integers(0, 500), max_size=25)
LATER = build.NOW + timedelta(hours=5)


def fresh(case: ApplicationCase) -> cases.Loaded:
    return cases.Loaded(case=case, saved=None, events=0, head=FIRST_LINK, opened_at=build.NOW)


async def save(tx: Tx, *loaded: cases.Loaded) -> None:
    await cases.save(tx, loaded, LATER)


def lived(beginning: int, steps: list[int]) -> ApplicationCase:
    """A case that has been through some of what may happen to one."""
    walk = begun(beginning)
    for index in steps:
        messages = walk.possible()
        walk.story.later(days=index % 3)
        try:
            walk.hear(messages[index % len(messages)])
        except NotAllowed:
            continue
    return walk.case


@given(beginning=st.integers(0, 5), steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_case_survives_its_bytes(codec: Codec, beginning: int, steps: list[int]) -> None:
    """Whatever it has lived through."""
    case = lived(beginning, steps)
    assert codec.case(case.kind, 1, codec.dump(case)) == case


@given(beginning=st.integers(0, 5), steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_case_survives_the_database(database: Database, beginning: int, steps: list[int]) -> None:
    """First as a new one, then as a changed one: what is saved is what is loaded."""
    case = lived(beginning, steps)
    async with database.write() as tx:
        await save(tx, fresh(case))
        [loaded] = (await cases.load(tx, [case.id])).values()
        assert loaded.case == loaded.saved == case
        assert (await cases.view(tx, [case.id])) == {case.id: case}


async def test_only_the_cases_asked_for_are_loaded(database: Database) -> None:
    """And asking for none, or for one that is not there, is no mistake."""
    async with database.write() as tx:
        await save(tx, fresh(opened().case))
        assert await cases.load(tx, []) == {}
        assert await cases.view(tx, []) == {}
        assert await cases.load(tx, ["nobody"]) == {}
        assert set(await cases.load(tx, ["nobody", build.CASE_ID])) == {build.CASE_ID}


async def test_a_case_is_saved_over_its_older_self(database: Database) -> None:
    """Number, applicant and day of opening stay as they were."""
    story = opened()
    async with database.write() as tx:
        await save(tx, fresh(story.case))
        [before] = (await tx.connection.execute(table.select())).all()
        story.hear(build.person_found())
        await save(tx, fresh(story.case))
        [after] = (await tx.connection.execute(table.select())).all()
    assert after.version == before.version + 1
    assert before[:3] == after[:3]
    assert (before.applicant, before.opened_at) == (after.applicant, after.opened_at)


async def test_saving_nothing_asks_nothing_of_the_database(database: Database) -> None:
    """A set may well change no case."""
    async with rows.overheard(database) as said, database.write() as tx:
        await cases.save(tx, [], LATER)
    assert said == []


@pytest.mark.parametrize(
    ("tell", "turn", "about"),
    [
        (asked_to_pay, AskOf.APPLICANT, "fee"),
        (deficient, AskOf.APPLICANT, "supplement"),
        (checked, AskOf.US, "assess"),
        (notified, AskOf.APPLICANT, "appeal"),
    ],
    ids=["fee", "supplement", "assess", "appeal"],
)
async def test_the_list_shows_whose_turn_it_is(
    database: Database, tell: Callable[[], Story], turn: AskOf, about: str
) -> None:
    """The applicant's first, then our own work, and when it is due."""
    story = tell()
    async with database.write() as tx:
        await save(tx, fresh(story.case))
    [row] = await rows.rows(database, table)
    assert (row.turn, row.about, row.phase) == (turn, about, story.case.phase)
    assert [row.turn_due] == [ask.due for ask in story.case.open_asks() if subject(ask.key) == about]


async def test_a_case_that_waits_for_nobody_shows_nothing(database: Database) -> None:
    """A closed case is nobody's turn."""
    story = notified()
    story.later(days=30).hear(build.deadline("appeal", story.now))
    for ask in story.case.open_asks():
        story.case = story.case.settle_all([ask], ask.state.MET, story.now)
    async with database.write() as tx:
        await save(tx, fresh(story.case))
    [row] = await rows.rows(database, table)
    assert (row.turn, row.about, row.turn_due, row.phase) == ("", "", None, "closed")


async def test_every_deadline_of_a_case_is_a_row(database: Database) -> None:
    """Due dates and reminders alike; saving the case again adds none twice."""
    case = deficient().case
    async with database.write() as tx:
        await save(tx, fresh(case))
        await save(tx, fresh(case))
    stored = {(row.ask_key, row.due_at) for row in await rows.rows(database, deadlines)}
    assert deadlines_of(case) == stored
    assert stored


async def test_a_deadline_that_moves_becomes_another_row(database: Database) -> None:
    """The old one fires too, and then changes nothing."""
    case = opened().case
    moved = case.with_ask(Ask(key="fee", of=AskOf.APPLICANT, at=build.NOW, due=LATER))
    async with database.write() as tx:
        await save(tx, fresh(case))
        [loaded] = (await cases.load(tx, [case.id])).values()
        await save(tx, replace(loaded, case=moved))
    due = {row.due_at for row in await rows.rows(database, deadlines) if row.ask_key == "fee"}
    assert LATER in due
    assert len(due) > 1


async def test_the_applicant_can_be_found_but_not_read(database: Database, cipher: Cipher) -> None:
    """The row holds a keyed hash, the same for the same person."""
    async with database.write() as tx:
        await save(tx, fresh(opened().case))
    [row] = await rows.rows(database, table)
    assert row.applicant == cipher.index(build.NIN)
    assert build.NIN not in repr(row)


async def test_case_numbers_run_by_year(database: Database) -> None:
    """Each year begins with one, and none is given twice."""
    async with database.write() as tx:
        given = [await cases.next_number(tx, year) for year in (2026, 2026, 2027, 2026)]
    assert [number[:11] for number in given] == ["2026-000001", "2026-000002", "2027-000001", "2026-000003"]
