"""A copy of the embedded database and the documents, made while the hub runs.

A document is on disk before any row tells of it. So the database is copied first and the documents after
it: every row of the copy has its file, and a file that is newer than the copy does no harm. Keys are never
copied: whoever holds a backup and the keys can read everything, so the two are kept apart.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import make_url

from config.settings import Settings

DATABASE, DOCUMENTS, MANIFEST = "skranke.db", "documents", "manifest.json"
HALF_WRITTEN = ".part"
PIECE = 1024 * 1024

Progress = Callable[[int, int], None]
"""Told after each document: how many are copied, of how many."""


class NotEmbedded(Exception):
    """The database is a server's own affair; the text says what to use."""


class BackupFailed(Exception):
    """Nothing was made; the text says why."""


class Manifest(BaseModel):
    """What a whole backup says of itself. `missing`: documents that rows tell of and the folder lacked."""

    model_config = ConfigDict(frozen=True)

    made_at: datetime
    program: str
    revision: str
    files: int = Field(ge=0)
    bytes: int = Field(ge=0)
    missing: int = Field(0, ge=0)
    database_sha256: str


def back_up(settings: Settings, target: Path, progress: Progress) -> Manifest:
    """Into a folder that does not exist yet; it has its name only when it is whole.

    Raises `NotEmbedded`, `BackupFailed`.
    """
    database = embedded_database(settings)
    if target.exists():
        raise BackupFailed(f"{target} exists already; name a folder that does not")
    if not database.is_file():
        raise BackupFailed(f"There is no database {database}; has the hub run with this configuration?")
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}{HALF_WRITTEN}")
    try:
        manifest = fill(part, database, settings.data_dir / DOCUMENTS, progress)
        part.rename(target)
        keep_names(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"The backup could not be written: {error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def embedded_database(settings: Settings) -> Path:
    """The database's file. Raises `NotEmbedded`."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotEmbedded(
            "The database is PostgreSQL: copy it with pg_dump, and the folder "
            f"{settings.data_dir / DOCUMENTS} after it; pg_restore brings it back"
        )
    return Path(url.database)


def fill(folder: Path, database: Path, documents: Path, progress: Progress) -> Manifest:
    started_at = datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True)
    copy = folder / DATABASE
    copy_database(database, copy)
    names, size = copy_documents(documents, folder / DOCUMENTS, progress)
    manifest = Manifest(
        made_at=started_at,
        program=version("skranke"),
        revision=asked(copy, "SELECT version_num FROM alembic_version")[0],
        files=len(names),
        bytes=size,
        missing=len(set(asked(copy, "SELECT place FROM documents")) - names),
        database_sha256=digest(copy),
    )
    write_through(folder / MANIFEST, manifest.model_dump_json(indent=2).encode() + b"\n")
    keep_names(folder)
    return manifest


def copy_database(database: Path, copy: Path) -> None:
    """All in one step: a reader hinders no writer, and a writer does not make the copy begin anew."""
    with (
        contextlib.closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)) as source,
        contextlib.closing(sqlite3.connect(copy)) as made,
    ):
        source.backup(made)
        # One file, which a digest can speak for; the hub turns its log on again.
        made.execute("PRAGMA journal_mode=DELETE")
        if made.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy of the database is damaged")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def asked(database: Path, query: str) -> list[str]:
    address = f"{database.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        return [str(value) for (value,) in connection.execute(query)]


def copy_documents(source: Path, target: Path, progress: Progress) -> tuple[set[str], int]:
    """Names and size in all of what was copied."""
    target.mkdir(mode=0o700)
    found = list(documents_in(source))
    size = 0
    for number, file in enumerate(found, start=1):
        size += copy_through(file, target / file.relative_to(source))
        progress(number, len(found))
    for folder in (target, *target.iterdir()):
        keep_names(folder)
    return {file.name for file in found}, size


def documents_in(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.glob("*/*")) if file.suffix != HALF_WRITTEN)


def copy_through(source: Path, target: Path) -> int:
    """Copy and flush to disk; the size of the copy."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with source.open("rb") as original, target.open("xb") as made:
        shutil.copyfileobj(original, made, PIECE)
        made.flush()
        os.fsync(made.fileno())
        return made.tell()


def write_through(file: Path, content: bytes) -> None:
    with file.open("xb") as made:
        made.write(content)
        made.flush()
        os.fsync(made.fileno())


def digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def keep_names(folder: Path) -> None:
    """Make names in it survive a power cut."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def read_manifest(backup: Path) -> Manifest:
    """Raises `BackupFailed`."""
    try:
        return Manifest.model_validate_json((backup / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise BackupFailed(f"{backup} is no whole backup: it has no {MANIFEST}") from None
    except (OSError, ValidationError):
        raise BackupFailed(f"{backup / MANIFEST} cannot be read") from None
