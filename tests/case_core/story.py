"""A case followed message by message, with the effects that it has asked for."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from case_core.case import Ask, Outcome
from case_core.case_types.facts import ApplicationCase
from case_core.decide import decide, open_case
from case_core.effects import Effect
from case_core.messages import Act, Message, SubmissionReceived
from tests.case_core import build

Effects = tuple[Effect, ...]


@dataclass(kw_only=True)
class Story:
    """What has happened so far. `now` is given to every message; acts have seen the case as it is."""

    kind: build.Kind
    case: ApplicationCase
    effects: list[Effect]
    now: datetime = field(default=build.NOW)

    def hear(self, *messages: Message) -> Effects:
        """What the messages made the case ask for."""
        asked: list[Effect] = []
        for message in messages:
            self.case, effects = decide(self.kind, self.case, self.dated(message))
            asked += effects
        self.effects += asked
        return tuple(asked)

    def dated(self, message: Message) -> Message:
        message = replace(message, at=self.now)
        return replace(message, seen_version=self.case.version) if isinstance(message, Act) else message

    def later(self, *, days: float = 0, seconds: float = 0) -> "Story":
        self.now += timedelta(days=days, seconds=seconds)
        return self

    def ask(self, key: str) -> Ask:
        ask = self.case.ask(key)
        assert ask is not None, f"nothing was asked under {key}"
        return ask

    def arrive(self, *keys: str) -> Effects:
        """These letters are sent, and reach the applicant's inbox."""
        return self.hear(
            *(build.letter_sent(key) for key in keys),
            *(build.letter_observed(key, delivered_at=self.now) for key in keys),
        )

    def open_keys(self) -> set[str]:
        return {ask.key for ask in self.case.open_asks()}

    def asked_for(self, effect: type[Effect]) -> Effects:
        return tuple(each for each in self.effects if type(each) is effect)


def opened(message: SubmissionReceived | None = None, kind: build.Kind | None = None) -> Story:
    kind = kind or build.kind()
    message = message or build.submission()
    case, effects = open_case(
        kind, message, case_id=build.CASE_ID, number=build.NUMBER, applicant_index=build.INDEX
    )
    return Story(kind=kind, case=case, effects=list(effects), now=message.at)


def paid(message: SubmissionReceived | None = None) -> Story:
    """The fee is paid and verified; the registers have not answered."""
    story = opened(message)
    charged = build.FEES[story.case.facts.application.way]
    story.hear(
        build.payment_observed(charged=charged), build.looked_again("verify-payment", nothing_new=False)
    )
    return story


def checked(message: SubmissionReceived | None = None) -> Story:
    """Paid, and both registers have answered: a caseworker's turn, or the applicant's."""
    story = paid(message)
    story.hear(build.person_found(), build.authorisations_found())
    return story


def asked_to_pay() -> Story:
    """The form took no payment; a payment has been made and its link is being sent."""
    story = opened(build.submission(payment=None))
    story.hear(build.payment_created())
    return story


def told_to_pay() -> Story:
    """The letter with the link has reached the applicant."""
    story = asked_to_pay()
    story.arrive("fee-letter")
    return story


def unanswerable() -> Story:
    """The diploma is missing, and the form in which to send it has not been made yet."""
    return checked(build.submission(documents=()))


def deficient() -> Story:
    """The applicant has been asked for the diploma, and the form stands in the inbox."""
    story = unanswerable()
    story.hear(build.supplement_requested())
    return story


def told_to_supplement() -> Story:
    """The deficiency letter has reached the applicant."""
    story = deficient()
    story.arrive("deficiency:1")
    return story


def decided(outcome: Outcome = Outcome.GRANTED, grounds: str = "Vilkårene er oppfylt.") -> Story:
    story = checked()
    story.hear(build.decision(outcome, grounds=grounds))
    return story


def delivered() -> Story:
    """Decided, and the notice lies in the applicant's inbox: the appeal period runs."""
    story = decided()
    story.arrive("decision")
    return story


def notified() -> Story:
    """The applicant has read the decision."""
    story = delivered()
    story.hear(build.letter_observed("decision", delivered_at=story.now, read_at=story.now))
    return story
