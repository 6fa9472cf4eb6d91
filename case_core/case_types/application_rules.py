"""The rules that kinds of application share, by name. A case type lists those that it has, in its order."""

from case_core.case import Phase
from case_core.case_types import (
    balance,
    decisions,
    deliveries,
    fees,
    forms,
    grants,
    letters,
    patience,
    payments,
    readings,
    registers,
    supplements,
    withdrawals,
)
from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import Rule

ApplicationRule = Rule[ApplicationFacts, ApplicationParameters]

ANY = frozenset(Phase)
IN_OPEN = frozenset({Phase.OPEN})
IN_DECIDED = frozenset({Phase.DECIDED})
IN_FOLLOW_UP = frozenset({Phase.FOLLOW_UP})

RECEIPT = Rule(name="receipt", phases=IN_OPEN, when=letters.receipt_is_unsent, then=letters.send_receipt)
CONFIRM_FORM = Rule(
    name="confirm form", phases=IN_OPEN, when=forms.form_is_unconfirmed, then=forms.confirm_form
)
WITHDRAW = Rule(
    name="withdraw", phases=IN_OPEN, when=withdrawals.is_withdrawn, then=withdrawals.close_withdrawn
)

# --- money ------------------------------------------------------------------------------------------

AWAIT_FEE = Rule(name="await fee", phases=IN_OPEN, when=fees.fee_is_due, then=fees.await_fee)
FEE_HAS_COME = Rule(name="fee has come", phases=IN_OPEN, when=fees.fee_has_come, then=fees.close_fee)
FEE_HAS_GONE_BACK = Rule(
    name="fee has gone back", phases=ANY, when=balance.fee_has_gone_back, then=balance.tell_of_refund
)
FEE_IS_BACK = Rule(name="fee is back", phases=ANY, when=balance.fee_is_back, then=balance.close_refund)
TOO_MUCH = Rule(name="paid too much", phases=ANY, when=balance.is_overpaid_anew, then=balance.tell_of_excess)
VERIFY_PAYMENT = Rule(
    name="verify payment", phases=IN_OPEN, when=fees.claim_is_unverified, then=fees.verify_claim
)
CREATE_PAYMENT = Rule(
    name="create payment", phases=IN_OPEN, when=payments.payment_is_missing, then=payments.create_payment
)
TOO_LITTLE = Rule(
    name="paid too little", phases=IN_OPEN, when=payments.too_little_was_paid, then=payments.tell_of_shortage
)
ASK_FOR_PAYMENT = Rule(
    name="ask for payment", phases=IN_OPEN, when=payments.link_is_unsent, then=payments.send_link
)

# --- checks and documents ---------------------------------------------------------------------------

LOOK_UP_PERSON = Rule(
    name="look up person",
    phases=IN_OPEN,
    when=registers.person_is_unchecked,
    then=registers.look_up_person,
)
LOOK_UP_AUTHORISATIONS = Rule(
    name="look up authorisations",
    phases=IN_OPEN,
    when=registers.authorisations_are_unchecked,
    then=registers.look_up_authorisations,
)
SILENT_REGISTER = Rule(
    name="go on without a silent register",
    phases=IN_OPEN,
    when=registers.register_is_silent,
    then=registers.go_on_without,
)
REQUEST_SUPPLEMENT = Rule(
    name="request supplement",
    phases=IN_OPEN,
    when=supplements.is_deficient,
    then=supplements.request_supplement,
)
DEFICIENCY_LETTER = Rule(
    name="deficiency letter",
    phases=IN_OPEN,
    when=supplements.form_is_unannounced,
    then=supplements.send_deficiency_letter,
)

# --- decision ---------------------------------------------------------------------------------------

GRANT_LISTED = Rule(
    name="grant by graduates' list", phases=IN_OPEN, when=grants.is_listed_and_clean, then=grants.grant
)
SEND_DECISION = Rule(
    name="send decision", phases=IN_OPEN, when=decisions.is_decided, then=decisions.send_decision
)
TO_CASEWORKER = Rule(
    name="to caseworker", phases=IN_OPEN, when=decisions.is_ready, then=decisions.hand_to_caseworker
)
START_APPEAL_PERIOD = Rule(
    name="start appeal period",
    phases=IN_DECIDED,
    when=decisions.is_notified,
    then=decisions.start_appeal_period,
)
CLOSE = Rule(name="close", phases=IN_FOLLOW_UP, when=decisions.appeal_period_is_over, then=decisions.close)

# --- silence ----------------------------------------------------------------------------------------

REMIND = Rule(name="remind", phases=IN_OPEN, when=patience.reminder_is_due, then=patience.remind)
LOOK_ONCE_MORE = Rule(
    name="look once more", phases=IN_OPEN, when=patience.is_overdue, then=patience.look_once_more
)
FOUND_NOT_ENOUGH = Rule(
    name="found is not enough",
    phases=IN_OPEN,
    when=patience.found_is_not_enough,
    then=patience.put_to_a_person,
)
LAPSE = Rule(name="lapse", phases=IN_OPEN, when=patience.has_run_out, then=patience.lapse)

# --- letters that must arrive -----------------------------------------------------------------------

AWAIT_DELIVERY = Rule(
    name="await delivery",
    phases=ANY,
    when=deliveries.letter_is_unfollowed,
    then=deliveries.await_delivery,
)
DELIVERY_ENDED = Rule(
    name="delivery has ended",
    phases=ANY,
    when=deliveries.delivery_has_ended,
    then=deliveries.close_delivery,
)
LOOK_FOR_DELIVERY = Rule(
    name="look for delivery",
    phases=ANY,
    when=deliveries.delivery_is_late,
    then=deliveries.look_for_delivery,
)
POST_UNDELIVERED = Rule(
    name="post undelivered",
    phases=ANY,
    when=deliveries.delivery_is_in_vain,
    then=deliveries.post_undelivered,
)
AWAIT_READING = Rule(
    name="await reading",
    phases=IN_FOLLOW_UP,
    when=readings.reading_is_unfollowed,
    then=readings.await_reading,
)
READING_ENDED = Rule(
    name="reading has ended",
    phases=IN_FOLLOW_UP,
    when=readings.reading_has_ended,
    then=readings.close_reading,
)
LOOK_FOR_READING = Rule(
    name="look for reading",
    phases=IN_FOLLOW_UP,
    when=readings.reading_is_late,
    then=readings.look_for_reading,
)
POST_UNREAD = Rule(
    name="post unread", phases=IN_FOLLOW_UP, when=readings.is_unread, then=readings.post_unread
)
PAPER_IS_NEEDLESS = Rule(
    name="paper is needless",
    phases=ANY,
    when=deliveries.paper_is_needless,
    then=deliveries.drop_paper,
)
