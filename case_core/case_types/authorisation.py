"""Authorisation as health personnel (helsepersonelloven §§ 48, 53), as tables. Read the tables."""

from collections.abc import Callable

from case_core.case import Phase
from case_core.case_types import (
    decisions,
    endings,
    fees,
    forms,
    letters,
    looks,
    patience,
    registers,
    supplements,
)
from case_core.case_types.facts import ApplicationCase, ApplicationFacts, open_application
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import CaseType, Rule, Valid, Verdict
from case_core.effects import (
    ConfirmSubmission,
    CreatePayment,
    Effect,
    FetchLetter,
    FetchPayment,
    FetchSubmission,
    LookUpAuthorisations,
    LookUpPerson,
    RequestSupplement,
    SendDecision,
    SendDeficiencyLetter,
    SendLapseNotice,
    SendPaymentRequest,
    SendReceipt,
    SendReminder,
)
from case_core.messages import (
    AuthorisationsFound,
    DeadlinePassed,
    DecisionTaken,
    EffectCancelled,
    EffectFailed,
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
)
from case_core.routing import instance_key, letter_key, payment_key

AUTHORISATION = "authorisation"

TAKE, NOTE, REFUSE = Verdict.TAKE, Verdict.NOTE, Verdict.REFUSE
OPEN, DECIDED, FOLLOW_UP, CLOSED = Phase.OPEN, Phase.DECIDED, Phase.FOLLOW_UP, Phase.CLOSED
ANY = frozenset(Phase)

VERDICTS: dict[type[Message], dict[Phase, Verdict]] = {
    SubmissionReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    SupplementReceived: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    PaymentObserved: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: REFUSE},
    LetterObserved: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    SubmissionConfirmed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    LetterSent: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    SupplementRequested: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    PaymentCreated: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    PersonFound: {OPEN: TAKE, DECIDED: NOTE, FOLLOW_UP: NOTE, CLOSED: NOTE},
    AuthorisationsFound: {OPEN: TAKE, DECIDED: NOTE, FOLLOW_UP: NOTE, CLOSED: NOTE},
    LookedAgain: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: NOTE},
    EffectFailed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    EffectCancelled: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    DeadlinePassed: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: NOTE},
    DecisionTaken: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    SupplementDemanded: {OPEN: TAKE, DECIDED: REFUSE, FOLLOW_UP: REFUSE, CLOSED: REFUSE},
    LetterPosted: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
    TaskDone: {OPEN: TAKE, DECIDED: TAKE, FOLLOW_UP: TAKE, CLOSED: TAKE},
}


IN_OPEN = frozenset({OPEN})
IN_DECIDED = frozenset({DECIDED})
IN_FOLLOW_UP = frozenset({FOLLOW_UP})

RULES: tuple[Rule[ApplicationFacts, ApplicationParameters], ...] = (
    Rule(name="receipt", phases=IN_OPEN, when=letters.receipt_is_unsent, then=letters.send_receipt),
    Rule(name="confirm form", phases=IN_OPEN, when=forms.form_is_unconfirmed, then=forms.confirm_form),
    Rule(name="await fee", phases=IN_OPEN, when=fees.fee_is_due, then=fees.await_fee),
    Rule(name="fee has come", phases=IN_OPEN, when=fees.fee_has_come, then=fees.close_fee),
    Rule(name="fee has gone back", phases=IN_OPEN, when=fees.fee_has_gone_back, then=fees.tell_of_refund),
    Rule(name="verify payment", phases=IN_OPEN, when=fees.claim_is_unverified, then=fees.verify_claim),
    Rule(name="create payment", phases=IN_OPEN, when=fees.payment_is_missing, then=fees.create_payment),
    Rule(name="ask for payment", phases=IN_OPEN, when=fees.link_is_unsent, then=fees.send_link),
    Rule(
        name="look up person",
        phases=IN_OPEN,
        when=registers.person_is_unchecked,
        then=registers.look_up_person,
    ),
    Rule(
        name="look up authorisations",
        phases=IN_OPEN,
        when=registers.authorisations_are_unchecked,
        then=registers.look_up_authorisations,
    ),
    Rule(
        name="go on without a silent register",
        phases=IN_OPEN,
        when=registers.register_is_silent,
        then=registers.go_on_without,
    ),
    Rule(name="send decision", phases=IN_OPEN, when=decisions.is_decided, then=decisions.send_decision),
    Rule(
        name="request supplement",
        phases=IN_OPEN,
        when=supplements.is_deficient,
        then=supplements.request_supplement,
    ),
    Rule(
        name="deficiency letter",
        phases=IN_OPEN,
        when=supplements.form_is_unannounced,
        then=supplements.send_deficiency_letter,
    ),
    Rule(name="to caseworker", phases=IN_OPEN, when=decisions.is_ready, then=decisions.hand_to_caseworker),
    Rule(name="remind", phases=IN_OPEN, when=patience.reminder_is_due, then=patience.remind),
    Rule(name="look once more", phases=IN_OPEN, when=patience.is_overdue, then=patience.look_once_more),
    Rule(name="lapse", phases=IN_OPEN, when=patience.has_run_out, then=patience.lapse),
    Rule(
        name="start appeal period",
        phases=IN_DECIDED,
        when=decisions.is_notified,
        then=decisions.start_appeal_period,
    ),
    Rule(name="close", phases=IN_FOLLOW_UP, when=decisions.appeal_period_is_over, then=decisions.close),
)


