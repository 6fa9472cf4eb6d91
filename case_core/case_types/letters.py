"""Letters to the applicant: how they are addressed, receipt, and how far they have come."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase, SentLetter, follow_letter
from case_core.case_types.parameters import ApplicationParameters
from case_core.effects import Effect, SendReceipt
from case_core.messages import LetterObserved, LetterSent

RECEIPT = "receipt"
FEE_LETTER = "fee-letter"
DEFICIENCY = "deficiency"
REMIND = "remind"
LAPSE = "lapse"
WITHDRAWAL = "withdrawal"
DECISION = "decision"
PAPER = "paper"
UNDELIVERED = "undelivered"


class Address(TypedDict):
    """What every letter carries."""

    ask_key: str
    recipient: str
    case_number: str
    language: str
    profession: str
    licence: str


def address(case: ApplicationCase, ask_key: str) -> Address:
    return Address(
        ask_key=ask_key,
        recipient=case.applicant.nin,
        case_number=case.number,
        language=case.language,
        profession=case.facts.application.profession,
        licence=case.facts.application.licence,
    )


def record_sent(_: ApplicationParameters, case: ApplicationCase, message: LetterSent) -> ApplicationCase:
    if case.facts.letter(message.ask_key) is None:
        letter = SentLetter(id=message.letter_id, ask_key=message.ask_key, sent_at=message.at)
        case = replace(case, facts=case.facts.with_letter(letter))
    return case.settle(message.ask_key, AskState.MET, message.at)


def record_observed(
    _: ApplicationParameters, case: ApplicationCase, message: LetterObserved
) -> ApplicationCase:
    """Fold how far the letter has come. One that Altinn could not deliver must go on paper."""
    letter = next((each for each in case.facts.letters if each.id == message.letter_id), None)
    if letter is None:
        return case
    case = replace(case, facts=case.facts.with_letter(follow_letter(letter, message)))
    return put_on_paper(case, letter.ask_key, message.at, UNDELIVERED) if message.failed else case


def put_on_paper(case: ApplicationCase, ask_key: str, at: datetime, reason: str) -> ApplicationCase:
    """A task to post the letter; once, unless it turned out to be needless and is needed again."""
    key = f"{PAPER}:{ask_key}"
    known = case.ask(key)
    if known is not None and known.state is not AskState.DROPPED:
        return case
    return case.with_ask(Ask(key=key, of=AskOf.US, at=at, reason=reason))


# --- rules ------------------------------------------------------------------------------------------


def receipt_is_unsent(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return not case.has_asked(RECEIPT)


def send_receipt(
    p: ApplicationParameters, case: ApplicationCase, now: datetime
) -> tuple[ApplicationCase, tuple[Effect, ...]]:
    application = case.facts.application
    letter = SendReceipt(
        **address(case, RECEIPT),
        application=application,
        received_at=case.facts.submitted_at,
        expected_weeks=p.weeks(application),
        free=p.fee(application) == 0,
    )
    return case.with_ask(Ask(key=RECEIPT, of=AskOf.REMOTE, at=now)), (letter,)
