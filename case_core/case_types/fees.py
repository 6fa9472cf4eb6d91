"""The fee: how much it is, awaited, and verified at Nexi.

The fee must be paid before the processing starts. `Paid` in a form is a claim: it says neither the right
amount nor that it was not refunded.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.listings import is_listed
from case_core.case_types.looks import has_found
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import drop_tasks, is_done
from case_core.decide import NotAllowed
from case_core.effects import Effect, FetchPayment
from case_core.messages import FormPayment, PaymentObserved

FEE = "fee"
PAYMENT = "payment"
VERIFY = "verify-payment"
CURRENCY = "NOK"
CLAIMED_PAID = "Paid"
ABOUT_THE_FEE = (FEE, PAYMENT, VERIFY)
"""What a task may be about that keeps the fee from coming."""

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def record_payment(
    _: ApplicationParameters, case: ApplicationCase, message: PaymentObserved
) -> ApplicationCase:
    known = case.facts.payment(message.payment_id)
    if message.currency != CURRENCY:
        raise NotAllowed("other-currency", message.currency)
    if known.link and message.reference != case.number:
        raise NotAllowed("other-payment-reference")
    seen = replace(
        known,
        reserved=max(known.reserved, message.reserved),
        charged=max(known.charged, message.charged),
        refunded=max(known.refunded, message.refunded),
        cancelled=max(known.cancelled, message.cancelled),
    )
    return replace(case, facts=case.facts.with_payment(seen))


# --- how much ---------------------------------------------------------------------------------------


def fee_of(p: ApplicationParameters, case: ApplicationCase) -> int:
    """What this applicant owes: less for whom the school has reported."""
    tariff = p.fee(case.facts.application)
    if p.listed_fee_ore is None or not is_listed(case.facts):
        return tariff
    return min(tariff, p.listed_fee_ore)


def net_paid(case: ApplicationCase) -> int:
    return sum(payment.net for payment in case.facts.payments)


def claim(case: ApplicationCase) -> FormPayment | None:
    """What the form says was paid; None when it took no payment (none asked for, skipped, failed)."""
    payment = case.facts.form_payment
    return payment if payment is not None and payment.status == CLAIMED_PAID else None


def claim_is_observed(case: ApplicationCase) -> bool:
    claimed = claim(case)
    return any(claimed is not None and payment.id == claimed.payment_id for payment in case.facts.payments)


def trusted(p: ApplicationParameters, case: ApplicationCase) -> int:
    """What we take the form's word for; nothing once Nexi has told the amounts."""
    claimed = claim(case)
    if p.verify_form_payment or claimed is None or claim_is_observed(case):
        return 0
    return claimed.total_ore


def outstanding(p: ApplicationParameters, case: ApplicationCase) -> int:
    return fee_of(p, case) - net_paid(case) - trusted(p, case)


def is_paid(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """The fee of our own tariff is covered by what Nexi has charged and not refunded."""
    return outstanding(p, case) <= 0


def has_been_paid(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """It was covered once, whatever has gone back since: the same whether we are told in one step or two."""
    charged = sum(payment.charged for payment in case.facts.payments)
    return charged + trusted(p, case) >= fee_of(p, case)


# --- await it ---------------------------------------------------------------------------------------


def fee_is_due(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return not case.has_asked(FEE) and fee_of(p, case) > 0


def await_fee(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    ask = Ask(
        key=FEE,
        of=AskOf.APPLICANT,
        at=now,
        due=now + p.fee_due,
        remind_at=now + p.fee_reminder,
        stops_clock=True,
    )
    return case.with_ask(ask), ()


def fee_has_come(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return case.is_waiting_for(FEE) and has_been_paid(p, case)


def close_fee(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    """The fee is there, and what a person had to see to because it was not, is needless."""
    return drop_tasks(case.settle(FEE, AskState.MET, now), ABOUT_THE_FEE, now), ()


# --- verify what the form says ----------------------------------------------------------------------


def is_unverified(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """A claim without a payment id cannot be verified and counts as none."""
    claimed = claim(case)
    return bool(p.verify_form_payment and claimed and claimed.payment_id) and not case.has_asked(VERIFY)


def claim_is_unverified(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return is_unverified(p, case)


def verify_claim(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    claimed = claim(case)
    payment_id = (claimed.payment_id if claimed else None) or ""
    ask = Ask(key=VERIFY, of=AskOf.REMOTE, at=now)
    return case.with_ask(ask), (FetchPayment(ask_key=VERIFY, payment_id=payment_id),)


def verification_is_pending(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """Nexi is still to answer, or has said that there is something and the amounts are on their way."""
    verify = case.ask(VERIFY)
    if verify is None or verify.is_open:
        return verify is not None or is_unverified(p, case)
    # Without an answer nobody may be asked to pay what may be paid already, until a person has looked.
    unanswered = verify.state is AskState.FAILED and not is_done(case, VERIFY)
    return unanswered or (has_found(case, VERIFY) and not claim_is_observed(case))


# --- still wanted -----------------------------------------------------------------------------------


def fee_is_open(_: ApplicationParameters, case: ApplicationCase, __: Effect) -> bool:
    return case.is_waiting_for(FEE)
