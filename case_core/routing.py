"""To which case a message belongs."""

from dataclasses import dataclass

from case_core.decide import NotAllowed
from case_core.messages import (
    LetterObserved,
    Message,
    PaymentObserved,
    SubmissionReceived,
    SupplementReceived,
)


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


def route(message: Message) -> Route:
    """Raises `NotAllowed` for a supplement that does not carry the reference that we put into our forms."""
    match message:
        case SubmissionReceived():
            return Opens(message.kind)
        case SupplementReceived(reference_is_ours=False):
            # What the form says stands in the body. It is foreign text and might be an identity number.
            raise NotAllowed("supplement-not-ours")
        case SupplementReceived():
            return Key(instance_key(message.instance))
        case PaymentObserved():
            return Key(payment_key(message.payment_id))
        case LetterObserved():
            return Key(letter_key(message.letter_id))
        case _:
            return Direct()


def identity(message: Message) -> tuple[str, str] | None:
    """(source, external id) of a fact that a look-up found: the same fact found twice is one message.

    None for replies and hints, which their sender's or the effect's own id tells apart.
    """
    match message:
        case SubmissionReceived() | SupplementReceived():
            return "altinn", message.instance
        case PaymentObserved():
            amounts = f"{message.reserved}/{message.charged}/{message.refunded}/{message.cancelled}"
            return "nexi", f"{message.payment_id}/{amounts}"
        case LetterObserved():
            steps = (message.delivered_at, message.read_at, message.confirmed_at)
            reached = "".join("1" if step else "0" for step in steps)
            return "correspondence", f"{message.letter_id}/{reached}/{int(message.failed)}"
        case _:
            return None
