"""Why a case is waiting, in a sentence."""

from collections.abc import Iterator, Mapping

from case_core.waiting import Waiting
from letters.amounts import written_kroner
from letters.dates import written_date, written_moment
from letters.names import reason_sentence
from letters.texts import Texts, in_language


def waiting_sentence(texts: Mapping[str, Texts], language: str, wait: Waiting) -> str:
    """What is awaited, from whom, since when and until when; then why, and what has been done about it."""
    ours = in_language(texts, language)
    due = written_moment(ours, wait.due) if wait.due else ours.text("waiting.no_due")
    first = ours.text(f"waiting.about.{wait.about}", since=written_date(ours, wait.since), due=due)
    return " ".join([first, *_more(ours, wait)])


def _more(texts: Texts, wait: Waiting) -> Iterator[str]:
    if wait.reason:
        yield reason_sentence(texts, wait.reason)
    if wait.amount:
        yield texts.text("waiting.amount", amount=written_kroner(texts, wait.amount))
    if wait.reminded:
        yield texts.text("waiting.reminded")
    elif wait.remind_at and not wait.overdue:
        yield texts.text("waiting.remind_at", remind_at=written_date(texts, wait.remind_at))
    if wait.overdue:
        yield texts.text("waiting.overdue")
