"""Letters to a synthetic applicant, one of each kind, and the real texts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from case_core.case import Outcome
from case_core.effects import (
    Letter,
    SendDecision,
    SendDeficiencyLetter,
    SendLapseNotice,
    SendPaymentRequest,
    SendReceipt,
    SendReminder,
    SendWithdrawalConfirmation,
)
from case_core.messages import Application, Licence, Listing, Way
from config.texts import LANGUAGES, Texts, load_texts

NIN: Final = "14839112344"
CASE_NUMBER: Final = "2026/000123"
FORM_LINK: Final = "https://hdir.apps.altinn.no/hdir/ettersending/#/instance/50001234/0a1b2c3d"
PAYMENT_LINK: Final = "https://checkout.dibspayment.eu/v1/pay?paymentId=0123456789abcdef&language=nb-NO"
DUE: Final = datetime(2026, 12, 19, 13, 3, tzinfo=UTC)
DOCUMENTS: Final = (
    "vitnemal",
    "legitimasjon",
    "autorisasjonHjemland",
    "fagplan",
    "sprakbevis",
    "praksis",
    "navneendring",
    "annet",
)
TEXTS: Final[dict[str, Texts]] = load_texts(documents=DOCUMENTS)
LANGUAGE_CODES: Final = LANGUAGES

APPLICATION: Final = Application(
    first_name="Kari",
    last_name="Nordmann",
    profession="SP",
    way=Way.OUTSIDE_EEA,
    country="PHL",
    institution="University of Manila",
    completed=date(2019, 6, 30),
)
LISTING: Final = Listing(
    list_id="HVL-2026-1", institution="Høgskulen på <Vestlandet>", completed=date(2026, 6, 19)
)
ADDRESS: Final[dict[str, Any]] = {
    "recipient": NIN,
    "case_number": CASE_NUMBER,
    "language": "nb",
    "profession": "SP",
}


def receipt(**changed: Any) -> SendReceipt:
    letter = SendReceipt(
        **ADDRESS,
        application=APPLICATION,
        received_at=datetime(2026, 11, 21, 13, 3, tzinfo=UTC),
        expected_weeks=28,
    )
    return replace(letter, **changed)


def payment_request(**changed: Any) -> SendPaymentRequest:
    letter = SendPaymentRequest(**ADDRESS, amount_ore=200_000, link=PAYMENT_LINK, due=DUE)
    return replace(letter, **changed)


def deficiency(**changed: Any) -> SendDeficiencyLetter:
    letter = SendDeficiencyLetter(
        **ADDRESS,
        missing=("fagplan", "sprakbevis"),
        words="Vi trenger begge sidene.",
        link=FORM_LINK,
        due=DUE,
    )
    return replace(letter, **changed)


def decision(**changed: Any) -> SendDecision:
    letter = SendDecision(
        **ADDRESS,
        outcome=Outcome.GRANTED,
        grounds="Utdanningen er likeverdig med den norske.",
        decided_at=datetime(2026, 11, 21, 13, 3, tzinfo=UTC),
        appeal_weeks=3,
        appeal_body="Statens helsepersonellnemnd",
    )
    return replace(letter, **changed)


def every_letter() -> tuple[Letter, ...]:
    """Each kind, with each variant that has texts of its own."""
    return (
        receipt(),
        payment_request(),
        deficiency(),
        SendReminder(**ADDRESS, about="fee", due=DUE),
        SendReminder(**ADDRESS, about="supplement", due=DUE),
        SendLapseNotice(**ADDRESS, about="fee"),
        SendLapseNotice(**ADDRESS, about="supplement"),
        *(decision(outcome=outcome) for outcome in Outcome),
        decision(grounds=""),
        decision(grounds="", listing=LISTING),
        receipt(free=True),
        SendWithdrawalConfirmation(**ADDRESS, withdrawn_at=DUE),
        *(receipt(licence=licence) for licence in Licence),
        *(decision(licence=licence, outcome=outcome) for licence in Licence for outcome in Outcome),
    )
