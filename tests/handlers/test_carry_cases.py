"""`carry` for a case: it is asked whether it still wants the effect, and told how it ended."""

import asyncio
from dataclasses import replace

from broker.backoff import MOST_ATTEMPTS
from broker.topology import FOLKEREGISTERET
from case_core.case import AskState
from case_core.decide import AnyCaseType
from connectors.connector import Answer, GiveUp
from store.tables import cases
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.broker.waiting import until_true
from tests.case_core import build
from tests.handlers.carrying import MINUTE, wait_of
from tests.handlers.desk import Desk, Wakes, submission
from tests.handlers.scripted import Scripted, carrier, limits
from tests.store import rows
from tests.store.rows import effect_row


async def look_up_of(desk: Desk, case_id: str) -> int:
    [row_id] = [row.id for row in await desk.effects() if (row.case_id, row.ask_key) == (case_id, "person")]
    assert isinstance(row_id, int)
    return row_id


async def test_an_answer_reaches_its_case(desk: Desk, wakes: Wakes) -> None:
    """Carried, told, applied; the relay is woken for it."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    connector = Scripted(ends=[Answer(reply=build.person_found())])
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, wake=wakes)
    woken = wakes.times
    await work([row_id])
    assert wakes.times > woken
    assert connector.asked == [("carry", f"{case.id}/person")]
    await desk.apply([row.id for row in await rows.rows(desk.database, messages)])
    ended = (await desk.case(case.id)).ask("person")
    assert ended is not None
    assert ended.state is AskState.MET


async def test_what_is_not_wanted_any_more_is_cancelled(desk: Desk) -> None:
    """It is not called, and the case is told."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    await desk.handle(build.person_found(), case_id=case.id)
    connector = Scripted()
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))([row_id])
    row = await effect_row(desk.database, row_id)
    assert (row.status, row.reason) == ("cancelled", "not-wanted")
    assert not connector.asked
    [told_row] = [each for each in await rows.rows(desk.database, messages) if each.source == "carry"]
    assert (told_row.type, told_row.case_id) == ("EffectCancelled", case.id)
    await desk.apply([told_row.id])
    assert await desk.ends(told_row.id) == [("handled", "")]


async def test_a_failure_reaches_its_case(desk: Desk) -> None:
    """Every effect ends as a message to its case."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    connector = Scripted(ends=[GiveUp(cause="rejected", reason="400")])
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))([row_id])
    await desk.apply([row.id for row in await rows.rows(desk.database, messages)])
    failed = (await desk.case(case.id)).ask("person")
    assert failed is not None
    assert (failed.state, failed.reason) == (AskState.FAILED, "rejected")


async def test_an_effect_of_an_unreadable_case_is_put_back_for_a_while(desk: Desk) -> None:
    """Nobody can say whether it is still wanted; the others' effects are carried."""
    broken, whole = await desk.open(1), await desk.open(2)
    ids = [await look_up_of(desk, case.id) for case in (broken, whole)]
    await rows.change(desk.database, cases, cases.c.id == broken.id, data=b"not ours")
    connector = Scripted()
    await (await carrier(desk.database, connector, name=FOLKEREGISTERET))(ids)
    assert connector.asked == [("carry", f"{whole.id}/person")]
    row = await effect_row(desk.database, ids[0])
    assert (row.status, row.attempts, row.reason) == ("new", 0, "no-key: cases.data")
    assert await wait_of(desk.database, row) == 5 * MINUTE


async def test_carriers_that_close_together_share_a_commit(desk: Desk) -> None:
    """However many effects end while the last transaction runs."""
    for number in range(12):
        await desk.handle(submission(number))
    ids = [row.id for row in await desk.effects() if row.effect == "LookUpPerson"]
    connector = Scripted(gate=asyncio.Event(), ends=[Answer(reply=build.person_found())])
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, limits=limits(at_a_time=12))
    task = asyncio.create_task(work(ids))
    await until_true(lambda: len(connector.asked) == 12)
    assert connector.gate is not None
    async with rows.overheard(desk.database) as said:
        connector.gate.set()
        await task
    assert len([each for each, _ in said if "UPDATE outbox" in each]) == 1
    assert {(await effect_row(desk.database, each)).status for each in ids} == {"done"}


async def test_a_case_is_asked_when_the_turn_has_come(desk: Desk) -> None:
    """What it stopped wanting while the effect waited for its turn is not carried out."""
    first, second = await desk.open(1), await desk.open(2)
    ids = [await look_up_of(desk, case.id) for case in (first, second)]
    connector = Scripted(gate=asyncio.Event(), ends=[Answer(reply=build.person_found())])
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, limits=limits(1))
    working = asyncio.create_task(work(ids))
    await until_true(lambda: len(connector.asked) == 1)
    await desk.handle(build.person_found(), case_id=second.id)
    assert connector.gate is not None
    connector.gate.set()
    await working
    assert connector.asked == [("carry", f"{first.id}/person")]
    assert (await effect_row(desk.database, ids[1])).status == "cancelled"


async def test_a_defect_around_the_call_spends_the_attempt_and_ends(desk: Desk) -> None:
    """Nothing goes on for ever because a rule of ours fails; the case is told in the end."""
    case = await desk.open()
    row_id = await look_up_of(desk, case.id)
    connector = Scripted()
    work = await carrier(desk.database, connector, name=FOLKEREGISTERET, kind=forgetful())
    await work([row_id])
    row = await effect_row(desk.database, row_id)
    assert (row.status, row.attempts, row.reason) == ("new", 1, "handling-fails: KeyError")
    await rows.change(desk.database, effects, effects.c.id == row_id, attempts=MOST_ATTEMPTS - 1, due_at=0)
    await work([row_id])
    assert (await effect_row(desk.database, row_id)).status == "failed"
    [told_row] = [each for each in await rows.rows(desk.database, messages) if each.source == "carry"]
    assert (told_row.type, told_row.case_id) == ("EffectFailed", case.id)
    assert not connector.asked


def forgetful() -> AnyCaseType:
    """A case type that has forgotten to say when its effects are wanted."""
    return replace(build.kind(), wanted={})
