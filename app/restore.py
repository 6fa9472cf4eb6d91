"""A backup back into the data folder. What lay there is moved aside and never deleted."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

from app.backup import (
    DATABASE,
    DOCUMENTS,
    BackupFailed,
    Manifest,
    Progress,
    copy_documents,
    copy_through,
    digest,
    documents_in,
    embedded_database,
    keep_names,
    read_manifest,
)
from app.lock import take_lock
from app.wiring import Ground, Remotes, connect, lay_ground, make_folder, migrate, now, sign_in
from broker.topology import QUEUE_OF
from case_core.messages import FormCompleted
from config.settings import Settings
from connectors.altinn_search import as_utc, search
from connectors.altinn_unconfirmed import SCOPES
from connectors.maskinporten import AltinnTokens
from connectors.tokens import Bearer
from migrations.upgrade import newest
from store import inbox, reconciling
from store.rows import Arrival

SOURCE = "restore"
OVERLAP = timedelta(minutes=20)
SET = 100


def restore(settings: Settings, backup: Path, *, replace: bool, progress: Progress) -> Path | None:
    """The folder that older data was moved to, if there was any.

    Raises `NotEmbedded`, `BackupFailed`, `AlreadyRunning`, `ConfigurationError`.
    """
    database = embedded_database(settings)
    check(backup, read_manifest(backup))
    make_folder(settings.data_dir)
    with take_lock(settings.data_dir):
        there = [path for path in places(settings.data_dir, database) if path.exists()]
        if there and not replace:
            raise BackupFailed(
                f"{settings.data_dir} has data already; --replace moves it aside and restores in its place"
            )
        try:
            return put_in_place(settings.data_dir, database, backup, there, progress)
        except OSError as error:
            raise BackupFailed(
                f"The backup could not be restored: {error}; run the same again with --replace"
            ) from None


def check(backup: Path, manifest: Manifest) -> None:
    """Is all there that the manifest tells of, and can this program read it? Raises `BackupFailed`."""
    if not (backup / DATABASE).is_file() or digest(backup / DATABASE) != manifest.database_sha256:
        raise BackupFailed(f"{backup / DATABASE} is not what the manifest tells of; take another backup")
    sizes = [file.stat().st_size for file in documents_in(backup / DOCUMENTS)]
    if (len(sizes), sum(sizes)) != (manifest.files, manifest.bytes):
        raise BackupFailed(
            f"{backup / DOCUMENTS} holds {len(sizes)} files with {sum(sizes)} bytes, the manifest tells of "
            f"{manifest.files} with {manifest.bytes}; take another backup"
        )
    if manifest.revision > newest():  # revisions are numbered
        raise BackupFailed(
            f"The backup was made by version {manifest.program}, which is newer than this one; install that"
        )


def places(data_dir: Path, database: Path) -> tuple[Path, ...]:
    logs = (database.with_name(database.name + ending) for ending in ("-wal", "-shm"))
    return (database, *logs, data_dir / DOCUMENTS)


def put_in_place(
    data_dir: Path, database: Path, backup: Path, there: list[Path], progress: Progress
) -> Path | None:
    """Everything is copied before anything is moved; the database comes last, since it tells of the files."""
    part = data_dir / f"restoring-{secrets.token_hex(4)}"
    part.mkdir(mode=0o700)
    try:
        copy_through(backup / DATABASE, part / DATABASE)
        copy_documents(backup / DOCUMENTS, part / DOCUMENTS, progress)
        aside = move_aside(data_dir, there) if there else None
        (part / DOCUMENTS).rename(data_dir / DOCUMENTS)
        (part / DATABASE).rename(database)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for folder in {data_dir, database.parent}:
        keep_names(folder)
    return aside


def move_aside(data_dir: Path, there: list[Path]) -> Path:
    aside = data_dir / f"replaced-{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    for path in there:
        path.rename(aside / path.name)
    return aside


def fetch_since(settings: Settings, made_at: datetime) -> int:
    """Have the hub fetch the forms that were submitted after the backup; how many it does not know.

    Reconciliation finds those that nobody confirmed. The hub that was lost has confirmed others, and only
    the backup's time tells which. Raises `Ended`, `NoDatabase`, `AlreadyRunning`, `ConfigurationError`.
    """
    with take_lock(settings.data_dir):
        return asyncio.run(ask_altinn(settings, made_at - OVERLAP))


async def ask_altinn(settings: Settings, since: datetime) -> int:
    ground, remotes = lay_ground(settings), connect(settings)
    try:
        await migrate(ground.database)
        found = [form async for form in forms(settings, remotes, since)]
        return sum([await take(ground, found[start : start + SET]) for start in range(0, len(found), SET)])
    finally:
        await remotes.close()
        await ground.database.close()


async def forms(settings: Settings, remotes: Remotes, since: datetime) -> AsyncIterator[FormCompleted]:
    """Submitted forms that changed since then, confirmed or not."""
    maskinporten = sign_in(settings, remotes.maskinporten)
    auth = Bearer(AltinnTokens(settings.maskinporten, remotes.platform, maskinporten), SCOPES)
    for app in settings.altinn.apps:
        wanted = {
            "appId": f"{settings.altinn.org}/{app}",
            "process.isComplete": "true",
            "status.isHardDeleted": "false",
            "lastChanged": f"gte:{as_utc(since)}",
        }
        async for instance in search(remotes.platform, auth, wanted):
            if not instance.is_deleted:
                yield FormCompleted(at=now(), app=app, instance=instance.id)


async def take(ground: Ground, found: list[FormCompleted]) -> int:
    async with ground.database.write() as tx:
        unknown = await reconciling.unknown(tx, "altinn", {form.instance for form in found})
        new = [
            Arrival(source=SOURCE, external_id=form.instance, queue=QUEUE_OF[FormCompleted], message=form)
            for form in found
            if form.instance in unknown
        ]
        return sum(row is not None for row in await inbox.add(tx, new))
