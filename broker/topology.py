"""Queues and limits, one table each. Every message has a queue, every effect a connector."""

from collections.abc import Mapping
from dataclasses import dataclass

from case_core.effects import (
    LETTERS,
    ConfirmSubmission,
    CreatePayment,
    Effect,
    FetchLetter,
    FetchPayment,
    FetchSubmission,
    LookUpAuthorisations,
    LookUpPerson,
    RequestSupplement,
)
from case_core.messages import (
    AuthorisationsFound,
    DeadlinePassed,
    DecisionTaken,
    EffectCancelled,
    EffectFailed,
    FormCompleted,
    GraduateListed,
    LetterChanged,
    LetterObserved,
    LetterPosted,
    LetterSent,
    LetterUnknown,
    LookedAgain,
    Message,
    PaymentChanged,
    PaymentCreated,
    PaymentObserved,
    PaymentUnknown,
    PersonFound,
    SubmissionConfirmed,
    SubmissionReceived,
    SubmissionUnknown,
    SupplementDemanded,
    SupplementReceived,
    SupplementRequested,
    TaskDone,
    WithdrawalReceived,
)

INTAKE = "intake"
REPLIES = "replies"
ACTS = "acts"
CLOCK = "clock"

ALTINN = "altinn"
CORRESPONDENCE = "correspondence"
NEXI = "nexi"
FOLKEREGISTERET = "folkeregisteret"
HPR = "hpr"

RING_SIZE = 100
"""Ids in one ring, and so messages in one transaction, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`in_flight`: how many rings of it are worked on at a time in one process."""

    name: str
    in_flight: int
    of_messages: bool


QUEUES: tuple[Queue, ...] = (
    Queue(name=INTAKE, in_flight=1, of_messages=True),
    Queue(name=REPLIES, in_flight=1, of_messages=True),
    Queue(name=ACTS, in_flight=1, of_messages=True),
    Queue(name=CLOCK, in_flight=1, of_messages=True),
    Queue(name=ALTINN, in_flight=4, of_messages=False),
    Queue(name=CORRESPONDENCE, in_flight=4, of_messages=False),
    Queue(name=NEXI, in_flight=4, of_messages=False),
    Queue(name=FOLKEREGISTERET, in_flight=4, of_messages=False),
    Queue(name=HPR, in_flight=4, of_messages=False),
)

BY_NAME: Mapping[str, Queue] = {queue.name: queue for queue in QUEUES}

CONNECTORS: tuple[str, ...] = tuple(queue.name for queue in QUEUES if not queue.of_messages)

QUEUE_OF: Mapping[type[Message], str] = {
    FormCompleted: INTAKE,
    PaymentChanged: INTAKE,
    LetterChanged: INTAKE,
    SubmissionReceived: INTAKE,
    SupplementReceived: INTAKE,
    WithdrawalReceived: INTAKE,
    GraduateListed: INTAKE,
    SubmissionUnknown: INTAKE,
    PaymentObserved: REPLIES,
    PaymentUnknown: REPLIES,
    LetterObserved: REPLIES,
    LetterUnknown: REPLIES,
    SubmissionConfirmed: REPLIES,
    LetterSent: REPLIES,
    SupplementRequested: REPLIES,
    PaymentCreated: REPLIES,
    PersonFound: REPLIES,
    AuthorisationsFound: REPLIES,
    LookedAgain: REPLIES,
    EffectFailed: REPLIES,
    EffectCancelled: REPLIES,
    DeadlinePassed: CLOCK,
    DecisionTaken: ACTS,
    SupplementDemanded: ACTS,
    LetterPosted: ACTS,
    TaskDone: ACTS,
}

CONNECTOR_OF: Mapping[type[Effect], str] = {
    FetchSubmission: ALTINN,
    ConfirmSubmission: ALTINN,
    RequestSupplement: ALTINN,
    CreatePayment: NEXI,
    FetchPayment: NEXI,
    LookUpPerson: FOLKEREGISTERET,
    LookUpAuthorisations: HPR,
    FetchLetter: CORRESPONDENCE,
    **dict.fromkeys(LETTERS, CORRESPONDENCE),
}
