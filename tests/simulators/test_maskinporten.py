from time import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.simulators.harness import HDIR, SERVICE_OWNER, Hub


async def test_a_proper_grant_gives_a_token_with_the_granted_scopes(hub: Hub) -> None:
    """A client that follows the rules gets a bearer token for exactly what it asked for."""
    answer = await hub.ask_token(hub.grant(scope="nhn:hpr/basic"))
    body = answer.json()
    assert answer.status_code == 200
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 599, "nhn:hpr/basic")


@pytest.mark.parametrize(
    ("claims", "status", "code"),
    [
        ({"iss": "nobody"}, 400, "MP-100"),
        ({"exp": int(time()) + 1000}, 400, "MP-011"),
        ({"iat": int(time()) - 200, "exp": int(time()) - 100}, 400, "MP-130"),
        ({"iat": int(time()) + 300, "exp": int(time()) + 400}, 400, "Issue time is after now"),
        ({"scope": "some:thing"}, 403, "MP-250"),
        ({"scope": ""}, 400, "MP-200"),
    ],
)
async def test_a_wrong_claim_is_refused_by_its_code(
    hub: Hub, claims: dict[str, Any], status: int, code: str
) -> None:
    """Every broken rule has the code that the documentation gives it."""
    answer = await hub.ask_token(hub.grant(**claims))
    assert (answer.status_code, code in answer.json()["error_description"]) == (status, True)


async def test_the_audience_needs_its_trailing_slash(hub: Hub) -> None:
    """The issuer is compared to the letter."""
    answer = await hub.ask_token(hub.grant(aud=f"{hub.base}/maskinporten"))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert "MP-110" in answer.json()["error_description"]


async def test_a_grant_is_good_once(hub: Hub) -> None:
    """A jti that was used is refused, so that a retry must sign anew."""
    grant = hub.grant()
    first, second = await hub.ask_token(grant), await hub.ask_token(grant)
    assert (first.status_code, second.status_code) == (200, 400)
    assert "MP-012" in second.json()["error_description"]


async def test_a_foreign_key_is_refused(hub: Hub) -> None:
    """The signature must be that of the registered key."""
    other = RSAKey.generate_key(2048, {"kid": "hub-key"})
    answer = await hub.ask_token(hub.grant(key=other))
    assert "MP-124" in answer.json()["error_description"]


async def test_the_metadata_leads_to_the_token_endpoint(hub: Hub) -> None:
    """A client can find issuer and endpoint by the well-known document."""
    body = (await hub.http.get("/maskinporten/.well-known/oauth-authorization-server")).json()
    assert body["issuer"] == f"{hub.base}/maskinporten/"
    assert body["token_endpoint"] == f"{hub.base}/maskinporten/token"


EXCHANGE = "/platform/authentication/api/v1/exchange/maskinporten"


async def test_the_exchanged_token_is_bare_text_or_quoted_json(hub: Hub) -> None:
    """The same token comes with quotes to whoever asks for JSON first."""
    headers = await hub.maskinporten(SERVICE_OWNER)
    text = await hub.http.get(EXCHANGE, headers=headers)
    quoted = await hub.http.get(EXCHANGE, headers=headers | {"Accept": "application/json"})
    assert text.headers["content-type"].startswith("text/plain")
    assert not text.text.startswith('"')
    assert quoted.text.startswith('"')
    assert quoted.text.endswith('"')


async def test_the_org_claim_needs_a_service_owner_scope(hub: Hub) -> None:
    """Without altinn:serviceowner the agency is an ordinary organisation."""
    owner = hub.world.tokens.altinn.read((await hub.altinn(SERVICE_OWNER))["Authorization"][7:])
    other = hub.world.tokens.altinn.read((await hub.altinn("nhn:hpr/basic"))["Authorization"][7:])
    assert owner is not None
    assert other is not None
    assert owner["urn:altinn:org"] == "hdir"
    assert "urn:altinn:org" not in other
    assert other["urn:altinn:orgNumber"] == HDIR


async def test_an_exchange_without_a_token_is_unauthorized(hub: Hub) -> None:
    """No token, no exchange; and an unknown provider is a bad request."""
    assert (await hub.http.get(EXCHANGE)).status_code == 401
    assert (await hub.http.get(EXCHANGE.replace("maskinporten", "other"))).status_code == 400
