"""Graduates' lists: what is taken, what is refused, and that a second time changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.graduates import BadRow, Graduate, UnreadableList, read_list, take_list
from app.serving import bring_up_to_date
from app.wiring import lay_ground
from config.settings import load_settings
from tests.app.settings import write_configuration

NOW = datetime(2026, 6, 20, 9, tzinfo=UTC)
PROFESSIONS = frozenset({"SP", "LE"})
GOOD = ("08844397713,SP,Universitetet i Oslo,2026-06-15", "17858296439,LE,Universitetet i Bergen,2026-06-16")


def csv_file(folder: Path, *lines: str, header: str = "nin,profession,institution,completed") -> Path:
    file = folder / "list.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")
    return file


def test_good_rows_are_read_and_bad_ones_told_by_line(tmp_path: Path) -> None:
    """Each bad row says which column is wrong and never what stood in it."""
    bad = (
        "08844397714,SP,Universitetet i Oslo,2026-06-15",
        "08844397713,XYZ,Universitetet i Oslo,2026-06-15",
        "08844397713,SP,,2026-06-15",
        "08844397713,SP,Universitetet i Oslo,15.06.2026",
        "08844397713",
    )
    rows = read_list(csv_file(tmp_path, GOOD[0], *bad, GOOD[1]), PROFESSIONS)
    assert [type(row) for row in rows] == [Graduate, *[BadRow] * 5, Graduate]
    assert [row.line for row in rows] == [2, 3, 4, 5, 6, 7, 8]
    told = " ".join(row.why for row in rows if isinstance(row, BadRow))
    for word in ("identity number", "profession", "institution", "date"):
        assert word in told
    assert "0884439771" not in told + repr(rows)


def test_norwegian_headings_and_semicolons_are_understood(tmp_path: Path) -> None:
    """As a spreadsheet with Norwegian settings writes it."""
    header = "Fødselsnummer;Profesjon;Institusjon;Fullført"
    (row,) = read_list(csv_file(tmp_path, GOOD[0].replace(",", ";"), header=header), PROFESSIONS)
    assert isinstance(row, Graduate)
    assert row.institution == "Universitetet i Oslo"


def test_json_is_read_like_csv(tmp_path: Path) -> None:
    """A list of objects with the same names."""
    file = tmp_path / "list.json"
    file.write_text(
        '[{"nin": "08844397713", "profession": "SP", "institution": "UiO", "completed": "2026-06-15",'
        ' "listId": "v26"}, 7]',
        encoding="utf-8",
    )
    good, bad = read_list(file, PROFESSIONS)
    assert isinstance(good, Graduate)
    assert good.list_id == "v26"
    assert isinstance(bad, BadRow)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"name,birthday\n", "columns nin, profession"),
        ("a.csv", b"\xff\xfe", "UTF-8"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"{}", "list of objects"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """The text names the file and what it lacks."""
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UnreadableList, match=words):
        read_list(file, PROFESSIONS)


async def test_the_same_list_twice_is_one_list(tmp_path: Path) -> None:
    """A second import takes nothing, and says so."""
    settings = load_settings(write_configuration(tmp_path))
    await bring_up_to_date(settings)
    rows = read_list(csv_file(tmp_path, *GOOD), PROFESSIONS)
    ground = lay_ground(settings)
    done: list[int] = []
    first = await take_list(ground.database, rows, NOW, progress=done.append)
    second = await take_list(ground.database, rows, NOW, progress=done.append)
    await ground.database.close()
    assert (first.new, first.known, second.new, second.known) == (2, 0, 0, 2)
    assert done == [2, 2]
