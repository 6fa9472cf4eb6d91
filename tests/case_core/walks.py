"""A walk: a case among messages that are chosen one by one from all that could reach it just then."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from case_core.case import Outcome, deadlines
from case_core.case_types.facts import ApplicationCase
from case_core.effects import Effect
from case_core.messages import Act, Licence, LookedAgain, Message, PaymentObserved, PersonFound, Reply
from case_core.still_wanted import still_wanted
from tests.case_core import build
from tests.case_core.outside import Outside
from tests.case_core.story import Story, opened

FEE = build.PARAMETERS.fee(build.application())
AMOUNTS = ((0, 0), (FEE - 50_000, 0), (FEE, 0), (FEE, FEE))
KINDS = ("vitnemal", "navneendring")
OTHER_NAME = build.person(last_name="Hansen")


@dataclass(kw_only=True)
class Walk:
    """The story, and what its effects were answered with: each has one reply, told again at will."""

    story: Story
    outside: Outside = field(default_factory=Outside)
    replies: dict[str, Reply] = field(default_factory=dict)

    @property
    def case(self) -> ApplicationCase:
        return self.story.case

    def possible(self) -> list[Message]:
        """Everything that could be told now, in an order that depends on the case alone."""
        return [
            *self.answers(),
            *payments(self.case),
            *letters(self.case),
            *supplements(self.case),
            *lists(self.case),
            *self.times(),
            *acts(self.case),
            *late_facts(self.case),
        ]

    def answers(self) -> Iterator[Message]:
        for effect in self.story.effects:
            told = self.replies.get(effect.ask_key)
            yield from (told,) if told is not None else self.outcomes(effect)

    def outcomes(self, effect: Effect) -> Iterator[Reply]:
        """How carrying it out may end. An effect in flight may succeed though it is no longer wanted."""
        yield from (each for each in self.outside.answers(effect) if isinstance(each, Reply))
        yield build.failed(effect.ask_key, type(effect).__name__)
        if effect.ask_key.startswith("look:"):
            yield build.looked_again(effect.ask_key, nothing_new=False)
        if not still_wanted(self.story.kind, self.case, effect):
            yield build.cancelled(effect.ask_key, type(effect).__name__)

    def times(self) -> Iterator[Message]:
        """Deadlines that have passed, and one that has moved since it was set."""
        due = sorted(each for each in deadlines(self.case) if each[1] <= self.story.now)
        yield from (build.deadline(key, moment) for key, moment in due)
        yield from (build.deadline(ask.key, build.NOW) for ask in self.case.open_asks())

    def hear(self, message: Message) -> tuple[Effect, ...]:
        if isinstance(message, Reply):
            self.replies[message.ask_key] = message
        return self.story.hear(message)


def begun(index: int) -> Walk:
    """One of the ways in which a case may begin."""
    beginnings = (
        build.submission(),
        build.submission(documents=()),
        build.submission(payment=None),
        build.submission(payment=build.form_payment(status="Skipped", payment_id=None)),
        build.submission(payment=build.form_payment(payment_id=None)),
        build.submission(documents=(build.document("vitnemal", scan="Infected"),)),
    )
    index %= len(beginnings) + len(Licence)
    if index < len(beginnings):
        return Walk(story=opened(beginnings[index]))
    kind = tuple(Licence)[index - len(beginnings)]
    return Walk(story=opened(build.licence_submission(kind), build.licences()))


def payments(case: ApplicationCase) -> Iterator[PaymentObserved]:
    facts = case.facts
    ids = {payment.id for payment in facts.payments}
    if facts.form_payment is not None and facts.form_payment.payment_id:
        ids.add(facts.form_payment.payment_id)
    for payment_id in sorted(ids):
        for charged, refunded in AMOUNTS:
            yield build.payment_observed(payment_id=payment_id, charged=charged, refunded=refunded)
        yield build.payment_observed(payment_id=payment_id, currency="EUR")
        yield build.payment_observed(payment_id=payment_id, reference="2026/999")


def letters(case: ApplicationCase) -> Iterator[Message]:
    for letter in case.facts.letters:
        yield build.letter_observed(letter.ask_key)
        yield build.letter_observed(letter.ask_key, read_at=build.NOW)
        yield build.letter_observed(letter.ask_key, delivered_at=None, failed=True)


def supplements(case: ApplicationCase) -> Iterator[Message]:
    for asked in (each for each in case.facts.rounds if each.instance):
        yield build.supplement(*asked.missing, instance=asked.instance)
        yield build.supplement("annet", instance=asked.instance)
        yield build.supplement(*asked.missing, instance=asked.instance, nin=build.OTHER_NIN)
        yield build.supplement(*asked.missing, instance=asked.instance, case_number="2026/999")


def lists(case: ApplicationCase) -> Iterator[Message]:
    """What others tell of the applicant, and the applicant's own change of mind."""
    yield build.listed()
    yield build.listed(list_id="later", completed=build.NOW.date() + timedelta(days=60))
    yield build.listed(index="somebody-else")
    yield build.withdrawal(nin=build.OTHER_NIN)
    if len(case.asks) % 5 == 0:
        yield build.withdrawal()


def acts(case: ApplicationCase) -> Iterator[Act]:
    yield build.decision(grounds="Vilkårene er oppfylt.")
    yield build.decision(Outcome.REFUSED, grounds="Utdanningen er ikke jevngod.")
    yield build.decision(Outcome.REFUSED, grounds=" ")
    yield build.demand(*KINDS)
    yield build.demand()
    for ask in case.open_asks("paper:"):
        yield build.posted(ask.key)
    for ask in case.open_asks("attend:"):
        yield build.done(ask.key)


def late_facts(case: ApplicationCase) -> Iterator[Message]:
    """What a register might answer otherwise, once it has been asked."""
    if case.has_asked("person"):
        yield PersonFound(at=build.NOW, ask_key="person", person=OTHER_NAME)
        yield PersonFound(at=build.NOW, ask_key="person", person=None)
    for ask in case.open_asks("look:"):
        yield LookedAgain(at=build.NOW, ask_key=ask.key, nothing_new=True)
