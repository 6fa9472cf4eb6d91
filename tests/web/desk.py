"""The web part with everything real behind it: a database in a file, the rules, and a worker that applies."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import func, select

from broker.topology import CONNECTORS, QUEUE_OF
from case_core.messages import Message, SubmissionReceived
from config.case_types import load_case_types
from config.texts import load_texts
from handlers.apply import Apply
from letters.write import write
from store import cases, circuits, inbox, tables
from store.codec import Codec
from store.crypto import Cipher, FieldKey
from store.database import Database
from store.files import Folder
from store.rows import Arrival
from store.sharing import SharedCommit
from tests.web import build
from web.app import WebSettings, create_app

ALTINN_SECRET = "altinn-hemmelighet-1"
NEXI_SECRET = "nexihemmelighet1"
HERE = "http://127.0.0.1:8000"
KEYS = (FieldKey(bytes(range(32))),)


@dataclass
class Clock:
    now: datetime = build.NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class Desk:
    """`asleep`: nobody works on rows. `client` speaks to the pages from this machine."""

    database: Database
    files: Folder
    clock: Clock
    numbers: "count[int]" = field(default_factory=count)
    asleep: bool = False
    working: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.kinds = load_case_types("standard")
        self.texts = load_texts()
        self.apply = Apply(self.database, self.kinds, new_id=self.new_id, now=self.clock, wake=lambda: None)
        self.accept: SharedCommit[Arrival, int | None] = SharedCommit(self.store)
        self.app = create_app(
            database=self.database,
            accept=self.accept,
            wake=self.wake,
            kinds=self.kinds,
            texts=self.texts,
            write=lambda letter: write(self.texts, letter),
            files=self.files,
            now=self.clock,
            settings=WebSettings(
                org="hdir",
                application_apps=frozenset({"autorisasjon"}),
                supplement_app="ettersending",
                altinn_secret=SecretStr(ALTINN_SECRET),
                nexi_secret=SecretStr(NEXI_SECRET),
            ),
        )
        self.client = self.caller()

    def caller(self, address: str = "127.0.0.1", base_url: str = HERE) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, client=(address, 50000))
        return httpx.AsyncClient(transport=transport, base_url=base_url)

    def new_id(self) -> str:
        return f"case-{next(self.numbers)}"

    async def store(self, arrivals: Sequence[Arrival]) -> list[int | None]:
        async with self.database.write() as tx:
            return await inbox.add(tx, arrivals)

    def wake(self) -> None:
        if not self.asleep:
            task = asyncio.create_task(self.settle())
            self.working.add(task)
            task.add_done_callback(self.working.discard)

    async def settle(self) -> None:
        """Apply what is new until nothing is."""
        while ids := await self.new_rows():
            await self.apply(ids)

    async def new_rows(self) -> list[int]:
        async with self.database.read() as tx:
            found = await tx.connection.execute(
                select(tables.inbox.c.id).where(tables.inbox.c.status == "new").order_by(tables.inbox.c.id)
            )
            return list(found.scalars())

    async def hear(self, *messages: Message, case_id: str | None = None, source: str = "test") -> list[int]:
        """Take messages in and handle them; their rows."""
        arrivals = [
            Arrival(
                source=source,
                external_id=f"{source}-{next(self.numbers)}",
                queue=QUEUE_OF[type(message)],
                message=message,
                case_id=case_id,
            )
            for message in messages
        ]
        ids = await self.store(arrivals)
        await self.settle()
        return [row_id for row_id in ids if row_id is not None]

    async def case_of(self, row_id: int) -> tuple[str, str]:
        """(id, number) of the case that a message belongs to."""
        async with self.database.read() as tx:
            found = await tx.connection.execute(
                select(tables.inbox.c.case_id).where(tables.inbox.c.id == row_id)
            )
            case_id: str = found.scalar_one()
            return case_id, (await cases.view(tx, [case_id]))[case_id].number

    async def opened(self, message: SubmissionReceived | None = None) -> tuple[str, str]:
        """A new case: (id, number)."""
        (row_id,) = await self.hear(message or build.submission())
        return await self.case_of(row_id)

    async def ready(self, message: SubmissionReceived | None = None) -> tuple[str, str]:
        """A case that is paid and checked, so that it is a caseworker's turn: (id, number)."""
        complete = build.submission(documents=(build.document("vitnemal"),))
        case_id, number = await self.opened(message or complete)
        await self.hear(build.payment_created(), build.person_found(), case_id=case_id)
        await self.hear(
            build.payment_observed(reference=number), build.authorisations_found(), case_id=case_id
        )
        return case_id, number

    async def told(self, address: str) -> Any:
        """What the JSON at this address says."""
        answer = await self.client.get(address, params={"format": "json"})
        assert answer.status_code == 200
        return answer.json()

    async def act(self, number: str, name: str, **fields: object) -> httpx.Response:
        """Send an act as a script does, having seen the case as it is."""
        seen = (await self.told(f"/cases/{number}"))["version"]
        form = {"token": f"token-number-{next(self.numbers):06}", "seen_version": seen, "confirm": "1"}
        return await self.client.post(
            f"/cases/{number}/{name}", data={**form, **fields}, headers={"Accept": "application/json"}
        )

    async def rows(self, table: str) -> list[Any]:
        async with self.database.read() as tx:
            return list((await tx.connection.execute(select(tables.metadata.tables[table]))).all())

    async def amount(self, table: str) -> int:
        async with self.database.read() as tx:
            statement = select(func.count()).select_from(tables.metadata.tables[table])
            return (await tx.connection.execute(statement)).scalar_one()

    async def close(self) -> None:
        await asyncio.gather(*self.working)
        await self.client.aclose()
        await self.database.close()


def new_database(folder: Path) -> Database:
    return database_at(f"sqlite+aiosqlite:///{folder / 'skranke.db'}")


def database_at(url: str) -> Database:
    return Database(url, Cipher(KEYS, b"i" * 32), Codec(load_case_types("standard").values()))


async def desk_over(database: Database, folder: Path) -> Desk:
    async with database.write() as tx:
        await circuits.ensure(tx, CONNECTORS)
    return Desk(database=database, files=Folder(folder / "documents", KEYS), clock=Clock())
