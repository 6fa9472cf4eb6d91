"""A look-up that failed is repeated as an effect of its own."""

from case_core.messages import EffectFailed
from store import replay
from store.database import Database
from store.rows import Arrival, OutboxStatus
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.case_core import build
from tests.store import rows
from tests.store.rows import arrive, ask, outgoing


async def test_a_repeated_look_up_names_the_same_cause(database: Database) -> None:
    """A letter can be followed back to the hint that it began with, through the repetition too."""
    [effect_id] = await ask(database, outgoing())
    await rows.change(database, effects, status=OutboxStatus.FAILED, cause=77, attempts=60, claims=61)
    failed = EffectFailed(at=build.NOW, ask_key="", effect="FetchPayment", cause="rejected", detail="400")
    told = Arrival(source="carry", external_id=str(effect_id), queue="replies", message=failed)
    [row_id] = await arrive(database, told)
    await rows.change(database, messages, status="parked")
    async with database.write() as tx:
        assert await replay.replay(tx, row_id)
    first, again = await rows.rows(database, effects)
    assert (again.key, again.cause, again.body) == ("key-1/again-1", 77, first.body)
    assert (again.status, again.attempts, again.claims, again.rings) == ("new", 0, 0, 0)
