"""The only place that turns HTTP trouble into outcomes.

A call is made once (twice if a renewed token may help). The wanted statuses come back as they are; all else
ends as a `TryLater`, `GiveUp` or `Broken`, carried by `Ended`. Neither bodies, query strings nor addresses
with their values filled in reach a log line or a reason.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import TypeVar

import aiohttp
import httpx
import orjson
import structlog
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.calls import Call, Ended, Got
from connectors.connector import Broken, GiveUp, Outcome, TryLater
from connectors.retry_after import RetryAfter, wait_asked_for

log: structlog.typing.FilteringBoundLogger = structlog.get_logger(__name__)
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", bound=Outcome | None)


class Settings(BaseModel):
    """Limits of the calls to one remote."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    connect_seconds: float = Field(5.0, gt=0, description="Longest wait for a new connection.")
    pool_seconds: float = Field(
        10.0, gt=0, description="Longest wait for a free connection, opening included."
    )
    read_seconds: float = Field(30.0, gt=0, description="Longest silence while the remote answers.")
    write_seconds: float = Field(30.0, gt=0, description="Longest wait while our request is sent.")
    total_seconds: float = Field(45.0, gt=0, description="Longest time for one call, body included.")
    download_seconds: float = Field(120.0, gt=0, description="Longest time for downloading one document.")
    max_connections: int = Field(20, gt=0, description="Most connections to the remote at a time.")
    idle_seconds: float = Field(
        3.0, gt=0, description="How long an idle connection is kept; shorter than any remote keeps it."
    )
    max_body_bytes: int = Field(4_000_000, gt=0, description="Longest answer that is read into memory.")


class Remote:
    """One outside system, at one address."""

    def __init__(
        self,
        name: str,
        base_url: str,
        settings: Settings,
        *,
        retry_after: RetryAfter = RetryAfter.SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.retry_after = retry_after
        self._settings = settings
        self._client = _client(settings, transport)

    async def send(self, call: Call) -> Got:
        """The answer, if its status is wanted and its body was not too long. Raises `Ended`."""
        async with self._answered(call, self._settings.total_seconds) as answer:
            got = await answer.read(self._settings.max_body_bytes)
        if got.status not in call.wanted:
            raise Ended(self._failure(got))
        if got.cut:
            raise self._unreadable(got, "svaret er for stort")
        return got

    @asynccontextmanager
    async def download(self, call: Call) -> AsyncIterator[AsyncIterator[bytes]]:
        """The body piece by piece. Raises `Ended`, also while the pieces are read."""
        async with self._answered(call, self._settings.download_seconds) as answer:
            if answer.status not in call.wanted:
                raise Ended(self._failure(await answer.read(self._settings.max_body_bytes)))
            yield answer.pieces()

    def read(self, got: Got, model: type[M]) -> M:
        """The answer as a wire model. Raises `Ended`: an answer that cannot be read is no answer."""
        try:
            return model.model_validate_json(got.body)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
            raise self._unreadable(got, f"svaret kan ikke leses: {field or 'ikke JSON'}") from None

    def wrong_address(self, got: Got) -> Ended:
        """For a 404 that cannot have come from the remote's own interface."""
        return Ended(
            Broken(reason=f"{self.name} svarte {got.status}, men ikke som registeret: feil adresse?")
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def _answered(self, call: Call, seconds: float) -> AsyncIterator["_Answer"]:
        header, answer = await self._begin(call, seconds)
        if answer.status == 401 and call.auth is not None and call.auth.renew(header):
            await answer.close()
            _, answer = await self._begin(call, seconds)
        try:
            yield answer
        finally:
            await answer.close()

    async def _begin(self, call: Call, seconds: float) -> tuple[str, "_Answer"]:
        header = await call.auth.header() if call.auth else ""
        request = self._request(call, header)
        deadline = asyncio.get_running_loop().time() + seconds
        started = time.perf_counter()
        status = 0
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
            status = response.status_code
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            raise Ended(_cut(self.name, call, error)) from None
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000)
            line = {"method": call.method, "route": call.route, "status": status, "ms": milliseconds}
            log.info("remote call", remote=self.name, **line, **call.noted)
        return header, _Answer(self.name, call, response, deadline)

    def _request(self, call: Call, header: str) -> httpx.Request:
        headers = {"Accept": "application/json", **call.headers}
        if header:
            headers["Authorization"] = header
        if call.json is not None:
            headers["Content-Type"] = "application/json"
        content = None if call.json is None else orjson.dumps(call.json)
        address = self.base_url + call.target
        return self._client.build_request(
            call.method, address, headers=headers, content=content, data=call.form
        )

    def _failure(self, got: Got) -> Outcome:
        reason = f"{self.name} svarte {got.status}" + (f" ({got.code})" if got.code else "")
        after = wait_asked_for(got.headers, self.retry_after)
        if got.status in {408, 425, 429}:
            return TryLater(reason=reason, after=after)
        if got.status in {401, 403} or 300 <= got.status < 400:
            return Broken(reason=reason)
        if 400 <= got.status < 500:
            return GiveUp(cause="rejected", reason=reason)
        return TryLater(reason=reason, sent=got.call.may_have_effect, after=after)

    def _unreadable(self, got: Got, what: str) -> Ended:
        return Ended(TryLater(reason=f"{self.name}: {what}", sent=got.call.may_have_effect))


class _Answer:
    """An answer whose body is still to be read."""

    def __init__(self, name: str, call: Call, response: httpx.Response, deadline: float) -> None:
        self._name = name
        self._call = call
        self._response = response
        self._deadline = deadline

    @property
    def status(self) -> int:
        return self._response.status_code

    async def pieces(self) -> AsyncGenerator[bytes]:
        pieces = self._response.aiter_bytes()
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
                raise Ended(_cut(self._name, self._call, error)) from None
            yield piece

    async def read(self, most: int) -> Got:
        body = bytearray()
        async with aclosing(self.pieces()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > most:
                    break
        return Got(
            call=self._call,
            status=self.status,
            headers=self._response.headers,
            body=bytes(body[:most]),
            cut=len(body) > most,
        )

    async def close(self) -> None:
        with suppress(httpx.HTTPError, aiohttp.ClientError, OSError):
            await self._response.aclose()


async def outcome_of(work: Awaitable[T], *, name: str, seconds: float) -> T | Outcome:
    """How the work ended, within a bound. Cut off there, nobody knows whether something was sent."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except Ended as ended:
        return ended.outcome
    except TimeoutError:
        return TryLater(reason=f"{name} ble ikke ferdig i tide", sent=True)


def _client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=settings.max_connections, keepalive_expiry=settings.idle_seconds)
    timeout = httpx.Timeout(
        connect=settings.connect_seconds,
        read=settings.read_seconds,
        write=settings.write_seconds,
        pool=settings.pool_seconds,
    )
    return HttpxAiohttpClient(transport=transport or AiohttpTransport(limits=limits), timeout=timeout)


def _cut(name: str, call: Call, error: Exception) -> TryLater:
    if _never_left(error):
        return TryLater(reason=f"{name} kan ikke nås")
    what = (
        "svarte ikke i tide" if isinstance(error, TimeoutError | httpx.ReadTimeout) else "brøt forbindelsen"
    )
    return TryLater(reason=f"{name} {what}", sent=call.may_have_effect)


def _never_left(error: Exception) -> bool:
    # The transport calls every lost connection a ConnectTimeout, also one that was lost after our request
    # had been sent. Only the exception underneath tells the two apart.
    if isinstance(error.__cause__, aiohttp.ClientError):
        return isinstance(error.__cause__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
