"""Drives hub and simulators from outside: HTTP, the configuration file and the database file. Imports nothing
of the program.
"""

import secrets
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
PATIENCE = 60.0
ORG = "hdir"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], T | None], what: str) -> T:
    """What `look` finds in the end; generous, for slow machines."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(0.1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    key: str
    nin: str
    name: str
    suggestion: dict[str, Any]


class Outside:
    """A running demonstration with no dialogs of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        port, simulator_port = free_port(), free_port()
        self.hub = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self.remote = httpx.Client(base_url=f"http://127.0.0.1:{simulator_port}", timeout=30)
        ports = ["--port", str(port), "--simulator-port", str(simulator_port)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own command
            [sys.executable, "-m", "app.cli", "demo", "--dialogs", "0", "--data", str(data), *ports],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._await_up()
        self._used: set[str] = set()

    def _await_up(self) -> None:
        output = self._process.stdout
        assert output is not None
        for line in output:
            if b"Ctrl-C" in line:
                return
        raise AssertionError("the demonstration did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.hub.close()
        self.remote.close()

    # --- simulators ------------------------------------------------------------------------------

    def person(self, way: str = "norge", trait: str = "plain") -> Person:
        """Somebody who has not been used yet."""
        for each in self.remote.get("/sim/persons", params={"trait": trait}).json():
            if each["key"] not in self._used and each["suggestion"]["utdanning"]["vei"] == way:
                self._used.add(each["key"])
                return Person(
                    key=each["key"], nin=each["nin"], name=each["name"], suggestion=each["suggestion"]
                )
        raise AssertionError("nobody is left")

    def apply(self, person: Person, kinds: tuple[str, ...] = ("vitnemal",), payment: str = "paid") -> str:
        made = self.post(
            f"/sim/people/{person.key}/applications",
            {"attachments": attachments(kinds), "payment": payment},
        )
        return str(made["instanceId"])

    def answer(self, person: Person, instance: str, kinds: tuple[str, ...], **form: str) -> None:
        body = {"attachments": attachments(kinds), "form": form}
        self.post(f"/sim/people/{person.key}/instances/{instance}/answer", body)

    def inbox(self, person: Person) -> dict[str, Any]:
        inbox: dict[str, Any] = self.remote.get(f"/sim/people/{person.key}/inbox").json()
        return inbox

    def number(self, person: Person) -> str:
        """The case number in the first receipt."""

        def look() -> str | None:
            letters = self.inbox(person)["messages"]
            return str(letters[-1]["sendersReference"]) if letters else None

        return eventually(look, "a receipt")

    def form(self, person: Person) -> dict[str, Any]:
        """The supplement form that waits for an answer."""

        def look() -> dict[str, Any] | None:
            return next((each for each in self.inbox(person)["forms"] if not each["submitted"]), None)

        return eventually(look, "a supplement form")

    def letter(self, person: Person, words: str) -> dict[str, Any]:
        """The letter whose title holds these words."""

        def look() -> dict[str, Any] | None:
            letters = self.inbox(person)["messages"]
            return next((each for each in letters if words in each["title"]), None)

        return eventually(look, f"a letter titled {words}")

    def books(self) -> dict[str, Any]:
        books: dict[str, Any] = self.remote.get("/sim/books").json()
        return books

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.remote.post(path, json=body)
        assert answer.status_code < 400, (path, answer.status_code)
        made: dict[str, Any] = answer.json()
        return made

    # --- hub -------------------------------------------------------------------------------------

    def case(self, number: str) -> dict[str, Any]:
        case: dict[str, Any] = self.hub.get(f"/cases/{number}", params={"format": "json"}).json()
        return case

    def case_when(self, number: str, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            case = self.case(number)
            return case if holds(case) else None

        return eventually(look, what)

    def ready_case(self, number: str) -> dict[str, Any]:
        """The case once it waits for a caseworker's assessment."""
        return self.case_when(number, lambda case: is_open(case, "assess"), "the assessment")

    def act(self, number: str, act: str, **form: str) -> dict[str, str]:
        answer = self.hub.post(
            f"/cases/{number}/{act}",
            data={"token": secrets.token_hex(16), "confirm": "1", **form},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code < 500, answer.status_code
        told: dict[str, str] = answer.json()
        return told

    def decide(self, number: str, outcome: str, grounds: str = "") -> None:
        def look() -> bool | None:
            version = str(self.case(number)["version"])
            told = self.act(number, "decide", outcome=outcome, grounds=grounds, seen_version=version)
            if told["reason"] == "case-has-changed":
                return None
            assert told["status"] in {"done", "working"}, told
            return True

        eventually(look, "the decision")

    def parked(self) -> list[dict[str, Any]]:
        groups = self.hub.get("/parked", params={"format": "json"}).json()["groups"]
        return [{**message, "reason": group["reason"]} for group in groups for message in group["messages"]]

    def secret(self, section: str) -> str:
        configuration = tomllib.loads((self.data / "skranke.toml").read_text(encoding="utf-8"))
        return str(configuration[section]["webhook_secret"])

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Straight from the database file."""
        with sqlite3.connect(f"file:{self.data / 'skranke.db'}?mode=ro", uri=True) as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found


def attachments(kinds: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"dataType": kind, "filename": f"{kind}.pdf"} for kind in kinds]


def is_open(case: dict[str, Any], key: str) -> bool:
    return any(ask["key"] == key and ask["state"] == "open" for ask in case["asks"])
