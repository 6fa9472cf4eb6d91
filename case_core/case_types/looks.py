"""Looking once more at the remote: what it said stays on the ask. What it found comes as a fact of its own,
before or after."""

from case_core.case import AskState
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.parameters import ApplicationParameters
from case_core.messages import LookedAgain

FOUND = "found"
NOTHING = "nothing-new"


def record_looked(_: ApplicationParameters, case: ApplicationCase, message: LookedAgain) -> ApplicationCase:
    reason = NOTHING if message.nothing_new else FOUND
    return case.settle(message.ask_key, AskState.MET, message.at, reason)


def has_found(case: ApplicationCase, key: str) -> bool:
    ask = case.ask(key)
    return ask is not None and ask.reason == FOUND
