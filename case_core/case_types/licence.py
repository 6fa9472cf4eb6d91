"""Licence as health personnel (helsepersonelloven § 49), as tables: limited in time, place or kind of work.

No school reports licences, so nothing is granted automatically.
"""

from case_core.case import Phase
from case_core.case_types import application_rules as rules
from case_core.case_types import application_tables as tables
from case_core.case_types import endings
from case_core.case_types.facts import ApplicationFacts, open_application
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import CaseType, NotAllowed, Valid, Verdict
from case_core.messages import (
    AuthorisationsFound,
    DeadlinePassed,
    DecisionTaken,
    EffectCancelled,
    EffectFailed,
    GraduateListed,
    LetterObserved,
    LetterPosted,
    LetterSent,
    Licence,
    LookedAgain,
    Message,
    PaymentCreated,
    PaymentObserved,
    PersonFound,
    SubmissionConfirmed,
    SubmissionReceived,
    SupplementDemanded,
    SupplementReceived,
    SupplementRequested,
    TaskDone,
    WithdrawalReceived,
)

LICENCE = "licence"

TAKE, NOTE, REFUSE = Verdict.TAKE, Verdict.NOTE, Verdict.REFUSE
OPEN, DECIDED, FOLLOW_UP, CLOSED = Phase.OPEN, Phase.DECIDED, Phase.FOLLOW_UP, Phase.CLOSED

VERDICTS: dict[type[Message], dict[Phase, Verdict]] = {
    SubmissionReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    SupplementReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    WithdrawalReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    GraduateListed: {OPEN: REFUSE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    PaymentObserved: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    LetterObserved: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    SubmissionConfirmed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    LetterSent: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    SupplementRequested: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    PaymentCreated: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    PersonFound: {OPEN: TAKE, DECIDED: NOTE, FOLLOW_UP: NOTE, CLOSED: NOTE},
    AuthorisationsFound: {OPEN: TAKE, DECIDED: NOTE, FOLLOW_UP: NOTE, CLOSED: NOTE},
    LookedAgain: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    EffectFailed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    EffectCancelled: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    DeadlinePassed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    DecisionTaken: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    SupplementDemanded: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    LetterPosted: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    TaskDone: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
}

RULES: tuple[rules.ApplicationRule, ...] = (
    rules.RECEIPT,
    rules.CONFIRM_FORM,
    rules.WITHDRAW,
    rules.AWAIT_FEE,
    rules.FEE_HAS_COME,
    rules.FEE_HAS_GONE_BACK,
    rules.FEE_IS_BACK,
    rules.TOO_MUCH,
    rules.VERIFY_PAYMENT,
    rules.CREATE_PAYMENT,
    rules.TOO_LITTLE,
    rules.ASK_FOR_PAYMENT,
    rules.LOOK_UP_PERSON,
    rules.LOOK_UP_AUTHORISATIONS,
    rules.SILENT_REGISTER,
    rules.SEND_DECISION,
    rules.REQUEST_SUPPLEMENT,
    rules.DEFICIENCY_LETTER,
    rules.TO_CASEWORKER,
    rules.AWAIT_DELIVERY,
    rules.DELIVERY_ENDED,
    rules.LOOK_FOR_DELIVERY,
    rules.POST_UNDELIVERED,
    rules.PAPER_IS_NEEDLESS,
    rules.REMIND,
    rules.LOOK_ONCE_MORE,
    rules.FOUND_NOT_ENOUGH,
    rules.LAPSE,
    rules.START_APPEAL_PERIOD,
    rules.AWAIT_READING,
    rules.READING_ENDED,
    rules.LOOK_FOR_READING,
    rules.POST_UNREAD,
    rules.CLOSE,
)


def open_licence(message: SubmissionReceived) -> ApplicationFacts:
    """Raises `NotAllowed` for a kind of licence that nobody knows; the form's own word is not said."""
    if message.application.licence not in {*Licence}:
        raise NotAllowed("unknown-licence")
    return open_application(message)


def licence(
    valid: tuple[Valid[ApplicationParameters], ...],
) -> CaseType[ApplicationFacts, ApplicationParameters]:
    """The case type with its parameters, oldest first."""
    return CaseType(
        name=LICENCE,
        opens=open_licence,
        verdicts=VERDICTS,
        record=tables.RECORD,
        rules=RULES,
        failures=endings.FAILURES,
        wanted=tables.WANTED,
        quiet=tables.QUIET,
        keys=tables.keys,
        facts=ApplicationFacts,
        valid=valid,
    )
