"""Connections that go wrong, over real sockets: the transport's own names for them are not to be trusted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from connectors.calls import Call, Ended
from connectors.connector import Broken, Outcome, TryLater
from connectors.http import Remote, Settings

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GET = Call(method="GET", route="/")
POST = Call(method="POST", route="/", json={})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def served(serve: Serve, settings: Settings | None = None) -> AsyncIterator[Remote]:
    """A remote that reads the request and then does what it likes with the connection."""
    handled: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await serve(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handled.add(asyncio.ensure_future(answer(reader, writer)))

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    remote = Remote("register", f"http://127.0.0.1:{port}", settings or Settings())
    try:
        yield remote
    finally:
        await remote.aclose()
        server.close()
        await asyncio.gather(*handled)


async def outcome(remote: Remote, call: Call) -> Outcome:
    with pytest.raises(Ended) as ended:
        await remote.send(call)
    return ended.value.outcome


async def downloaded(remote: Remote, trouble: Exception | None = None) -> bytes:
    """All of it, unless the one who reads it has trouble of its own."""
    content = b""
    async with remote.download(GET) as pieces:
        async for piece in pieces:
            content += piece
            if trouble is not None:
                raise trouble
    return content


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def stop_halfway(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 100\r\n\r\n{")
    await writer.drain()


async def say_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"what do you want\r\n\r\n")
    await writer.drain()


async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        try:
            await writer.drain()
        except ConnectionError:
            return
        await asyncio.sleep(0.01)


async def test_nobody_there() -> None:
    """A refused connection never carried the call."""
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    remote = Remote("register", f"http://127.0.0.1:{port}", Settings())
    assert await outcome(remote, POST) == TryLater(reason="register kan ikke nås")
    await remote.aclose()


@pytest.mark.parametrize("serve", [hang_up, stop_halfway, say_nonsense])
@pytest.mark.parametrize("call", [GET, POST])
async def test_cut_after_sending(serve: Serve, call: Call) -> None:
    """A connection that is lost after the call was sent leaves a call with effect unclear."""
    async with served(serve) as remote:
        expected = TryLater(reason="register brøt forbindelsen", sent=call is POST)
        assert await outcome(remote, call) == expected


async def test_silence_after_sending() -> None:
    """A remote that reads the call and never answers may have acted on it."""
    async with served(say_nothing, Settings(read_seconds=0.05)) as remote:
        assert await outcome(remote, POST) == TryLater(reason="register svarte ikke i tide", sent=True)


async def test_an_answer_that_never_ends() -> None:
    """A body that drips slowly enough to fool the read timeout is stopped by the total one."""
    async with served(trickle, Settings(total_seconds=0.2)) as remote:
        assert await outcome(remote, POST) == TryLater(reason="register svarte ikke i tide", sent=True)


async def test_no_free_connection() -> None:
    """Waiting for a connection in vain is our own queue: nothing was sent."""
    taken = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        taken.set()
        await reader.read()

    async with served(hold, Settings(max_connections=1, pool_seconds=0.05)) as remote:
        holder = asyncio.ensure_future(remote.send(GET))
        await taken.wait()
        assert await outcome(remote, POST) == TryLater(reason="register kan ikke nås")
        holder.cancel()
        with pytest.raises(asyncio.CancelledError):
            await holder


async def test_download_cut_halfway() -> None:
    """A document that breaks off ends as the connection's trouble, not as a short document."""
    async with served(stop_halfway) as remote:
        with pytest.raises(Ended) as ended:
            await downloaded(remote)
    assert ended.value.outcome == TryLater(reason="register brøt forbindelsen")


async def test_trouble_of_the_reader_is_not_the_remotes() -> None:
    """A full disk while a document is stored is told as what it is."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n{}")
        await writer.drain()

    async with served(answer) as remote:
        with pytest.raises(OSError, match="disk full"):
            await downloaded(remote, OSError("disk full"))


async def test_download_refused() -> None:
    """A refused download ends as any refused call."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with served(answer) as remote:
        with pytest.raises(Ended) as ended:
            await downloaded(remote)
    assert ended.value.outcome == Broken(reason="register svarte 403")
