"""Forms at Altinn that we have taken over are confirmed, each once, after everything in them is stored."""

from datetime import datetime

from case_core.case import Ask, AskOf, AskState
from case_core.case_types.facts import ApplicationCase, Form
from case_core.case_types.parameters import ApplicationParameters
from case_core.effects import ConfirmSubmission, Effect
from case_core.messages import SubmissionConfirmed

CONFIRM = "confirm"


def confirm_key(form: Form) -> str:
    return f"{CONFIRM}:{form.instance.rpartition('/')[2]}"


def unconfirmed(case: ApplicationCase) -> tuple[Form, ...]:
    return tuple(form for form in case.facts.forms if not case.has_asked(confirm_key(form)))


def record_confirmed(
    _: ApplicationParameters, case: ApplicationCase, message: SubmissionConfirmed
) -> ApplicationCase:
    return case.settle(message.ask_key, AskState.MET, message.at)


def form_is_unconfirmed(_: ApplicationParameters, case: ApplicationCase, __: datetime) -> bool:
    return bool(unconfirmed(case))


def confirm_form(
    _: ApplicationParameters, case: ApplicationCase, now: datetime
) -> tuple[ApplicationCase, tuple[Effect, ...]]:
    form = unconfirmed(case)[0]
    key = confirm_key(form)
    effect = ConfirmSubmission(ask_key=key, app=form.app, instance=form.instance)
    return case.with_ask(Ask(key=key, of=AskOf.REMOTE, at=now)), (effect,)
