"""Asking for the fee: a payment is made, its link is sent, and a new one is made of what is still lacking.

Nobody is asked to pay what is paid: a request is for what is outstanding, and one for another amount is
replaced.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase, Payment
from case_core.case_types.fees import FEE, PAYMENT, fee_is_open, outstanding, verification_is_pending
from case_core.case_types.letters import FEE_LETTER, address
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import attend, drop_tasks, is_done, task_key
from case_core.effects import CreatePayment, Effect, SendPaymentRequest
from case_core.messages import PaymentCreated

PAID_TOO_LITTLE = "paid-too-little"
MOST_REQUESTS = 3
"""So often is the applicant asked; then a person sees to what is lacking."""

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def record_created(
    _: ApplicationParameters, case: ApplicationCase, message: PaymentCreated
) -> ApplicationCase:
    known = case.facts.payment(message.payment_id)
    known = replace(known, link=message.link, request=message.ask_key)
    case = replace(case, facts=case.facts.with_payment(known))
    return case.settle(message.ask_key, AskState.MET, message.at)


def last_request(case: ApplicationCase) -> Ask | None:
    requests = case.rounds_of(PAYMENT)
    return requests[-1] if requests else None


def link_payment(case: ApplicationCase) -> Payment | None:
    """The payment of the last request, when it has been made."""
    request = last_request(case)
    links = (each for each in case.facts.payments if each.link and request and each.request == request.key)
    return next(links, None)


def is_spent(p: ApplicationParameters, case: ApplicationCase, request: Ask) -> bool:
    """Another is needed: it is for another amount, was not wanted, or failed and a person has seen to it."""
    match request.state:
        case AskState.OPEN:
            return False
        case AskState.FAILED:
            return is_done(case, request.key)
        case AskState.DROPPED:
            return True
        case AskState.MET:
            return request.amount != outstanding(p, case)


# --- rules ------------------------------------------------------------------------------------------


def is_unrequested(p: ApplicationParameters, case: ApplicationCase) -> bool:
    """What is outstanding has not been asked for."""
    if not case.is_waiting_for(FEE) or verification_is_pending(p, case):
        return False
    request = last_request(case)
    return request is None or is_spent(p, case, request)


def payment_is_missing(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """The form took no money, or too little was paid, or the fee has become another."""
    return is_unrequested(p, case) and len(case.rounds_of(PAYMENT)) < MOST_REQUESTS


def create_payment(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    """Ask for what is outstanding. For a rest there is the whole time anew."""
    key, amount = case.next_round(PAYMENT), outstanding(p, case)
    effect = CreatePayment(ask_key=key, case_number=case.number, amount_ore=amount, language=case.language)
    if last_request(case) is not None:
        case = drop_tasks(case.restart(FEE, now, p.fee_due, p.fee_reminder), (FEE,), now)
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now, amount=amount)), (effect,)


def too_little_was_paid(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """Asked for so often that a person must see to what is lacking."""
    if not is_unrequested(p, case) or len(case.rounds_of(PAYMENT)) < MOST_REQUESTS:
        return False
    task = case.ask(task_key(FEE))
    return task is None or not task.is_open or task.amount != outstanding(p, case)


def tell_of_shortage(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return attend(case, FEE, now, PAID_TOO_LITTLE, outstanding(p, case)), ()


def letter_key(request: Ask) -> str:
    """`payment#2` is asked for in `fee-letter#2`."""
    return request.key.replace(PAYMENT, FEE_LETTER)


def link_is_unsent(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    request = last_request(case)
    if request is None or link_payment(case) is None or request.amount != outstanding(p, case):
        return False
    return case.is_waiting_for(FEE) and not case.has_asked(letter_key(request))


def send_link(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    request, payment, fee = last_request(case), link_payment(case), case.ask(FEE)
    if request is None or payment is None:
        return case, ()
    key = letter_key(request)
    letter = SendPaymentRequest(
        **address(case, key),
        amount_ore=request.amount,
        link=payment.link,
        due=(fee.due if fee else None) or now,
    )
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (letter,)


# --- still wanted -----------------------------------------------------------------------------------


def amount_is_owed(p: ApplicationParameters, case: ApplicationCase, effect: Effect) -> bool:
    """While exactly that is outstanding: a payment or a letter of another amount would be wrong."""
    if not isinstance(effect, CreatePayment | SendPaymentRequest):
        return fee_is_open(p, case, effect)
    return case.is_waiting_for(FEE) and effect.amount_ore == outstanding(p, case)
