"""The clients that Maskinporten knows, and the check of what they hand in."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHMS = ("RS256", "RS384", "RS512")
CLOCK_TOLERANCE = 10
LONGEST_GRANT = 120


class GrantRefusedError(Exception):
    def __init__(self, error: str, code: str | None, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.error = error
        self.status = status
        self.description = f"{text} ({code})" if code else text


@dataclass(frozen=True, slots=True)
class Client:
    client_id: str
    orgnr: str
    keys: dict[str, RSAKey]
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    client: Client
    scopes: tuple[str, ...]
    audience: Any


@dataclass(slots=True)
class Clients:
    known: dict[str, Client] = field(default_factory=dict)
    used_ids: set[tuple[str, str]] = field(default_factory=set)

    def register(self, client_id: str, orgnr: str, jwks: Any, scopes: list[str]) -> Client:
        """Replaces a client of that id. Raises ValueError, KeyError or JoseError for unreadable keys."""
        keys: dict[str, RSAKey] = {}
        for given in jwks["keys"]:
            if given.get("kty") != "RSA" or not given.get("kid"):
                raise ValueError("every key must be an RSA key with a kid")
            keys[given["kid"]] = RSAKey.import_key(given)
        client = Client(client_id, orgnr, keys, frozenset(scopes))
        self.known[client_id] = client
        return client

    def check(self, assertion: str, *, issuer: str, now: float) -> Grant:
        """Raises GrantRefusedError. Spends the grant's `jti` only where all else is right."""
        header, claimed = _unverified(assertion)
        client = self._client(claimed)
        claims = _verified(assertion, header, client)
        _check_audience(claims, issuer)
        _check_times(claims, now)
        scopes = _check_scopes(claims, client)
        self._spend(claims, client)
        return Grant(client, scopes, claims.get("resource", "unspecified"))

    def _client(self, claims: dict[str, Any]) -> Client:
        client = self.known.get(str(claims.get("iss", "")))
        if client is None:
            raise GrantRefusedError(
                "invalid_client", "MP-100", "Client authentication failed, client not found"
            )
        return client

    def _spend(self, claims: dict[str, Any], client: Client) -> None:
        if (jti := claims.get("jti")) is None:
            return
        if (client.client_id, str(jti)) in self.used_ids:
            raise GrantRefusedError("invalid_grant", "MP-012", "This grant has been used before")
        self.used_ids.add((client.client_id, str(jti)))


def _unverified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        signature = jws.extract_compact(assertion.encode())
        claims = orjson.loads(signature.payload or b"")
    except (JoseError, ValueError):
        raise GrantRefusedError("invalid_request", "MP-011", "The assertion is not a JWT") from None
    if not isinstance(claims, dict):
        raise GrantRefusedError("invalid_request", "MP-011", "The assertion is not a JWT")
    return dict(signature.headers()), claims


def _verified(assertion: str, header: dict[str, Any], client: Client) -> dict[str, Any]:
    if header.get("alg") not in ALGORITHMS:
        raise GrantRefusedError("invalid_request", "MP-011", "The algorithm is not supported")
    key = client.keys.get(str(header.get("kid", "")))
    if key is None:
        raise GrantRefusedError("invalid_client", "MP-100", "Client authentication failed, unknown kid")
    try:
        return jwt.decode(assertion, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError):
        raise GrantRefusedError("invalid_client", "MP-124", "The signature check failed") from None


def _check_audience(claims: dict[str, Any], issuer: str) -> None:
    """The issuer to the letter: the trailing slash belongs to it."""
    if claims.get("aud") != issuer:
        raise GrantRefusedError("invalid_grant", "MP-110", "Invalid audience in the grant")


def _check_times(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        raise GrantRefusedError("invalid_grant", "MP-011", "iat and exp are required, in whole seconds")
    if expires <= now:
        raise GrantRefusedError("invalid_grant", "MP-130", "The grant has expired")
    if issued > now + CLOCK_TOLERANCE:
        raise GrantRefusedError("invalid_grant", None, "Issue time is after now")
    if issued < now - CLOCK_TOLERANCE:
        raise GrantRefusedError("invalid_grant", None, "Issue time is too long before now")
    if expires - issued > LONGEST_GRANT:
        raise GrantRefusedError("invalid_grant", "MP-011", "The lifetime of the grant exceeds 120 seconds")


def _check_scopes(claims: dict[str, Any], client: Client) -> tuple[str, ...]:
    scopes = tuple(str(claims.get("scope", "")).split())
    if not scopes:
        raise GrantRefusedError("invalid_scope", "MP-200", "Invalid scope: none was asked for")
    for scope in scopes:
        if scope not in client.scopes:
            text = f"Consumer has not been granted access to the scope {scope}"
            raise GrantRefusedError("invalid_scope", "MP-250", text, 403)
    return scopes
