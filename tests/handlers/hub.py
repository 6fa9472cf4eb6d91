"""A hub without its web: apply, carry, clock, relay and the embedded transport over one database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from broker.embedded import EmbeddedTransport
from broker.relay import Relay
from broker.topology import ACTS, CONNECTORS, INTAKE, QUEUES
from case_core.case import Phase
from case_core.case_types.facts import ApplicationCase
from case_core.messages import Act, FormCompleted
from connectors.connector import Connector
from handlers.apply import Apply
from handlers.carry import Carry
from handlers.clock import Clock
from handlers.limits import LEASE_MARGIN, Limits
from store import cases, circuits, inbox
from store.database import Database
from store.rows import Arrival, InboxStatus, OutboxStatus
from store.tables import cases as case_table
from store.tables import inbox as message_table
from store.tables import outbox as effect_table
from tests.broker.waiting import BOUND, until
from tests.case_core import build
from tests.handlers.desk import new_id
from tests.store import rows

POLL = 0.02
TIMEOUT = timedelta(seconds=10)
LIMITS = Limits(timeout=TIMEOUT, lease=TIMEOUT + LEASE_MARGIN, patience=timedelta(), at_a_time=8)
OPEN = (
    InboxStatus.NEW,
    InboxStatus.WAITING,
    OutboxStatus.SENDING,
    OutboxStatus.UNCLEAR,
)


def now() -> datetime:
    return datetime.now(UTC)


class Hub:
    """One life of a process."""

    def __init__(self, database: Database, outside: Connector) -> None:
        self.database = database
        self._transport = EmbeddedTransport()
        clock = Clock(database, patience=timedelta())
        duties = (clock.fire_deadlines, clock.expire_leases, clock.see_to_waiting)
        relay = self._relay = Relay(database, self._transport, poll=POLL, duties=duties)
        kind = build.kind()
        kinds = {kind.name: kind}
        apply = Apply(database, kinds, new_id=new_id, now=now, wake=relay.wake)
        self._handlers = {queue.name: apply for queue in QUEUES if queue.of_messages}
        self._carries = {
            name: Carry(name, outside, database, kinds, limits=LIMITS, now=now, wake=relay.wake)
            for name in CONNECTORS
        }

    async def start(self) -> None:
        async with self.database.write() as tx:
            await circuits.ensure(tx, CONNECTORS)
        await self._transport.start({**self._handlers, **self._carries})
        self._running = asyncio.create_task(self._relay.run())

    async def stop(self) -> None:
        """In good order."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self._transport.stop(TIMEOUT.total_seconds())

    async def tell(self, arrival: Arrival) -> int | None:
        """As the web does: a row, then a wake-up."""
        async with self.database.write() as tx:
            [row_id] = await inbox.add(tx, [arrival])
        self._relay.wake()
        return row_id


class Bystander:
    """Who looks at the rows from outside and, as a caseworker, decides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def case(self) -> ApplicationCase | None:
        async with self._database.read() as tx:
            found = await tx.connection.execute(case_table.select().with_only_columns(case_table.c.id))
            ids = list(found.scalars())
            assert len(ids) <= 1
            return next(iter((await cases.view(tx, ids)).values()), None)

    async def decision(self) -> Arrival | None:
        """The act that the case is ready for, by the version that the caseworker sees."""
        case = await self.case()
        if case is None or not case.is_waiting_for("assess"):
            return None
        act = build.decision(seen_version=case.version, at=now())
        return acted(act, case.id)

    async def is_in(self, phase: Phase) -> bool:
        case = await self.case()
        return case is not None and case.phase is phase

    async def is_quiet(self) -> bool:
        """Nothing is open any more."""
        found = await self.statuses(message_table), await self.statuses(effect_table)
        return not any(status in OPEN for statuses in found for status in statuses)

    async def statuses(self, table: Any) -> set[str]:
        return {row.status for row in await rows.rows(self._database, table)}


def acted(act: Act, case_id: str) -> Arrival:
    token = f"form-{act.seen_version}"
    return Arrival(source="saksbehandler", external_id=token, queue=ACTS, message=act, case_id=case_id)


def first_hint() -> Arrival:
    hint = FormCompleted(at=now(), app="autorisasjon", instance=build.FORM)
    return Arrival(source="altinn-events", external_id="event-1", queue=INTAKE, message=hint)


async def play(hub: Hub) -> None:
    """The applicant's first hint, the caseworker's decision, and then everything that follows."""
    watch = Bystander(hub.database)
    await hub.tell(first_hint())

    async def is_decided() -> bool:
        act = await watch.decision()
        if act is not None:
            await hub.tell(act)
        return await watch.is_in(Phase.FOLLOW_UP)

    await until(is_decided)
    await until(watch.is_quiet)


class Tripwire:
    """Is torn by the nth statement that the database is given."""

    def __init__(self, database: Database, nth: int) -> None:
        self.torn = asyncio.Event()
        self._left = nth
        event.listen(database._writer.sync_engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            self.torn.set()


async def crash(around: "set[asyncio.Task[Any]]") -> None:
    """Everything begun since `around` is cut off where it stands.

    The database driver's own tidying up is let through: a process that dies leaves no connection open either.
    """
    async with asyncio.timeout(BOUND):
        while tasks := asyncio.all_tasks() - around:
            for task in tasks:
                if not is_tidying_up(task):
                    task.cancel()
            await asyncio.wait(tasks)


def is_tidying_up(task: "asyncio.Task[Any]") -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return "sqlalchemy" in getattr(code, "co_filename", "")


async def a_day_passes(database: Database) -> None:
    """Leases have run out, and lost rings are due again."""
    await rows.change(database, effect_table, effect_table.c.status == OutboxStatus.SENDING, lease=0)
    for table in (message_table, effect_table):
        await rows.change(database, table, rung_at=None, due_at=0)
