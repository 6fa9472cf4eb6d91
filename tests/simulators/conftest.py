from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import RSAKey

from simulators.settings import SimulatorSettings
from simulators.tokens import TokenDesk, open_desk
from simulators.world import create_app
from tests.simulators.harness import SCALE, Hub, Receiver, register

SETTINGS = SimulatorSettings(time_scale=SCALE)


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "hub-key", "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def desk() -> TokenDesk:
    return open_desk(SETTINGS)


@pytest.fixture
async def hub(signing_key: RSAKey, desk: TokenDesk) -> AsyncIterator[Hub]:
    """A fresh world. Calls in and callbacks out stay in the process: only the network is replaced."""
    app, receiver = create_app(SETTINGS, desk), Receiver("http://127.0.0.1:9000/events?code=hemmelig")
    world = app.state.world
    await world.http.aclose()
    world.http = httpx.AsyncClient(transport=httpx.ASGITransport(receiver.app()))
    inward = httpx.ASGITransport(app)
    async with httpx.AsyncClient(base_url=SETTINGS.base_url, transport=inward) as http:
        hub = Hub(SETTINGS.base_url, http, signing_key, receiver, world)
        await register(hub)
        yield hub
        await world.close()