def opened(_: ApplicationParameters, case: ApplicationCase, __: SubmissionReceived) -> ApplicationCase:
    """The facts of the submission were laid in when the case was opened."""
    return case


RECORD: dict[type[Message], Callable[..., ApplicationCase]] = {
    SubmissionReceived: opened,
    SupplementReceived: supplements.record_supplement,
    PaymentObserved: fees.record_payment,
    LetterObserved: letters.record_observed,
    SubmissionConfirmed: forms.record_confirmed,
    LetterSent: letters.record_sent,
    SupplementRequested: supplements.record_requested,
    PaymentCreated: fees.record_created,
    PersonFound: registers.record_person,
    AuthorisationsFound: registers.record_authorisations,
    LookedAgain: looks.record_looked,
    EffectFailed: endings.record_failed,
    EffectCancelled: endings.record_cancelled,
    DeadlinePassed: endings.record_deadline,
    DecisionTaken: decisions.record_decision,
    SupplementDemanded: supplements.record_demand,
    LetterPosted: patience.record_posted,
    TaskDone: endings.record_done,
}


QUIET: frozenset[type[Message]] = frozenset({SubmissionConfirmed, LetterSent, LetterObserved})


def always(_: ApplicationParameters, __: ApplicationCase, ___: Effect) -> bool:
    return True


WANTED: dict[type[Effect], Callable[[ApplicationParameters, ApplicationCase, Effect], bool]] = {
    FetchSubmission: always,
    ConfirmSubmission: always,
    RequestSupplement: supplements.answer_is_open,
    CreatePayment: fees.fee_is_open,
    FetchPayment: always,
    LookUpPerson: always,
    LookUpAuthorisations: always,
    SendReceipt: always,
    SendPaymentRequest: fees.fee_is_open,
    SendDeficiencyLetter: supplements.answer_is_open,
    SendReminder: patience.reminder_is_wanted,
    SendLapseNotice: always,
    SendDecision: always,
    FetchLetter: always,
}


def keys(case: ApplicationCase) -> frozenset[str]:
    """What messages may name this case by: its forms, payments and letters."""
    facts = case.facts
    instances = {form.instance for form in facts.forms} | {r.instance for r in facts.rounds if r.instance}
    payments = {payment.id for payment in facts.payments}
    if facts.form_payment is not None and facts.form_payment.payment_id:
        payments.add(facts.form_payment.payment_id)
    return frozenset(
        {instance_key(each) for each in instances}
        | {payment_key(each) for each in payments}
        | {letter_key(letter.id) for letter in facts.letters}
    )


def authorisation(
    valid: tuple[Valid[ApplicationParameters], ...],
) -> CaseType[ApplicationFacts, ApplicationParameters]:
    """The case type with its parameters, oldest first."""
    return CaseType(
        name=AUTHORISATION,
        opens=open_application,
        verdicts=VERDICTS,
        record=RECORD,
        rules=RULES,
        failures=endings.FAILURES,
        wanted=WANTED,
        quiet=QUIET,
        keys=keys,
        facts=ApplicationFacts,
        valid=valid,
    )
