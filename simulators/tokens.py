"""Issuing and reading access tokens, and who a token speaks for."""

from dataclasses import dataclass, field
from time import time
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from simulators.settings import SimulatorSettings

AUTHORITY = "iso6523-actorid-upis"
SERVICE_OWNER = "altinn:serviceowner"
ORG_CODES = {"983544622": "hdir", "991825827": "digdir"}
CLOCK_SKEW = 10
Kind = Literal["maskinporten", "altinn"]


@dataclass(frozen=True, slots=True)
class Caller:
    """What an accepted token says. `org` is there only for a service owner; `person` only for a citizen."""

    kind: Kind
    orgnr: str | None
    org: str | None
    scopes: frozenset[str]
    claims: dict[str, Any]
    person: str | None = None

    def may(self, *scopes: str) -> bool:
        return self.scopes.issuperset(scopes)

    @property
    def consumer(self) -> str:
        return f"/org/{self.org}" if self.org else f"/organisation/{self.orgnr}"


@dataclass(slots=True)
class Issuer:
    name: str
    key: RSAKey
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)

    def issue(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        return jwt.encode(header, {"iss": self.name} | claims, self.key)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token of ours that has not expired."""
        claims = self._read.get(token) or self._verify(token)
        if claims is None or float(claims["exp"]) + CLOCK_SKEW < time():
            return None
        return claims

    def _verify(self, token: str) -> dict[str, Any] | None:
        try:
            claims = jwt.decode(token, self.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return None
        if claims.get("iss") != self.name:
            return None
        if len(self._read) > 1000:
            self._read.clear()
        self._read[token] = claims
        return claims


def new_issuer(name: str, kid: str) -> Issuer:
    return Issuer(name, RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}))


@dataclass(slots=True)
class TokenDesk:
    maskinporten: Issuer
    altinn: Issuer

    def caller(self, token: str | None) -> Caller | None:
        if token is None:
            return None
        if (claims := self.altinn.read(token)) is not None:
            return _caller("altinn", claims)
        if (claims := self.maskinporten.read(token)) is not None:
            return _caller("maskinporten", claims)
        return None


def open_desk(settings: SimulatorSettings) -> TokenDesk:
    return TokenDesk(
        maskinporten=new_issuer(settings.maskinporten_issuer, "maskinporten-simulator"),
        altinn=new_issuer(settings.altinn_issuer, "altinn-simulator"),
    )


def consumer_orgnr(claims: dict[str, Any]) -> str | None:
    consumer = claims.get("consumer")
    if not isinstance(consumer, dict) or consumer.get("authority") != AUTHORITY:
        return None
    return str(consumer.get("ID", "")).removeprefix("0192:")


def _caller(kind: Kind, claims: dict[str, Any]) -> Caller:
    return Caller(
        kind=kind,
        orgnr=consumer_orgnr(claims),
        org=claims.get("urn:altinn:org"),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        claims=claims,
        person=claims.get("pid"),
    )
