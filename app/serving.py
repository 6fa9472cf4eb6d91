"""Run the hub's web server and everything behind it until told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import structlog
import uvicorn
import uvloop

from app.lock import take_lock
from app.wiring import Hub, lay_ground, migrate
from config.settings import Settings

log = structlog.get_logger(__name__)


STOPS = (signal.SIGINT, signal.SIGTERM)


class PortTaken(Exception):
    """Somebody else listens there."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `PortTaken`, saying what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port} ({error.strerror}); stop what listens there, or choose another "
            "port"
        ) from None
    bound.set_inheritable(True)
    return bound


class Server(uvicorn.Server):
    """Says when it listens: Altinn validates a subscription by calling us."""

    def __init__(self, config: uvicorn.Config, *, when_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_up = when_up

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when told. The server's own way ends the process before what is in hand is done."""
        loop = asyncio.get_running_loop()
        for told in STOPS:
            loop.add_signal_handler(told, self.handle_exit, told, None)
        try:
            yield
        finally:
            for told in STOPS:
                loop.remove_signal_handler(told)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        log.info("serving")
        self._when_up()


async def serve(settings: Settings, listening: socket.socket) -> None:
    """All roles in one process. The embedded database is brought up to date first."""
    if settings.database.startswith("sqlite"):
        await bring_up_to_date(settings)
    hub = Hub(settings)
    server = Server(
        uvicorn.Config(hub.web, log_config=None, access_log=False, lifespan="off", server_header=False),
        when_up=hub.subscribe,
    )
    await hub.start()
    try:
        await server.serve(sockets=[listening])
    finally:
        await hub.stop()
        log.info("stopped")


async def bring_up_to_date(settings: Settings) -> None:
    ground = lay_ground(settings)
    before, after = await migrate(ground.database)
    await ground.database.close()
    if before != after:
        log.info("migrated", before=before, after=after)


def run(settings: Settings) -> None:
    """Block until stopped. Raises `PortTaken`, `AlreadyRunning`, `NotMigrated`, `ConfigurationError`."""
    listening = bind(settings.host, settings.port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with take_lock(settings.data_dir), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, listening))
