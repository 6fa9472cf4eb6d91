"""The simulated world as the tests see it: its people, its books, and our way in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from connectors.http import Remote, Settings
from connectors.retry_after import RetryAfter

Json = dict[str, Any]
ATTACHMENT = {"dataType": "vitnemal", "filename": "vitnemål.pdf", "contentType": "application/pdf"}


@dataclass(frozen=True, kw_only=True)
class Outside:
    base: str
    http: httpx.AsyncClient
    client_id: str
    private_key: str = field(repr=False)

    def remote(
        self,
        name: str,
        path: str,
        *,
        retry_after: RetryAfter = RetryAfter.SECONDS,
        limits: Settings | None = None,
    ) -> Remote:
        return Remote(name, self.base + path, limits or Settings(), retry_after=retry_after)

    async def people(self, trait: str = "plain") -> list[Json]:
        people: list[Json] = (await self.http.get("/sim/persons", params={"trait": trait})).json()
        return people

    async def person(self, trait: str = "plain") -> Json:
        return (await self.people(trait))[0]

    async def apply(self, person: Json, **body: Any) -> str:
        return str((await self._post(f"/sim/people/{person['key']}/applications", body))["instanceId"])

    async def supplement(self, person: Json, **body: Any) -> str:
        return str((await self._post(f"/sim/people/{person['key']}/supplements", body))["instanceId"])

    async def answer(self, person: Json, instance: str, **body: Any) -> None:
        await self._post(f"/sim/people/{person['key']}/instances/{instance}/answer", body)

    async def pay(self, payment_id: str) -> None:
        await self._post(f"/sim/payments/{payment_id}/pay", {})

    async def read(self, person: Json, letter_id: str, *, confirm: bool = False) -> None:
        path = f"/sim/people/{person['key']}/messages/{letter_id}/{'confirm' if confirm else 'read'}"
        await self._post(path, {})

    async def inbox(self, person: Json) -> Json:
        inbox: Json = (await self.http.get(f"/sim/people/{person['key']}/inbox")).json()
        return inbox

    async def booked(self, book: str, **where: Any) -> list[Json]:
        rows: list[Json] = (await self.http.get("/sim/books")).json()[book]
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    async def calls(self, **where: Any) -> int:
        return sum(row["count"] for row in await self.booked("calls", **where))

    async def faults(self, *rules: Json) -> None:
        answer = await self.http.put("/sim/faults", json={"rules": rules})
        assert answer.is_success, answer.text

    async def quirks(self, **switched_on: Any) -> None:
        answer = await self.http.put("/sim/quirks", json=switched_on)
        assert answer.is_success, answer.text

    async def calm(self) -> None:
        """Nothing goes wrong any more."""
        for path in ("/sim/faults", "/sim/quirks"):
            assert (await self.http.delete(path)).is_success

    async def _post(self, path: str, body: Json) -> Json:
        answer = await self.http.post(path, json=body)
        assert answer.is_success, answer.text
        content: Json = answer.json()
        return content


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Polls with a generous bound."""
    for _ in range(1000):
        if await condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("what was waited for did not come")
