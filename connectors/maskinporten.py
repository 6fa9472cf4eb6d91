"""Maskinporten tokens, and their exchange for Altinn tokens. Trouble with them is trouble about us."""

import re
import time
import uuid
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from dataclasses import replace
from pathlib import Path

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.calls import Call, Ended, Got
from connectors.connector import Broken, GiveUp, TryLater
from connectors.http import Remote
from connectors.tokens import Bearer, Clock, Scopes, Token, TokenCache, Tokens
from connectors.wire import Wire

__all__ = ["AltinnTokens", "Bearer", "Maskinporten", "Scopes", "Settings", "Tokens"]

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_MP_CODE = re.compile(rb"MP-\d{3}")
_BEARER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class Settings(BaseModel):
    """Who we are at Maskinporten."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    issuer: str = Field(
        description="Maskinporten's address, e.g. https://maskinporten.no/; the audience of our grants."
    )
    client_id: str = Field(description="The client's id at Maskinporten.")
    kid: str = Field("", description="The id of the registered public key; empty: the one inside the JWK.")
    private_key: SecretStr = Field(
        description="The private RSA key as PEM or JWK, or the path of a file with one of them."
    )
    grant_seconds: int = Field(100, gt=0, le=120, description="How long a grant is valid; at most 120.")
    margin_seconds: float = Field(30, ge=0, description="A token is renewed this long before it expires.")
    altinn_seconds: float = Field(
        300, gt=0, description="How long an Altinn token is kept when its own expiry cannot be read."
    )

    @field_validator("issuer")
    @classmethod
    def _with_slash(cls, issuer: str) -> str:
        return issuer.rstrip("/") + "/"


class _Granted(Wire):
    access_token: str = Field(alias="access_token")
    expires_in: float = Field(alias="expires_in")


class Maskinporten:
    """Tokens for those who accept Maskinporten's own. Raises ValueError for a key that cannot be used."""

    def __init__(self, settings: Settings, remote: Remote, *, clock: Clock = time.time) -> None:
        self._settings = settings
        self._remote = remote
        self._clock = clock
        self._key = _private_key(settings.private_key.get_secret_value())
        self._kid = settings.kid or self._key.kid
        self._cache = TokenCache(self._fetch, margin=settings.margin_seconds, clock=clock)
        if not self._kid:
            raise ValueError("Maskinporten needs the id (kid) of the registered key")

    async def token(self, scopes: Scopes) -> str:
        return await self._cache.get(scopes)

    def forget(self, scopes: Scopes, refused: str | None = None) -> None:
        self._cache.forget(scopes, refused)

    async def _fetch(self, scopes: Scopes) -> Token:
        call = Call(
            method="POST",
            route="/token",
            form={"grant_type": _GRANT_TYPE, "assertion": self._grant(scopes)},
            wanted=frozenset({200, 400, 401, 403}),
        )
        asked_at = self._clock()
        try:
            got = await self._remote.send(call)
        except Ended as ended:
            raise _about_us(ended) from None
        if got.status != 200:
            raise Ended(Broken(reason=_refusal(self._remote.name, got)))
        granted = self._remote.read(got, _Granted)
        return Token(granted.access_token, asked_at + granted.expires_in)

    def _grant(self, scopes: Scopes) -> str:
        issued_at = int(self._clock())
        claims = {
            "aud": self._settings.issuer,
            "iss": self._settings.client_id,
            "scope": " ".join(sorted(scopes)),
            "iat": issued_at,
            "exp": issued_at + self._settings.grant_seconds,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode({"alg": "RS256", "kid": self._kid}, claims, self._key, algorithms=["RS256"])


class AltinnTokens:
    """Maskinporten tokens exchanged for Altinn's; they live on their own, often longer."""

    def __init__(
        self, settings: Settings, remote_platform: Remote, maskinporten: Tokens, *, clock: Clock = time.time
    ) -> None:
        self._settings = settings
        self._remote = remote_platform
        self._maskinporten = maskinporten
        self._clock = clock
        self._cache = TokenCache(self._fetch, margin=settings.margin_seconds, clock=clock)

    async def token(self, scopes: Scopes) -> str:
        return await self._cache.get(scopes)

    def forget(self, scopes: Scopes, refused: str | None = None) -> None:
        self._cache.forget(scopes, refused)

    async def _fetch(self, scopes: Scopes) -> Token:
        call = Call(
            method="GET",
            route="/authentication/api/v1/exchange/maskinporten",
            headers={"Accept": "text/plain"},
            auth=Bearer(self._maskinporten, scopes),
        )
        try:
            got = await self._remote.send(call)
        except Ended as ended:
            raise _about_us(ended) from None
        # ASP.NET quotes the string when it takes us to want JSON.
        text = got.body.decode("ascii", "replace").strip().strip('"')
        if not _BEARER.fullmatch(text):
            raise Ended(TryLater(reason=f"{self._remote.name}: svaret er ikke et token"))
        return Token(text, _expiry(text) or self._clock() + self._settings.altinn_seconds)


def _private_key(source: str) -> RSAKey:
    text = source.strip()
    try:
        if not text.startswith(("{", "-----BEGIN")):
            text = Path(text).read_text("ascii").strip()
        return RSAKey.import_key(orjson.loads(text) if text.startswith("{") else text)
    except (JoseError, ValueError, OSError) as error:
        # The error's own text may hold parts of the key.
        raise ValueError(f"Maskinporten's private key cannot be used ({type(error).__name__})") from None


def _refusal(name: str, got: Got) -> str:
    found = _MP_CODE.search(got.body)
    codes = [got.code, found.group().decode() if found else ""]
    return f"{name} ga ikke token: {got.status} {' '.join(filter(None, codes))}".rstrip()


def _about_us(ended: Ended) -> Ended:
    """Without a token nothing has been sent, and nobody's message is wrong."""
    match ended.outcome:
        case TryLater() as later:
            return Ended(replace(later, sent=False))
        case GiveUp(reason=reason):
            return Ended(Broken(reason=reason))
    return ended


def _expiry(token: str) -> float | None:
    """When the token says that it expires. Read without checking: it is our own, from its issuer."""
    try:
        payload = token.split(".")[1]
        return float(orjson.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
    except (IndexError, KeyError, TypeError, ValueError, Base64Error):
        return None
