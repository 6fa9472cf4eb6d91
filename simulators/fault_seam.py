"""What becomes of an answer that a fault strikes after the work was done."""

import asyncio
from dataclasses import dataclass, field

from fastapi import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.fault_answers import GATEWAY
from simulators.fault_rules import Parameters

BODILESS = frozenset({204, 304})


@dataclass(slots=True)
class Done:
    """An answer that is finished and not yet sent."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    @property
    def status(self) -> int:
        return int(self.start["status"])

    @property
    def media_type(self) -> str:
        return MutableHeaders(raw=self.start["headers"]).get("content-type", "")

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = dict(message)
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def send(self, send: Send, body: bytes, *, media_type: str | None = None) -> None:
        await send(self._started(len(body), media_type))
        await send({"type": "http.response.body", "body": body})

    async def cut(self, send: Send) -> None:
        """Promises more than it sends and ends there: the server can then only break the connection."""
        body = self.body if self.status not in BODILESS and len(self.body) > 1 else b"{}"
        started = self._started(len(body), None)
        if self.status in BODILESS:
            started["status"] = 200
        await send(started)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})

    async def spoil(self, send: Send, said: Parameters) -> None:
        """The right status over the wrong body. A refusal's body is left alone: its status says enough."""
        if self.status in BODILESS or self.status >= 300:
            await self.send(send, self.body)
            return
        match said.how:
            case "html":
                await self.send(send, GATEWAY.encode(), media_type="text/html; charset=utf-8")
            case "empty":
                await self.send(send, b"")
            case _:
                await self.send(send, self.body[: len(self.body) // 2])

    def _started(self, length: int, media_type: str | None) -> Message:
        headers = MutableHeaders(raw=list(self.start["headers"]))
        if self.status not in BODILESS:
            headers["content-length"] = str(length)
        if media_type is not None:
            headers["content-type"] = media_type
        return {**self.start, "headers": headers.raw}


async def carry_out(app: ASGIApp, scope: Scope, receive: Receive) -> Done:
    done = Done()
    await app(scope, receive, done.take)
    return done


async def say_nothing(scope: Scope, receive: Receive, send: Send, said: Parameters) -> None:
    """Until the caller hangs up. Who never does gets a 504 in the end."""
    try:
        async with asyncio.timeout(said.seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        await Response(status_code=504)(scope, receive, send)
