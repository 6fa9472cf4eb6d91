"""Machine checks: Folkeregisteret at once, Helsepersonellregisteret when the fee is paid.

A register that does not answer in time holds nobody up: its ask fails and the assessment shows it.
"""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase, HprCheck, PersonCheck
from case_core.case_types.fees import is_paid
from case_core.case_types.parameters import ApplicationParameters
from case_core.effects import Effect, LookUpAuthorisations, LookUpPerson
from case_core.messages import AuthorisationsFound, PersonFound

PERSON = "person"
HPR = "hpr"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def record_person(_: ApplicationParameters, case: ApplicationCase, message: PersonFound) -> ApplicationCase:
    case = replace(case, facts=replace(case.facts, person=PersonCheck(person=message.person)))
    return case.settle(PERSON, AskState.MET, message.at)


def record_authorisations(
    _: ApplicationParameters, case: ApplicationCase, message: AuthorisationsFound
) -> ApplicationCase:
    check = HprCheck(hpr_number=message.hpr_number, approvals=message.approvals, stopped=message.stopped)
    case = replace(case, facts=replace(case.facts, hpr=check))
    return case.settle(HPR, AskState.MET, message.at)


def checks_have_ended(case: ApplicationCase) -> bool:
    return case.is_settled(PERSON) and case.is_settled(HPR)


# --- rules ------------------------------------------------------------------------------------------


def person_is_unchecked(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return not case.has_asked(PERSON)


def look_up_person(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    effect = LookUpPerson(ask_key=PERSON, nin=case.applicant.nin, case_number=case.number)
    return case.with_ask(register_ask(PERSON, p, now)), (effect,)


def authorisations_are_unchecked(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    return not case.has_asked(HPR) and is_paid(p, case)


def look_up_authorisations(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    effect = LookUpAuthorisations(ask_key=HPR, nin=case.applicant.nin, case_number=case.number)
    return case.with_ask(register_ask(HPR, p, now)), (effect,)


def register_ask(key: str, p: ApplicationParameters, now: datetime) -> Ask:
    return Ask(key=key, of=AskOf.REGISTER, at=now, due=now + p.register_patience)


def silent_registers(case: ApplicationCase, now: datetime) -> tuple[Ask, ...]:
    return tuple(ask for ask in case.asks if ask.of is AskOf.REGISTER and ask.is_overdue(now))


def register_is_silent(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return bool(silent_registers(case, now))


def go_on_without(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    for ask in silent_registers(case, now):
        case = case.settle(ask.key, AskState.FAILED, now, "timed-out")
    return case, ()
