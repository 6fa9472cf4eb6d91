"""The dialogue with the applicant in order of time: what came, what went, what reached them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from case_core.case_types.facts import SentLetter
from case_core.effects import LETTERS, CreatePayment, RequestSupplement
from case_core.messages import PaymentObserved, SubmissionReceived, SupplementReceived, WithdrawalReceived
from store.rows import InboxStatus, OutboxStatus
from store.views.one_case import Came, Went
from web.ask_names import ask_name
from web.words import Words

FROM_APPLICANT = frozenset(
    each.__name__ for each in (SubmissionReceived, SupplementReceived, WithdrawalReceived, PaymentObserved)
)
TO_APPLICANT = frozenset(each.__name__ for each in (*LETTERS, RequestSupplement, CreatePayment))


class Way(StrEnum):
    CAME = "came"
    WENT = "went"
    REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`trouble`: somebody should look at it."""

    at: datetime
    way: Way
    title: str
    detail: str = ""
    trouble: bool = False


def timeline(
    came: tuple[Came, ...], went: tuple[Went, ...], letters: tuple[SentLetter, ...], words: Words
) -> tuple[Step, ...]:
    """The newest first."""
    steps = [came_step(each, words) for each in came if each.type in FROM_APPLICANT]
    steps += [went_step(each, words) for each in went if each.effect in TO_APPLICANT]
    for letter in letters:
        steps += letter_steps(letter, words)
    return tuple(sorted(steps, key=lambda step: step.at, reverse=True))


def came_step(came: Came, words: Words) -> Step:
    handled = came.status is InboxStatus.HANDLED
    return Step(
        at=came.at,
        way=Way.CAME,
        title=words.text(f"messages.{came.type}"),
        detail="" if handled else f"{words.label(f'inbox.{came.status}')}. {words.act_reason(came.reason)}",
        trouble=came.status is InboxStatus.PARKED,
    )


def went_step(went: Went, words: Words) -> Step:
    done = went.status is OutboxStatus.DONE
    told = words.label(f"outbox.{went.status}")
    return Step(
        at=went.ended_at or went.at,
        way=Way.WENT,
        title=words.text(f"effects.{went.effect}.{'done' if done else 'todo'}"),
        detail="" if done else f"{told}. {words.act_reason(went.reason)}".strip(),
        trouble=went.status in (OutboxStatus.FAILED, OutboxStatus.UNCLEAR),
    )


def letter_steps(letter: SentLetter, words: Words) -> Iterator[Step]:
    name = ask_name(letter.ask_key, words, {})
    for key, at in (
        ("delivered", letter.delivered_at),
        ("read", letter.read_at),
        ("confirmed", letter.confirmed_at),
    ):
        if at is not None:
            yield Step(at=at, way=Way.REACHED, title=words.label(f"timeline.{key}", letter=name))
    if letter.failed:
        title = words.label("timeline.failed", letter=name)
        yield Step(at=letter.sent_at, way=Way.REACHED, title=title, trouble=True)
