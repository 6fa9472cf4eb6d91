"""Why something was refused, parked, failed or put to a person: the keys that have sentences in the texts."""

from typing import Final

from case_core.case_types.balance import LOWER_BY_LIST, PAID_FOR_ENDED_CASE, PAID_TOO_MUCH, REFUNDED
from case_core.case_types.deliveries import NOT_DELIVERED, UNREAD
from case_core.case_types.letters import UNDELIVERED
from case_core.case_types.looks import FOUND, NOTHING
from case_core.case_types.patience import FOUND_NOT_TAKEN, NO_PLACE_TO_LOOK
from case_core.case_types.payments import PAID_TOO_LITTLE
from case_core.case_types.telling import POSTED_LATE

REASONS: Final = (
    "reserved",
    "rejected",
    "prefill-dropped",
    "timed-out",
    "too-large",
    "too-long",
    "too-many-attempts",
    "not-yet-for-too-long",
    "not-a-person",
    "unreadable-form",
    "case-has-changed",
    "not-in-this-phase",
    "fee-not-paid",
    "grounds-missing",
    "no-document-chosen",
    "supplement-already-requested",
    "supplement-from-other-person",
    "supplement-names-other-case",
    "supplement-not-ours",
    "other-currency",
    "other-payment-reference",
    "nothing-behind-hint",
    "look-up-failed",
    "case-not-named",
    "unknown-case-type",
    "has-its-case-already",
    "waits-for-its-case",
    "waited-in-vain",
    "not-wanted",
    "nobody-said-how-it-ended",
    "lease-too-short",
    "handling-fails",
    "database-trouble",
    "unreadable",
    "no-key",
    "bytes-changed",
    "no-such-task",
    "no-such-letter",
    NO_PLACE_TO_LOOK,
    POSTED_LATE,
    FOUND,
    NOTHING,
    UNDELIVERED,
    NOT_DELIVERED,
    UNREAD,
    FOUND_NOT_TAKEN,
    PAID_TOO_LITTLE,
    PAID_TOO_MUCH,
    LOWER_BY_LIST,
    PAID_FOR_ENDED_CASE,
    REFUNDED,
    "listing-of-somebody-else",
    "withdrawal-from-other-person",
    "withdrawal-names-no-case",
    "unknown-licence",
)
