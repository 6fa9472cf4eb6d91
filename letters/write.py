"""One letter of each kind, looked up by its type."""

from collections.abc import Mapping

from case_core.effects import (
    Letter,
    SendDecision,
    SendDeficiencyLetter,
    SendLapseNotice,
    SendPaymentRequest,
    SendReceipt,
    SendReminder,
)
from letters.decision import decision
from letters.deficiency import deficiency
from letters.payment_request import payment_request
from letters.receipt import receipt
from letters.reminder import lapse_notice, reminder
from letters.texts import Texts, in_language
from letters.written import WrittenLetter


def write(texts: Mapping[str, Texts], letter: Letter) -> WrittenLetter:
    """The letter in the applicant's language.

    Raises `LetterTooLong` when somebody's words do not fit and `UnusableLink` when the link is no address.
    """
    ours = in_language(texts, letter.language)
    match letter:
        case SendReceipt():
            return receipt(ours, letter)
        case SendPaymentRequest():
            return payment_request(ours, letter)
        case SendDeficiencyLetter():
            return deficiency(ours, letter)
        case SendReminder():
            return reminder(ours, letter)
        case SendLapseNotice():
            return lapse_notice(ours, letter)
        case SendDecision():
            return decision(ours, letter)
        case _:
            raise TypeError(f"Nothing is written for {type(letter).__name__}")
