"""Bring a database up to date, and ask how far it has come."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Run what has not been run yet; nothing when all has."""
    command.upgrade(configuration(connection), "head")


def newest() -> str:
    """The revision that the program needs."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config).get_current_head() or ""


def current(connection: Connection) -> str:
    """The revision that the database has; empty before the first migration."""
    return MigrationContext.configure(connection).get_current_revision() or ""
