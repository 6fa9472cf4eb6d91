"""What the registers say, beside what the applicant wrote."""

from dataclasses import dataclass
from enum import StrEnum

from case_core.case import AskState
from case_core.case_types.completeness import name_differs
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.registers import HPR, PERSON
from case_core.messages import AddressGrade, Approval, Person
from web.words import Words

OPEN_STATUSES = frozenset({"bosatt", "utflyttet", "doed", "opphoert", "inaktiv"})
"""Every other status in Folkeregisteret is confidential in itself and is not written out."""


class Mark(StrEnum):
    NONE = ""
    SAME = "same"
    DIFFERS = "differs"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    label: str
    written: str
    found: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One register. `state` says whether it has answered."""

    name: str
    state: str
    unanswered: bool
    rows: tuple[Comparison, ...]


def checks(case: ApplicationCase, words: Words) -> tuple[Check, ...]:
    person = case.facts.person
    return (
        Check(
            name=words.label("check.person"),
            state=check_state(case, PERSON, words),
            unanswered=person is None,
            rows=person_rows(case, person.person, words) if person else (),
        ),
        Check(
            name=words.label("check.hpr"),
            state=check_state(case, HPR, words),
            unanswered=case.facts.hpr is None,
            rows=hpr_rows(case, words),
        ),
    )


def check_state(case: ApplicationCase, key: str, words: Words) -> str:
    ask = case.ask(key)
    if ask is None:
        return words.label("check.not_asked")
    if ask.state is AskState.MET:
        return words.label("check.answered", at=words.moment(ask.met_at))
    if ask.is_open:
        return words.label("check.asked", at=words.moment(ask.at))
    return f"{words.label('check.failed')} {words.reason(ask.reason)}".strip()


def person_rows(case: ApplicationCase, person: Person | None, words: Words) -> tuple[Comparison, ...]:
    application = case.facts.application
    written = f"{application.first_name} {application.last_name}"
    name = words.label("check.name")
    if person is None:
        return (
            Comparison(label=name, written=written, found=words.label("check.unknown"), mark=Mark.WARNING),
        )
    differs = name_differs(application, person)
    rows = [
        Comparison(
            label=name,
            written=written,
            found=f"{person.first_name} {person.last_name}",
            mark=Mark.DIFFERS if differs else Mark.SAME,
        ),
        Comparison(
            label=words.label("check.former_names"),
            written="",
            found=", ".join(person.former_names) or words.label("none"),
        ),
        Comparison(label=words.label("check.status"), written="", found=status(person, words)),
    ]
    return (*rows, *warnings(person, words))


def status(person: Person, words: Words) -> str:
    if person.status in OPEN_STATUSES:
        return words.label_or(f"person_status.{person.status}", person.status)
    return words.label("person_status.confidential")


def warnings(person: Person, words: Words) -> tuple[Comparison, ...]:
    """What must not be overlooked."""
    told = (
        ("check.dead", person.dead),
        ("check.false_identity", person.false_identity),
        ("check.protected", person.grade is not AddressGrade.OPEN),
    )
    return tuple(
        Comparison(label=words.label(key), written="", found=words.label("yes"), mark=Mark.WARNING)
        for key, is_so in told
        if is_so
    )


def hpr_rows(case: ApplicationCase, words: Words) -> tuple[Comparison, ...]:
    check = case.facts.hpr
    if check is None:
        return ()
    number = str(check.hpr_number) if check.hpr_number is not None else words.label("check.unknown")
    rows = [Comparison(label=words.label("check.hpr_number"), written="", found=number)]
    rows += [approval_row(case.facts.application.profession, each, words) for each in check.approvals]
    if check.stopped:
        label, found = words.label("check.stopped"), words.label("yes")
        rows.append(Comparison(label=label, written="", found=found, mark=Mark.WARNING))
    return tuple(rows)


def approval_row(applied_for: str, approval: Approval, words: Words) -> Comparison:
    state = "stopped" if approval.stopped else "active" if approval.active else "inactive"
    kind = words.label_or(f"approval.{approval.kind}", approval.kind)
    same = approval.profession == applied_for
    return Comparison(
        label=words.label("check.approval"),
        written=words.profession(applied_for) if same else "",
        found=f"{words.profession(approval.profession)}: {kind} ({words.label(f'approval.{state}')})",
        mark=Mark.WARNING if approval.stopped else Mark.SAME if same and approval.active else Mark.NONE,
    )
