"""Files: what is stored is read byte for byte, and what was touched on disk is not read at all."""

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from store.crypto import ID_BYTES, FieldKey, WrongKey
from store.files import FORMAT, PIECE, PREFIX_BYTES, TAG_BYTES, Folder, Stored, TooLarge
from tests.case_core import build

KEY, OLD_KEY = FieldKey(b"k" * 32), FieldKey(b"o" * 32)
PLACE = "0e2f9a52-8d62-4e0e-9b57-0e1a4b8d1c01"
HEADER = len(FORMAT) + ID_BYTES + PREFIX_BYTES
SEALED = PIECE + TAG_BYTES
PLENTY = 64 * 1024 * 1024
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * 1024 * 1024 + 17)


def content(size: int) -> bytes:
    """Bytes in which every piece differs from the others."""
    blocks = (hashlib.sha256(str(number).encode()).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]


async def chunks(plain: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(plain), size):
        yield plain[start : start + size]


async def read(folder: Folder, place: str = PLACE) -> bytes:
    return b"".join([piece async for piece in folder.open(place)])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def folder(root: Path) -> Folder:
    return Folder(root, (KEY,))


def on_disk(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunk", [1000, PIECE, 1_000_000])
async def test_a_file_is_read_as_it_was_stored(folder: Folder, size: int, chunk: int) -> None:
    """Whatever its size and however it arrived."""
    plain = content(size)
    stored = await folder.put(PLACE, chunks(plain, chunk), limit=size)
    assert stored == Stored(size=size, sha256=hashlib.sha256(plain).hexdigest())
    assert await read(folder) == plain


async def test_nothing_of_a_file_can_be_read_on_disk(folder: Folder, root: Path) -> None:
    """Its place is its name; the rest is sealed."""
    await folder.put(PLACE, chunks(build.NIN.encode() * 100, 64), limit=PLENTY)
    [path] = on_disk(root)
    assert path.name == PLACE
    assert build.NIN.encode() not in path.read_bytes()


async def test_a_file_that_is_too_large_leaves_nothing(folder: Folder, root: Path) -> None:
    """One byte over the limit is over."""
    with pytest.raises(TooLarge, match="larger than 99 bytes"):
        await folder.put(PLACE, chunks(content(100), 10), limit=99)
    assert on_disk(root) == []


async def test_a_sender_that_breaks_off_leaves_nothing(folder: Folder, root: Path) -> None:
    """Half a document is no document."""

    async def broken() -> AsyncIterator[bytes]:
        yield content(3 * PIECE)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await folder.put(PLACE, broken(), limit=PLENTY)
    assert on_disk(root) == []


async def test_a_failure_leaves_what_lay_there_before(folder: Folder, root: Path) -> None:
    """A file is replaced as a whole or not at all."""
    await folder.put(PLACE, chunks(b"before", 10), limit=PLENTY)
    with pytest.raises(TooLarge):
        await folder.put(PLACE, chunks(content(100), 10), limit=99)
    assert await read(folder) == b"before"
    await folder.put(PLACE, chunks(b"after", 10), limit=PLENTY)
    assert await read(folder) == b"after"
    assert len(on_disk(root)) == 1


@pytest.mark.parametrize("size", [0, 1, PIECE, 2 * PIECE + 5])
async def test_every_kind_of_cut_is_seen(folder: Folder, root: Path, size: int) -> None:
    """In the header, in a piece, and exactly between two pieces."""
    await folder.put(PLACE, chunks(content(size), PIECE), limit=PLENTY)
    [path] = on_disk(root)
    whole = path.read_bytes()
    cuts = {0, 1, len(FORMAT), HEADER - 1, HEADER, HEADER + 1, HEADER + SEALED, len(whole) - 1}
    for cut in sorted(each for each in cuts if each < len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises(WrongKey):
            await read(folder)


def forgeries(whole: bytes) -> Iterator[bytes]:
    """Of a file with three pieces: swapped, left out, doubled, lengthened, and a bit changed in each part."""
    head, body = whole[:HEADER], whole[HEADER:]
    one, two, three = body[:SEALED], body[SEALED : 2 * SEALED], body[2 * SEALED :]
    yield head + two + one + three
    yield head + one + three
    yield head + two + three
    yield head + one + two + two + three
    yield head + one + two
    yield whole + b"\0"
    yield whole + three
    for place in (*range(HEADER), HEADER, HEADER + SEALED, HEADER + 2 * SEALED, len(whole) - 1):
        yield whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


async def test_every_change_on_disk_is_seen(folder: Folder, root: Path) -> None:
    """No piece can be swapped, left out, added or changed unseen."""
    await folder.put(PLACE, chunks(content(2 * PIECE + 100), PIECE), limit=PLENTY)
    [path] = on_disk(root)
    whole = path.read_bytes()
    for forged in forgeries(whole):
        path.write_bytes(forged)
        with pytest.raises(WrongKey):
            await read(folder)
    path.write_bytes(whole)
    assert len(await read(folder)) == 2 * PIECE + 100


async def test_files_outlive_the_rotation_of_keys(root: Path) -> None:
    """The first key seals, all open, and without the right one nothing opens."""
    await Folder(root, (OLD_KEY,)).put(PLACE, chunks(b"old", 10), limit=PLENTY)
    rotating = Folder(root, (KEY, OLD_KEY))
    assert await read(rotating) == b"old"
    await rotating.put(PLACE, chunks(b"new", 10), limit=PLENTY)
    assert await read(Folder(root, (KEY,))) == b"new"
    with pytest.raises(WrongKey, match="no-key: file"):
        await read(Folder(root, (OLD_KEY,)))


@pytest.mark.parametrize(
    "place",
    ["", "abc", "../../etc", "a/b-c-d", "-abcd", "abcd\n", "abcd\0", "abcd.part", "åååå", "a" * 81, "/abcd"],
)
async def test_a_place_is_no_path(folder: Folder, root: Path, place: str) -> None:
    """Nobody reaches a file outside the folder, and the text does not repeat what was tried."""
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        await folder.put(place, chunks(b"x", 1), limit=PLENTY)
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        await read(folder, place)
    assert on_disk(root) == []


async def test_what_was_never_stored_is_not_found(folder: Folder) -> None:
    """And is told apart from what cannot be read."""
    with pytest.raises(FileNotFoundError):
        await read(folder)


async def test_what_a_dead_writer_left_is_swept_away(folder: Folder, root: Path) -> None:
    """When it is old; a file that somebody may be writing and what is stored stay."""
    await folder.put(PLACE, chunks(content(10), 10), limit=10)
    [stored] = on_disk(root)
    old, young = (stored.with_name(f"{stored.name}.{name}.part") for name in ("old", "young"))
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert folder.sweep() == 1
    assert set(on_disk(root)) == {stored, young}


def test_sweeping_a_folder_that_is_not_there_does_nothing(folder: Folder) -> None:
    """The first start has stored nothing yet."""
    assert folder.sweep() == 0
