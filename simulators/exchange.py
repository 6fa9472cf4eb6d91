"""Altinn Authentication: a Maskinporten token becomes an Altinn token."""

from time import time
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from simulators.answers import as_json, as_text, empty, prefers_json
from simulators.state import WorldDep, bearer
from simulators.tokens import ORG_CODES, SERVICE_OWNER, consumer_orgnr

LIFETIME = 30 * 60
LEFT_BEHIND = frozenset({"aud", "iss", "client_amr", "sid"})
PROVIDERS = frozenset({"maskinporten"})


def routes() -> APIRouter:
    router = APIRouter(prefix="/platform/authentication/api/v1")
    router.add_api_route("/exchange/{provider}", exchange, methods=["GET"])
    return router


async def exchange(provider: str, request: Request, world: WorldDep, *, test: bool = False) -> Response:
    if provider not in PROVIDERS:
        return as_json("Invalid token provider. Trusted token providers are 'Maskinporten'.", 400)
    if "x-altinn-enterpriseuser-authentication" in request.headers:
        return _gone()
    token = bearer(request)
    claims = world.tokens.maskinporten.read(token) if token else None
    orgnr = consumer_orgnr(claims) if claims else None
    if claims is None or orgnr is None:
        return empty(401)
    altinn = world.tokens.altinn.issue(_altinn_claims(claims, orgnr, test=test))
    # A bare string is written as text; only who asks for JSON gets the quotes.
    quoted = prefers_json(request) or world.quirks.quoted_tokens
    return as_json(altinn) if quoted else as_text(altinn)


def _gone() -> Response:
    body = {"title": "Gone", "status": 410, "detail": "Enterprise users are no longer supported"}
    return as_json(body, 410, media_type="application/problem+json; charset=utf-8")


def _altinn_claims(claims: dict[str, Any], orgnr: str, *, test: bool) -> dict[str, Any]:
    now = int(time())
    kept = {name: value for name, value in claims.items() if name not in LEFT_BEHIND}
    exchanged = kept | {
        "urn:altinn:orgNumber": orgnr,
        "urn:altinn:authenticatemethod": "maskinporten",
        "urn:altinn:authlevel": "3",
        "sid": uuid4().hex,
        "nbf": now,
        "iat": now,
        "exp": now + LIFETIME,
    }
    org = ORG_CODES.get(orgnr)
    if SERVICE_OWNER in str(claims.get("scope", "")) and org is not None:
        exchanged["urn:altinn:org"] = "ttd" if test and org == "digdir" else org
    return exchanged
