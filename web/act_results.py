"""How an act ended, once it is a row: waited for, and told."""

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

from case_core.messages import Act
from store import inbox
from store.database import Database
from store.rows import InboxStatus
from store.views.acts import SentAct

PATIENCE = 1.0
"""Seconds that a page waits for an act to be done."""
FIRST_LOOK, LATER_LOOK = 0.01, 0.05


class State(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    PARKED = "parked"
    WORKING = "working"


STATES = {
    InboxStatus.HANDLED: State.DONE,
    InboxStatus.REFUSED: State.REFUSED,
    InboxStatus.PARKED: State.PARKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`reason` is a reason as rows keep them."""

    state: State
    reason: str = ""


TOKEN_USED = Result(state=State.REFUSED, reason="form-already-used")


def result(status: InboxStatus, reason: str) -> Result:
    return Result(state=STATES.get(status, State.WORKING), reason=reason)


async def await_result(database: Database, row_id: int) -> Result:
    """How it ended, or that it is still being worked on."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    pause = FIRST_LOOK
    while True:
        async with database.read() as tx:
            found = await inbox.outcome(tx, row_id)
        ended = result(*found) if found else Result(state=State.WORKING)
        if ended.state is not State.WORKING or loop.time() >= until:
            return ended
        await asyncio.sleep(pause)
        pause = LATER_LOOK


def is_the_same(sent: SentAct, case_id: str, act: Act) -> bool:
    """The form was sent twice, and says the same: not another act under a used token."""
    if not isinstance(sent.message, Act) or sent.case_id != case_id:
        return False
    return replace(act, at=sent.message.at) == sent.message
