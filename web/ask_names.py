"""What a case has asked for, by names that tell any two asks apart."""

from collections.abc import Mapping
from typing import Any

from case_core.case import AGAIN, Case
from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.forms import CONFIRM
from web.words import Words


def ask_names(case: Case[Any], words: Words) -> dict[str, str]:
    """By ask key."""
    forms = form_names(case.facts, words)
    return {ask.key: ask_name(ask.key, words, forms) for ask in case.asks}


def form_names(facts: object, words: Words) -> dict[str, str]:
    """By the form's own id: the application, or the supplement of which round."""
    if not isinstance(facts, ApplicationFacts):
        return {}
    rounds = {each.instance: each.number for each in facts.rounds if each.instance}
    supplement = words.label("subject.supplement")
    return {
        form.instance.rpartition("/")[2]: f"{supplement} {rounds[form.instance]}"
        if form.instance in rounds
        else words.label("form.application")
        for form in facts.forms
    }


def ask_name(key: str, words: Words, forms: Mapping[str, str]) -> str:
    """`supplement:2` is `Ettersending 2`, `paper:decision` is `Brev på papir: Vedtak`, `payment#2` is
    `Betaling (2. gang)`."""
    base, _, again = key.partition(AGAIN)
    told = first_name(base, words, forms)
    return words.label("ask.again", name=told, number=again) if again else told


def first_name(key: str, words: Words, forms: Mapping[str, str]) -> str:
    name, _, rest = key.partition(":")
    told = words.label_or(f"subject.{name}", name)
    if rest.isdecimal():
        return f"{told} {rest}"
    if name == CONFIRM:
        return f"{told}: {forms[rest]}" if rest in forms else told
    return f"{told}: {first_name(rest, words, forms)}" if is_subject(rest, words) else told


def is_subject(key: str, words: Words) -> bool:
    return bool(words.label_or(f"subject.{key.partition(':')[0]}", ""))
