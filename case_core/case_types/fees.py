"""The fee: awaited, verified at Nexi, asked for when the form did not take it.

The fee must be paid before the processing starts. `Paid` in a form is a claim: it says neither the right
amount nor that it was not refunded.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.letters import address
from case_core.case_types.looks import has_found
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import NotAllowed
from case_core.effects import CreatePayment, Effect, FetchPayment, SendPaymentRequest
from case_core.messages import FormPayment, PaymentCreated, PaymentObserved

FEE = "fee"
FEE_LETTER = "fee-letter"
PAYMENT = "payment"
VERIFY = "verify-payment"
ATTEND_REFUND = "attend:refund"
CURRENCY = "NOK"
CLAIMED_PAID = "Paid"

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


def record_created(
    _: ApplicationParameters, case: ApplicationCase, message: PaymentCreated
) -> ApplicationCase:
    known = replace(case.facts.payment(message.payment_id), link=message.link)
    case = replace(case, facts=case.facts.with_payment(known))
    return case.settle(message.ask_key, AskState.MET, message.at)


def net_paid(case: ApplicationCase) -> int:
    return sum(payment.net for payment in case.facts.payments)


def claim(case: ApplicationCase) -> FormPayment | None:
    """What the form says was paid; None when it took no payment (none asked for, skipped, failed)."""
    payment = case.facts.form_payment
    return payment if payment is not None and payment.status == CLAIMED_PAID else None


def is_paid(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """The fee of our own tariff is covered by what Nexi has charged and not refunded."""
    claimed = claim(case)
    trusted = 0 if p.verify_form_payment or claimed is None else claimed.total_ore
    return net_paid(case) + trusted >= p.fee(case.facts.application)


def outstanding(p: ApplicationParameters, case: ApplicationCase) -> int:
    return p.fee(case.facts.application) - net_paid(case)


# --- rules ------------------------------------------------------------------------------------------


def fee_is_due(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return not case.has_asked(FEE) and p.fee(case.facts.application) > 0


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
    return case.is_waiting_for(FEE) and is_paid(p, case)


def close_fee(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return case.settle(FEE, AskState.MET, now), ()


def fee_has_gone_back(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """Refunded after it was paid: nothing goes on by itself, and nobody is asked to pay anew."""
    return case.is_settled(FEE) and not is_paid(p, case) and not case.is_waiting_for(ATTEND_REFUND)


def tell_of_refund(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return case.with_ask(Ask(key=ATTEND_REFUND, of=AskOf.US, at=now, reason="refunded")), ()


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


def payment_is_missing(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """The form took no money, or Nexi has answered and it was too little."""
    awaited = case.is_waiting_for(FEE) and not case.has_asked(PAYMENT)
    return awaited and not verification_is_pending(p, case)


def verification_is_pending(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """Nexi is still to answer, or has said that there is something and the amounts are on their way."""
    verify = case.ask(VERIFY)
    if verify is None or verify.is_open:
        return verify is not None or is_unverified(p, case)
    # Without an answer nobody may be asked to pay what may be paid already; a person looks into it.
    unanswered = verify.state is AskState.FAILED
    return unanswered or (has_found(case, VERIFY) and not claim_is_observed(case))


def claim_is_observed(case: ApplicationCase) -> bool:
    claimed = claim(case)
    return any(claimed is not None and payment.id == claimed.payment_id for payment in case.facts.payments)


def create_payment(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    effect = CreatePayment(
        ask_key=PAYMENT,
        case_number=case.number,
        amount_ore=outstanding(p, case),
        language=case.language,
    )
    return case.with_ask(Ask(key=PAYMENT, of=AskOf.REMOTE, at=now)), (effect,)


def link(case: ApplicationCase) -> str:
    return next((payment.link for payment in case.facts.payments if payment.link), "")


def link_is_unsent(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return case.is_waiting_for(FEE) and bool(link(case)) and not case.has_asked(FEE_LETTER)


def send_link(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    fee = case.ask(FEE)
    letter = SendPaymentRequest(
        **address(case, FEE_LETTER),
        amount_ore=outstanding(p, case),
        link=link(case),
        due=(fee.due if fee else None) or now,
    )
    return case.with_ask(Ask(key=FEE_LETTER, of=AskOf.REMOTE, at=now)), (letter,)


# --- still wanted -----------------------------------------------------------------------------------


def fee_is_open(_: ApplicationParameters, case: ApplicationCase, __: Effect) -> bool:
    return case.is_waiting_for(FEE)
