"""Letters on which something depends are followed until they have arrived.

Silence is no arrival: when the time is out Altinn is asked once more, and then the letter goes on paper.
"""

from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase, SentLetter
from case_core.case_types.letters import (
    DECISION,
    DEFICIENCY,
    FEE_LETTER,
    LAPSE,
    PAPER,
    UNDELIVERED,
    put_on_paper,
)
from case_core.case_types.looks import FOUND
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import LOOK
from case_core.effects import Effect, FetchLetter
from case_core.waiting import subject

DELIVERY = "delivery"
NOT_DELIVERED = "not-delivered-in-time"
UNREAD = "not-read-in-time"

FOLLOWED = frozenset({FEE_LETTER, DEFICIENCY, LAPSE, DECISION})
"""Those that a deadline, or the end of the case, depends on."""

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def delivery_key(letter: SentLetter) -> str:
    return f"{DELIVERY}:{letter.ask_key}"


def paper_key(letter: SentLetter) -> str:
    return f"{PAPER}:{letter.ask_key}"


def has_arrived(letter: SentLetter) -> bool:
    """What Altinn calls failed has not arrived, even if it names a moment of delivery."""
    return letter.delivered_at is not None and not letter.failed


def was_read(letter: SentLetter) -> bool:
    return (letter.read_at or letter.confirmed_at) is not None and not letter.failed


def look_ended_in_vain(case: ApplicationCase, key: str) -> bool:
    """Altinn has said that it has not come, or could not be asked."""
    look = case.ask(f"{LOOK}:{key}")
    return look is not None and not look.is_open and look.reason != FOUND


def followed_letter(look_key: str) -> str:
    """The letter that a look at its progress is about: `look:delivery:decision` is about `decision`."""
    return look_key.removeprefix(f"{LOOK}:").partition(":")[2]


def look(case: ApplicationCase, key: str, letter: SentLetter, now: datetime) -> Took:
    look_key = f"{LOOK}:{key}"
    case = case.with_ask(Ask(key=look_key, of=AskOf.REMOTE, at=now))
    return case, (FetchLetter(ask_key=look_key, letter_id=letter.id),)


# --- delivered --------------------------------------------------------------------------------------


def unfollowed(case: ApplicationCase) -> SentLetter | None:
    return next(
        (
            letter
            for letter in case.facts.letters
            if subject(letter.ask_key) in FOLLOWED and not case.has_asked(delivery_key(letter))
        ),
        None,
    )


def letter_is_unfollowed(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return unfollowed(case) is not None


def await_delivery(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    letter = unfollowed(case)
    if letter is None:
        return case, ()
    return case.with_ask(Ask(key=delivery_key(letter), of=AskOf.REMOTE, at=now, due=now + p.delivery_due)), ()


def awaited(case: ApplicationCase) -> tuple[SentLetter, ...]:
    return tuple(each for each in case.facts.letters if case.is_waiting_for(delivery_key(each)))


def known_ends(case: ApplicationCase) -> tuple[SentLetter, ...]:
    return tuple(each for each in awaited(case) if each.failed or has_arrived(each))


def delivery_has_ended(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return bool(known_ends(case))


def close_delivery(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    for letter in known_ends(case):
        state = AskState.FAILED if letter.failed else AskState.MET
        case = case.settle(delivery_key(letter), state, now, UNDELIVERED if letter.failed else "")
    return case, ()


def late_delivery(case: ApplicationCase, now: datetime) -> SentLetter | None:
    late = (each for each in awaited(case) if is_late(case, delivery_key(each), now))
    return next(late, None)


def is_late(case: ApplicationCase, key: str, now: datetime) -> bool:
    """The time is out, and Altinn has not been asked once more."""
    ask = case.ask(key)
    return ask is not None and ask.is_overdue(now) and not case.has_asked(f"{LOOK}:{key}")


def delivery_is_late(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return late_delivery(case, now) is not None


def look_for_delivery(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    letter = late_delivery(case, now)
    return look(case, delivery_key(letter), letter, now) if letter else (case, ())


def undelivered(case: ApplicationCase) -> tuple[SentLetter, ...]:
    return tuple(each for each in awaited(case) if look_ended_in_vain(case, delivery_key(each)))


def delivery_is_in_vain(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return bool(undelivered(case))


def post_undelivered(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    for letter in undelivered(case):
        case = case.settle(delivery_key(letter), AskState.FAILED, now, NOT_DELIVERED)
        case = put_on_paper(case, letter.ask_key, now, NOT_DELIVERED)
    return case, ()


# --- after all --------------------------------------------------------------------------------------


def needless(case: ApplicationCase) -> tuple[str, ...]:
    """Letters to be posted that have arrived, or have been read, after all."""
    papers = ((each, case.ask(paper_key(each))) for each in case.facts.letters)
    return tuple(
        task.key
        for letter, task in papers
        if task is not None
        and task.is_open
        and (
            (task.reason == NOT_DELIVERED and has_arrived(letter))
            or (task.reason == UNREAD and was_read(letter))
        )
    )


def paper_is_needless(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return bool(needless(case))


def drop_paper(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    for key in needless(case):
        case = case.settle(key, AskState.DROPPED, now)
    return case, ()
