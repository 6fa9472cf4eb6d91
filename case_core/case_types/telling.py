"""Time counts from when the applicant can know of it: a letter that goes out late gives the time anew."""

from dataclasses import replace

from case_core.case import Ask, AskOf, AskState, Phase
from case_core.case_types import letters
from case_core.case_types.decisions import APPEAL
from case_core.case_types.facts import ApplicationCase
from case_core.case_types.letters import DECISION, PAPER
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.patience import due_after_reminder, kept_up_by, look_at, reminds_of, spans, tells_of
from case_core.case_types.tasks import ATTEND, about, attend
from case_core.decide import NotAllowed
from case_core.messages import LetterPosted, LetterSent, Message, TaskDone

POSTED_LATE = "posted-late"


def record_sent(p: ApplicationParameters, case: ApplicationCase, message: LetterSent) -> ApplicationCase:
    """It lies in Altinn. One that lay with us for long takes nothing from the time to answer it."""
    if case.is_waiting_for(message.ask_key):
        for ask in owed_now(case):
            if tells_of(message.ask_key, ask) and has_lost_half(p, ask, message):
                case = restart(p, case, ask, message)
            elif reminds_of(message.ask_key, ask):
                case = case.with_ask(replace(ask, due=due_after_reminder(p, ask, message.at)))
    return letters.record_sent(p, case, message)


def record_posted(p: ApplicationParameters, case: ApplicationCase, message: LetterPosted) -> ApplicationCase:
    """Sent on paper. What it asks for can be answered from now on."""
    if message.ask_key not in {ask.key for ask in case.open_asks(f"{PAPER}:")}:
        raise NotAllowed("no-such-letter")
    told = message.ask_key.removeprefix(f"{PAPER}:")
    for ask in owed_now(case):
        if tells_of(told, ask):
            case = give_time(p, case, ask, message)
        elif reminds_of(told, ask):
            case = case.with_ask(replace(ask, due=due_after_reminder(p, ask, message.at)))
    if told == DECISION:
        case = notify_anew(p, case, message)
    return case.settle(message.ask_key, AskState.MET, message.at)


def record_done(p: ApplicationParameters, case: ApplicationCase, message: TaskDone) -> ApplicationCase:
    """A person ends what was put to a person. What others owe us is not for a person to tick off.

    What the applicant still owes, and the task was about, gets its time anew.
    """
    if message.ask_key not in {ask.key for ask in case.open_asks(f"{ATTEND}:")}:
        raise NotAllowed("no-such-task")
    case = case.settle(message.ask_key, AskState.MET, message.at, message.note)
    for ask in owed_now(case):
        if about(message.ask_key) in kept_up_by(ask):
            case = restart(p, case, ask, message)
    return case


def owed_now(case: ApplicationCase) -> tuple[Ask, ...]:
    return tuple(ask for ask in case.open_asks() if ask.of is AskOf.APPLICANT and ask.remind_at is not None)


def restart(p: ApplicationParameters, case: ApplicationCase, ask: Ask, message: Message) -> ApplicationCase:
    return case.restart(ask.key, message.at, *spans(p, ask))


def has_lost_half(p: ApplicationParameters, ask: Ask, message: Message) -> bool:
    due, _ = spans(p, ask)
    return ask.due is not None and ask.due - message.at < due / 2


def give_time(p: ApplicationParameters, case: ApplicationCase, ask: Ask, message: Message) -> ApplicationCase:
    """Count from now, unless the time had run out and been looked at: a person says what happens then."""
    if look_at(case, ask) is not None:
        return attend(case, ask.key, message.at, POSTED_LATE)
    return restart(p, case, ask, message)


def notify_anew(p: ApplicationParameters, case: ApplicationCase, message: Message) -> ApplicationCase:
    """A decision that had not reached the applicant has now (forvaltningsloven § 29)."""
    appeal = case.ask(APPEAL)
    if appeal is None:
        return case
    if case.phase is Phase.FOLLOW_UP:
        return case.with_ask(replace(appeal, at=message.at, due=message.at + p.appeal_period))
    return attend(case, APPEAL, message.at, POSTED_LATE)
