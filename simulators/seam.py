"""The one place that every request passes through."""

import asyncio

import orjson
from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators import fault_answers, fault_seam
from simulators.fault_rules import REMOTES, Rule
from simulators.faults import Inbound
from simulators.state import World

OWN = frozenset({"sim", "people", "forms", "static", "books", "faults", ""})
# The payment page is for people; a fault would strike the tester, not a client.
PAGES = ("/nexi/checkout/",)
NOT_CARRIED_OUT = "(fault)"


class Seam:
    """Counts calls by route template: what stands in a path may be an identity number."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        remote = remote_of(scope["path"]) if scope["type"] == "http" else ""
        if remote in OWN:
            await self._app(scope, receive, send)
            return
        fate = self._fate(remote, scope)
        if fate.delay_ms:
            await asyncio.sleep(fate.delay_ms / 1000)
        if fate.rule is None and self._world.quirks.fields_come_and_go:
            await self._reshape(remote, scope, receive, send)
        elif fate.rule is None:
            await self._app(scope, receive, self._noting(remote, scope, send))
        elif fate.rule.kind == "status":
            await self._refuse(fault_answers.answer(remote, fate.rule.parameters), remote, scope, send)
        else:
            await self._damage(fate.rule, remote, scope, receive, send)

    def _fate(self, remote: str, scope: Scope) -> Inbound:
        if scope["path"].startswith(PAGES):
            return Inbound()
        return self._world.faults.inbound(remote, scope["method"], scope["path"])

    async def _refuse(self, answer: Response, remote: str, scope: Scope, send: Send) -> None:
        self._world.ledger.called(remote, scope["method"], NOT_CARRIED_OUT, answer.status_code)
        await answer(scope, _nothing, send)

    async def _reshape(self, remote: str, scope: Scope, receive: Receive, send: Send) -> None:
        done = await fault_seam.carry_out(self._app, scope, receive)
        self._note(remote, scope, done.status)
        is_json = "json" in done.media_type and done.body
        body = orjson.dumps(self._world.quirks.shaped(orjson.loads(done.body))) if is_json else done.body
        await done.send(send, body)

    async def _damage(self, rule: Rule, remote: str, scope: Scope, receive: Receive, send: Send) -> None:
        done = await fault_seam.carry_out(self._app, scope, receive)
        self._note(remote, scope, done.status)
        match rule.kind:
            case "cut":
                await done.cut(send)
            case "malformed":
                await done.spoil(send, rule.parameters)
            case _:
                await fault_seam.say_nothing(scope, receive, send, rule.parameters)

    def _noting(self, remote: str, scope: Scope, send: Send) -> Send:
        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(remote, scope, message["status"])
            await send(message)

        return note

    def _note(self, remote: str, scope: Scope, status: int) -> None:
        route = getattr(scope.get("route"), "path", "(unknown)")
        self._world.ledger.called(remote, scope["method"], route, status)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def remote_of(path: str) -> str:
    """The platform's components count as remotes of their own. A path of nobody's is not repeated."""
    first, *rest = path.strip("/").split("/")
    name = rest[0] if first == "platform" and rest else first
    return name if name in REMOTES or name in OWN else "(unknown)"


def install(app: FastAPI, world: World) -> None:
    app.add_middleware(Seam, world=world)
