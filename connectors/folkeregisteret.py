"""Folkeregisteret: who is this person today, and how protected? What we cannot read is the strictest.

Old elements come along (for former names) marked as such; an old address says nothing about today.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from case_core.effects import Effect, LookUpPerson
from case_core.messages import AddressGrade, Person, PersonFound
from connectors.calls import Call
from connectors.connector import Answer, Outcome
from connectors.http import Remote, outcome_of
from connectors.retry_after import RetryAfter
from connectors.tokens import Bearer, Tokens
from connectors.wire import Wire

SCOPES = frozenset({"folkeregister:deling/offentligmedhjemmel"})
RETRY_AFTER = RetryAfter.MILLISECONDS
_ROUTE = "/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/bulkoppslag"
_PARTS = urlencode([("part", "person-basis"), ("part", "historikk")])
_MILDEST_FIRST = tuple(AddressGrade)


class Settings(BaseModel):
    """Folkeregisteret, the package for public bodies with a legal basis."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    base_url: str = Field(
        description="The register's address, e.g. https://folkeregisteret.api.skatteetaten.no."
    )
    carry_seconds: float = Field(90.0, gt=0, description="Longest time for one look-up.")


class _Element(Wire):
    """Only what is marked as old is old."""

    er_gjeldende: bool = True


class _Name(_Element):
    fornavn: str = ""
    mellomnavn: str = ""
    etternavn: str = ""

    @property
    def given(self) -> str:
        return " ".join(filter(None, (self.fornavn, self.mellomnavn)))

    @property
    def full(self) -> str:
        return " ".join(filter(None, (self.fornavn, self.mellomnavn, self.etternavn)))


class _Status(_Element):
    status: str = ""


class _Protection(_Element):
    graderingsnivaa: str = ""


class _Address(_Element):
    adressegradering: str = ""


class _Death(_Element):
    doedsdato: str | None = None


class _FalseIdentity(_Element):
    er_falsk: bool = True


class _Document(Wire):
    navn: tuple[_Name, ...] = ()
    status: tuple[_Status, ...] = ()
    adressebeskyttelse: tuple[_Protection, ...] = ()
    bostedsadresse: tuple[_Address, ...] = ()
    oppholdsadresse: tuple[_Address, ...] = ()
    postadresse: tuple[_Address, ...] = ()
    doedsfall: _Death | None = None
    falsk_identitet: _FalseIdentity | None = None


class _Row(Wire):
    foedsels_eller_d_nummer: str = Field("", alias="foedselsEllerDNummer", repr=False)
    folkeregisterperson: _Document | None = None


class _Rows(Wire):
    oppslag: list[_Row]


E = TypeVar("E", bound=_Element)


class Folkeregisteret:
    """Carries LookUpPerson. `tokens` gives Maskinporten's own tokens."""

    def __init__(self, settings: Settings, remote: Remote, tokens: Tokens) -> None:
        if remote.retry_after is not RETRY_AFTER:
            raise ValueError("Folkeregisteret counts Retry-After in milliseconds")
        self._settings = settings
        self._remote = remote
        self._auth = Bearer(tokens, SCOPES)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:  # noqa: ARG002 - the protocol's
        if not isinstance(effect, LookUpPerson):
            raise TypeError(f"{type(effect).__name__} is not carried here")
        work = self._look_up(effect, now)
        return await outcome_of(work, name=self._remote.name, seconds=self._settings.carry_seconds)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:  # noqa: ARG002 - the protocol's
        return None

    async def _look_up(self, effect: LookUpPerson, now: datetime) -> Outcome:
        # The bulk look-up for one person: it is the one that keeps the number out of the address.
        call = Call(
            method="POST",
            route=_ROUTE,
            query=_PARTS,
            json={"foedselsEllerDNummer": [effect.nin]},
            auth=self._auth,
            wanted=frozenset({200, 404}),
            # The citizen may ask who looked, and why.
            noted={"purpose": effect.case_number},
        )
        got = await self._remote.send(call)
        if got.status == 404:
            raise self._remote.wrong_address(got)
        rows = self._remote.read(got, _Rows).oppslag
        row = next((row for row in rows if row.foedsels_eller_d_nummer == effect.nin), None)
        person = _person(row.folkeregisterperson) if row and row.folkeregisterperson else None
        return Answer(reply=PersonFound(at=now, ask_key=effect.ask_key, person=person))


def _person(document: _Document) -> Person:
    name = next(iter(_current(document.navn)), _Name())
    status = next(iter(_current(document.status)), _Status()).status
    identity, death = document.falsk_identitet, document.doedsfall
    return Person(
        first_name=name.given,
        last_name=name.etternavn,
        former_names=_former_names(document.navn, name.full),
        status=status,
        grade=_grade(document),
        false_identity=identity is not None and identity.er_gjeldende and identity.er_falsk,
        dead=status == "doed" or (death is not None and death.er_gjeldende),
    )


def _current(elements: Iterable[E]) -> list[E]:
    return [element for element in elements if element.er_gjeldende]


def _former_names(names: Iterable[_Name], today: str) -> tuple[str, ...]:
    former = (name.full for name in names if not name.er_gjeldende)
    return tuple(dict.fromkeys(name for name in former if name and name != today))


def _grade(document: _Document) -> AddressGrade:
    """The strictest of person and addresses. A register that says nothing at all has not said `open`."""
    addresses = [*document.bostedsadresse, *document.oppholdsadresse, *document.postadresse]
    said = [
        *(_known(each.graderingsnivaa) for each in _current(document.adressebeskyttelse)),
        *(_known(each.adressegradering) for each in _current(addresses)),
    ]
    return max(said, key=_MILDEST_FIRST.index, default=AddressGrade.STRICT)


def _known(text: str) -> AddressGrade:
    try:
        return AddressGrade(text)
    except ValueError:
        return AddressGrade.STRICT
