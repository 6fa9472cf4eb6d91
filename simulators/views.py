"""Rendering of the pages for people."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from simulators.clock import read_time
from simulators.persons import Person

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'self'; style-src 'self'; form-action *; frame-ancestors 'none'; base-uri 'none'"

OSLO = ZoneInfo("Europe/Oslo")
MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)
ERRORS = {
    403: "Skjemaet tilhører en annen person.",
    404: "Siden finnes ikke.",
    409: "Skjemaet er allerede sendt inn.",
}
TRAIT_NAMES = {
    "plain": "uten særtrekk",
    "d-number": "har D-nummer",
    "dead": "registrert som død",
    "false-identity": "falsk identitet i Folkeregisteret",
    "former-d-number": "hadde D-nummer før",
    "hpr:merged": "sammenslått oppføring i HPR",
    "hpr:other-profession": "autorisert i et annet yrke",
    "hpr:revoked": "autorisasjon tilbakekalt",
    "hpr:same-profession": "alt autorisert i yrket",
    "hpr:stopped": "administrativ reaksjon i HPR",
    "moved-abroad": "utflyttet",
    "name-changed": "har byttet navn",
    "protected:fortrolig": "fortrolig adresse",
    "protected:klientadresse": "klientadresse",
    "protected:strengtFortrolig": "strengt fortrolig adresse",
    "reserved": "reservert mot digital post",
    "reserved-at-publish": "reservasjon oppdages ved publisering",
    "unknown-in-freg": "ukjent i Folkeregisteret",
}


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.globals |= {
        "trait_name": trait_name,
        "kroner": kroner,
        "moment": moment,
        "shown": shown,
    }
    return environment


def page(template: str, status: int = 200, **values: Any) -> Response:
    html = _environment().get_template(template).render(**values)
    return HTMLResponse(
        html, status, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    )


def error_page(status: int, person: Person | None = None) -> Response:
    """What a person meets where a page cannot be shown."""
    text = ERRORS.get(status, "Dette gikk ikke.")
    return page("error.html", status, title="Beklager", text=text, person=person)


def trait_name(trait: str) -> str:
    """What a trait means, in words."""
    return TRAIT_NAMES.get(trait, trait)


def kroner(ore: int) -> str:
    """Øre as kroner, with a blank before thousands: `2 000 kr`."""
    whole, rest = divmod(ore, 100)
    shown = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{shown},{rest:02} kr" if rest else f"{shown} kr"


def moment(at: datetime | str) -> str:
    """Local time in words: `21. november 2026 kl. 21.55`."""
    local = (read_time(at) if isinstance(at, str) else at).astimezone(OSLO)
    return f"{local.day}. {MONTHS[local.month - 1]} {local.year} kl. {local:%H.%M}"


def shown(value: Any, names: Mapping[str, str]) -> str:
    """A cell of the books: a person's key becomes the name, a truth value a word."""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    return "" if value is None else names.get(str(value), str(value))
