"""Everything that the simulators remember, in one object."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from httpx_aiohttp import HttpxAiohttpClient

from simulators import freg_documents, hpr_records, persons
from simulators.answers import RefusedError, empty
from simulators.background import Background
from simulators.clients import Clients
from simulators.clock import Clock
from simulators.event_store import EventStore
from simulators.faults import Faults
from simulators.hpr_records import HprRegister
from simulators.instances import InstanceStore
from simulators.ledger import Ledger
from simulators.letters import LetterStore
from simulators.payments import PaymentStore
from simulators.persons import People
from simulators.phases import Script
from simulators.quirks import Quirks
from simulators.settings import SimulatorSettings
from simulators.tokens import Caller, Kind, TokenDesk, open_desk

OUTBOUND_CONNECTIONS = 50


@dataclass(slots=True, kw_only=True)
class World:
    settings: SimulatorSettings
    clock: Clock
    people: People
    tokens: TokenDesk
    hpr: HprRegister
    freg: dict[str, dict[str, Any]]
    http: httpx.AsyncClient
    background: Background = field(default_factory=Background)
    clients: Clients = field(default_factory=Clients)
    events: EventStore = field(default_factory=EventStore)
    instances: InstanceStore = field(default_factory=InstanceStore)
    letters: LetterStore = field(default_factory=LetterStore)
    payments: PaymentStore = field(default_factory=PaymentStore)
    ledger: Ledger = field(default_factory=Ledger)
    faults: Faults = field(default_factory=Faults)
    quirks: Quirks = field(default_factory=Quirks)
    script: Script = field(default_factory=Script)

    async def close(self) -> None:
        await self.background.stop()
        await self.http.aclose()


def new_world(settings: SimulatorSettings, desk: TokenDesk | None = None) -> World:
    """`desk`: keys to sign with, where making new ones would take too long."""
    people = persons.generate(settings.seed, settings.persons)
    return World(
        settings=settings,
        clock=Clock(settings.time_scale),
        people=people,
        tokens=desk or open_desk(settings),
        hpr=hpr_records.build(people.everybody),
        freg=freg_documents.build(people.everybody),
        http=_client(),
    )


def _client() -> httpx.AsyncClient:
    """For callbacks. Waiting for a free connection is no failure of the receiver: no time limit on that."""
    return HttpxAiohttpClient(
        trust_env=False,
        follow_redirects=False,
        limits=httpx.Limits(
            max_connections=OUTBOUND_CONNECTIONS, max_keepalive_connections=OUTBOUND_CONNECTIONS
        ),
        timeout=httpx.Timeout(45.0, pool=None),
    )


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


WorldDep = Annotated[World, Depends(_world)]


def bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def require_caller(world: World, request: Request, *kinds: Kind) -> Caller:
    """Whoever holds a valid token of one of the kinds; everybody else gets 401 with an empty body."""
    caller = world.tokens.caller(bearer(request))
    if caller is None or caller.kind not in kinds:
        raise RefusedError(empty(401))
    return caller
