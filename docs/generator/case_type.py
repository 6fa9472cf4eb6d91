"""The page of one kind of case, made from its tables."""

from collections.abc import Iterator, Mapping

from case_core.case import Phase
from case_core.decide import AnyCaseType
from config.texts import Texts
from docs.generator.effects import effect_table
from docs.generator.markdown import page, table
from docs.generator.parameters import parameter_sections
from docs.generator.rules import rule_table, state_diagram, verdict_table

PHASES = """
The phase is the coarse state. What a case waits for lies in its asks, several of which may be open at a time.
""".strip()

VERDICTS = """
What a message does to a case in each phase. TAKE: folded in, and the rules run. NOTE: written into the
history, changes nothing. REFUSE: the case stays as it is; a person's act is refused with the reason, any
other message is parked with it.
""".strip()

QUIET = """
A person's act is refused when the case has moved since the person saw it. These tell only how our own
sendings fare, and by themselves do not count as a move:
""".strip()

RULES = """
After every message that is taken, the first rule of these that fires is applied, then the first again, until
none fires.
""".strip()

EFFECTS = """
Each effect is a row of the outbox under the key `case id/ask key`, and ends as a message to its case. A
look-up that a hint asked for has no case yet (`hint/row id`): what it finds comes as a fact of its own, and
its failure is parked.
""".strip()

PARAMETERS = """
A case keeps the parameters that were in force on the Norwegian day its application was submitted. `nb`, `nn`
and `en` are the names that people read.
""".strip()


def case_type_page(kind: AnyCaseType, demo: AnyCaseType, texts: Mapping[str, Texts]) -> str:
    """`demo` is the same kind at the demonstration's pace."""
    return page(
        f"# Case type: {kind.name}",
        *phases(kind, texts),
        *("## Messages and phases", VERDICTS, verdict_table(kind), quiet(kind)),
        *("## Rules", RULES, rule_table(kind)),
        *("## Effects", EFFECTS, effect_table(kind)),
        *("## Parameters", PARAMETERS, *parameters(kind, demo, texts)),
    )


def phases(kind: AnyCaseType, texts: Mapping[str, Texts]) -> Iterator[str]:
    yield "## Phases"
    yield PHASES
    yield state_diagram(kind)
    yield table(
        ("Phase", *texts),
        ((f"`{phase}`", *(each.text(f"phases.{phase}") for each in texts.values())) for phase in Phase),
    )


def quiet(kind: AnyCaseType) -> str:
    names = ", ".join(f"`{message.__name__}`" for message in kind.verdicts if message in kind.quiet)
    return f"{QUIET} {names}."


def parameters(kind: AnyCaseType, demo: AnyCaseType, texts: Mapping[str, Texts]) -> Iterator[str]:
    for valid, at_demo_pace in zip(kind.valid, demo.valid, strict=True):
        yield from parameter_sections(texts, valid, at_demo_pace)
