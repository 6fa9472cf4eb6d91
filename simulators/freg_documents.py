"""Person documents of Folkeregisteret, history included."""

from collections.abc import Iterable
from typing import Any

from simulators.persons import Person

RECORDED = "2021-02-01T10:00:00.000+01:00"
CHANGED = "2025-05-05T10:00:00.000+02:00"
GRADES = {
    "protected:fortrolig": "fortrolig",
    "protected:strengtFortrolig": "strengtFortrolig",
    "protected:klientadresse": "klientadresse",
}
STATUS = {"dead": "doed", "moved-abroad": "utflyttet", "d-number": "midlertidig"}


def build(everybody: Iterable[Person]) -> dict[str, dict[str, Any]]:
    """Documents by identity number; a former D-number leads to the same document."""
    documents: dict[str, dict[str, Any]] = {}
    for person in everybody:
        if person.has("unknown-in-freg"):
            continue
        documents[person.nin] = _document(person)
        if person.former_nin:
            documents[person.former_nin] = documents[person.nin]
    return documents


def _element(*, current: bool = True, **fields: Any) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "ajourholdstidspunkt": CHANGED if current else RECORDED,
        "erGjeldende": current,
        "kilde": "KILDE_DSF",
    }
    return meta | ({} if current else {"opphoerstidspunkt": CHANGED}) | fields


def _document(person: Person) -> dict[str, Any]:
    trait = person.traits[0]
    return {
        "identifikasjonsnummer": _numbers(person),
        "status": [_element(status=STATUS.get(trait, "bosatt"))],
        "identitetsgrunnlag": [_element(identitetsgrunnlagstatus="kontrollert")],
        "navn": _names(person),
        "foedsel": [_birth(person)],
        "kjoenn": [_element(kjoenn="kvinne" if person.party_id % 2 else "mann")],
        "statsborgerskap": [_element(statsborgerskap="NOR" if trait != "d-number" else "SWE")],
        **_protection(trait),
        **_addresses(person),
        **_events(trait),
    }


def _numbers(person: Person) -> list[dict[str, Any]]:
    kind = "dNummer" if person.has("d-number") else "foedselsnummer"
    now = [_element(status="iBruk", foedselsEllerDNummer=person.nin, identifikatortype=kind)]
    if person.former_nin is None:
        return now
    old = _element(
        current=False,
        status="opphoert",
        foedselsEllerDNummer=person.former_nin,
        identifikatortype="dNummer",
    )
    return [*now, old]


def _names(person: Person) -> list[dict[str, Any]]:
    now = _element(fornavn=person.given, etternavn=person.family, forkortetNavn=_short(person.family, person))
    if person.former_family is None:
        return [now]
    old = _element(
        current=False,
        fornavn=person.given,
        etternavn=person.former_family,
        forkortetNavn=_short(person.former_family, person),
    )
    return [now, old]


def _short(family: str, person: Person) -> str:
    return f"{family} {person.given}".upper()


def _birth(person: Person) -> dict[str, Any]:
    country = "SWE" if person.has("d-number") else "NOR"
    return _element(
        foedselsdato=person.born.isoformat(), foedselsaar=str(person.born.year), foedeland=country
    )


def _protection(trait: str) -> dict[str, Any]:
    """A client address grades the address only; the person stays ungraded."""
    grade = GRADES.get(trait)
    if grade is None or grade == "klientadresse":
        return {}
    return {"adressebeskyttelse": [_element(graderingsnivaa=grade)]}


def _addresses(person: Person) -> dict[str, Any]:
    trait = person.traits[0]
    road = _road(person)
    old = _element(current=False, adressegradering="ugradert", vegadresse=road, flyttedato="2012-08-01")
    match trait:
        case "protected:strengtFortrolig":
            # The register holds no home at all; the post box is open information.
            return {"bostedsadresse": [old], "postadresse": [_post_box()]}
        case "d-number":
            stay = _element(adressegradering="ugradert", vegadresse=road, oppholdsadressedato="2025-05-01")
            return {"oppholdsadresse": [stay]}
        case "moved-abroad":
            return {"bostedsadresse": [old], "postadresseIUtlandet": [_foreign_post()]}
        case _:
            home = _element(
                adressegradering=GRADES.get(trait, "ugradert"), vegadresse=road, flyttedato="2020-03-01"
            )
            return {"bostedsadresse": [home, old] if trait in GRADES else [home]}


def _road(person: Person) -> dict[str, Any]:
    address = person.address
    return {
        "kommunenummer": address.municipality,
        "adressenavn": address.street,
        "adressenummer": {"husnummer": address.number},
        "bruksenhetsnummer": "H0101",
        "bruksenhetstype": "bolig",
        "poststed": {"poststedsnavn": address.city, "postnummer": address.postcode},
    }


def _post_box() -> dict[str, Any]:
    box = {"postboks": "Postboks 2094 Vika", "poststed": {"poststedsnavn": "OSLO", "postnummer": "0125"}}
    return _element(adressegradering="strengtFortrolig", postboksadresse=box)


def _foreign_post() -> dict[str, Any]:
    lines = ["Storgatan 12", "111 23 Stockholm"]
    return _element(utenlandskAdresseIFrittFormat={"adresselinje": lines, "landkode": "SWE"})


def _events(trait: str) -> dict[str, Any]:
    match trait:
        case "dead":
            return {"doedsfall": _element(doedsdato="2026-02-14")}
        case "moved-abroad":
            return {"utflytting": [_element(tilflyttingsland="SWE", utflyttingsdato="2024-08-01")]}
        case "false-identity":
            return {"falskIdentitet": _element(erFalsk=True)}
        case _:
            return {}


def select(document: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    """`part`: a package of properties or the name of one; without any, the basis without history."""
    wanted = set(parts) - {"person-basis", "historikk", "identitetsgrunnlag-utvidet", "relasjon-utvidet"}
    everything = not wanted or "person-basis" in parts
    shown = {name: value for name, value in document.items() if everything or name in wanted}
    return shown if "historikk" in parts else _current(shown)


def _current(document: dict[str, Any]) -> dict[str, Any]:
    """Former identity numbers belong to the basis; every other old element is history."""
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if not isinstance(value, list) or name == "identifikasjonsnummer":
            kept[name] = value
        elif current := [element for element in value if element["erGjeldende"]]:
            kept[name] = current
    return kept
