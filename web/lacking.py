"""Required documents that a case still lacks, in a sentence."""

from typing import Any

from case_core.case import Case, Phase
from case_core.case_types.completeness import missing
from case_core.case_types.facts import ApplicationFacts
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.supplements import supplement_key
from case_core.decide import AnyCaseType
from letters.names import in_sentence
from web.words import Words


def still_missing(kind: AnyCaseType, case: Case[Any], words: Words) -> str:
    """Empty when nothing is, and when the case is decided."""
    parameters = kind.parameters(case.params_date)
    if case.phase is not Phase.OPEN or not isinstance(case.facts, ApplicationFacts):
        return ""
    if not isinstance(parameters, ApplicationParameters):
        return ""
    lacking = missing(parameters, case.facts)
    if not lacking:
        return ""
    ended = letters_in_vain(case)
    first, *others = (words.document(kind) for kind in lacking)
    documents = words.both([first, *map(in_sentence, others)])
    return words.label(sentence_about(ended), documents=documents, letters=ended)


def letters_in_vain(case: Case[ApplicationFacts]) -> int:
    """Deficiency letters that are no longer waited for."""
    return sum(not case.is_waiting_for(supplement_key(asked.number)) for asked in case.facts.rounds)


def sentence_about(letters: int) -> str:
    match letters:
        case 0:
            return "missing.not_asked"
        case 1:
            return "missing.after_one"
        case _:
            return "missing.after_more"
