"""What HPR knows. Property names are literal: ø and å included."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from simulators.names import PROFESSION_NAMES
from simulators.persons import Person

FIRST_HPR_NUMBER = 9_400_001
UPDATED = "2026-03-02T10:00:00"
# The numbers of the last two code systems are not published; these are inventions.
REACTION, ENDED = 7998, 7999
CODE_SYSTEMS = {
    9060: "Helsepersonellkategori",
    7704: "Godkjenningstype",
    REACTION: "Administrativ reaksjon",
    ENDED: "Avsluttet status",
}


@dataclass(slots=True)
class HprRegister:
    """Records by HPR number, and which number an identity number leads to."""

    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    number_of: dict[str, int] = field(default_factory=dict)

    def by_nin(self, nin: str) -> dict[str, Any] | None:
        number = self.number_of.get(nin)
        return None if number is None else self.records[number]


def build(everybody: Iterable[Person]) -> HprRegister:
    register = HprRegister()
    for person in everybody:
        number = FIRST_HPR_NUMBER + person.party_id % 100_000
        for record in _records(person, number):
            register.records[record["hprNummer"]] = record
            register.number_of.setdefault(person.nin, record["hprNummer"])
    return register


def _records(person: Person, number: int) -> list[dict[str, Any]]:
    """The first record is the one that the identity number leads to."""
    other = "HF" if person.profession != "HF" else "SP"
    match person.traits[0]:
        case "hpr:other-profession":
            return [_record(person, number, [_approval(other)])]
        case "hpr:same-profession":
            return [_record(person, number, [_approval(person.profession)])]
        case "hpr:revoked":
            return [_record(person, number, [_approval(other, ended=True)])]
        case "hpr:stopped":
            return [_record(person, number, [_approval(other)], [_reaction("5")])]
        case "hpr:merged":
            merged = _record(person, number, []) | {"erstattetAvHprNummer": number + 500_000}
            return [merged, _record(person, number + 500_000, [_approval(other)])]
        case _:
            return []


def _code(system: int, value: str, name: str) -> dict[str, Any]:
    return {"navn": name, "verdi": value, "kodeverk": {"id": system, "navn": CODE_SYSTEMS[system]}}


def _reaction(kind: str) -> dict[str, Any]:
    return {
        "type": _code(REACTION, kind, "Administrativ reaksjon"),
        "periode": {"fra": "2024-09-01", "til": None},
    }


def _approval(profession: str, *, ended: bool = False) -> dict[str, Any]:
    return {
        "helsepersonellkategori": _code(9060, profession, PROFESSION_NAMES[profession]),
        "autorisasjon": _code(7704, "1", "Autorisasjon"),
        "periode": {"fra": "2015-07-01", "til": "2024-09-01" if ended else None},
        "godkjentTurnusDato": None,
        "rekvisisjonsretter": [],
        "spesialistgodkjenninger": [],
        "tilleggskompetanser": [],
        "vilkår": [],
        "avsluttetStatus": _code(ENDED, "1", "Tilbakekalt") if ended else None,
        "administrativeReaksjoner": [_reaction("1")] if ended else [],
    }


def _record(
    person: Person,
    number: int,
    approvals: list[dict[str, Any]],
    reactions: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "person": {
            "fornavn": person.given,
            "mellomnavn": None,
            "etternavn": person.family,
            "fødselsdato": person.born.isoformat(),
            "dødsdato": None,
            "manglerNin": False,
            "nin": person.nin,
        },
        "hprNummer": number,
        "erstattetAvHprNummer": None,
        "godkjenninger": approvals,
        "administrativeReaksjoner": reactions or [],
        "sistOppdatert": UPDATED,
    }
