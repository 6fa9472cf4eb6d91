"""The simulators in a process of their own, and our connectors pointed at them."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import RSAKey

from connectors import altinn_apps, altinn_events, correspondence, folkeregisteret, hpr, maskinporten
from connectors.http import Remote, Settings
from connectors.maskinporten import AltinnTokens, Maskinporten
from connectors.retry_after import RetryAfter
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import Outside

ROOT = Path(__file__).parents[2]
ORGNR = "983544622"
CLIENT = "hub"
SCOPES = sorted(
    altinn_apps.SCOPES | altinn_events.SCOPES | correspondence.SCOPES | hpr.SCOPES | folkeregisteret.SCOPES
)


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "hub-key", "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def simulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a world that runs a hundred times too fast."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    log = tmp_path_factory.mktemp("simulators") / "log"
    command = [sys.executable, "-m", "simulators", "--port", port, "--time-scale", "0.01"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)  # noqa: S603 - our own program
        try:
            _wait_for(f"http://127.0.0.1:{port}/sim/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the simulators did not start")


@pytest.fixture
async def outside(simulators: str, signing_key: RSAKey) -> AsyncIterator[Outside]:
    jwks = {"keys": [signing_key.as_dict(private=False)]}
    client = {"orgnr": ORGNR, "jwks": jwks, "scopes": SCOPES}
    async with httpx.AsyncClient(base_url=simulators, timeout=30) as http:
        answer = await http.put(f"/sim/maskinporten/clients/{CLIENT}", json=client)
        assert answer.is_success, answer.text
        pem = signing_key.as_pem(private=True).decode()
        outside = Outside(base=simulators, http=http, client_id=CLIENT, private_key=pem)
        yield outside
        # The world is shared by all tests, its bad days are not.
        await outside.calm()


class Remotes:
    """Every remote that a test asks for, closed when it is done."""

    def __init__(self, outside: Outside, closing: AsyncExitStack) -> None:
        self._outside = outside
        self._closing = closing

    def at(
        self,
        name: str,
        path: str,
        *,
        retry_after: RetryAfter = RetryAfter.SECONDS,
        limits: Settings | None = None,
    ) -> Remote:
        remote = self._outside.remote(name, path, retry_after=retry_after, limits=limits)
        self._closing.push_async_callback(remote.aclose)
        return remote


@pytest.fixture
async def remotes(outside: Outside) -> AsyncIterator[Remotes]:
    async with AsyncExitStack() as closing:
        yield Remotes(outside, closing)


@pytest.fixture
def platform(remotes: Remotes) -> Remote:
    return remotes.at("altinn-platform", "/platform")


@pytest.fixture
def maskinporten_settings(outside: Outside) -> maskinporten.Settings:
    return maskinporten.Settings(
        issuer=f"{outside.base}/maskinporten",
        client_id=outside.client_id,
        kid="hub-key",
        private_key=outside.private_key,
    )


@pytest.fixture
def tokens(maskinporten_settings: maskinporten.Settings, remotes: Remotes) -> Maskinporten:
    return Maskinporten(maskinporten_settings, remotes.at("maskinporten", "/maskinporten"))


@pytest.fixture
def altinn_tokens(
    maskinporten_settings: maskinporten.Settings, platform: Remote, tokens: Maskinporten
) -> AltinnTokens:
    return AltinnTokens(maskinporten_settings, platform, tokens)


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles()
