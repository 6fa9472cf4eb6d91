"""Tokens by scope set: kept until shortly before they expire, and fetched once however many ask."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

Scopes = frozenset[str]
Clock = Callable[[], float]


class Tokens(Protocol):
    """Where bearer tokens come from. `token` raises `Ended`."""

    async def token(self, scopes: Scopes) -> str: ...

    def forget(self, scopes: Scopes, refused: str | None = None) -> None:
        """Throw the token away; with `refused`, only if it is still that one."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str = field(repr=False)
    expires_at: float


class TokenCache:
    """`fetch` gets a new token. Those who ask meanwhile wait for the same one, and share its failure."""

    def __init__(self, fetch: Callable[[Scopes], Awaitable[Token]], *, margin: float, clock: Clock) -> None:
        self._fetch = fetch
        self._margin = margin
        self._clock = clock
        self._held: dict[Scopes, Token] = {}
        self._flights: dict[Scopes, asyncio.Task[Token]] = {}

    async def get(self, scopes: Scopes) -> str:
        held = self._held.get(scopes)
        if held is not None and held.expires_at - self._margin > self._clock():
            return held.text
        flight = self._flights.get(scopes) or self._take_off(scopes)
        # One who gives up waiting must not take the token away from the others.
        return (await asyncio.shield(flight)).text

    def forget(self, scopes: Scopes, refused: str | None) -> None:
        held = self._held.get(scopes)
        if held is not None and refused in {None, held.text}:
            del self._held[scopes]

    def _take_off(self, scopes: Scopes) -> asyncio.Task[Token]:
        flight = asyncio.ensure_future(self._renew(scopes))
        self._flights[scopes] = flight
        flight.add_done_callback(lambda _: self._land(scopes, flight))
        return flight

    async def _renew(self, scopes: Scopes) -> Token:
        token = await self._fetch(scopes)
        self._held[scopes] = token
        return token

    def _land(self, scopes: Scopes, flight: asyncio.Task[Token]) -> None:
        self._flights.pop(scopes, None)
        if not flight.cancelled():
            flight.exception()  # marks it as seen, should nobody be waiting any more


class Bearer:
    """A token as the value of the header `Authorization`."""

    def __init__(self, tokens: Tokens, scopes: Scopes) -> None:
        self._tokens = tokens
        self._scopes = scopes

    async def header(self) -> str:
        return f"Bearer {await self._tokens.token(self._scopes)}"

    def renew(self, refused: str) -> bool:
        self._tokens.forget(self._scopes, refused.removeprefix("Bearer "))
        return True
