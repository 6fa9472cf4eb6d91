"""The tables, on SQLite and PostgreSQL alike. Imported by the store and the migrations only."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    literal_column,
)

from store.moments import Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)

RowId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself for INTEGER only


inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("queue", String, nullable=False),
    Column("case_id", String),
    Column("awaits", String),
    Column("cause", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("replays", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("rung_at", BigInteger),
    Column("rings", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("closed_at", BigInteger),
    UniqueConstraint("source", "external_id"),
)
# Conditions of partial indexes, written out in the SQL: a planner cannot match a bound parameter with them.
IS_NEW = inbox.c.status == literal_column("'new'")
IS_WAITING = inbox.c.status == literal_column("'waiting'")
IS_PARKED = inbox.c.status == literal_column("'parked'")
Index("ix_inbox_open", inbox.c.due_at, sqlite_where=IS_NEW, postgresql_where=IS_NEW)
Index("ix_inbox_waiting", inbox.c.awaits, sqlite_where=IS_WAITING, postgresql_where=IS_WAITING)
Index("ix_inbox_parked", inbox.c.id, sqlite_where=IS_PARKED, postgresql_where=IS_PARKED)
Index("ix_inbox_case", inbox.c.case_id, inbox.c.id)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", String),
    Column("cause", BigInteger),
    Column("ask_key", String, nullable=False),
    Column("effect", String, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("connector", String, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("lease", BigInteger),
    Column("rung_at", BigInteger),
    Column("rings", Integer, nullable=False),
    Column("remote_id", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("closed_at", BigInteger),
)
MAY_BE_CLAIMED = outbox.c.status.in_([literal_column("'new'"), literal_column("'unclear'")])
IS_SENDING = outbox.c.status == literal_column("'sending'")
Index("ix_outbox_open", outbox.c.due_at, sqlite_where=MAY_BE_CLAIMED, postgresql_where=MAY_BE_CLAIMED)
Index("ix_outbox_sending", outbox.c.lease, sqlite_where=IS_SENDING, postgresql_where=IS_SENDING)
Index("ix_outbox_case", outbox.c.case_id, outbox.c.id)

cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("applicant", String, nullable=False, index=True),
    Column("turn", String, nullable=False),
    Column("about", String, nullable=False),
    Column("turn_due", Moment),
    Column("schema", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("events", Integer, nullable=False),
    Column("head", String, nullable=False),
)
Index("ix_cases_list", cases.c.phase, cases.c.turn, cases.c.opened_at, cases.c.id)

case_events = Table(
    "case_events",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("message", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("summary", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("ask_key", String, primary_key=True),
    Column("due_at", Moment, primary_key=True),
    Column("fired_at", BigInteger),
)
UNFIRED = deadlines.c.fired_at.is_(None)
Index("ix_deadlines_due", deadlines.c.due_at, sqlite_where=UNFIRED, postgresql_where=UNFIRED)

keys = Table(
    "keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("case_id", String),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("case_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("scan", String, nullable=False),
    Column("place", String, nullable=False),
)

connectors = Table(
    "connectors",
    metadata,
    Column("name", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_until", BigInteger, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

case_numbers = Table(
    "case_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("status", String, nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor", String, nullable=False),
    Column("case_id", String, index=True),
    Column("what", String, nullable=False),
    Column("purpose", String, nullable=False),
)
