"""The program itself, over real sockets, in a process of its own."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from tests.simulators.harness import APPLICATION_RESOURCE, EVENTS, Hub, Partner, Receiver, register, until

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def serving(app: FastAPI, bound: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve(sockets=[bound]))
    await until(lambda: bool(server.started))
    try:
        yield
    finally:
        server.should_exit = True
        await running


def free_port() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def program(port: int) -> AsyncIterator[httpx.AsyncClient]:
    arguments = ("-m", "simulators", "--port", str(port), "--time-scale", "0.01", "--persons", "8")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await until(lambda: healthy(http))
            yield http
    finally:
        process.terminate()
        await process.wait()


async def healthy(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/sim/health")).status_code == 200
    except httpx.TransportError:
        return False


async def test_the_program_takes_an_application_and_calls_back(signing_key: RSAKey) -> None:
    """Started from the command line it serves, issues tokens and delivers events."""
    with free_port() as given:
        port = given.getsockname()[1]
    bound = free_port()
    receiver = Receiver(f"http://127.0.0.1:{bound.getsockname()[1]}/events?code=hemmelig")
    async with serving(receiver.app(), bound), program(port) as http:
        hub = Partner(f"http://127.0.0.1:{port}", http, signing_key, receiver)
        await register(hub)
        number = (await hub.subscribe(APPLICATION_RESOURCE)).json()["id"]
        headers = await hub.altinn()

        async def validated() -> bool:
            answer = await http.get(f"{EVENTS}/subscriptions/{number}", headers=headers)
            return bool(answer.json()["validated"])

        await until(validated)
        await hub.apply()
        await until(lambda: bool(receiver.of_type("app.instance.process.completed")))


@pytest.mark.parametrize("path", ["/", "/people/p001", "/static/simulators.css"])
async def test_pages_are_served_from_the_package(hub: Hub, path: str) -> None:
    """Templates and style sheet are found from where the package lies."""
    assert (await hub.http.get(path)).status_code == 200
