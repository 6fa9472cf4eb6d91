"""The composition root: builds every part from its own few settings and joins them."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from fastapi import FastAPI
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from tenacity import AsyncRetrying, wait_exponential

from app.files import DocumentFolder
from broker.embedded import EmbeddedTransport
from broker.relay import Relay
from broker.topology import ALTINN, CONNECTORS, CORRESPONDENCE, FOLKEREGISTERET, HPR, NEXI, QUEUES
from case_core.decide import AnyCaseType
from case_core.effects import Letter
from config.case_types import ConfigurationError, load_case_types
from config.settings import Settings, key_bytes
from config.texts import Texts, load_texts
from connectors import correspondence, folkeregisteret
from connectors.altinn_apps import AltinnApps
from connectors.altinn_events import ensure_subscriptions
from connectors.altinn_unconfirmed import UnconfirmedForms
from connectors.calls import Ended
from connectors.connector import Connector
from connectors.correspondence import Correspondence
from connectors.folkeregisteret import Folkeregisteret
from connectors.hpr import Hpr
from connectors.http import Remote
from connectors.maskinporten import AltinnTokens, Maskinporten
from connectors.nexi import Nexi
from handlers.apply import Apply
from handlers.carry import Carry
from handlers.clock import Clock
from handlers.limits import Limits
from handlers.reconcile import Reconcile, Schedule
from letters.write import write
from migrations.upgrade import current, newest, upgrade
from store import circuits, inbox, rings
from store.codec import Codec
from store.crypto import Cipher, FieldKey
from store.database import Database
from store.files import Folder
from store.rows import Arrival
from store.sharing import SharedCommit
from web.app import WebSettings, create_app

log = structlog.get_logger(__name__)

T = TypeVar("T")


class NoDatabase(Exception):
    """The database cannot be reached; the text says what to look at."""


class NotMigrated(Exception):
    """The database lacks migrations; `skranke migrate` runs them."""


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Remotes:
    """One client for each outside system."""

    maskinporten: Remote
    apps: Remote
    platform: Remote
    nexi: Remote
    hpr: Remote
    folkeregisteret: Remote

    def named(self) -> dict[str, Remote]:
        return {remote.name: remote for remote in (getattr(self, name) for name in self.__slots__)}

    async def close(self) -> None:
        for remote in self.named().values():
            await remote.aclose()


def connect(settings: Settings) -> Remotes:
    def remote(name: str, address: str) -> Remote:
        return Remote(name, address, settings.http)

    return Remotes(
        maskinporten=remote("maskinporten", settings.maskinporten.issuer),
        apps=remote("altinn-apps", settings.altinn.apps_url),
        platform=remote("altinn-platform", settings.altinn.platform_url),
        nexi=remote("nexi", settings.nexi.base_url),
        hpr=remote("hpr", settings.hpr.base_url),
        folkeregisteret=Remote(
            "folkeregisteret",
            settings.folkeregisteret.base_url,
            settings.http,
            retry_after=folkeregisteret.RETRY_AFTER,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stands before anything runs: rules, texts, keys, database, files."""

    kinds: Mapping[str, AnyCaseType]
    texts: Mapping[str, Texts]
    database: Database
    files: Folder


def lay_ground(settings: Settings) -> Ground:
    """Raises `ConfigurationError`."""
    kinds = load_case_types(settings.pace)
    field_keys = tuple(FieldKey(key_bytes(key)) for key in settings.keys.field_keys)
    cipher = Cipher(field_keys, key_bytes(settings.keys.index_key))
    make_folder(settings.data_dir)
    return Ground(
        kinds=kinds,
        texts=load_texts(),
        database=Database(settings.database, cipher, Codec(kinds.values())),
        files=Folder(settings.data_dir / "documents", field_keys),
    )


def make_folder(folder: Path) -> None:
    """Raises `ConfigurationError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"SKRANKE_DATA_DIR: {folder} cannot be made ({error.strerror}); choose another folder"
        ) from None


def sign_in(settings: Settings, remote: Remote) -> Maskinporten:
    """Raises `ConfigurationError` for a key that cannot be used."""
    try:
        return Maskinporten(settings.maskinporten, remote)
    except ValueError as error:
        raise ConfigurationError(f"SKRANKE_MASKINPORTEN__PRIVATE_KEY: {error}") from None


async def migrate(database: Database) -> tuple[str, str]:
    """Bring the database up to date; the revisions before and after. Raises `NoDatabase`."""

    def run(connection: Connection) -> tuple[str, str]:
        before = current(connection)
        upgrade(connection)
        return before, current(connection)

    return await reach(database, run)


async def check_migrated(database: Database) -> None:
    """Raises `NotMigrated`, `NoDatabase`."""
    have = await reach(database, current)
    if have != newest():
        raise NotMigrated(f"The database is at {have or 'nothing'}, the program needs {newest()}")


async def reach(database: Database, work: Callable[[Connection], T]) -> T:
    """Raises `NoDatabase`."""
    try:
        return await database.run(work)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise NoDatabase(
            f"The database cannot be reached ({type(error).__name__}); check SKRANKE_DATABASE_URL, and that "
            "the server runs"
        ) from None


def tell_of_end(task: asyncio.Task[None]) -> None:
    """A role that ends by an error must not end in silence."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a role has ended", role=task.get_name(), exc_info=error)


