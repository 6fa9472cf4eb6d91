"""The one place where a case changes: the messages that are waiting now get one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from broker.backoff import A_MOMENT, UNREADABLE_WAIT, is_exhausted, wait_after
from case_core.decide import AnyCaseType
from case_core.messages import SubmissionReceived
from case_core.routing import Key, instance_key
from handlers.workset import Workset, safe_route
from store import cases, documents, history, inbox, keys, outbox
from store.codec import Unreadable
from store.crypto import WrongKey
from store.database import Database, DatabaseTrouble, Tx, is_away
from store.rows import Inbound
from telemetry.counters import count

log = structlog.get_logger(__name__)

MOST_ROUNDS = 5
"""How often a set looks again at messages whose case came up in it; later ones wait for a ring."""


class Apply:
    """Handle the messages with these ids: `await apply(ids)`. Every one is then closed or put off, or left to
    the sweep when the database is away."""

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, AnyCaseType],
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._new_id = new_id
        self._now = now
        self._wake = wake

    async def __call__(self, ids: Sequence[int]) -> None:
        for _ in range(MOST_ROUNDS):
            ids = await self._apply(ids)
            if not ids:
                break
        self._wake()

    async def _apply(self, ids: Sequence[int]) -> list[int]:
        """As one set; when it fails as a whole, one by one. The rows that must go again."""
        try:
            return await self._apply_set(ids)
        except DatabaseTrouble as trouble:
            log.warning("a set failed", rows=len(ids), error=type(trouble).__name__)
            if is_away(trouble):
                await self._leave(ids)
                return []
            wait, reason = timedelta(), "database-trouble"
        except (Unreadable, WrongKey) as trouble:
            log.warning("a case cannot be read", rows=len(ids), error=str(trouble))
            wait, reason = UNREADABLE_WAIT, str(trouble)
        if len(ids) == 1:
            await self._postpone(ids[0], wait, reason)
            return []
        again: list[int] = []
        for row_id in ids:
            again += await self._apply([row_id])
        return again

    async def _apply_set(self, ids: Sequence[int]) -> list[int]:
        async with self._database.write() as tx:
            rows = await inbox.claim(tx, ids)
            count("apply.messages_in_a_set", len(rows))
            workset = await self._load(tx, rows)
            for row in rows:
                workset.take(row)
            return await write(tx, workset, self._now())

    async def _load(self, tx: Tx, rows: Sequence[Inbound]) -> Workset:
        """The cases that the messages name, locked in id order, and numbers for those that will open."""
        routes = [safe_route(row.message) for row in rows if row.message is not None]
        opening = {row.id: row.message for row in rows if isinstance(row.message, SubmissionReceived)}
        wanted = {route.key for route in routes if isinstance(route, Key)}
        wanted |= {instance_key(message.instance) for message in opening.values()}
        holders = await keys.holders(tx, wanted)
        case_ids = {row.case_id for row in rows if row.case_id is not None} | set(holders.values())
        return Workset(
            kinds=self._kinds,
            new_id=self._new_id,
            index=tx.cipher.index,
            holders=holders,
            cases=await cases.load(tx, case_ids),
            numbers={
                row_id: await cases.next_number(tx, message.submitted_at.year)
                for row_id, message in opening.items()
            },
        )

    async def _leave(self, ids: Sequence[int]) -> None:
        """The database is away, of which no row is to blame; one by one they would wait for it as often."""
        try:
            async with self._database.write() as tx:
                await inbox.leave(tx, ids, A_MOMENT)
        except DatabaseTrouble:
            log.warning("a set could not be put off; the sweep will ring for it again", rows=len(ids))

    async def _postpone(self, row_id: int, least: timedelta, reason: str) -> None:
        """Longer each time, and not for ever: then a person must look."""
        try:
            async with self._database.write() as tx:
                attempts = await inbox.attempts(tx, row_id)
                if is_exhausted(attempts):
                    await inbox.park(tx, row_id, reason)
                else:
                    await inbox.postpone(tx, row_id, max(least, wait_after(attempts + 1)), reason)
        except DatabaseTrouble:
            log.warning("a message could not be put off; the sweep will ring for it again", row=row_id)


async def write(tx: Tx, workset: Workset, now: datetime) -> list[int]:
    """Write the set. Of what others may hold, keys come last and sorted: no two sets wait for each other."""
    changed = [workset.cases[case_id] for case_id in workset.changed]
    await cases.save(tx, changed, now)
    await history.write_history(tx, workset.history)
    await documents.attach(tx, workset.attached)
    await outbox.add(tx, workset.outgoing)
    await keys.give_up(tx, workset.given_up)
    found = await keys.settle_keys(tx, workset.held, {key for _, key in workset.missed})
    again = workset.settle_missed(found)
    await inbox.release(tx, list(workset.held))
    await inbox.close(tx, workset.closings)
    return again
