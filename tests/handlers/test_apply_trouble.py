"""Whatever goes wrong with one message is its own trouble and none of its neighbours'."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from case_core.case_types.facts import ApplicationCase
from case_core.decide import AnyCaseType
from case_core.messages import Message, PersonFound
from store.tables import cases, inbox
from tests.case_core import build
from tests.conftest import MakeDatabase
from tests.handlers.desk import Desk, Wakes, applier, submission
from tests.handlers.triggers import refuse
from tests.store import rows
from tests.store.rows import message_row

HANDLED = ("handled", "")


class Defect(Exception):
    """What nobody foresaw. Its text is not for logs."""


def fail(*_: object) -> ApplicationCase:
    raise Defect(build.NIN)


def defective() -> AnyCaseType:
    """Folding in what Folkeregisteret says fails; nothing else does."""
    kind = build.kind()
    return replace(kind, record={**kind.record, PersonFound: fail})


async def test_a_defect_in_a_rule_disturbs_no_neighbour(desk: Desk) -> None:
    """Its message is parked; the one before and the one after it change the same case."""
    case = await desk.open()
    paid = build.payment_observed(payment_id="payment-1")
    changed = build.looked_again("verify-payment", nothing_new=False)
    ids = await desk.arrive(paid, build.person_found(), changed, case_id=case.id)
    others = await desk.arrive(submission(2))
    await applier(desk.database, defective())([*ids, *others])
    parked = ("parked", "handling-fails: Defect")
    assert await desk.ends(*ids, *others) == [HANDLED, parked, HANDLED, HANDLED]
    assert (await desk.case(case.id)).version == case.version + 2
    assert [event.message for event in await desk.history(case.id)][1:] == ["PaymentObserved", "LookedAgain"]
    assert (await message_row(desk.database, ids[1])).case_id == case.id


async def test_a_defect_is_logged_without_what_it_says(desk: Desk) -> None:
    """The text of an exception may hold anything."""
    case = await desk.open()
    [row_id] = await desk.arrive(build.person_found(), case_id=case.id)
    with capture_logs() as logged:
        await applier(desk.database, defective())([row_id])
    assert {"row": row_id, "error": "Defect"}.items() <= logged[0].items()
    assert build.NIN not in repr(logged)


async def test_a_case_that_was_changed_before_the_defect_stays_changed(desk: Desk) -> None:
    """What the set had done for it until then is saved, effects and all."""
    opening, failing = await desk.arrive(submission(), build.person_found())
    await rows.change(desk.database, inbox, inbox.c.id == failing, case_id="gone")
    await applier(desk.database, defective())([opening, failing])
    assert len(await desk.all_cases()) == 1
    assert len(await desk.effects()) == 4


async def test_an_unreadable_message_is_parked(desk: Desk) -> None:
    """With the reason, and without its neighbours."""
    bad, good = await desk.arrive(submission(1), submission(2))
    await rows.change(desk.database, inbox, inbox.c.id == bad, body=b"not ours")
    await desk.apply([bad, good])
    assert await desk.ends(bad, good) == [("parked", "no-key: inbox.body"), HANDLED]


async def test_a_row_that_the_database_refuses_is_put_off_alone(desk: Desk, wakes: Wakes) -> None:
    """The set fails, runs again one by one, and only that row has to wait."""
    ids = await desk.arrive(*(submission(number) for number in range(1, 6)))
    await refuse(desk.database, "inbox", f"OLD.id = {ids[2]} AND NEW.status = 'handled'")
    await desk.apply(ids)
    ends = await desk.ends(*ids)
    assert ends[2] == ("new", "database-trouble")
    assert [end for number, end in enumerate(ends) if number != 2] == [HANDLED] * 4
    row = await message_row(desk.database, ids[2])
    assert (row.attempts, row.rung_at) == (1, None)
    assert row.due_at > 0
    assert len(await desk.all_cases()) == 4
    assert wakes.times == 1


async def test_a_row_that_cannot_even_be_put_off_stays_open(desk: Desk) -> None:
    """Nothing is lost: the sweep will ring for it again."""
    bad, good = await desk.arrive(submission(1), submission(2))
    await refuse(desk.database, "inbox", f"OLD.id = {bad}")
    await desk.apply([bad, good])
    assert await desk.ends(bad, good) == [("new", ""), HANDLED]


async def test_one_by_one_does_the_same_as_a_set(desk: Desk) -> None:
    """Of messages that belong together, too: the early one is handled after the one that opens its case."""
    early, opening, bad = await desk.arrive(
        build.payment_observed(payment_id="payment-1"), submission(1), submission(2)
    )
    await refuse(desk.database, "inbox", f"OLD.id = {bad} AND NEW.status = 'handled'")
    await desk.apply([early, opening, bad])
    [stored] = await desk.all_cases()
    assert await desk.ends(opening) == [HANDLED]
    await desk.apply([early])
    assert await desk.ends(early) == [HANDLED]
    assert (await desk.case(stored.id)).version == 2


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"data": b"not ours"}, "no-key: cases.data"),
        ({"schema": 0}, "unreadable: authorisation (schema 0)"),
    ],
    ids=["data", "schema"],
)
async def test_an_unreadable_case_disturbs_no_neighbour(
    desk: Desk, damage: dict[str, object], reason: str
) -> None:
    """Its own messages wait until somebody has mended it (a key, a release); all others go on."""
    broken, whole = await desk.open(1), await desk.open(2)
    await rows.change(desk.database, cases, cases.c.id == broken.id, **damage)
    found: Message = build.person_found()
    [bad] = await desk.arrive(found, case_id=broken.id)
    [good] = await desk.arrive(found, case_id=whole.id)
    await desk.apply([bad, good])
    assert await desk.ends(bad, good) == [("new", reason), HANDLED]
    assert (await message_row(desk.database, bad)).due_at > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_set_is_not_worked_row_by_row_while_the_database_is_away(
    desk: Desk, make_database: MakeDatabase
) -> None:
    """No row is to blame, so none of them spends an attempt and none waits for the database by itself."""
    ids = await desk.arrive(*(submission(number) for number in range(3)))
    other = make_database()
    with capture_logs() as logged:
        async with other.write():
            await desk.apply(ids)
    assert [line["event"] for line in logged] == [
        "a set failed",
        "a set could not be put off; the sweep will ring for it again",
    ]
    assert await desk.ends(*ids) == [("new", "")] * 3
    await desk.apply(ids)
    assert await desk.ends(*ids) == [HANDLED] * 3
