"""Maskinporten: metadata, keys and the JWT grant."""

from time import time
from urllib.parse import parse_qs
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from simulators.answers import as_json
from simulators.clients import ALGORITHMS, Grant, GrantRefusedError
from simulators.state import World, WorldDep
from simulators.tokens import AUTHORITY

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ERROR_URI = "https://docs.digdir.no/docs/Maskinporten/maskinporten_feilsoking"
LIFETIME = 599


def routes() -> APIRouter:
    router = APIRouter(prefix="/maskinporten")
    router.add_api_route("/.well-known/oauth-authorization-server", metadata, methods=["GET"])
    router.add_api_route("/jwk", keys, methods=["GET"])
    router.add_api_route("/token", token, methods=["POST"])
    return router


async def metadata(world: WorldDep) -> Response:
    issuer = world.settings.maskinporten_issuer
    return as_json(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}token",
            "jwks_uri": f"{issuer}jwk",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "grant_types_supported": [GRANT_TYPE],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        }
    )


async def keys(world: WorldDep) -> Response:
    return as_json({"keys": [world.tokens.maskinporten.key.as_dict(private=False)]})


async def token(request: Request, world: WorldDep) -> Response:
    form = parse_qs((await request.body()).decode("latin-1"))
    try:
        grant = _check(world, form)
    except GrantRefusedError as refused:
        body = {"error": refused.error, "error_description": refused.description, "error_uri": ERROR_URI}
        return as_json(body, refused.status)
    return _granted(world, grant)


def _check(world: World, form: dict[str, list[str]]) -> Grant:
    if form.get("grant_type") != [GRANT_TYPE]:
        raise GrantRefusedError("invalid_request", "MP-011", "Invalid parameter grant_type")
    assertion = form.get("assertion", [""])[0]
    return world.clients.check(assertion, issuer=world.settings.maskinporten_issuer, now=time())


def _granted(world: World, grant: Grant) -> Response:
    now = int(time())
    scope = " ".join(grant.scopes)
    claims = {
        "client_id": grant.client.client_id,
        "client_amr": "private_key_jwt",
        "consumer": {"authority": AUTHORITY, "ID": f"0192:{grant.client.orgnr}"},
        "scope": scope,
        "token_type": "Bearer",
        "aud": grant.audience,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid4().hex,
    }
    access = world.tokens.maskinporten.issue(claims)
    return as_json({"access_token": access, "token_type": "Bearer", "expires_in": LIFETIME, "scope": scope})
