"""Deficiency and supplement: one request when all machine checks have ended, one form, one letter."""

from dataclasses import replace
from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.completeness import missing
from case_core.case_types.facts import ApplicationCase, Form, Round
from case_core.case_types.fees import is_paid
from case_core.case_types.letters import DEFICIENCY, address
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.registers import checks_have_ended
from case_core.case_types.tasks import ATTEND, drop_tasks
from case_core.decide import NotAllowed
from case_core.effects import Effect, RequestSupplement, SendDeficiencyLetter
from case_core.messages import SupplementDemanded, SupplementReceived, SupplementRequested

SUPPLEMENT = "supplement"
FORM = "form"
ASSESS = "assess"
ATTEND_FORM = f"{ATTEND}:{FORM}"

Took = tuple[ApplicationCase, tuple[Effect, ...]]


def supplement_key(number: int) -> str:
    return f"{SUPPLEMENT}:{number}"


def record_requested(
    p: ApplicationParameters, case: ApplicationCase, message: SupplementRequested
) -> ApplicationCase:
    """The form stands in the applicant's inbox: from now on there is time to answer it."""
    number = int(message.ask_key.partition(":")[2])
    asked = next(each for each in case.facts.rounds if each.number == number)
    due = message.at + p.supplement_due
    asked = replace(asked, app=message.app, instance=message.instance, link=message.link, due=due)
    case = replace(case, facts=case.facts.with_round(asked))
    case = case.restart(supplement_key(number), message.at, p.supplement_due, p.supplement_reminder)
    return case.settle(message.ask_key, AskState.MET, message.at)


def record_supplement(
    _: ApplicationParameters, case: ApplicationCase, message: SupplementReceived
) -> ApplicationCase:
    """Attach the documents, if applicant and case number are the case's own."""
    asked = next((each for each in case.facts.rounds if each.instance == message.instance), None)
    if message.applicant.nin != case.applicant.nin:
        raise NotAllowed("supplement-from-other-person")
    if asked is None or message.case_number != case.number:
        raise NotAllowed("supplement-names-other-case")
    facts = case.facts.with_documents(message.documents)
    facts = facts.with_round(replace(asked, answered_at=asked.answered_at or message.submitted_at))
    form = Form(app=message.app, instance=message.instance, submitted_at=message.submitted_at)
    case = replace(case, facts=facts.with_form(form))
    key = supplement_key(asked.number)
    return drop_tasks(case.settle(key, AskState.MET, message.at), (key,), message.at)


def record_demand(
    _: ApplicationParameters, case: ApplicationCase, message: SupplementDemanded
) -> ApplicationCase:
    """A caseworker asks for documents; it becomes a deficiency request like any other."""
    if not message.documents:
        raise NotAllowed("no-document-chosen")
    if case.open_asks(SUPPLEMENT):
        raise NotAllowed("supplement-already-requested")
    case = case.settle_all(case.open_asks(ATTEND_FORM), AskState.DROPPED, message.at)
    return replace(case, facts=replace(case.facts, demanded=message.documents, words=message.words))


# --- rules ------------------------------------------------------------------------------------------


def may_ask(p: ApplicationParameters, case: ApplicationCase) -> bool:
    nothing_in_the_way = not case.open_asks(SUPPLEMENT) and not case.open_asks(ATTEND_FORM)
    return nothing_in_the_way and is_paid(p, case) and checks_have_ended(case)


def is_deficient(p: ApplicationParameters, case: ApplicationCase, _: datetime) -> bool:
    if not may_ask(p, case):
        return False
    by_rule = len(case.facts.rounds) < p.most_rounds and bool(missing(p, case.facts))
    return by_rule or bool(case.facts.demanded)


def request_supplement(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    number = len(case.facts.rounds) + 1
    due = now + p.supplement_due
    asked = Round(number=number, missing=missing(p, case.facts), words=case.facts.words, due=due)
    form_key = f"{FORM}:{number}"
    effect = RequestSupplement(
        ask_key=form_key,
        party_id=case.applicant.party_id,
        case_number=case.number,
        missing=asked.missing,
        due=due,
        asked_at=now,
        language=case.language,
    )
    ask = Ask(
        key=supplement_key(number),
        of=AskOf.APPLICANT,
        at=now,
        due=due,
        remind_at=now + p.supplement_reminder,
        stops_clock=True,
    )
    case = replace(case, facts=replace(case.facts.with_round(asked), demanded=(), words=""))
    case = case.settle(ASSESS, AskState.DROPPED, now)
    return case.with_ask(ask).with_ask(Ask(key=form_key, of=AskOf.REMOTE, at=now)), (effect,)


def unannounced(case: ApplicationCase) -> Round | None:
    """A round whose form stands in the applicant's inbox and about which no letter has gone out."""
    return next(
        (
            asked
            for asked in case.facts.rounds
            if asked.instance
            and case.is_waiting_for(supplement_key(asked.number))
            and not case.has_asked(f"{DEFICIENCY}:{asked.number}")
        ),
        None,
    )


def form_is_unannounced(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return unannounced(case) is not None


def send_deficiency_letter(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    asked = unannounced(case)
    if asked is None:
        return case, ()
    key = f"{DEFICIENCY}:{asked.number}"
    letter = SendDeficiencyLetter(
        **address(case, key), missing=asked.missing, words=asked.words, link=asked.link, due=asked.due
    )
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (letter,)


# --- still wanted -----------------------------------------------------------------------------------


def answer_is_open(_: ApplicationParameters, case: ApplicationCase, effect: Effect) -> bool:
    """While the applicant still owes us the answer that form or letter is about."""
    number = effect.ask_key.partition(":")[2]
    return case.is_waiting_for(f"{SUPPLEMENT}:{number}")
