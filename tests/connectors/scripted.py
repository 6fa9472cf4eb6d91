"""Remotes that answer what a test says, for what the simulated world does not do by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from connectors.http import Remote, Settings
from connectors.retry_after import RetryAfter
from connectors.tokens import Scopes

Answers = Callable[[httpx.Request], httpx.Response]
BASE = "https://remote.example"


@dataclass
class Script:
    """Answers in turn, the last one for ever; an exception among them is raised. Keeps what it was asked."""

    answers: list[httpx.Response | Exception]
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        # A response may be read once only, so that each asking gets one of its own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def bodies(self) -> list[Any]:
        return [orjson.loads(request.content) for request in self.asked if request.content]


@dataclass
class FixedTokens:
    """Tokens without a network: a new one after each that was refused."""

    forgotten: int = 0

    async def token(self, scopes: Scopes) -> str:  # noqa: ARG002 - the protocol's
        return f"token-{self.forgotten}"

    def forget(self, scopes: Scopes, refused: str | None = None) -> None:  # noqa: ARG002 - the protocol's
        self.forgotten += 1


def remote(
    answers: Answers,
    *,
    name: str = "register",
    settings: Settings | None = None,
    retry_after: RetryAfter = RetryAfter.SECONDS,
) -> Remote:
    transport = httpx.MockTransport(answers)
    return Remote(name, BASE, settings or Settings(), retry_after=retry_after, transport=transport)


def script(*answers: httpx.Response | Exception) -> Script:
    return Script(list(answers))


def saying(content: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=content, headers=headers)
