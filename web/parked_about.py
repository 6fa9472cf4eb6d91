"""Whom and what a stopped message is about, told as the work list tells it."""

from dataclasses import dataclass

from case_core.messages import Document, SubmissionReceived, SupplementReceived
from store.views.masking import without_numbers
from store.views.named import FORMS, AnyCase, Named
from web.applicants import is_protected, listed_name
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """`name` is empty for somebody whose address is protected."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`number` is the case number that the message names. `from_somebody`: a person sent it, who is None when
    we have no case of theirs.
    """

    number: str
    is_ours: bool
    applicant: Somebody | None
    from_somebody: bool
    sender: Somebody | None
    files: tuple[File, ...]


def about(named: Named, words: Words) -> About:
    hidden = sent_by_protected(named)
    return About(
        number=named.number,
        is_ours=named.is_ours,
        applicant=somebody(named.case),
        from_somebody=isinstance(named.message, FORMS),
        sender=Somebody(name="") if hidden else sender(named),
        files=() if hidden else tuple(file(each, words) for each in documents(named)),
    )


def somebody(case: AnyCase) -> Somebody | None:
    return Somebody(name=without_numbers(listed_name(case.facts))) if case is not None else None


def sent_by_protected(named: Named) -> bool:
    """By somebody who is protected in any case of ours. Who has one that cannot be read may be."""
    return any(case is None or is_protected(case.facts) for case in named.senders)


def sender(named: Named) -> Somebody | None:
    """By the application itself, or by a case that the same person has here."""
    message = named.message
    if isinstance(message, SubmissionReceived):
        written = f"{message.application.first_name} {message.application.last_name}"
        return Somebody(name=without_numbers(written))
    return somebody(named.senders[0]) if named.senders else None


def documents(named: Named) -> tuple[Document, ...]:
    message = named.message
    return message.documents if isinstance(message, SubmissionReceived | SupplementReceived) else ()


def file(document: Document, words: Words) -> File:
    return File(kind=words.document(document.kind), name=without_numbers(document.name))
