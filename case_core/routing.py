"""To which case a message belongs."""

import re
from dataclasses import dataclass

from case_core.decide import NotAllowed
from case_core.messages import (
    GraduateListed,
    LetterObserved,
    Message,
    PaymentObserved,
    SubmissionReceived,
    SupplementReceived,
    WithdrawalReceived,
)

CASE_NUMBER = re.compile(r"[0-9]{4}[-/][0-9]{1,9}(-[0-9])?")
"""What a case number may look like. Keys stand in clear, and an identity number must not become one."""


@dataclass(frozen=True, slots=True)
class Opens:
    """It opens a case of this kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Key:
    """It belongs to the case that holds this key, once there is one."""

    key: str


@dataclass(frozen=True, slots=True)
class Direct:
    """It carries its case with it, or has none."""


Route = Opens | Key | Direct


def instance_key(instance: str) -> str:
    return f"instance:{instance}"


def payment_key(payment_id: str) -> str:
    return f"payment:{payment_id}"


def letter_key(letter_id: str) -> str:
    return f"letter:{letter_id}"


def number_key(case_number: str) -> str:
    return f"number:{case_number}"


def graduate_key(profession: str, applicant_index: str) -> str:
    return f"graduate:{profession}:{applicant_index}"


def route(message: Message) -> Route:
    """Raises `NotAllowed` for a supplement that does not carry the reference that we put into our forms, and
    for a withdrawal that names nothing like a case number."""
    if isinstance(message, SubmissionReceived):
        return Opens(message.kind)
    key = key_of(message)
    return Direct() if key is None else Key(key)


def key_of(message: Message) -> str | None:
    """The key of the case that a fact speaks of. What a form says stands in its body and is never quoted:
    it is foreign text and might be an identity number."""
    match message:
        case SupplementReceived():
            if not message.reference_is_ours:
                raise NotAllowed("supplement-not-ours")
            return instance_key(message.instance)
        case WithdrawalReceived():
            if CASE_NUMBER.fullmatch(message.case_number) is None:
                raise NotAllowed("withdrawal-names-no-case")
            return number_key(message.case_number)
        case GraduateListed():
            return graduate_key(message.profession, message.applicant_index)
        case PaymentObserved():
            return payment_key(message.payment_id)
        case LetterObserved():
            return letter_key(message.letter_id)
        case _:
            return None


def identity(message: Message) -> tuple[str, str] | None:
    """(source, external id) of a fact that a look-up found: the same fact found twice is one message.

    None for replies and hints, which their sender's or the effect's own id tells apart.
    """
    match message:
        case SubmissionReceived() | SupplementReceived() | WithdrawalReceived():
            return "altinn", message.instance
        case GraduateListed():
            return "graduates", f"{message.list_id}/{message.profession}/{message.applicant_index}"
        case PaymentObserved():
            amounts = f"{message.reserved}/{message.charged}/{message.refunded}/{message.cancelled}"
            return "nexi", f"{message.payment_id}/{amounts}"
        case LetterObserved():
            steps = (message.delivered_at, message.read_at, message.confirmed_at)
            reached = "".join("1" if step else "0" for step in steps)
            return "correspondence", f"{message.letter_id}/{reached}/{int(message.failed)}"
        case _:
            return None
