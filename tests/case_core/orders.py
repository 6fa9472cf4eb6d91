"""Every order in which messages can reach a case, told apart by what has been delivered.

Two orders that lead to the same case, with the same messages delivered and the same effects asked for, go on
as one; so all of them are walked without walking each.
"""

from collections import Counter
from dataclasses import dataclass, replace

from case_core.case_types.facts import ApplicationCase
from case_core.decide import decide, open_case
from case_core.effects import Effect
from case_core.messages import Message, SubmissionReceived
from tests.case_core import build
from tests.case_core.outside import Outside


@dataclass(frozen=True)
class Point:
    """Where an order has come. The version counts changes and is no part of the end state."""

    case: ApplicationCase
    effects: frozenset[Effect]
    delivered: frozenset[Message]
    possible: frozenset[Message]

    @property
    def open(self) -> frozenset[Message]:
        return self.possible - self.delivered


@dataclass(frozen=True)
class Orders:
    count: int
    ends: frozenset[Point]
    points: frozenset[Point]


def step(kind: build.Kind, outside: Outside, point: Point, message: Message) -> Point:
    case, effects = decide(kind, point.case, message)
    follow = [*outside.follows(message), *(answer for each in effects for answer in outside.answers(each))]
    return Point(
        case=replace(case, version=0),
        effects=point.effects | set(effects),
        delivered=point.delivered | {message},
        possible=point.possible | set(follow),
    )


def start(kind: build.Kind, outside: Outside, message: SubmissionReceived) -> Point:
    case, effects = open_case(
        kind, message, case_id=build.CASE_ID, number=build.NUMBER, applicant_index=build.INDEX
    )
    answers = frozenset(answer for each in effects for answer in outside.answers(each))
    return Point(replace(case, version=0), frozenset(effects), frozenset(), answers | {*outside.tells})


def every_order(kind: build.Kind, outside: Outside, message: SubmissionReceived) -> Orders:
    """Walk all orders at once, one delivery further each turn."""
    front: Counter[Point] = Counter({start(kind, outside, message): 1})
    points: set[Point] = set(front)
    ends: Counter[Point] = Counter()
    while front:
        ends.update({point: ways for point, ways in front.items() if not point.open})
        front = onward(kind, outside, front)
        points |= set(front)
    return Orders(count=ends.total(), ends=frozenset(ends), points=frozenset(points))


def onward(kind: build.Kind, outside: Outside, front: Counter[Point]) -> Counter[Point]:
    reached: Counter[Point] = Counter()
    for point, ways in front.items():
        for message in point.open:
            reached[step(kind, outside, point, message)] += ways
    return reached
