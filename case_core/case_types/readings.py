"""A decision is followed until it is read: one that nobody reads has not told anybody anything.

When the time is out Altinn is asked once more, and then the decision goes on paper.
"""

from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.deliveries import UNREAD, Took, has_arrived, is_late, look, was_read
from case_core.case_types.facts import ApplicationCase, SentLetter
from case_core.case_types.letters import DECISION, put_on_paper
from case_core.case_types.parameters import ApplicationParameters
from case_core.case_types.tasks import LOOK

READ = "read"
READ_DECISION = f"{READ}:{DECISION}"


def decision_letter(case: ApplicationCase) -> SentLetter | None:
    letter = case.facts.letter(DECISION)
    return letter if letter is not None and has_arrived(letter) else None


def reading_is_unfollowed(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return decision_letter(case) is not None and not case.has_asked(READ_DECISION)


def await_reading(p: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    letter = decision_letter(case)
    since = (letter.delivered_at if letter else None) or now
    return case.with_ask(
        Ask(key=READ_DECISION, of=AskOf.APPLICANT, at=since, due=since + p.decision_read)
    ), ()


def reading_has_ended(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    letter = case.facts.letter(DECISION)
    return case.is_waiting_for(READ_DECISION) and letter is not None and (letter.failed or was_read(letter))


def close_reading(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    letter = case.facts.letter(DECISION)
    state = AskState.DROPPED if letter is None or letter.failed else AskState.MET
    return case.settle(READ_DECISION, state, now), ()


def reading_is_late(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> bool:
    return is_late(case, READ_DECISION, now)


def look_for_reading(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    letter = case.facts.letter(DECISION)
    return look(case, READ_DECISION, letter, now) if letter else (case, ())


def is_unread(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    """Altinn was asked once more. That the letter is delivered, it also calls something new: not so here."""
    return case.is_waiting_for(READ_DECISION) and case.is_settled(f"{LOOK}:{READ_DECISION}")


def post_unread(_: ApplicationParameters, case: ApplicationCase, now: datetime) -> Took:
    case = case.settle(READ_DECISION, AskState.FAILED, now, UNREAD)
    return put_on_paper(case, DECISION, now, UNREAD), ()
