"""Encryption: only who holds a key can read, and what was changed cannot be read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.crypto import Cipher, FieldKey, WrongKey
from tests.case_core import build

OLD, NEW, FOREIGN = (FieldKey(bytes([number]) * 32) for number in (1, 2, 3))
INDEX_KEY = b"i" * 32
PURPOSE = "inbox.body"
PLAIN = f"Kari Nordmann {build.NIN}".encode()


def cipher(*keys: FieldKey, index_key: bytes = INDEX_KEY) -> Cipher:
    return Cipher(keys, index_key)


@given(plain=st.binary(max_size=5000))
def test_what_is_sealed_can_be_opened(plain: bytes) -> None:
    """Any bytes, none included."""
    ours = cipher(NEW)
    assert ours.open(ours.seal(plain, PURPOSE), PURPOSE) == plain


def test_sealed_bytes_tell_nothing() -> None:
    """Neither what they hold nor that two of them hold the same."""
    ours = cipher(NEW)
    one, two = ours.seal(PLAIN, PURPOSE), ours.seal(PLAIN, PURPOSE)
    assert one != two
    assert build.NIN.encode() not in one


def test_two_keys_are_valid_while_they_rotate() -> None:
    """The first encrypts, both decrypt; when the old one is gone, so is what only it could open."""
    before, during, after = cipher(OLD), cipher(NEW, OLD), cipher(NEW)
    old, new = before.seal(PLAIN, PURPOSE), during.seal(PLAIN, PURPOSE)
    assert during.open(old, PURPOSE) == during.open(new, PURPOSE) == PLAIN
    assert after.open(new, PURPOSE) == PLAIN
    with pytest.raises(WrongKey):
        after.open(old, PURPOSE)


def test_the_second_key_encrypts_nothing() -> None:
    """A machine that has only the old key cannot read what the rotating one writes."""
    with pytest.raises(WrongKey, match="no-key"):
        cipher(OLD).open(cipher(NEW, OLD).seal(PLAIN, PURPOSE), PURPOSE)


def test_a_foreign_key_opens_nothing() -> None:
    """And the refusal names the purpose, never the content."""
    with pytest.raises(WrongKey) as refused:
        cipher(FOREIGN).open(cipher(NEW).seal(PLAIN, PURPOSE), PURPOSE)
    assert str(refused.value) == f"no-key: {PURPOSE}"


@pytest.mark.parametrize("bit", [0, 7])
def test_every_changed_byte_is_seen(bit: int) -> None:
    """Header, nonce, content and tag alike."""
    ours = cipher(NEW)
    sealed = ours.seal(PLAIN, PURPOSE)
    for place in range(len(sealed)):
        forged = bytearray(sealed)
        forged[place] ^= 1 << bit
        with pytest.raises(WrongKey):
            ours.open(bytes(forged), PURPOSE)


def test_every_cut_is_seen() -> None:
    """From either end, down to nothing."""
    ours = cipher(NEW)
    sealed = ours.seal(PLAIN, PURPOSE)
    for length in range(len(sealed)):
        with pytest.raises(WrongKey):
            ours.open(sealed[:length], PURPOSE)
        with pytest.raises(WrongKey):
            ours.open(sealed[length + 1 :], PURPOSE)


def test_bytes_are_bound_to_their_purpose() -> None:
    """What lies in one column cannot be laid into another."""
    ours = cipher(NEW)
    with pytest.raises(WrongKey, match=r"bytes-changed: cases\.data"):
        ours.open(ours.seal(PLAIN, PURPOSE), "cases.data")


def test_the_look_up_hash_is_the_same_everywhere_with_the_key() -> None:
    """It does not depend on the field keys, so that rotating them leaves look-ups whole."""
    assert cipher(OLD).index(build.NIN) == cipher(NEW, OLD).index(build.NIN)
    assert cipher(OLD).index(build.NIN) != cipher(OLD).index(build.OTHER_NIN)


def test_the_look_up_hash_needs_its_key() -> None:
    """All identity numbers can be tried in an hour; without the key that helps nobody."""
    ours = cipher(NEW).index(build.NIN)
    assert ours != cipher(NEW, index_key=b"j" * 32).index(build.NIN)
    assert build.NIN not in ours


def test_keys_of_another_length_are_refused() -> None:
    """And so is a cipher without keys; the text does not show the key."""
    with pytest.raises(ValueError, match="this one has 5") as refused:
        FieldKey(b"short")
    assert "short" not in str(refused.value)
    with pytest.raises(ValueError, match="At least one"):
        cipher()


def test_a_key_never_shows_itself() -> None:
    """Not in a traceback and not in a log line; its id is no part of it."""
    assert repr(NEW) == "FieldKey(***)"
    assert NEW.id not in NEW.secret
    assert NEW.id != OLD.id
