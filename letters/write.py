"""One letter of each kind, looked up by its type."""

from collections.abc import Callable, Mapping

from case_core.effects import (
    Letter,
    SendDecision,
    SendDeficiencyLetter,
    SendLapseNotice,
    SendPaymentRequest,
    SendReceipt,
    SendReminder,
    SendWithdrawalConfirmation,
)
from letters.decision import decision
from letters.deficiency import deficiency
from letters.payment_request import payment_request
from letters.receipt import receipt
from letters.reminder import lapse_notice, reminder, withdrawal_confirmation
from letters.texts import Texts, in_language
from letters.written import WrittenLetter

WRITERS: Mapping[type[Letter], Callable[..., WrittenLetter]] = {
    SendReceipt: receipt,
    SendPaymentRequest: payment_request,
    SendDeficiencyLetter: deficiency,
    SendReminder: reminder,
    SendLapseNotice: lapse_notice,
    SendWithdrawalConfirmation: withdrawal_confirmation,
    SendDecision: decision,
}


def write(texts: Mapping[str, Texts], letter: Letter) -> WrittenLetter:
    """The letter in the applicant's language.

    Raises `LetterTooLong` when somebody's words do not fit and `UnusableLink` when the link is no address.
    """
    return WRITERS[type(letter)](in_language(texts, letter.language), letter)
