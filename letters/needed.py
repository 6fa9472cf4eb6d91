"""Which texts there must be, each with exactly the placeholders that are filled in.

A text is checked against this when it is loaded, so that nothing can be missing when a letter is sent.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from case_core.case import AskOf, AskState, Outcome, Phase
from case_core.case_types.decisions import APPEAL
from case_core.case_types.deliveries import DELIVERY
from case_core.case_types.fees import FEE, PAYMENT, VERIFY
from case_core.case_types.forms import CONFIRM
from case_core.case_types.letters import (
    DECISION,
    DEFICIENCY,
    FEE_LETTER,
    LAPSE,
    PAPER,
    RECEIPT,
    REMIND,
    WITHDRAWAL,
)
from case_core.case_types.readings import READ
from case_core.case_types.registers import HPR, PERSON
from case_core.case_types.supplements import ASSESS, FORM, SUPPLEMENT
from case_core.case_types.tasks import ATTEND, LOOK
from case_core.effects import EFFECTS
from case_core.messages import MESSAGES, Licence, Way
from letters.names import UNKNOWN_PROFESSION
from letters.reasons import REASONS

Needed = dict[str, frozenset[str]]

SUBJECTS_WITH_A_DATE: Final = (FEE, SUPPLEMENT, PERSON, HPR, APPEAL, DELIVERY, READ)
OTHER_SUBJECTS: Final = (
    ASSESS,
    RECEIPT,
    CONFIRM,
    PAYMENT,
    FEE_LETTER,
    VERIFY,
    FORM,
    DEFICIENCY,
    REMIND,
    LOOK,
    LAPSE,
    WITHDRAWAL,
    DECISION,
    PAPER,
    ATTEND,
)


def document_texts(kinds: Iterable[str]) -> Needed:
    """What a letter says of each kind of document that may be asked for."""
    return _each("documents", (f"{kind}.{part}" for kind in kinds for part in ("name", "why")))


def _each(family: str, names: Iterable[str], places: Collection[str] = ()) -> Needed:
    return {f"{family}.{name}": frozenset(places) for name in names}


def _letter(
    name: str, *, body: Collection[str], summary: Collection[str] = (), reply_text: bool = False
) -> Needed:
    agency = frozenset({"agency"})
    return {
        f"letters.{name}.title": frozenset({"case_number"}),
        f"letters.{name}.summary": frozenset(summary),
        f"letters.{name}.body": frozenset(body),
        f"letters.{name}.notification_subject": agency,
        f"letters.{name}.notification_body": agency,
        **({f"letters.{name}.reply_text": frozenset()} if reply_text else {}),
    }


_LETTERS: Needed = {
    "letters.not_given": frozenset(),
    "letters.closing": frozenset({"case_number", "agency"}),
    **_letter(
        "receipt",
        summary=["matter"],
        body=[
            *("matter", "profession", "received", "case_number", "way", "institution", "completed"),
            *("start", "weeks"),
        ],
    ),
    **_each("letters.receipt", ("start_when_paid", "start_at_once")),
    **_letter(
        "payment_request",
        summary=["amount", "due"],
        body=["matter", "amount", "link", "due"],
        reply_text=True,
    ),
    **_letter(
        "deficiency",
        summary=["matter", "due"],
        body=["matter", "documents", "words", "link", "due"],
        reply_text=True,
    ),
    "letters.deficiency.document": frozenset({"name", "why"}),
    "letters.deficiency.words": frozenset({"words"}),
    **_letter(f"reminder.{FEE}", summary=["due"], body=["matter", "due"]),
    **_letter(f"reminder.{SUPPLEMENT}", summary=["due"], body=["matter", "due"]),
    **_letter(f"lapse.{FEE}", body=["matter"]),
    **_letter(f"lapse.{SUPPLEMENT}", body=["matter"]),
    **_letter("withdrawal", body=["matter", "withdrawn"]),
    **_letter(
        "decision",
        body=[
            "matter",
            "decided",
            "outcome",
            "grounds",
            "weeks",
            "agency",
            "case_number",
            "appeal_body",
        ],
    ),
    **_each("letters.decision", Outcome, ["matter"]),
    **_each("letters.decision.licence", Outcome, ["matter"]),
    "letters.decision.listed": frozenset({"institution", "completed"}),
    "letters.decision.grounds_left_out": frozenset(),
}

_WRITTEN_OUT: Needed = {
    "agency.name": frozenset(),
    "dates.date": frozenset({"day", "month", "year"}),
    "dates.moment": frozenset({"date", "time"}),
    "dates.time": frozenset({"hour", "minute"}),
    **_each("dates.months", map(str, range(1, 13))),
    "units.kroner": frozenset({"amount"}),
    "units.decimal_mark": frozenset(),
    "units.week": frozenset(),
    "units.weeks": frozenset({"count"}),
}

_NAMES: Needed = {
    f"professions.{UNKNOWN_PROFESSION}": frozenset(),
    **_each("matters", ("authorisation", *Licence), ["profession"]),
    **_each("licences", Licence),
    **_each("ways", Way),
    **_each("outcomes", Outcome),
    **_each("phases", Phase),
    **_each("ask_of", AskOf),
    **_each("ask_states", AskState),
    **_each("messages", (message.__name__ for message in MESSAGES)),
    **_each("effects", (f"{effect.__name__}.{part}" for effect in EFFECTS for part in ("todo", "done"))),
}

_WAITING: Needed = {
    **_each("waiting", ("no_due", "reminded", "overdue")),
    "waiting.remind_at": frozenset({"remind_at"}),
    "waiting.amount": frozenset({"amount"}),
    **_each("waiting.about", SUBJECTS_WITH_A_DATE, ["since", "due"]),
    **_each("waiting.about", OTHER_SUBJECTS, ["since"]),
    **_each("reasons", REASONS),
    "reasons.with_detail": frozenset({"sentence", "detail"}),
    "reasons.unknown": frozenset({"reason"}),
}

NEEDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {**_LETTERS, **_WRITTEN_OUT, **_NAMES, **_WAITING}
)
