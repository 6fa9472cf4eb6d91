"""The synthetic people: who they are, and in which way each is out of the ordinary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from simulators import identity, names

FIRST_PARTY_ID = 50_100_001
FIRST_USER_ID = 20_001
FIRST_PHONE = 68_050_000  # the range 6805 0000-6805 9999 is set aside for fiction
PLAIN = "plain"

# Round-robin, so that a small world gets one of each before it gets two of any.
SPECIAL: tuple[str, ...] = (
    "hpr:other-profession", "reserved", "protected:fortrolig", "hpr:revoked", "name-changed",
    "protected:strengtFortrolig", "hpr:same-profession", "unknown-in-freg", "dead", "moved-abroad",
    "d-number", "protected:klientadresse", "hpr:stopped", "hpr:merged", "false-identity", "former-d-number",
    "reserved-at-publish",
    "hpr:other-profession", "reserved", "protected:fortrolig", "hpr:revoked", "name-changed",
    "protected:strengtFortrolig", "hpr:same-profession", "unknown-in-freg", "dead", "moved-abroad",
    "d-number", "protected:klientadresse", "hpr:stopped",
    "hpr:other-profession", "reserved", "protected:fortrolig", "hpr:revoked", "name-changed",
    "hpr:same-profession", "unknown-in-freg", "moved-abroad", "d-number",
    "hpr:other-profession", "reserved", "name-changed", "d-number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    number: str
    postcode: str
    city: str
    municipality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    key: str
    nin: str
    former_nin: str | None
    given: str
    family: str
    former_family: str | None
    born: date
    party_id: int
    party_uuid: UUID
    user_id: int
    email: str
    phone: str
    address: Address
    traits: tuple[str, ...]
    profession: str
    way: str
    country: str
    school: str
    graduated: date

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def has(self, trait: str) -> bool:
        return trait in self.traits

    @property
    def suggestion(self) -> dict[str, Any]:
        """A sensible application form."""
        return {
            "soker": {
                "fornavn": self.given,
                "etternavn": self.family,
                "epost": self.email,
                "telefon": self.phone,
            },
            "sprak": "nb",
            "lisenstype": "student",
            "profesjon": self.profession,
            "utdanning": {
                "vei": self.way,
                "land": self.country,
                "institusjon": self.school,
                "fullfort": self.graduated.isoformat(),
            },
            "erklaering": True,
        }


class People:
    """Everybody in the world, found by key, number or party."""

    def __init__(self, everybody: Sequence[Person]) -> None:
        self.everybody = tuple(everybody)
        self._by_key: Mapping[str, Person] = {p.key: p for p in everybody}
        former = {p.former_nin: p for p in everybody if p.former_nin}
        self._by_nin: Mapping[str, Person] = former | {p.nin: p for p in everybody}
        self._by_party: Mapping[int, Person] = {p.party_id: p for p in everybody}

    def by_key(self, key: str) -> Person | None:
        return self._by_key.get(key)

    def by_nin(self, nin: str) -> Person | None:
        return self._by_nin.get(nin)

    def by_party(self, party_id: int) -> Person | None:
        return self._by_party.get(party_id)


def generate(seed: int, count: int) -> People:
    """The same seed and count give the same people. Plain ones first, the others at the end."""
    rng = Random(seed)
    specials = SPECIAL[: count // 4]
    traits = [PLAIN] * (count - len(specials)) + list(specials)
    taken: set[str] = set()
    return People([_person(rng, index, trait, taken) for index, trait in enumerate(traits)])


def _person(rng: Random, index: int, trait: str, taken: set[str]) -> Person:
    born = date(1962, 1, 1) + timedelta(days=rng.randrange(365 * 40))
    given, family = rng.choice(names.GIVEN), rng.choice(names.FAMILY)
    key = f"p{index + 1:03}"
    way = rng.choices(("norge", "eos", "utenforEos"), (60, 25, 15))[0]
    country = rng.choice(names.COUNTRIES[way])
    return Person(
        key=key,
        nin=_number(rng, born, taken, d_number=trait == "d-number"),
        former_nin=_number(rng, born, taken, d_number=True) if trait == "former-d-number" else None,
        given=given,
        family=family,
        former_family=rng.choice(names.FAMILY) if trait == "name-changed" else None,
        born=born,
        party_id=FIRST_PARTY_ID + index,
        party_uuid=UUID(int=rng.getrandbits(128), version=4),
        user_id=FIRST_USER_ID + index,
        email=f"{key}@example.com",
        phone=f"+47{FIRST_PHONE + index}",
        address=_address(rng),
        traits=(trait,),
        profession=rng.choice(names.PROFESSIONS),
        way=way,
        country=country,
        school=rng.choice(names.SCHOOLS[country]),
        graduated=date(2026, 6, 1) + timedelta(days=rng.randrange(25)),
    )


def _number(rng: Random, born: date, taken: set[str], *, d_number: bool) -> str:
    while True:
        number = identity.synthetic_number(born, rng.randrange(1000), d_number=d_number)
        if number is not None and number not in taken:
            taken.add(number)
            return number


def _address(rng: Random) -> Address:
    municipality, city, postcode = rng.choice(names.PLACES)
    return Address(rng.choice(names.STREETS), str(rng.randrange(1, 80)), postcode, city, municipality)
