"""Asks the remotes what they hold that we have not heard of. What is found goes the way of every message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from broker.topology import QUEUE_OF
from case_core.case import Phase
from case_core.effects import SendDecision
from case_core.messages import FormCompleted, LetterChanged, Message, PaymentChanged
from connectors.calls import Ended
from store import cursors, inbox, reconciling
from store.database import Database, Tx
from store.reconciling import Look, Sent
from store.rows import Arrival
from telemetry.counters import count

log = structlog.get_logger(__name__)

SOURCE = "reconcile"
FORMS, PAYMENTS, LETTERS = "forms", "payments", "letters"
LOOK_EVERY = timedelta(seconds=1)
SET = 100
MOST = 1000
"""Payments or letters that one look goes through, at most; the next look goes on from there."""


class Form(Protocol):
    """A submitted form that a remote still waits for us to take over."""

    @property
    def app(self) -> str: ...

    @property
    def instance(self) -> str: ...

    @property
    def changed_at(self) -> datetime: ...


class Forms(Protocol):
    """Where submitted forms are found that no event told us of."""

    @property
    def apps(self) -> tuple[str, ...]: ...

    def since(self, app: str, changed_at: datetime | None) -> AsyncIterator[Form]: ...


class Find(Protocol):
    """A look at what we sent, from the row after `after` on."""

    async def __call__(self, tx: Tx, *, after: int, most: int) -> Look: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often each remote is asked, and how far back of the last answer (`overlap`).

    A form younger than `grace` is left alone: its event may be on its way.
    """

    forms: timedelta
    payments: timedelta
    letters: timedelta
    grace: timedelta
    overlap: timedelta