class Hub:
    """All roles in one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ground = lay_ground(settings)
        self._remotes = connect(settings)
        self._tasks: list[asyncio.Task[None]] = []
        maskinporten = sign_in(settings, self._remotes.maskinporten)
        self._altinn_tokens = AltinnTokens(settings.maskinporten, self._remotes.platform, maskinporten)
        self._transport = EmbeddedTransport()
        database = self._ground.database
        clock = Clock(database, patience=settings.work.call_timeout)
        self._relay = Relay(
            database,
            self._transport,
            poll=settings.work.poll_seconds,
            duties=(clock.fire_deadlines, clock.expire_leases, clock.see_to_waiting),
        )
        self._apply = Apply(database, self._ground.kinds, new_id=new_id, now=now, wake=self._relay.wake)
        self._accept: SharedCommit[Arrival, int | None] = SharedCommit(self._store_arrivals)
        self._carries = {
            name: Carry(
                name,
                connector,
                database,
                self._ground.kinds,
                limits=Limits(
                    timeout=settings.work.call_timeout,
                    lease=settings.work.lease,
                    patience=settings.work.call_timeout,
                    at_a_time=settings.work.calls_at_a_time,
                ),
                now=now,
                wake=self._relay.wake,
            )
            for name, connector in self._connectors(maskinporten).items()
        }
        reconciling = settings.reconciling
        self._reconcile = Reconcile(
            database,
            UnconfirmedForms(settings.altinn, self._remotes.platform, self._altinn_tokens),
            Schedule(
                forms=reconciling.forms_every,
                payments=reconciling.payments_every,
                letters=reconciling.letters_every,
                grace=reconciling.grace,
                overlap=reconciling.overlap,
            ),
            now=now,
            wake=self._relay.wake,
        )
        self.web = self._build_web()

    def _connectors(self, maskinporten: Maskinporten) -> dict[str, Connector]:
        settings, remotes = self._settings, self._remotes
        files = DocumentFolder(self._ground.files)
        return {
            ALTINN: AltinnApps(settings.altinn, remotes.apps, remotes.platform, self._altinn_tokens, files),
            CORRESPONDENCE: Correspondence(
                settings.correspondence, remotes.platform, self._altinn_tokens, self._write_letter
            ),
            NEXI: Nexi(settings.nexi, remotes.nexi),
            FOLKEREGISTERET: Folkeregisteret(settings.folkeregisteret, remotes.folkeregisteret, maskinporten),
            HPR: Hpr(settings.hpr, remotes.hpr, maskinporten),
        }

    def _write_letter(self, letter: Letter) -> correspondence.WrittenLetter:
        return correspondence.WrittenLetter(**asdict(write(self._ground.texts, letter)))

    def _build_web(self) -> FastAPI:
        settings = self._settings
        return create_app(
            database=self._ground.database,
            accept=self._accept,
            wake=self._relay.wake,
            kinds=self._ground.kinds,
            texts=self._ground.texts,
            write=lambda letter: write(self._ground.texts, letter),
            files=self._ground.files,
            now=now,
            settings=WebSettings(
                org=settings.altinn.org,
                application_apps=frozenset(settings.altinn.apps),
                supplement_app=settings.altinn.supplement_app,
                altinn_secret=settings.events.webhook_secret,
                nexi_secret=settings.nexi.webhook_secret,
                max_hook_bytes=settings.max_hook_bytes,
            ),
        )

    async def _store_arrivals(self, arrivals: Sequence[Arrival]) -> list[int | None]:
        async with self._ground.database.write() as tx:
            ids = await inbox.add(tx, arrivals)
        self._relay.wake()
        return ids

    async def start(self) -> None:
        """Begin to work. Raises `NotMigrated`."""
        database = self._ground.database
        await check_migrated(database)
        async with database.write() as tx:
            await circuits.ensure(tx, CONNECTORS)
            await rings.forget(tx)
        await asyncio.to_thread(self._ground.files.sweep)
        handlers = {queue.name: self._apply for queue in QUEUES if queue.of_messages}
        await self._transport.start({**handlers, **self._carries})
        self._begin("relay", self._relay.run())
        self._begin("reconcile", self._reconcile.run())

    def subscribe(self) -> None:
        """See to it, in the background, that Altinn tells us of what happens."""
        self._begin("subscribe", self._subscribe())

    def _begin(self, name: str, role: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(role, name=name)
        task.add_done_callback(tell_of_end)
        self._tasks.append(task)

    async def _subscribe(self) -> None:
        async for attempt in AsyncRetrying(wait=wait_exponential(max=60)):
            with attempt:
                try:
                    made = await ensure_subscriptions(
                        self._settings.events, self._remotes.platform, self._altinn_tokens
                    )
                except Ended as ended:
                    reason = getattr(ended.outcome, "reason", "")
                    log.warning(
                        "no subscription yet", reason=reason, attempt=attempt.retry_state.attempt_number
                    )
                    raise
                for each in made:
                    log.info("subscribed", about=each.about, validated=each.validated)

    async def stop(self) -> None:
        """Take nothing more, finish what is in hand within the bound, close everything."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._transport.stop(self._settings.work.stop_patience_seconds)
        await self._accept.drain()
        await self._remotes.close()
        await self._ground.database.close()
