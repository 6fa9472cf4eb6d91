"""A case type's rules: their sentences, and the phases that they lead to, read from their own source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from case_core.case import Phase
from case_core.decide import AnyCaseType, Rule, Verdict
from docs.generator.markdown import code, table

HEAD = ("#", "Rule", "In", "When", "Then", "Leads to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One way from a phase to another; `by` is the rule or the message that takes it."""

    before: Phase
    after: Phase
    by: str


def rule_table(kind: AnyCaseType) -> str:
    return table(HEAD, (row(number, rule) for number, rule in enumerate(kind.rules, start=1)))


def row(number: int, rule: Rule[Any, Any]) -> tuple[str, ...]:
    phases = ", ".join(phase for phase in Phase if phase in rule.phases)
    leads_to = ", ".join(sets_phase(rule.then))
    return str(number), code(rule.name), phases, sentence(rule.when), sentence(rule.then), leads_to


def sentence(function: Callable[..., Any]) -> str:
    """Its docstring, or its name where that says it all."""
    return inspect.getdoc(function) or function.__name__.replace("_", " ")


def steps(kind: AnyCaseType) -> tuple[Step, ...]:
    """Every change of phase that a rule or a message makes."""
    by_rule = (
        Step(before=before, after=after, by=rule.name)
        for rule in kind.rules
        for before in Phase
        if before in rule.phases
        for after in sets_phase(rule.then)
    )
    return (*by_rule, *by_message(kind))


def by_message(kind: AnyCaseType) -> Iterator[Step]:
    for message, record in kind.record.items():
        for before, verdict in kind.verdicts[message].items():
            if verdict is Verdict.TAKE:
                yield from (
                    Step(before=before, after=after, by=message.__name__) for after in sets_phase(record)
                )


def sets_phase(function: Callable[..., Any]) -> tuple[Phase, ...]:
    """The phases that it puts into a case, as `phase=Phase.…` in its own body."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    keywords = (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "phase")
    return tuple(Phase[each.value.attr] for each in keywords if isinstance(each.value, ast.Attribute))


def state_diagram(kind: AnyCaseType) -> str:
    lines = [f"    [*] --> {Phase.OPEN}", *(arrow(step) for step in steps(kind))]
    ends = set(Phase) - {step.before for step in steps(kind)}
    lines += [f"    {phase} --> [*]" for phase in Phase if phase in ends]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def arrow(step: Step) -> str:
    return f"    {step.before} --> {step.after}: {step.by}"


def verdict_table(kind: AnyCaseType) -> str:
    return table(
        ("Message", *Phase),
        ((code(message.__name__), *verdicts_of(by_phase)) for message, by_phase in kind.verdicts.items()),
    )


def verdicts_of(by_phase: Mapping[Phase, Verdict]) -> Iterator[str]:
    return (by_phase[phase].upper() for phase in Phase)