class Reconcile:
    """`run()` until cancelled; each `look_for_…` looks once and says how much was new."""

    def __init__(
        self,
        database: Database,
        forms: Forms,
        schedule: Schedule,
        *,
        now: Callable[[], datetime],
        wake: Callable[[], None],
        most: int = MOST,
    ) -> None:
        self._database = database
        self._forms = forms
        self._now = now
        self._wake = wake
        self._most = most
        self._grace = schedule.grace
        self._overlap = schedule.overlap
        self._looks: Mapping[str, tuple[timedelta, Callable[[], Awaitable[int]]]] = {
            FORMS: (schedule.forms, self.look_for_forms),
            PAYMENTS: (schedule.payments, self.look_for_payments),
            LETTERS: (schedule.letters, self.look_for_letters),
        }

    async def run(self) -> None:
        """Look at once and then by schedule. That a remote does not answer is told, and tried again."""
        while True:
            for name, (every, look) in self._looks.items():
                await self._look(name, every, look)
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def _look(self, name: str, every: timedelta, look: Callable[[], Awaitable[int]]) -> None:
        try:
            async with self._database.write() as tx:
                ours = await cursors.take_turn(tx, f"{SOURCE}/{name}", every)
            found = await look() if ours else 0
        except Exception as error:  # noqa: BLE001 - whatever it was, the next turn comes
            log.warning("not reconciled", what=name, error=type(error).__name__)
            return
        if found:
            log.info("found by reconciliation", what=name, found=found)

    async def look_for_forms(self) -> int:
        """Submitted forms that we have not confirmed and of which we hold nothing."""
        return sum([await self._look_for_forms_of(app) for app in self._forms.apps])

    async def _look_for_forms_of(self, app: str) -> int:
        """Set by set: what was found before a remote fails us is taken, and not searched for again."""
        mark_name = f"{SOURCE}/{FORMS}/{app}"
        async with self._database.read() as tx:
            left_at = await cursors.value(tx, mark_name)
        mark = datetime.fromisoformat(left_at) if left_at else None
        settled_at = self._now() - self._grace
        since = self._forms.since(app, mark - self._overlap if mark else None)
        new = 0
        try:
            async for seen in sets((form async for form in since if form.changed_at <= settled_at), SET):
                new += await self._take_forms(seen)
                mark = newest(mark, seen)
                async with self._database.write() as tx:
                    await cursors.set_value(tx, mark_name, mark.isoformat())
        except Ended as ended:
            reason = getattr(ended.outcome, "reason", "")
            log.warning("not all forms were reconciled", app=app, reason=reason)
        return new

    async def _take_forms(self, seen: Sequence[Form]) -> int:
        async with self._database.read() as tx:
            unknown = await reconciling.unknown(tx, "altinn", {form.instance for form in seen})
        # The same form that changes again is looked at again: what was refused then may be right now.
        found = {
            f"{form.instance}/{form.changed_at.isoformat()}": FormCompleted(
                at=self._now(), app=form.app, instance=form.instance
            )
            for form in seen
            if form.instance in unknown
        }
        return await self._take(FORMS, found)

    async def look_for_payments(self) -> int:
        """Payments whose webhook may have been lost: the remote is asked for the amounts."""
        now = self._now()
        return await self._look_on(
            PAYMENTS, reconciling.unpaid, lambda found: PaymentChanged(at=now, payment_id=found)
        )

    async def look_for_letters(self) -> int:
        """Decisions of which we do not know whether they were delivered or read."""
        now = self._now()
        return await self._look_on(
            LETTERS, unread_decisions, lambda found: LetterChanged(at=now, letter_id=found)
        )

    async def _look_on(
        self,
        name: str,
        find: Find,
        hint: Callable[[str], Message],
    ) -> int:
        """The next ones after those of the last look, and from the first one again after the last one."""
        mark_name = f"{SOURCE}/{name}/at"
        async with self._database.read() as tx:
            mark = int(await cursors.value(tx, mark_name) or 0)
            look = await find(tx, after=mark, most=self._most)
            if look.last is None and mark:
                look = await find(tx, after=0, most=self._most)
        asked = {self._asked(name, each): hint(each.remote_id) for each in look.found}
        new = await self._take(name, asked, counted=False)
        async with self._database.write() as tx:
            await cursors.set_value(tx, mark_name, str(look.last or 0))
        return new

    def _asked(self, name: str, sent: Sent) -> str:
        """One row for each turn of the schedule, however often somebody looks in it."""
        every, _ = self._looks[name]
        return f"{sent.remote_id}/{int(self._now().timestamp() // every.total_seconds())}"

    async def _take(self, name: str, found: Mapping[str, Message], *, counted: bool = True) -> int:
        arrivals = [
            Arrival(source=SOURCE, external_id=key, queue=QUEUE_OF[type(message)], message=message)
            for key, message in found.items()
        ]
        new = 0
        for start in range(0, len(arrivals), SET):
            new += await self._store(arrivals[start : start + SET])
        if new:
            self._wake()
            if counted:
                await self._count(name, new)
        return new

    async def _store(self, arrivals: Sequence[Arrival]) -> int:
        async with self._database.write() as tx:
            return sum(row_id is not None for row_id in await inbox.add(tx, arrivals))

    async def _count(self, name: str, new: int) -> None:
        """More than none says that events get lost on their way to us."""
        count(f"reconcile.{name}.found", new)
        counter = f"{SOURCE}/{name}/found"
        async with self._database.write() as tx:
            before = await cursors.value(tx, counter)
            await cursors.set_value(tx, counter, str(int(before or 0) + new))


async def unread_decisions(tx: Tx, *, after: int, most: int) -> Look:
    phases = [Phase.DECIDED, Phase.FOLLOW_UP]
    return await reconciling.unread(tx, [SendDecision.__name__], phases, after=after, most=most)


def newest(mark: datetime | None, seen: Sequence[Form]) -> datetime:
    last = max(form.changed_at for form in seen)
    return last if mark is None else max(mark, last)


async def sets(forms: AsyncIterator[Form], size: int) -> AsyncIterator[list[Form]]:
    """As many at a time. What was found before an error is given before it is raised."""
    found: list[Form] = []
    try:
        async for form in forms:
            found.append(form)
            if len(found) == size:
                yield found
                found = []
    except Ended:
        if found:
            yield found
        raise
    if found:
        yield found
