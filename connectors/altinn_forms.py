"""The form models of our apps, as JSON (from an app) or XML (from Storage).

A form that cannot be read ends the work; the reason names the field and never its value.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, NoReturn, TypeVar
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import BeforeValidator, Field, ValidationError

from case_core.messages import Application, FormPayment, Way
from connectors.calls import Ended, Got
from connectors.connector import GiveUp, TryLater
from connectors.wire import Wire

W = TypeVar("W", bound=Wire)
_LANGUAGES = ("nb", "nn", "en")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MONEY_LIMIT = Decimal(10) ** 9


def _day(value: object) -> object:
    """Altinn writes a date with or without a time; an empty field is no date."""
    return (value.strip()[:10] or None) if isinstance(value, str) else value


class _Person(Wire):
    fornavn: str = ""
    etternavn: str = ""


class _Education(Wire):
    vei: str = ""
    land: str = ""
    institusjon: str = ""
    fullfort: Annotated[date | None, BeforeValidator(_day)] = None


class _Form(Wire):
    soker: _Person = _Person()
    sprak: str = ""
    profesjon: str = ""
    lisenstype: str = ""
    utdanning: _Education = _Education()


class _Supplement(Wire):
    saksnummer: str = ""
    referanse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementForm:
    """What the form brought back; empty where the applicant or the app left nothing."""

    saksnummer: str
    referanse: str


class _Order(Wire):
    total_price_inc_vat: Decimal = Field(Decimal(0), ge=0, lt=_MONEY_LIMIT)


class _Details(Wire):
    payment_id: str = ""


class _Payment(Wire):
    status: str
    order_details: _Order = _Order()
    payment_details: _Details = _Details()


def read_application(got: Got) -> tuple[Application, str]:
    """The application and the applicant's language. Raises `Ended`."""
    form = _read(got, _Form)
    application = Application(
        first_name=form.soker.fornavn.strip(),
        last_name=form.soker.etternavn.strip(),
        profession=form.profesjon.strip() or _unreadable("profesjon"),
        way=_way(form.utdanning.vei),
        country=form.utdanning.land.strip(),
        institution=form.utdanning.institusjon.strip(),
        completed=form.utdanning.fullfort,
        licence=form.lisenstype.strip(),
    )
    language = form.sprak.strip()
    return application, language if language in _LANGUAGES else _LANGUAGES[0]


def read_supplement(got: Got) -> SupplementForm:
    """Raises `Ended`."""
    form = _read(got, _Supplement)
    return SupplementForm(saksnummer=form.saksnummer.strip(), referanse=form.referanse.strip())


def read_withdrawal(got: Got) -> str:
    """The number of the case that is to be withdrawn, as somebody wrote it. Raises `Ended`."""
    return _read(got, _Supplement).saksnummer.strip()


def read_payment(got: Got) -> FormPayment:
    """Kroner with decimals in the form, whole øre from here on. Raises `Ended`."""
    payment = _read(got, _Payment)
    total = (payment.order_details.total_price_inc_vat * 100).to_integral_value(ROUND_HALF_UP)
    return FormPayment(
        status=payment.status, payment_id=payment.payment_details.payment_id or None, total_ore=int(total)
    )


def _way(text: str) -> Way:
    try:
        return Way(text.strip())
    except ValueError:
        _unreadable("utdanning.vei")


def _read(got: Got, model: type[W]) -> W:
    try:
        return model.model_validate(_tree(got))
    except ValidationError as error:
        _unreadable(".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]))


def _tree(got: Got) -> Any:
    if "html" in got.headers.get("content-type", ""):
        # A page is no form: something in between has answered.
        raise Ended(TryLater(reason="Svaret er en nettside og ikke et skjema"))
    try:
        return orjson.loads(got.body) if got.is_json else _branch(fromstring(got.body, forbid_dtd=True))
    except (orjson.JSONDecodeError, ParseError):
        # More likely cut on its way than stored so; if it was, the attempts run out and a person looks.
        raise Ended(TryLater(reason="Skjemaet kom avkortet, eller er verken JSON eller XML")) from None
    except (DefusedXmlException, ValueError):
        _unreadable("")


def _branch(element: Element) -> dict[str, Any] | str | None:
    if element.get(_NIL) == "true":
        return None
    if len(element) == 0:
        return element.text
    return {child.tag.rpartition("}")[2]: _branch(child) for child in element}


def _unreadable(field: str) -> NoReturn:
    reason = f"Skjemaet kan ikke leses: {field or 'hele skjemaet'}"
    raise Ended(GiveUp(cause="unreadable-form", reason=reason)) from None
