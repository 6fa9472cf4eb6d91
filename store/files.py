"""Documents in a folder: encrypted piece by piece, on disk before anybody is told that they are stored.

A file is a header (format, key id, nonce prefix) and pieces of 64 KiB, each sealed under its own nonce, which
holds its number and whether it is the last: pieces cannot be swapped, dropped or cut off unseen.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.crypto import ID_BYTES, FieldKey, WrongKey

FORMAT = b"SKF1"
PREFIX_BYTES = 7
PIECE = 64 * 1024
TAG_BYTES = 16
HALF_WRITTEN_SECONDS = 24 * 60 * 60
PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,79}")


class TooLarge(Exception):
    """The document is larger than accepted; nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    size: int
    sha256: str


class Folder:
    """A folder of encrypted files. All roles must see the same one."""

    def __init__(self, root: Path, keys: tuple[FieldKey, ...]) -> None:
        self._root = root
        self._keys = keys

    async def put(self, place: str, chunks: AsyncIterator[bytes], *, limit: int) -> Stored:
        """Store under `place`, replacing what lay there, and flush to disk. Raises `TooLarge`."""
        target = self._path(place)
        await asyncio.to_thread(make_folder, target.parent)
        part = target.with_name(f"{target.name}.{os.urandom(4).hex()}.part")
        try:
            stored = await self._write(part, chunks, limit)
            await asyncio.to_thread(move, part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return stored

    async def _write(self, part: Path, chunks: AsyncIterator[bytes], limit: int) -> Stored:
        sealer = Sealer(self._keys[0])
        digest = hashlib.sha256()
        size = 0
        with part.open("xb") as out:
            out.write(sealer.header)
            pending = bytearray()
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"The document is larger than {limit} bytes")
                digest.update(chunk)
                pending += chunk
                while len(pending) > PIECE:
                    out.write(sealer.seal(bytes(pending[:PIECE]), last=False))
                    del pending[:PIECE]
            out.write(sealer.seal(bytes(pending), last=True))
            await asyncio.to_thread(flush, out)
        return Stored(size=size, sha256=digest.hexdigest())

    async def open(self, place: str) -> AsyncIterator[bytes]:
        """The plain pieces. Raises `FileNotFoundError`, `WrongKey`."""
        with self._path(place).open("rb") as source:
            opener = Sealer.opening(source, self._keys)
            last = False
            piece = source.read(PIECE + TAG_BYTES)
            while not last:
                following = await asyncio.to_thread(source.read, PIECE + TAG_BYTES)
                last = not following
                yield opener.unseal(piece, last=last)
                piece = following

    def sweep(self) -> int:
        """Remove what writers that died left half-written long ago; how many files. Others may be at work."""
        before = time.time() - HALF_WRITTEN_SECONDS
        removed = 0
        for part in self._root.glob("*/*.part"):
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    removed += 1
        return removed

    def _path(self, place: str) -> Path:
        if not PLACE.fullmatch(place):
            raise ValueError("A place is made of letters, digits and dashes")
        return self._root / hashlib.sha256(place.encode()).hexdigest()[:2] / place


class Sealer:
    """Seals or opens the pieces of one file in order."""

    def __init__(self, key: FieldKey, prefix: bytes | None = None) -> None:
        self._key = key
        self._aes = AESGCM(key.secret)
        self._prefix = prefix or os.urandom(PREFIX_BYTES)
        self._number = 0

    @classmethod
    def opening(cls, source: BinaryIO, keys: tuple[FieldKey, ...]) -> "Sealer":
        head = source.read(len(FORMAT) + ID_BYTES + PREFIX_BYTES)
        key_id = head[len(FORMAT) : len(FORMAT) + ID_BYTES]
        key = next((each for each in keys if each.id == key_id), None)
        if not head.startswith(FORMAT) or key is None:
            raise WrongKey("no-key: file")
        return cls(key, head[-PREFIX_BYTES:])

    @property
    def header(self) -> bytes:
        return FORMAT + self._key.id + self._prefix

    def seal(self, piece: bytes, *, last: bool) -> bytes:
        return self._aes.encrypt(self._nonce(last=last), piece, FORMAT)

    def unseal(self, piece: bytes, *, last: bool) -> bytes:
        try:
            return self._aes.decrypt(self._nonce(last=last), piece, FORMAT)
        except InvalidTag:
            raise WrongKey("bytes-changed: file") from None

    def _nonce(self, *, last: bool) -> bytes:
        nonce = self._prefix + struct.pack(">I?", self._number, last)
        self._number += 1
        return nonce


def flush(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def move(part: Path, target: Path) -> None:
    """Give the finished file its name, and make the name itself survive a power cut."""
    part.replace(target)
    keep_names(target.parent)


def make_folder(folder: Path) -> None:
    """Make it where it is missing, with all above it, and make its name survive a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    keep_names(folder.parent)


def keep_names(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
