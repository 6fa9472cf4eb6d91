"""The rules run until none fires, and each of them makes its own condition false."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from case_core.case import Phase
from case_core.case_types.application_tables import RECORD
from case_core.case_types.authorisation import RULES
from case_core.case_types.facts import ApplicationCase, ApplicationFacts
from case_core.case_types.licence import RULES as LICENCE_RULES
from case_core.case_types.parameters import ApplicationParameters
from case_core.decide import NeverSettles, NotAllowed, Rule, decide
from case_core.messages import Message
from tests.case_core import build, story
from tests.case_core.test_walks import BEGINNINGS, STEPS, chosen, take
from tests.case_core.walks import Walk, begun

ApplicationRule = Rule[ApplicationFacts, ApplicationParameters]
LATER = tuple(timedelta(days=days) for days in (0, 3, 8, 15, 29, 90))


def fires(rule: ApplicationRule, p: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return case.phase in rule.phases and rule.when(p, case, now)


def unsettled(walk: Walk, message: Message) -> Iterator[ApplicationCase]:
    """The case with the message folded in and no rule run, and as it stands."""
    message = walk.story.dated(message)
    yield walk.case
    try:
        p = walk.story.kind.parameters(walk.case.params_date)
        yield RECORD[type(message)](p, walk.case, message)
    except NotAllowed:
        return


def check_rules(kind: build.Kind, case: ApplicationCase, now: datetime) -> None:
    p = kind.parameters(case.params_date)
    for rule in kind.rules:
        if fires(rule, p, case, now):
            after, _ = rule.then(p, case, now)
            assert not fires(rule, p, after, now), rule.name


@settings(max_examples=200, deadline=None)
@given(BEGINNINGS, STEPS)
def test_a_rule_makes_its_own_condition_false(beginning: int, steps: list[tuple[int, int]]) -> None:
    """After `then`, the rule would not fire again at the same moment, wherever and whenever it fired."""
    walk = begun(beginning)
    for index, hours in steps:
        walk.story.later(days=hours / 24)
        message = chosen(walk, index)
        for case in unsettled(walk, message):
            for later in LATER:
                check_rules(walk.story.kind, case, walk.story.now + later)
        take(walk, message)


def test_rules_have_names_of_their_own() -> None:
    """A rule is told from the others by its name."""
    for rules in (RULES, LICENCE_RULES):
        names = [rule.name for rule in rules]
        assert len(names) == len(set(names))


def test_a_rule_that_never_settles_is_a_defect() -> None:
    """A rule that goes on firing ends as an error that names the kind of case, not as an endless loop."""
    always: ApplicationRule = Rule(
        name="always",
        phases=frozenset(Phase),
        when=lambda _, __, ___: True,
        then=lambda _, case, __: (case, ()),
    )
    kind = replace(build.kind(), rules=(always,))
    with pytest.raises(NeverSettles, match="authorisation"):
        decide(kind, story.opened().case, build.person_found())
