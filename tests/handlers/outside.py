"""All that lies outside the hub, in one object: Altinn, Nexi, two registers, and an applicant who answers."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from case_core.effects import (
    Again,
    ConfirmSubmission,
    CreatePayment,
    Effect,
    FetchLetter,
    FetchPayment,
    FetchSubmission,
    Letter,
    LookUpAuthorisations,
    LookUpPerson,
    RequestSupplement,
    SendDeficiencyLetter,
    SendPaymentRequest,
)
from case_core.messages import (
    FormCompleted,
    LetterChanged,
    LetterObserved,
    LetterSent,
    LookedAgain,
    Message,
    PaymentChanged,
    Reply,
    SubmissionConfirmed,
)
from connectors.connector import Answer, Outcome
from tests.case_core import build

Facts = tuple[Message, ...]

REPLIES: dict[type[Effect], Callable[[str, datetime], Reply]] = {
    ConfirmSubmission: lambda key, now: SubmissionConfirmed(at=now, ask_key=key),
    RequestSupplement: lambda _, now: build.supplement_requested(at=now),
    CreatePayment: lambda _, now: build.payment_created(at=now),
    LookUpPerson: lambda _, now: build.person_found(at=now),
    LookUpAuthorisations: lambda _, now: build.authorisations_found(at=now),
}


@dataclass
class Outside:
    """One connector for every remote. An effect that cannot bear a second one must not be carried twice."""

    carried: Counter[str] = field(default_factory=Counter)
    case_number: str = ""

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:
        twice = effect.AGAIN is Again.LOOK_FIRST and self.carried[key]
        assert not twice, f"{type(effect).__name__} was sent a second time"
        self.carried[key] += 1
        await asyncio.sleep(0)
        return self._answer(effect, key, now)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:
        await asyncio.sleep(0)
        return self._answer(effect, key, now) if self.carried[key] else None

    def _answer(self, effect: Effect, key: str, now: datetime) -> Answer:
        self.case_number = getattr(effect, "case_number", self.case_number)
        match effect:
            case FetchSubmission():
                return Answer(facts=(self._form(effect.instance, now),))
            case FetchPayment():
                return self._payment(effect, now)
            case FetchLetter():
                return Answer(facts=(delivered(effect.letter_id, now),))
            case Letter():
                sent = LetterSent(at=now, ask_key=effect.ask_key, letter_id=f"letter-{key}")
                return Answer(reply=sent, facts=self._read(effect, sent.letter_id, now))
        return Answer(reply=REPLIES[type(effect)](effect.ask_key, now))

    def _form(self, instance: str, now: datetime) -> Message:
        """The application lacks the diploma and its fee; the supplement brings the diploma."""
        if instance == build.FORM:
            return build.submission(documents=(), payment=None, at=now)
        return build.supplement("vitnemal", case_number=self.case_number, instance=instance, at=now)

    def _payment(self, effect: FetchPayment, now: datetime) -> Answer:
        paid = build.payment_observed(payment_id=effect.payment_id, reference=self.case_number, at=now)
        reply = LookedAgain(at=now, ask_key=effect.ask_key, nothing_new=False) if effect.ask_key else None
        return Answer(reply=reply, facts=(paid,))

    def _read(self, letter: Letter, letter_id: str, now: datetime) -> Facts:
        """The applicant reads the letter and does what it asks for; somebody hints at both."""
        hints: list[Message] = [LetterChanged(at=now, letter_id=letter_id)]
        if isinstance(letter, SendPaymentRequest):
            hints.append(PaymentChanged(at=now, payment_id=build.LINK_PAYMENT))
        if isinstance(letter, SendDeficiencyLetter):
            hints.append(FormCompleted(at=now, app="ettersending", instance=build.SUPPLEMENT_FORM))
        return tuple(hints)


def delivered(letter_id: str, now: datetime) -> LetterObserved:
    return replace(build.letter_observed("any", delivered_at=now, at=now), letter_id=letter_id)
