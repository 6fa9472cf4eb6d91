"""The one place that every request passes through."""

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.ledger import Ledger

OWN = frozenset({"sim", "people", "static", "books", ""})
REMOTES = frozenset(
    {"maskinporten", "authentication", "events", "storage", "apps", "correspondence", "nexi", "hpr", "freg"}
)


class Seam:
    """Counts calls by route template: what stands in a path may be an identity number."""

    def __init__(self, app: ASGIApp, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        remote = remote_of(scope["path"]) if scope["type"] == "http" else ""
        if remote in OWN:
            await self._app(scope, receive, send)
            return

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "(unknown)")
                self._ledger.called(remote, scope["method"], route, message["status"])
            await send(message)

        await self._app(scope, receive, note)


def remote_of(path: str) -> str:
    """The platform's components count as remotes of their own. A path of nobody's is not repeated."""
    first, *rest = path.strip("/").split("/")
    name = rest[0] if first == "platform" and rest else first
    return name if name in REMOTES or name in OWN else "(unknown)"


def install(app: FastAPI, ledger: Ledger) -> None:
    app.add_middleware(Seam, ledger=ledger)
