"""Messages without a case. A hint asks for a look with our own token; only what that finds is a fact."""

from case_core.decide import NotAllowed
from case_core.effects import Effect, FetchLetter, FetchPayment, FetchSubmission
from case_core.messages import (
    EffectFailed,
    FormCompleted,
    LetterChanged,
    LetterUnknown,
    Message,
    PaymentChanged,
    PaymentUnknown,
    SubmissionUnknown,
)


class NothingBehind(NotAllowed):
    """The remote knows nothing of what was hinted at. The message is refused, quietly."""


def follow(message: Message) -> Effect:
    """What to look up because of this message.

    Raises `NothingBehind` when a look-up found nothing, `NotAllowed` when it could not be made.
    """
    match message:
        case FormCompleted():
            return FetchSubmission(app=message.app, instance=message.instance)
        case PaymentChanged():
            return FetchPayment(payment_id=message.payment_id)
        case LetterChanged():
            return FetchLetter(letter_id=message.letter_id)
        case SubmissionUnknown():
            raise NothingBehind("nothing-behind-hint", message.reason)
        case PaymentUnknown() | LetterUnknown():
            raise NothingBehind("nothing-behind-hint")
        case EffectFailed():
            raise NotAllowed("look-up-failed", f"{message.effect}, {message.detail}")
        case _:
            raise NotAllowed("case-not-named", type(message).__name__)
