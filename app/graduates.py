"""Graduates' lists (innmeldingslister) from schools: a file in, a message for each graduate.

The good rows of a file are taken, the others told by line. The same file again changes nothing.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from broker.topology import QUEUE_OF
from case_core.messages import GraduateListed
from case_core.routing import identity
from connectors.identity import is_identity_number
from store import inbox
from store.database import Database
from store.rows import Arrival

CHUNK = 500
MOST_BYTES = 200_000_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "nin": ("nin", "fodselsnummer", "fødselsnummer", "identitetsnummer"),
    "profession": ("profession", "profesjon", "yrke"),
    "institution": ("institution", "institusjon", "utdanningssted"),
    "completed": ("completed", "fullfort", "fullført", "dato"),
}
LIST_ID: tuple[str, ...] = ("listid", "list_id", "liste")


class UnreadableList(Exception):
    """The file as a whole cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graduate:
    line: int
    nin: str = field(repr=False)
    profession: str
    institution: str
    completed: date
    list_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """`why` names the column, never what stood in it."""

    line: int
    why: str


@dataclass(slots=True)
class Taken:
    """How an import went."""

    new: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


def read_list(file: Path, professions: frozenset[str]) -> list[Graduate | BadRow]:
    """The rows of a CSV (comma or semicolon, with a header) or JSON file. Raises `UnreadableList`."""
    if not file.is_file():
        raise UnreadableList(f"There is no file {file}")
    if file.stat().st_size > MOST_BYTES:
        raise UnreadableList(f"{file} is larger than {MOST_BYTES // 1_000_000} MB; split it")
    raw = file.read_bytes()
    list_id = hashlib.sha256(raw).hexdigest()[:16]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableList(f"{file} is not UTF-8; save it as CSV UTF-8") from None
    rows = json_rows(file, text) if file.suffix.lower() == ".json" else csv_rows(file, text)
    return [read_row(line, row, list_id, professions) for line, row in rows]


def csv_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = {name.strip().lower() for name in reader.fieldnames or ()}
    missing = [column for column, known in COLUMNS.items() if not names & set(known)]
    if missing:
        raise UnreadableList(
            f"{file} lacks the columns {', '.join(missing)}; the first line must name them, for example "
            "nin,profession,institution,completed"
        )
    for row in reader:
        yield reader.line_num, {name.strip().lower(): value for name, value in row.items() if name}


def json_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise UnreadableList(f"{file} is not JSON") from None
    if not isinstance(found, list):
        raise UnreadableList(f"{file} must hold a list of objects")
    for number, row in enumerate(found, start=1):
        known = row if isinstance(row, dict) else {}
        yield number, {str(name).strip().lower(): value for name, value in known.items()}


def read_row(
    line: int, row: Mapping[str, Any], list_id: str, professions: frozenset[str]
) -> Graduate | BadRow:
    nin = "".join(told(row, COLUMNS["nin"]).split())
    profession = told(row, COLUMNS["profession"]).upper()
    institution = told(row, COLUMNS["institution"])
    if not is_identity_number(nin):
        return BadRow(line=line, why="the identity number is not a valid one")
    if profession not in professions:
        return BadRow(line=line, why="the profession is no code of Volven 9060 (such as SP)")
    if not institution:
        return BadRow(line=line, why="the institution is missing")
    try:
        completed = date.fromisoformat(told(row, COLUMNS["completed"])[:10])
    except ValueError:
        return BadRow(line=line, why="the date is not written as 2026-06-15")
    return Graduate(
        line=line,
        nin=nin,
        profession=profession,
        institution=institution,
        completed=completed,
        list_id=told(row, LIST_ID) or list_id,
    )


def told(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """What the row says under the first of these names."""
    found = next((row[name] for name in names if row.get(name)), "")
    return str(found).strip()


async def take_list(
    database: Database,
    rows: list[Graduate | BadRow],
    now: datetime,
    *,
    progress: Callable[[int], None],
) -> Taken:
    """Store the good rows in chunks. A hub that runs on the same database takes them up by itself."""
    taken = Taken(bad=[row for row in rows if isinstance(row, BadRow)])
    good = [row for row in rows if isinstance(row, Graduate)]
    for start in range(0, len(good), CHUNK):
        chunk = good[start : start + CHUNK]
        async with database.write() as tx:
            arrivals = [arrival(each, tx.cipher.index(each.nin), now) for each in chunk]
            new = sum(row_id is not None for row_id in await inbox.add(tx, arrivals))
        taken.new += new
        taken.known += len(chunk) - new
        progress(len(chunk))
    return taken


def arrival(graduate: Graduate, index: str, now: datetime) -> Arrival:
    message = GraduateListed(
        at=now,
        applicant_index=index,
        profession=graduate.profession,
        institution=graduate.institution,
        completed=graduate.completed,
        list_id=graduate.list_id,
    )
    source, external_id = identity(message) or ("graduates", "")
    return Arrival(source=source, external_id=external_id, queue=QUEUE_OF[GraduateListed], message=message)
