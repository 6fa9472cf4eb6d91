"""Effects to carry, and what a test wants to know afterwards."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from case_core.effects import CreatePayment, Effect, LookUpPerson, RequestSupplement, SendReceipt
from case_core.messages import Message
from connectors.connector import Outcome
from store import inbox, outbox
from store.database import Database
from store.moments import from_micros
from store.tables import connectors
from store.tables import inbox as messages
from store.tables import outbox as effects
from tests.case_core import build
from tests.handlers.scripted import Scripted, carrier
from tests.store import rows
from tests.store.rows import ask, effect_row, outgoing

LOOK_UP = LookUpPerson(ask_key="person", nin=build.NIN, case_number="2026-000001-5")
SUPPLEMENT = RequestSupplement(
    ask_key="form:1",
    party_id="50100001",
    case_number="2026-000001-5",
    missing=("vitnemal",),
    due=build.NOW,
    asked_at=build.NOW,
    language="nb",
)
PAYMENT = CreatePayment(ask_key="payment", case_number="2026-000001-5", amount_ore=200_000, language="nb")
RECEIPT = SendReceipt(
    ask_key="receipt",
    recipient=build.NIN,
    case_number="2026-000001-5",
    language="nb",
    profession="SP",
    application=build.application(),
    received_at=build.NOW,
    expected_weeks=8,
)
MINUTE = timedelta(minutes=1)
NEVER = timedelta()


async def carry(database: Database, *ends: Outcome | Exception, effect: Effect = LOOK_UP) -> Row[Any]:
    """One effect, tried as often as there are ends; its row afterwards."""
    [row_id] = await ask(database, outgoing(effect=effect))
    connector = Scripted(ends=ends)
    work = await carrier(database, connector)
    for _ in ends:
        await rows.change(database, effects, due_at=0)
        await rows.change(database, connectors, open_until=0)
        await work([row_id])
    assert len(connector.asked) == len(ends)
    return await effect_row(database, row_id)


async def told(database: Database) -> Sequence[Message | None]:
    """What was put into the inbox, in order."""
    ids = [row.id for row in await rows.rows(database, messages)]
    async with database.write() as tx:
        return [row.message for row in await inbox.claim(tx, ids)]


async def wait_of(database: Database, row: Row[Any]) -> timedelta:
    """How long the row has to wait from now on, to the second."""
    async with database.read() as tx:
        left = from_micros(row.due_at) - await outbox.clock(tx)
    return timedelta(seconds=round(left.total_seconds()))
