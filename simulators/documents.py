"""The documents that the forms take: their names, and which of them an application needs.

Names and needs are the agency's. They are written out once more, since a stand-in imports nothing of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from simulators import pdf
from simulators.app_definitions import APPLICATION, LICENCE, PDF, AppDefinition
from simulators.instances import Upload
from simulators.persons import Person

DOCUMENT_NAMES = {
    "vitnemal": "Vitnemål med karakterutskrift",
    "legitimasjon": "Legitimasjon",
    "autorisasjonHjemland": "Bekreftelse fra myndighetene i utdanningslandet",
    "fagplan": "Fagplan for utdanningen",
    "sprakbevis": "Dokumentasjon på norskkunnskaper",
    "praksis": "Attest for yrkespraksis",
    "navneendring": "Dokumentasjon på navneendring",
    "annet": "Andre dokumenter",
}
NAME_CHANGE = "navneendring"
ABROAD = ("eos", "utenforEos")
ANYWHERE = ("norge", *ABROAD)


@dataclass(frozen=True, slots=True)
class Need:
    """No professions or licences: all of them."""

    document: str
    ways: tuple[str, ...]
    professions: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    def concerns(self, form: Mapping[str, Any]) -> bool:
        return (
            form["utdanning"]["vei"] in self.ways
            and (not self.professions or form["profesjon"] in self.professions)
            and (not self.licences or form["lisenstype"] in self.licences)
        )

    def marks(self) -> Iterator[str]:
        """CSS classes, one set for each combination of choices in which the document is needed."""
        for way, profession, licence in product(self.ways, self.professions or ("",), self.licences or ("",)):
            chosen = (("vei", way), ("yrke", profession), ("lisens", licence))
            yield " ".join(f"for-{name}-{value}" for name, value in chosen if value)


NEEDS: Mapping[str, tuple[Need, ...]] = {
    APPLICATION.id: (
        Need("vitnemal", ANYWHERE),
        Need("autorisasjonHjemland", ABROAD),
        Need("legitimasjon", ABROAD),
        Need("fagplan", ("utenforEos",)),
        Need("sprakbevis", ("utenforEos",)),
        Need("praksis", ("utenforEos",), professions=("LE", "TL", "SP")),
    ),
    LICENCE.id: (
        Need("vitnemal", ANYWHERE, licences=("student", "fagomrade")),
        Need("autorisasjonHjemland", ABROAD, licences=("fagomrade",)),
        Need("legitimasjon", ABROAD),
        Need("sprakbevis", ("utenforEos",), licences=("fagomrade",)),
        Need("praksis", ANYWHERE, licences=("over80",)),
    ),
}


def marks(app: AppDefinition) -> dict[str, list[str]]:
    """For each document, the marks that its needs have."""
    found: dict[str, list[str]] = {name: [] for name in DOCUMENT_NAMES}
    for need in NEEDS[app.id]:
        found[need.document].extend(need.marks())
    return found


def needed(app: AppDefinition, form: Mapping[str, Any], person: Person) -> list[str]:
    """What an application that is filled in like this must bring."""
    kinds = [need.document for need in NEEDS[app.id] if need.concerns(form)]
    return [*kinds, NAME_CHANGE] if _differs(form["soker"], person) else kinds


def _differs(applicant: Mapping[str, str], person: Person) -> bool:
    """The name is neither today's nor the former one in Folkeregisteret."""
    written = f"{applicant['fornavn']} {applicant['etternavn']}".split()
    known = [f"{person.given} {family}" for family in (person.family, person.former_family) if family]
    return " ".join(written).casefold() not in map(str.casefold, known)


def samples(kinds: Iterable[str], person: Person, uploads: Iterable[Upload]) -> list[Upload]:
    """A made-up PDF of each kind that nothing was uploaded for."""
    given = {upload.data_type for upload in uploads}
    return [_sample(kind, person) for kind in kinds if kind in DOCUMENT_NAMES and kind not in given]


def _sample(kind: str, person: Person) -> Upload:
    name = DOCUMENT_NAMES[kind]
    lines = [name, f"Gjelder {person.name}", "Eksempel, laget til testing"]
    return Upload(kind, f"{name} (eksempel).pdf", PDF, pdf.document(lines))
