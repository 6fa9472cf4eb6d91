"""Hub and simulators as two processes, so that the one can end while the other lives on.

Imports nothing of the program: it is started by its commands and told by its configuration file.
"""

import contextlib
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from joserfc.jwk import RSAKey

from tests.system.outside import free_port

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
SIMULATOR_PACE = "0.1"
CLIENT_ID = "skranke-apart"
SCOPES = [
    "altinn:serviceowner",
    "altinn:serviceowner/instances.read",
    "altinn:serviceowner/instances.write",
    "altinn:events.subscribe",
    "altinn:correspondence.write",
    "nhn:hpr/basic",
    "nhn:hpr/extended",
    "folkeregister:deling/offentligmedhjemmel",
]
Sections = Mapping[str, Mapping[str, Any]]


class Apart:
    """`folder` holds configuration, keys and logs; `folder / "data"` is the hub's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.configuration = folder / "skranke.toml"
        self._hub_port, self._remote_port = free_port(), free_port()
        self.hub_url = f"http://{HOST}:{self._hub_port}"
        self.remote_url = f"http://{HOST}:{self._remote_port}"
        self._hub: subprocess.Popen[bytes] | None = None
        self._remote: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """The simulators run, and know the hub; the hub does not run yet."""
        self.data.mkdir(parents=True)
        key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig"})
        key_file = self.folder / "maskinporten.jwk"
        key_file.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
        self.configuration.write_text(toml(self._sections(key_file)), encoding="utf-8")
        arguments = ["-m", "simulators", "--port", str(self._remote_port), "--time-scale", SIMULATOR_PACE]
        self._remote = self._launch("simulators", arguments)
        await_up(self._remote, f"{self.remote_url}/sim/health")
        httpx.put(
            f"{self.remote_url}/sim/maskinporten/clients/{CLIENT_ID}",
            json={"orgnr": "983544622", "jwks": {"keys": [key.as_dict(private=False)]}, "scopes": SCOPES},
        ).raise_for_status()
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self._hub, self._remote):
            if process is not None:
                end(process, signal.SIGTERM)

    def start_hub(self, *, wait: bool = True) -> None:
        """With `wait`, until it is ready and Altinn has validated its subscriptions."""
        self._hub = self._launch("hub", ["-m", "app.cli", "run", "--config", str(self.configuration)])
        if wait:
            await_up(self._hub, f"{self.hub_url}/health/ready")
            self._await_subscriptions()

    def stop_hub(self) -> None:
        assert self._hub is not None
        end(self._hub, signal.SIGTERM)

    def kill_hub(self) -> None:
        """As a power cut does: nothing is finished, nothing is told."""
        assert self._hub is not None
        assert self._hub.poll() is None, f"the hub ended by itself with {self._hub.returncode}"
        end(self._hub, signal.SIGKILL)

    def skranke(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command with the hub's configuration."""
        return subprocess.run(  # noqa: S603 - our own interpreter with our own command
            [sys.executable, "-m", "app.cli", *arguments, "--config", str(self.configuration)],
            capture_output=True,
            text=True,
            timeout=STOP_SECONDS,
            check=False,
            env=environment() | {"COLUMNS": "200"},
        )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Straight from the database file."""
        address = f"file:{self.data / 'skranke.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def _await_subscriptions(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            known = httpx.get(f"{self.remote_url}/sim/books", timeout=10).json()["subscriptions"]
            if known and all(each["validated"] for each in known):
                return
            time.sleep(0.1)
        raise AssertionError("the hub did not subscribe")

    def _launch(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter with our own modules
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
            )

    def _sections(self, key_file: Path) -> Sections:
        """Every span is as short as it may be: what a killed hub held is free again when its lease ends."""
        remote = self.remote_url
        every = dict.fromkeys(("forms_every", "payments_every", "letters_every"), "PT5S")
        return {
            "": {
                "environment": "demo",
                "pace": "demo",
                "port": self._hub_port,
                "public_url": self.hub_url,
                "data_dir": str(self.data),
            },
            "work": {"call_timeout": "PT3S", "lease": "PT38S", "stop_patience_seconds": 5},
            "keys": {"field_keys": [new_key()], "index_key": new_key()},
            "maskinporten": {
                "issuer": f"{remote}/maskinporten/",
                "client_id": CLIENT_ID,
                "private_key": str(key_file),
            },
            "altinn": {
                "apps_url": f"{remote}/apps",
                "platform_url": f"{remote}/platform",
                "reference_key": secrets.token_hex(16),
                "form_link": f"{remote}/forms/{{instance}}",
                "scan_wait": "PT0.5S",
                "submit_wait": "PT1S",
            },
            "events": {"webhook_secret": secrets.token_hex(16)},
            "nexi": {
                "base_url": f"{remote}/nexi",
                "secret_key": "test-secret-key-skranke",
                "webhook_secret": secrets.token_hex(16),
            },
            "reconciling": {**every, "grace": "PT5S", "overlap": "PT1M"},
            "hpr": {"base_url": f"{remote}/hpr"},
            "folkeregisteret": {"base_url": f"{remote}/freg"},
        }


def new_key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SKRANKE_")}


def toml(sections: Sections) -> str:
    """Strings, numbers and lists of strings are written in TOML as in JSON."""
    lines: list[str] = []
    for name, values in sections.items():
        lines += [f"[{name}]"] if name else []
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def await_up(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"a process ended by itself with {process.returncode}"
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("a process did not come up")


def end(process: subprocess.Popen[bytes], told: signal.Signals) -> None:
    process.send_signal(told)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
