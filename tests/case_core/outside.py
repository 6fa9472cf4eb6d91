"""The outside world as far as a case can see it: what each effect is answered with, and what may follow.

Everything is a pure function of the effect or the message, so that orders of arrival can be compared.
"""

from collections.abc import Callable
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
    LetterSent,
    Message,
    PaymentCreated,
    Person,
    SubmissionConfirmed,
    SupplementRequested,
    Way,
)
from tests.case_core import build

SUPPLEMENT_FORMS = {1: build.SUPPLEMENT_FORM, 2: "50100001/9d0c4f11-2c1a-4b92-8f6e-7aa0f0c3d103"}


def link_payment(key: str) -> str:
    """Each payment that is asked for is another one at Nexi."""
    return build.LINK_PAYMENT if key == "payment" else f"{build.LINK_PAYMENT}-{key[-1]}"


ANSWERS: dict[type[Effect], Callable[[str], Message]] = {
    FetchSubmission: lambda key: build.looked_again(key, nothing_new=True),
    FetchLetter: lambda key: build.looked_again(key, nothing_new=True),
    LookUpAuthorisations: lambda _: build.authorisations_found(),
    CreatePayment: lambda key: build.payment_created(key, payment_id=link_payment(key)),
    ConfirmSubmission: lambda key: SubmissionConfirmed(at=build.NOW, ask_key=key),
    **dict.fromkeys(LETTERS, build.letter_sent),
}


@dataclass(frozen=True, kw_only=True)
class Outside:
    """How the world is: who the applicant is, what was paid, what the applicant does when asked.

    `tells` comes at any time, asked for by nobody.
    """

    person: Person | None = build.person()  # noqa: RUF009  frozen
    charged: tuple[tuple[str, int], ...] = ((build.FORM_PAYMENT, build.FEES[Way.NORWAY]),)
    pays_link: int | None = None
    sends: tuple[str, ...] | None = None
    tells: tuple[Message, ...] = ()

    def answers(self, effect: Effect) -> tuple[Message, ...]:
        """All that carrying the effect out would bring in, in no particular order."""
        match effect:
            case FetchPayment():
                return self.payment(effect)
            case LookUpPerson():
                return (build.person_found(self.person),)
            case RequestSupplement(ask_key=key):
                number = int(key.partition(":")[2])
                return (build.supplement_requested(number, instance=SUPPLEMENT_FORMS[number]),)
            case _:
                return (ANSWERS[type(effect)](effect.ask_key),)

    def payment(self, effect: FetchPayment) -> tuple[Message, ...]:
        charged = dict(self.charged).get(effect.payment_id, 0)
        observed = build.payment_observed(payment_id=effect.payment_id, charged=charged)
        return observed, build.looked_again(effect.ask_key, nothing_new=charged == 0)

    def follows(self, message: Message) -> tuple[Message, ...]:
        """What the message makes possible that no effect of ours asked for."""
        match message:
            case LetterSent(ask_key=key):
                return (build.letter_observed(key),)
            case PaymentCreated(payment_id=payment_id) if self.pays_link is not None:
                return (build.payment_observed(payment_id=payment_id, charged=self.pays_link),)
            case SupplementRequested(instance=instance) if self.sends is not None:
                return (build.supplement(*self.sends, instance=instance),)
            case _:
                return ()
