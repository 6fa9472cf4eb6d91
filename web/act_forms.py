"""A caseworker's form as an act. What the case thinks of it is the case core's to say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from case_core.case import Outcome
from case_core.case_types.parameters import ApplicationParameters
from case_core.messages import Act, DecisionTaken, LetterPosted, SupplementDemanded, TaskDone
from web.requests import Form

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
VERSION = re.compile(r"[0-9]{1,9}")
ASK_KEY = re.compile(r"[\x21-\x7e]{1,100}")
LONGEST_WORDS = 20_000
OTHER_DOCUMENT = "annet"


class Wrong(Exception):
    """The form cannot be read as an act. `key` names a label that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who acts, when, and on which version of the case."""

    actor: str
    at: datetime
    seen_version: int


def read_token(form: Form) -> str:
    token = form.one("token")
    if TOKEN.fullmatch(token) is None:
        raise Wrong("wrong.token")
    return token


def read_who(form: Form, actor: str, now: datetime) -> Who:
    version = form.one("seen_version")
    if VERSION.fullmatch(version) is None:
        raise Wrong("wrong.seen_version")
    return Who(actor=actor, at=now, seen_version=int(version))


def read_act(name: str, form: Form, who: Who, demandable: tuple[str, ...]) -> Act:
    """Raises `Wrong`."""
    return READERS[name](form, who, demandable)


def decision(form: Form, who: Who, _: tuple[str, ...]) -> Act:
    try:
        outcome = Outcome(form.one("outcome"))
    except ValueError:
        raise Wrong("wrong.outcome") from None
    return DecisionTaken(
        at=who.at,
        actor=who.actor,
        seen_version=who.seen_version,
        outcome=outcome,
        grounds=bounded(form, "grounds"),
    )


def demand(form: Form, who: Who, demandable: tuple[str, ...]) -> Act:
    ticked = form.all("documents")
    if not set(ticked) <= set(demandable):
        raise Wrong("wrong.documents")
    if OTHER_DOCUMENT in ticked and not form.words("words"):
        raise Wrong("wrong.other_needs_words")
    return SupplementDemanded(
        at=who.at,
        actor=who.actor,
        seen_version=who.seen_version,
        documents=tuple(sorted(set(ticked))),
        words=bounded(form, "words"),
    )


def posted(form: Form, who: Who, _: tuple[str, ...]) -> Act:
    return LetterPosted(at=who.at, actor=who.actor, seen_version=who.seen_version, ask_key=ask_key(form))


def done(form: Form, who: Who, _: tuple[str, ...]) -> Act:
    return TaskDone(
        at=who.at,
        actor=who.actor,
        seen_version=who.seen_version,
        ask_key=ask_key(form),
        note=bounded(form, "note"),
    )


READERS: Mapping[str, Callable[[Form, Who, tuple[str, ...]], Act]] = {
    "decide": decision,
    "supplement": demand,
    "posted": posted,
    "done": done,
}


def ask_key(form: Form) -> str:
    key = form.one("ask_key")
    if ASK_KEY.fullmatch(key) is None:
        raise Wrong("wrong.ask_key")
    return key


def bounded(form: Form, name: str) -> str:
    words = form.words(name)
    if len(words) > LONGEST_WORDS:
        raise Wrong("wrong.too_long")
    return words


def demandable(parameters: ApplicationParameters) -> tuple[str, ...]:
    """Kinds of documents that may be asked for: those that some application needs, and any other."""
    return tuple(dict.fromkeys([*(each.document for each in parameters.required), OTHER_DOCUMENT]))
