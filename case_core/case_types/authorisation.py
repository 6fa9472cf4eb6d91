"""Authorisation as health personnel (helsepersonelloven §§ 48, 53), as tables. Read the tables."""

from case_core.case import Phase
from case_core.case_types import application_rules as rules
from case_core.case_types import application_tables as tables
from case_core.case_types import endings
from case_core.case_types.facts import ApplicationCase, ApplicationFacts, open_application
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import CaseType, Valid, Verdict
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
from case_core.routing import graduate_key

AUTHORISATION = "authorisation"

TAKE, NOTE, REFUSE = Verdict.TAKE, Verdict.NOTE, Verdict.REFUSE
OPEN, DECIDED, FOLLOW_UP, CLOSED = Phase.OPEN, Phase.DECIDED, Phase.FOLLOW_UP, Phase.CLOSED

VERDICTS: dict[type[Message], dict[Phase, Verdict]] = {
    SubmissionReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    SupplementReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    WithdrawalReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    GraduateListed: {OPEN: TAKE, DECIDED: NOTE, FOLLOW_UP: NOTE, CLOSED: REFUSE},
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
    rules.GRANT_LISTED,
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


def keys(case: ApplicationCase) -> frozenset[str]:
    """Those of every application and, while it may still help, that of its applicant on a graduates' list."""
    known = tables.keys(case)
    if case.phase is not OPEN or not case.applicant.index:
        return known
    return known | {graduate_key(case.facts.application.profession, case.applicant.index)}


def authorisation(
    valid: tuple[Valid[ApplicationParameters], ...],
) -> CaseType[ApplicationFacts, ApplicationParameters]:
    """The case type with its parameters, oldest first."""
    return CaseType(
        name=AUTHORISATION,
        opens=open_application,
        verdicts=VERDICTS,
        record=tables.RECORD,
        rules=RULES,
        failures=endings.FAILURES,
        wanted=tables.WANTED,
        quiet=tables.QUIET,
        keys=keys,
        facts=ApplicationFacts,
        valid=valid,
    )
