"""A PostgreSQL server of the tests' own: a temporary folder, a free port, thrown away afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

REQUIRE = "SKRANKE_REQUIRE_POSTGRES"
SUPERUSER = "postgres"
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on "
    "-c dynamic_shared_memory_type=mmap"  # in the server's own folder, so that nothing is left behind
)
COPIES_AT_A_TIME = 8
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made under a name of its own
ROOM_NEEDED = 3 * 1024**3
WHERE_DEBIAN_PUTS_THEM = Path("/usr/lib/postgresql")
HOW_TO_GET_IT = (
    "PostgreSQL's own programs (initdb, pg_ctl) are not on this machine; install them "
    "(`apt install postgresql` on Debian and Ubuntu) or put them on PATH"
)


class NotInstalled(Exception):
    """There is no PostgreSQL here to start."""


def programs() -> Path:
    """The folder of the newest PostgreSQL's programs. Raises `NotInstalled`."""
    found = sorted(WHERE_DEBIAN_PUTS_THEM.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NotInstalled(HOW_TO_GET_IT)
    return Path(on_path).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server. Clients come in by TCP on the loopback address."""

    programs: Path
    folder: Path
    port: int

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def create(self, *databases: str, template: str = "template0") -> None:
        """New databases, copied from another to which nobody is connected."""
        commands = [f"--command=CREATE DATABASE {each} TEMPLATE {template}" for each in databases]
        self.client("psql", "--quiet", *commands)

    def dump(self, database: str) -> bytes:
        return self.client("pg_dump", database)

    def client(self, program: str, *arguments: str) -> bytes:
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--username", SUPERUSER]
        return run(self.programs / program, *address, *arguments, folder=self.folder)

    def start(self) -> None:
        settings = f"-p {self.port} {SETTINGS}"
        self.control("start", "--log", str(self.folder / "log"), "--options", settings)

    def stop(self, how: str = "fast") -> None:
        self.control("stop", "--mode", how)

    def control(self, *arguments: str) -> None:
        data = str(self.folder / "data")
        run(self.programs / "pg_ctl", "--pgdata", data, "--wait", *arguments, folder=self.folder)


class Copies:
    """Copies of a database, made ahead of need: a handful in one session take a third of the time."""

    def __init__(self, server: Server, template: str, thread: Executor) -> None:
        self._server = server
        self._template = template
        self._thread = thread
        self._ready: list[str] = []
        self._coming = thread.submit(self._make)

    def take(self) -> str:
        """The address of one that nobody else uses."""
        if not self._ready:
            self._ready = self._coming.result()
            self._coming = self._thread.submit(self._make)
        return self._server.url(self._ready.pop())

    def _make(self) -> list[str]:
        names = [f"{self._template}_{uuid4().hex}" for _ in range(COPIES_AT_A_TIME)]
        self._server.create(*names, template=self._template)
        return names


@contextmanager
def running() -> Iterator[Server]:
    """A server that lives as long as the block. Raises `NotInstalled`."""
    where = programs()
    folder = Path(tempfile.mkdtemp(prefix="skranke-postgresql-", dir=memory()))
    try:
        user = unprivileged()
        if user is not None:
            shutil.chown(folder, user)
        server = Server(programs=where, folder=folder, port=free_port())
        initdb = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={SUPERUSER}")
        run(where / "initdb", *initdb, "--pgdata", str(folder / "data"), folder=folder)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def run(program: Path, *arguments: str, folder: Path) -> bytes:
    """Output goes by files: a server that outlives `pg_ctl` would hold a pipe open."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        done = subprocess.run(  # noqa: S603 - a program of the installed PostgreSQL, arguments of our own
            [program, *arguments], check=False, cwd=folder, stdout=out, stderr=errors, user=unprivileged()
        )
        out.seek(0)
        errors.seek(0)
        assert done.returncode == 0, f"{program.name}: {errors.read().decode()}"
        return out.read()


def memory() -> Path | None:
    """A folder in memory, where copying databases is many times faster, if there is room for hundreds."""
    if not IN_MEMORY.is_dir() or not os.access(IN_MEMORY, os.W_OK):
        return None
    return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free >= ROOM_NEEDED else None


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; anybody else runs it as themselves."""
    return "postgres" if os.geteuid() == 0 else None


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
