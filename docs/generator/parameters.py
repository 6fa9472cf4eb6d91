"""A case type's parameters, each set of them with the date from which it is in force."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta

from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.decide import Valid
from case_core.messages import Way
from config.texts import Texts
from docs.generator.markdown import code, table
from docs.generator.plain_words import span_in_words, value_in_words

ORE_PER_KRONE = 100

CONDITION: Mapping[Condition, str] = {
    Condition.ALWAYS: "always",
    Condition.NAME_DIFFERS: "when the form's name is neither today's nor a former one in Folkeregisteret",
}

AllTexts = Mapping[str, Texts]
Parameters = Valid[ApplicationParameters]


def parameter_sections(texts: AllTexts, valid: Parameters, demo: Parameters) -> Iterator[str]:
    """What holds from `valid.since` on; `demo` is the same at the demonstration's pace."""
    until_next = valid.parameters
    yield f"### In force from {valid.since}"
    yield tariff(texts, until_next)
    yield "Documents that must be there:"
    yield documents(texts, until_next)
    yield "Deadlines, as elapsed time:"
    yield deadlines(until_next, demo.parameters)
    yield "Others:"
    yield others(until_next)


def in_each(texts: AllTexts, key: str) -> Iterator[str]:
    return (each.text(key) for each in texts.values())


def tariff(texts: AllTexts, parameters: ApplicationParameters) -> str:
    """Fee and expected time, by way or by kind of licence, whichever they go by."""
    name, family = ("Way", "ways") if set(parameters.fee_ore) == set(Way) else ("Licence", "licences")
    return table(
        (name, *texts, "Fee", "Expected processing time"),
        (
            (
                code(each),
                *in_each(texts, f"{family}.{each}"),
                kroner(fee),
                span_in_words(timedelta(weeks=parameters.expected_weeks[each])),
            )
            for each, fee in parameters.fee_ore.items()
        ),
    )


def kroner(ore: int) -> str:
    return f"{ore / ORE_PER_KRONE:.2f}".removesuffix(".00") + " kr"


def documents(texts: AllTexts, parameters: ApplicationParameters) -> str:
    head = ("Document", *texts, *map(code, Way), "Professions", "When")
    return table(head, (document_row(texts, each) for each in parameters.required))


def document_row(texts: AllTexts, required: Requirement) -> tuple[str, ...]:
    names = in_each(texts, f"documents.{required.document}.name")
    ways = ("required" if way in required.ways else "" for way in Way)
    professions = ", ".join(profession(texts, each) for each in required.professions) or "all"
    return code(required.document), *names, *ways, professions, when(required)


def when(required: Requirement) -> str:
    """Its condition, and the kinds of licence that it is limited to."""
    condition = CONDITION[required.condition]
    licences = " or ".join(code(each) for each in required.licences)
    return f"{condition}, for {licences}" if licences else condition


def profession(texts: AllTexts, profession_code: str) -> str:
    """The code with its name in every language, once where they agree."""
    names = dict.fromkeys(in_each(texts, f"professions.{profession_code}"))
    return f"{code(profession_code)} ({' / '.join(names)})"


def deadlines(parameters: ApplicationParameters, demo: ApplicationParameters) -> str:
    return table(
        ("Parameter", "Standard", "Demo"),
        (
            (code(name), span_in_words(getattr(parameters, name)), span_in_words(getattr(demo, name)))
            for name in spans(parameters)
        ),
    )


def spans(parameters: ApplicationParameters) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields(parameters) if isinstance(getattr(parameters, each.name), timedelta)
    )


def others(parameters: ApplicationParameters) -> str:
    """Those that have no table of their own."""
    told = {"fee_ore", "expected_weeks", "required", *spans(parameters)}
    names = [each.name for each in fields(parameters) if each.name not in told]
    return table(("Parameter", "Value"), ((code(name), value(parameters, name)) for name in names))


def value(parameters: ApplicationParameters, name: str) -> str:
    found = getattr(parameters, name)
    if found is None:
        return "none"
    return kroner(found) if name.endswith("_ore") else value_in_words(found)
