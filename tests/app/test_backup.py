"""Backups: what is in one, what is refused, and that nothing is ever deleted."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.backup import DATABASE, DOCUMENTS, MANIFEST, BackupFailed, NotEmbedded, back_up, read_manifest
from app.lock import AlreadyRunning, take_lock
from app.restore import restore
from app.serving import bring_up_to_date
from app.wiring import lay_ground
from config.settings import Settings, load_settings
from tests.app.settings import write_configuration

PLACE = "7f0c2a52-document"
CONTENT = b"a certificate"


def quiet(done: int, of: int) -> None:
    """Nobody looks on."""


async def chunks() -> AsyncIterator[bytes]:
    yield CONTENT


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A hub that has run, and holds one document."""
    folder = tmp_path / "data"
    folder.mkdir()
    made = load_settings(write_configuration(folder))
    await bring_up_to_date(made)
    ground = lay_ground(made)
    await ground.files.put(PLACE, chunks(), limit=100)
    await ground.database.close()
    return made


async def document(settings: Settings) -> bytes:
    ground = lay_ground(settings)
    await ground.database.close()
    return b"".join([piece async for piece in ground.files.open(PLACE)])


def mark(settings: Settings, name: str) -> None:
    """Something by which one state of the database can be told from another."""
    with sqlite3.connect(settings.data_dir / DATABASE) as connection:
        connection.execute("INSERT INTO cursors (name, value, changed_at) VALUES (?, '', 0)", (name,))
    connection.close()


def marks(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        found = [name for (name,) in connection.execute("SELECT name FROM cursors ORDER BY name")]
    connection.close()
    return found


async def test_a_backup_comes_back_whole(settings: Settings, tmp_path: Path) -> None:
    """Rows and documents are as they were; what came after is moved aside and still there."""
    mark(settings, "before")
    made = back_up(settings, tmp_path / "backup", quiet)
    assert (made.files, made.missing) == (1, 0)
    mark(settings, "since")
    aside = restore(settings, tmp_path / "backup", replace=True, progress=quiet)
    assert marks(settings.data_dir / DATABASE) == ["before"]
    assert await document(settings) == CONTENT
    assert aside is not None
    assert marks(aside / DATABASE) == ["before", "since"]
    assert len(list((aside / DOCUMENTS).glob("*/*"))) == 1


def test_rows_still_in_the_log_are_in_the_backup(settings: Settings, tmp_path: Path) -> None:
    """A backup beside a writer holds what is committed and nothing of what is not."""
    with sqlite3.connect(settings.data_dir / DATABASE, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO cursors (name, value, changed_at) VALUES ('committed', '', 0)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO cursors (name, value, changed_at) VALUES ('open', '', 0)")
        back_up(settings, tmp_path / "backup", quiet)
        writer.execute("ROLLBACK")
    writer.close()
    assert marks(tmp_path / "backup" / DATABASE) == ["committed"]


def test_no_key_and_nothing_half_written_is_copied(settings: Settings, tmp_path: Path) -> None:
    """The folder holds database, documents and manifest; the file with the keys stays where it is."""
    folder = next((settings.data_dir / DOCUMENTS).iterdir())
    (folder / "half.0000.part").write_bytes(b"half")
    back_up(settings, tmp_path / "backup", quiet)
    names = {path.name for path in (tmp_path / "backup").rglob("*") if path.is_file()}
    assert names == {DATABASE, MANIFEST, PLACE}
    keys = settings.keys
    for path in (tmp_path / "backup").rglob("*"):
        for key in (*keys.field_keys, keys.index_key):
            assert path.is_dir() or key.get_secret_value().encode() not in path.read_bytes()


def test_a_document_that_is_gone_is_told(settings: Settings, tmp_path: Path) -> None:
    """A row whose file is not there is counted, and the rest is kept."""
    with sqlite3.connect(settings.data_dir / DATABASE) as connection:
        connection.execute(
            "INSERT INTO documents (id, case_id, kind, name, media_type, size, sha256, scan, place)"
            " VALUES ('d', 'c', 'vitnemal', x'00', 'application/pdf', 1, '', 'clean', 'gone-document')"
        )
    connection.close()
    assert back_up(settings, tmp_path / "backup", quiet).missing == 1


def test_an_earlier_backup_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    """A folder that exists is refused, and stays as it is."""
    (tmp_path / "backup").mkdir()
    with pytest.raises(BackupFailed, match="exists already"):
        back_up(settings, tmp_path / "backup", quiet)
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_backup_that_fails_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    """A damaged database gives a text, and no folder that looks like a backup."""
    (settings.data_dir / DATABASE).write_bytes(b"no database" * 1000)
    with pytest.raises(BackupFailed, match="could not be written"):
        back_up(settings, tmp_path / "backup", quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_data_is_not_replaced_unasked(settings: Settings, tmp_path: Path) -> None:
    """Without --replace a folder with data is refused and nothing moves."""
    back_up(settings, tmp_path / "backup", quiet)
    mark(settings, "since")
    with pytest.raises(BackupFailed, match="--replace"):
        restore(settings, tmp_path / "backup", replace=False, progress=quiet)
    assert marks(settings.data_dir / DATABASE) == ["since"]


def test_a_folder_at_work_is_not_touched(settings: Settings, tmp_path: Path) -> None:
    """While a hub holds the lock a restore is refused, with --replace too."""
    back_up(settings, tmp_path / "backup", quiet)
    with take_lock(settings.data_dir), pytest.raises(AlreadyRunning):
        restore(settings, tmp_path / "backup", replace=True, progress=quiet)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (DATABASE, "not what the manifest tells"),
        (f"{DOCUMENTS}/**/{PLACE}", "the manifest tells of"),
        (MANIFEST, "cannot be read"),
    ],
)
def test_a_spoilt_backup_is_refused(settings: Settings, tmp_path: Path, spoilt: str, words: str) -> None:
    """What is not as the manifest tells is found before anything is moved."""
    backup = tmp_path / "backup"
    back_up(settings, backup, quiet)
    (file,) = backup.glob(spoilt)
    file.write_bytes(file.read_bytes()[:-1] + b"no" * 9)
    mark(settings, "kept")
    with pytest.raises(BackupFailed, match=words):
        restore(settings, backup, replace=True, progress=quiet)
    assert marks(settings.data_dir / DATABASE) == ["kept"]


def test_a_backup_of_a_newer_program_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Its tables may hold what this program would not understand."""
    backup = tmp_path / "backup"
    newer = back_up(settings, backup, quiet).model_copy(update={"revision": "9999"})
    (backup / MANIFEST).write_text(newer.model_dump_json(), encoding="utf-8")
    with pytest.raises(BackupFailed, match="newer"):
        restore(settings, backup, replace=True, progress=quiet)


def test_a_half_backup_is_none(tmp_path: Path) -> None:
    """A folder without a manifest was not finished, or is something else."""
    with pytest.raises(BackupFailed, match="no whole backup"):
        read_manifest(tmp_path)


def test_postgresql_has_its_own_tool(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text names the tool; nothing is made."""
    monkeypatch.setenv("SKRANKE_DATABASE_URL", "postgresql+asyncpg://hub@127.0.0.1/hub")
    with pytest.raises(NotEmbedded, match="pg_dump"):
        back_up(load_settings(settings.data_dir / "skranke.toml"), tmp_path / "backup", quiet)
    assert not (tmp_path / "backup").exists()
