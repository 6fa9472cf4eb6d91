"""Tasks: what is put to a person, under `attend:` and the key of what it is about."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState, base_key
from case_core.case_types.facts import ApplicationCase

ATTEND = "attend"
LOOK = "look"


def task_key(about: str) -> str:
    return f"{ATTEND}:{about}"


def about(key: str) -> str:
    """What a task is about: `attend:look:fee#2` is about `fee`."""
    return base_key(key.removeprefix(f"{ATTEND}:").removeprefix(f"{LOOK}:"))


def attend(case: ApplicationCase, key: str, at: datetime, reason: str, amount: int = 0) -> ApplicationCase:
    """Put `key` to a person. What is put to one already keeps its date."""
    known = case.ask(task_key(key))
    if known is not None and known.is_open:
        return case.with_ask(replace(known, reason=reason, amount=amount))
    return case.with_ask(Ask(key=task_key(key), of=AskOf.US, at=at, reason=reason, amount=amount))


def is_done(case: ApplicationCase, key: str) -> bool:
    """A person has said that it is dealt with."""
    task = case.ask(task_key(key))
    return task is not None and task.state is AskState.MET


def has_task_about(case: ApplicationCase, key: str) -> bool:
    return any(about(task.key) == key for task in case.open_asks(f"{ATTEND}:"))


def drop_tasks(case: ApplicationCase, keys: Collection[str], at: datetime) -> ApplicationCase:
    """Tasks about these have become needless."""
    needless = [task for task in case.open_asks(f"{ATTEND}:") if about(task.key) in keys]
    return case.settle_all(needless, AskState.DROPPED, at)


def asks_for_more(task: Ask | None, amount: int) -> bool:
    """Whether a person must be told: not yet told, told another amount, or more than was dealt with."""
    if task is None:
        return amount > 0
    return task.amount != amount if task.is_open else amount > task.amount
