"""A live simulated world, a receiver of webhooks, and a client that knows how to get tokens."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import time
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from simulators.state import World

HDIR = "983544622"
SERVICE_OWNER = "altinn:serviceowner altinn:serviceowner/instances.read altinn:serviceowner/instances.write"
EVERYTHING = (
    f"{SERVICE_OWNER} altinn:events.subscribe altinn:correspondence.write nhn:hpr/basic nhn:hpr/extended "
    "folkeregister:deling/offentligmedhjemmel"
)
SCALE = 0.01
APPLICATION_RESOURCE = "urn:altinn:resource:app_hdir_autorisasjon"
EVENTS = "/platform/events/api/v1"
STORAGE = "/platform/storage/api/v1/instances"
LETTERS = "/platform/correspondence/api/v1/correspondence"
PAYMENTS = "/nexi/v1/payments"
KEY = {"Authorization": "test-secret-key-skranke"}
SECRET = "hemmelig12345"
HOOKED = (
    "payment.created",
    "payment.reservation.created.v2",
    "payment.charge.created.v2",
    "payment.checkout.completed",
    "payment.refund.initiated.v2",
    "payment.refund.completed",
)
APPLICATION, SUPPLEMENT = "/apps/hdir/autorisasjon/instances", "/apps/hdir/ettersending/instances"


@dataclass
class Receiver:
    """Whoever gets the callbacks. `answers` are status codes to give before falling back to 200."""

    url: str
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/events", self.take, methods=["POST"])
        return app

    async def take(self, request: Request) -> Response:
        self.received.append(orjson.loads(await request.body()))
        self.headers.append(dict(request.headers))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [body for body in self.received if kind in (body.get("type"), body.get("event"))]


@dataclass
class Partner:
    """A service owner that talks to the simulators the way the real one would."""

    base: str
    http: httpx.AsyncClient
    key: RSAKey
    receiver: Receiver

    def grant(self, *, key: RSAKey | None = None, **claims: Any) -> str:
        now = int(time())
        usual = {
            "aud": f"{self.base}/maskinporten/",
            "iss": "hub",
            "iat": now,
            "exp": now + 120,
            "jti": uuid4().hex,
            "scope": EVERYTHING,
        }
        header = {"alg": "RS256", "kid": "hub-key"}
        return jwt.encode(header, usual | claims, key or self.key)

    async def ask_token(self, assertion: str) -> httpx.Response:
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return await self.http.post("/maskinporten/token", data=form)

    async def maskinporten(self, scope: str = EVERYTHING) -> dict[str, str]:
        answer = await self.ask_token(self.grant(scope=scope))
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def altinn(self, scope: str = EVERYTHING) -> dict[str, str]:
        headers = await self.maskinporten(scope)
        answer = await self.http.get("/platform/authentication/api/v1/exchange/maskinporten", headers=headers)
        return {"Authorization": f"Bearer {answer.text}"}

    async def apply(self, key: str = "p001", **body: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/sim/people/{key}/applications", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def books(self) -> dict[str, Any]:
        books: dict[str, Any] = (await self.http.get("/sim/books")).json()
        return books

    async def person(self, trait: str) -> dict[str, Any]:
        people = (await self.http.get("/sim/persons", params={"trait": trait})).json()
        first: dict[str, Any] = people[0]
        return first

    async def subscribe(self, resource: str, **more: Any) -> httpx.Response:
        body = {"endPoint": self.receiver.url, "resourceFilter": resource, **more}
        return await self.http.post(
            "/platform/events/api/v1/subscriptions", json=body, headers=await self.altinn()
        )


@dataclass
class Hub(Partner):
    """A partner that can also look into the world behind the addresses."""

    world: World


async def register(hub: Partner) -> None:
    jwks = {"keys": [hub.key.as_dict(private=False)]}
    body = {"orgnr": HDIR, "jwks": jwks, "scopes": EVERYTHING.split()}
    answer = await hub.http.put("/sim/maskinporten/clients/hub", json=body)
    assert answer.status_code == 200, answer.text


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Polls with a generous bound."""
    for _ in range(1000):
        outcome = condition()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        await asyncio.sleep(0.01)
    pytest.fail("what was waited for did not come")


def payment_body(hub: Hub, amount: int = 200_000, **more: Any) -> dict[str, Any]:
    item = {"reference": "gebyr", "name": "Gebyr", "quantity": 1, "unit": "pcs", "grossTotalAmount": amount}
    hooks = [{"eventName": name, "url": hub.receiver.url, "authorization": SECRET} for name in HOOKED]
    return {
        "order": {"amount": amount, "currency": "NOK", "reference": "S-1", "items": [item]},
        "checkout": {
            "integrationType": "HostedPaymentPage",
            "returnUrl": "http://127.0.0.1:9/back?a=1",
            "cancelUrl": "http://127.0.0.1:9/back",
            "termsUrl": "http://127.0.0.1:9/terms",
            "charge": True,
        },
        "notifications": {"webHooks": hooks},
    } | more


async def fault_rules(hub: Hub, *rules: dict[str, Any], seed: int = 1) -> None:
    answer = await hub.http.put("/sim/faults", json={"seed": seed, "rules": rules})
    assert answer.status_code == 200, answer.text
