"""Money that we hold without being owed it, and money that has gone back although we are.

A person sees to both, knows the amount, and nobody is asked to pay twice meanwhile.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import AskState, Phase
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.fees import FEE, fee_of, is_paid, net_paid, outstanding
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import asks_for_more, attend, task_key
from case_core.effects import Effect

OVERPAID = "overpaid"
REFUND = "refund"
REFUNDED = "refunded"
PAID_TOO_MUCH = "paid-too-much"
LOWER_BY_LIST = "fee-lower-by-list"
PAID_FOR_ENDED_CASE = "paid-for-ended-case"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


# --- too much ---------------------------------------------------------------------------------------


def has_ended_unassessed(case: ApplicationCase) -> bool:
    """Taken back, or lapsed for want of the fee: whatever is paid may have to go back."""
    return case.facts.withdrawn is not None or case.facts.lapsed == FEE


def excess(p: ApplicationParameters, case: ApplicationCase) -> int:
    """Øre that we hold beyond what is owed."""
    owed = 0 if has_ended_unassessed(case) else fee_of(p, case)
    return max(net_paid(case) - owed, 0)


def why_too_much(p: ApplicationParameters, case: ApplicationCase) -> str:
    if has_ended_unassessed(case):
        return PAID_FOR_ENDED_CASE
    return LOWER_BY_LIST if net_paid(case) <= p.fee(case.facts.application) else PAID_TOO_MUCH


def is_overpaid_anew(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """More is paid than is owed (paid twice, too much, for less than thought, for a case that has ended), or
    what was too much has gone back."""
    amount, task = excess(p, case), case.ask(task_key(OVERPAID))
    return case.facts.overpaid != amount or asks_for_more(task, amount)


def tell_of_excess(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    """Keep the amount as a fact, and put it to a person while there is any."""
    amount, key = excess(p, case), task_key(OVERPAID)
    case = replace(case, facts=replace(case.facts, overpaid=amount))
    if amount and asks_for_more(case.ask(key), amount):
        return attend(case, OVERPAID, now, why_too_much(p, case), amount), ()
    return (case if amount else clear(case, key, now)), ()


def clear(case: ApplicationCase, key: str, now: datetime) -> ApplicationCase:
    """Nothing is left of it: the task is over, and would be put anew for any other amount."""
    task = case.settle(key, AskState.MET, now).ask(key)
    return case if task is None else case.with_ask(replace(task, amount=0))


# --- gone back --------------------------------------------------------------------------------------


def lacking(p: ApplicationParameters, case: ApplicationCase) -> int:
    """Øre of the fee that were there and have gone back: refunded, or charged back by the payer's bank."""
    fee = case.ask(FEE)
    was_paid = fee is not None and fee.state is AskState.MET
    return max(outstanding(p, case), 0) if was_paid and not has_ended_unassessed(case) else 0


def fee_has_gone_back(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    """Refunded or charged back after it was paid: nothing goes on, and nobody is asked to pay anew."""
    amount, task = lacking(p, case), case.ask(task_key(REFUND))
    # Before the decision the processing stands still: no ticking off while money is lacking.
    put_again = case.phase is Phase.OPEN and task is not None and not task.is_open
    return amount > 0 and (put_again or asks_for_more(task, amount))


def tell_of_refund(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return attend(case, REFUND, now, REFUNDED, lacking(p, case)), ()


def fee_is_back(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return case.is_waiting_for(task_key(REFUND)) and is_paid(p, case)


def close_refund(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    return case.settle(task_key(REFUND), AskState.MET, now), ()
