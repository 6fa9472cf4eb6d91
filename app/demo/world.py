"""Both ends of a dialog over HTTP: the citizen at the simulators, the caseworker at the hub."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from httpx_aiohttp import HttpxAiohttpClient

T = TypeVar("T")

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 240.0
ASSESS = "assess"

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "norge": ("vitnemal",),
    "eos": ("vitnemal", "autorisasjonHjemland", "legitimasjon"),
    "utenforEos": ("vitnemal", "autorisasjonHjemland", "legitimasjon", "fagplan", "sprakbevis", "praksis"),
}


class WentWrong(Exception):
    """A dialog did not go as its script says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """A synthetic person at the simulators, named by key."""

    key: str
    name: str
    way: str
    nin: str = field(repr=False)


class World:
    """What scripts can do. Waits poll, and end with `WentWrong` after a bound."""

    def __init__(self, hub_url: str, simulators_url: str) -> None:
        limits = httpx.Limits(max_connections=100)
        self._hub = HttpxAiohttpClient(base_url=hub_url, timeout=30, limits=limits)
        self._remote = HttpxAiohttpClient(base_url=simulators_url, timeout=30, limits=limits)
        self._worklist = Worklist(self._hub)

    async def close(self) -> None:
        await self._worklist.close()
        await self._hub.aclose()
        await self._remote.aclose()

    # --- citizen ---------------------------------------------------------------------------------

    async def citizens(self) -> list[Citizen]:
        found = await self._remote.get("/sim/persons", params={"trait": "plain"})
        return [
            Citizen(
                key=each["key"],
                name=each["name"],
                way=each["suggestion"]["utdanning"]["vei"],
                nin=each["nin"],
            )
            for each in found.json()
        ]

    async def graduates(self) -> list[dict[str, str]]:
        """What the schools report, a row for each graduate."""
        found = await self._remote.get("/sim/graduates")
        rows: list[dict[str, str]] = found.json()
        return rows

    async def withdraw(self, citizen: Citizen, number: str) -> None:
        await self._send(f"/sim/people/{citizen.key}/withdrawals", {"form": {"saksnummer": number}})

    async def apply(
        self,
        citizen: Citizen,
        *,
        leave_out: tuple[str, ...] = (),
        payment: str = "paid",
        licence: str = "",
    ) -> str:
        """Submit an application with the required attachments; the instance's id."""
        kinds = [kind for kind in REQUIRED[citizen.way] if kind not in leave_out]
        form: dict[str, Any] = {"attachments": attachments(kinds), "payment": payment}
        if licence:
            form |= {"app": "lisens", "form": {"lisenstype": licence}}
        made = await self._send(f"/sim/people/{citizen.key}/applications", form)
        return str(made["instanceId"])

    async def supplement_on_own(self, citizen: Citizen, number: str) -> str:
        """A supplement that nobody asked this citizen for."""
        made = await self._send(
            f"/sim/people/{citizen.key}/supplements",
            {"form": {"saksnummer": number}, "attachments": attachments(["vitnemal"])},
        )
        return str(made["instanceId"])

    async def answer(self, citizen: Citizen, instance: str, kinds: tuple[str, ...]) -> None:
        await self._send(
            f"/sim/people/{citizen.key}/instances/{instance}/answer", {"attachments": attachments(kinds)}
        )

    async def pay(self, payment_id: str) -> None:
        await self._send(f"/sim/payments/{payment_id}/pay", {"outcome": "paid"})

    async def inbox(self, citizen: Citizen) -> dict[str, Any]:
        found = await self._remote.get(f"/sim/people/{citizen.key}/inbox")
        inbox: dict[str, Any] = found.json()
        return inbox

    async def read(self, citizen: Citizen, letter: dict[str, Any]) -> None:
        await self._send(f"/sim/people/{citizen.key}/messages/{letter['id']}/read", {})

    async def wait_for_letter(self, citizen: Citizen, number: str, words: str) -> dict[str, Any]:
        """The letter about the case whose title holds these words."""

        async def look() -> dict[str, Any] | None:
            for letter in (await self.inbox(citizen))["messages"]:
                if letter["sendersReference"] == number and words in letter["title"]:
                    found: dict[str, Any] = letter
                    return found
            return None

        return await wait_until(look, f"{number}: no letter about {words} came")

    async def wait_for_number(self, citizen: Citizen, known: frozenset[str]) -> str:
        """The case number in the receipt, which is the first that the citizen hears of the case."""

        async def look() -> str | None:
            letters = (await self.inbox(citizen))["messages"]
            new = {letter["sendersReference"] for letter in letters} - known
            return min(new) if new else None

        return await wait_until(look, "no receipt came")

    async def wait_for_form(self, citizen: Citizen, number: str) -> dict[str, Any]:
        """The prefilled supplement form of the case."""

        async def look() -> dict[str, Any] | None:
            for form in (await self.inbox(citizen))["forms"]:
                if not form["submitted"] and form["prefill"].get("saksnummer") == number:
                    found: dict[str, Any] = form
                    return found
            return None

        return await wait_until(look, f"no supplement form came for {number}")

    async def misbehave(self, preset: str) -> None:
        """Let the simulators misbehave by a script of theirs; `calm` ends it."""
        if preset:
            started = await self._remote.put("/sim/phases", json={"preset": preset, "seed": 1})
            started.raise_for_status()

    async def books(self) -> dict[str, Any]:
        found = await self._remote.get("/sim/books", timeout=60)
        books: dict[str, Any] = found.json()
        return books

    # --- caseworker ------------------------------------------------------------------------------

    async def wait_for_our_turn(self, number: str) -> int:
        """The version of the case once the work list says that it is ours to assess."""
        return await self._worklist.wait_for(number)

    async def case(self, number: str) -> dict[str, Any]:
        found = await self._hub.get(f"/cases/{number}", params={"format": "json"})
        if found.status_code != 200:
            raise WentWrong(f"the hub answers {found.status_code} for case {number}")
        case: dict[str, Any] = found.json()
        return case

    async def decide(self, number: str, version: int, outcome: str, grounds: str = "") -> None:
        """Decide as a caseworker does; look again when the case has moved meanwhile."""
        reason = ""
        for _ in range(5):
            status, reason = await self._act(
                number, "decide", {"outcome": outcome, "grounds": grounds, "seen_version": str(version)}
            )
            if status in {"done", "working"}:
                return
            if reason != "case-has-changed":
                break
            version = (await self.case(number))["version"]
        raise WentWrong(f"{number}: the decision was not taken ({reason})")

    async def _act(self, number: str, act: str, form: dict[str, str]) -> tuple[str, str]:
        done = await self._hub.post(
            f"/cases/{number}/{act}",
            data={**form, "token": secrets.token_hex(16), "confirm": "1"},
            headers={"Accept": "application/json"},
        )
        if done.status_code >= 500:
            raise WentWrong(f"the hub answers {done.status_code} to {act}")
        answer = done.json()
        return str(answer.get("status", "")), str(answer.get("reason", ""))

    async def parked(self) -> int:
        found = await self._hub.get("/parked", params={"format": "json"})
        return sum(int(group["amount"]) for group in found.json()["groups"])

    async def _send(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        done = await self._remote.post(path, json=body)
        if done.status_code >= 400:
            raise WentWrong(f"the simulators answer {done.status_code} to {path.rsplit('/', 1)[-1]}")
        answer: dict[str, Any] = done.json()
        return answer


class Worklist:
    """One eye on the hub's work list, however many dialogs wait for their case to turn up there."""

    def __init__(self, hub: httpx.AsyncClient) -> None:
        self._hub = hub
        self._awaited: dict[str, asyncio.Future[int]] = {}
        self._watch: asyncio.Task[None] | None = None

    async def wait_for(self, number: str) -> int:
        """The case's version. Raises `WentWrong` when it does not turn up within the bound."""
        found = self._awaited.setdefault(number, asyncio.get_running_loop().create_future())
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_until_found())
        try:
            return await asyncio.wait_for(found, PATIENCE_SECONDS)
        except TimeoutError:
            raise WentWrong(f"{number} did not become ours to assess") from None
        finally:
            self._awaited.pop(number, None)

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _look_until_found(self) -> None:
        while self._awaited:
            page: str | None = "/cases?turn=us"
            while page and self._awaited:
                answer = (await self._hub.get(page, headers={"Accept": "application/json"})).json()
                for case in answer["cases"]:
                    found = self._awaited.get(case["number"])
                    if found is not None and not found.done() and case["about"] == ASSESS:
                        found.set_result(int(case["version"]))
                page = answer["next"]
            await asyncio.sleep(POLL_SECONDS)


def attachments(kinds: tuple[str, ...] | list[str]) -> list[dict[str, str]]:
    return [{"dataType": kind, "filename": f"{kind}.pdf"} for kind in kinds]


async def wait_until(look: Callable[[], Awaitable[T | None]], otherwise: str) -> T:
    """What `look` finds in the end. Raises `WentWrong` with `otherwise`."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while (found := await look()) is None:
        if asyncio.get_running_loop().time() > deadline:
            raise WentWrong(otherwise)
        await asyncio.sleep(POLL_SECONDS)
    return found
