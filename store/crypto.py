"""Encryption of everything personal: AES-256-GCM under a key with an id, and keyed hashes for look-up.

Two keys may be valid at a time: the first encrypts, all decrypt, so keys rotate without a stop.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
ID_BYTES = 4
NONCE_BYTES = 12
KEY_BYTES = 32
HEADER_BYTES = len(FORMAT) + ID_BYTES + NONCE_BYTES


class WrongKey(Exception):
    """The bytes were not encrypted under any key that we hold, or have been changed."""


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A 32-byte key. Its id is derived from it, so that two machines agree without a list."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"A field key has {KEY_BYTES} bytes; this one has {len(self.secret)}")

    def __repr__(self) -> str:
        return "FieldKey(***)"

    @property
    def id(self) -> bytes:
        return hashlib.sha256(b"skranke key id" + self.secret).digest()[:ID_BYTES]


class Cipher:
    """Encrypts with the first key, decrypts with any. `purpose` binds bytes to the column they lie in."""

    def __init__(self, keys: Sequence[FieldKey], index_key: bytes) -> None:
        if not keys:
            raise ValueError("At least one field key is needed")
        self._current = keys[0].id
        self._by_id = {key.id: AESGCM(key.secret) for key in keys}
        self._index_key = index_key

    def seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._by_id[self._current].encrypt(nonce, plain, purpose.encode())
        return FORMAT + self._current + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises `WrongKey`."""
        key_id = sealed[len(FORMAT) : len(FORMAT) + ID_BYTES]
        key = self._by_id.get(key_id)
        if sealed[: len(FORMAT)] != FORMAT or key is None:
            raise WrongKey(f"no-key: {purpose}")
        nonce = sealed[len(FORMAT) + ID_BYTES : HEADER_BYTES]
        try:
            return key.decrypt(nonce, sealed[HEADER_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):  # the latter when too few bytes are left for a nonce
            raise WrongKey(f"bytes-changed: {purpose}") from None

    def index(self, value: str) -> str:
        """A keyed hash by which an identity number can be looked up but not read."""
        return hmac.digest(self._index_key, value.encode(), "sha256").hex()
