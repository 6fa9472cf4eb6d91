"""How messages about an application are recorded, which effects are still wanted, and by what names the case
is known: the same for every kind of application.
"""

from collections.abc import Callable

from case_core.case_types import (
    decisions,
    endings,
    fees,
    forms,
    letters,
    listings,
    looks,
    patience,
    payments,
    registers,
    supplements,
    telling,
    withdrawals,
)
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.parameters import ApplicationParameters
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
    SendWithdrawalConfirmation,
)
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
from case_core.routing import instance_key, letter_key, number_key, payment_key


def opened(_: ApplicationParameters, case: ApplicationCase, __: SubmissionReceived) -> ApplicationCase:
    """The facts of the submission were laid in when the case was opened."""
    return case


RECORD: dict[type[Message], Callable[..., ApplicationCase]] = {
    SubmissionReceived: opened,
    SupplementReceived: supplements.record_supplement,
    WithdrawalReceived: withdrawals.record_withdrawal,
    GraduateListed: listings.record_listed,
    PaymentObserved: fees.record_payment,
    LetterObserved: letters.record_observed,
    SubmissionConfirmed: forms.record_confirmed,
    LetterSent: telling.record_sent,
    SupplementRequested: supplements.record_requested,
    PaymentCreated: payments.record_created,
    PersonFound: registers.record_person,
    AuthorisationsFound: registers.record_authorisations,
    LookedAgain: looks.record_looked,
    EffectFailed: endings.record_failed,
    EffectCancelled: endings.record_cancelled,
    DeadlinePassed: endings.record_deadline,
    DecisionTaken: decisions.record_decision,
    SupplementDemanded: supplements.record_demand,
    LetterPosted: telling.record_posted,
    TaskDone: telling.record_done,
}

QUIET: frozenset[type[Message]] = frozenset({SubmissionConfirmed, LetterSent, LetterObserved})


def always(_: ApplicationParameters, __: ApplicationCase, ___: Effect) -> bool:
    return True


WANTED: dict[type[Effect], Callable[[ApplicationParameters, ApplicationCase, Effect], bool]] = {
    FetchSubmission: always,
    ConfirmSubmission: always,
    RequestSupplement: supplements.answer_is_open,
    CreatePayment: payments.amount_is_owed,
    FetchPayment: always,
    LookUpPerson: always,
    LookUpAuthorisations: always,
    SendReceipt: always,
    SendPaymentRequest: payments.amount_is_owed,
    SendDeficiencyLetter: supplements.answer_is_open,
    SendReminder: patience.reminder_is_wanted,
    SendLapseNotice: always,
    SendWithdrawalConfirmation: always,
    SendDecision: always,
    FetchLetter: always,
}


def keys(case: ApplicationCase) -> frozenset[str]:
    """What messages may name this case by: its number, forms, payments and letters."""
    facts = case.facts
    instances = {form.instance for form in facts.forms} | {r.instance for r in facts.rounds if r.instance}
    payments_known = {payment.id for payment in facts.payments}
    if facts.form_payment is not None and facts.form_payment.payment_id:
        payments_known.add(facts.form_payment.payment_id)
    return frozenset(
        {number_key(case.number)}
        | {instance_key(each) for each in instances}
        | {payment_key(each) for each in payments_known}
        | {letter_key(letter.id) for letter in facts.letters}
    )
