"""What `skranke doctor` looks at. Each finding says what to do when it is not well."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from app.wiring import Ground, NoDatabase, NotMigrated, Remotes, check_migrated, connect, lay_ground, sign_in
from config.case_types import ConfigurationError
from config.settings import Settings
from connectors.altinn_events import SCOPES as EVENT_SCOPES
from connectors.calls import Ended
from connectors.maskinporten import AltinnTokens
from store.cases import any_case
from store.crypto import WrongKey

CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    what: str
    well: bool
    how: str
    to_do: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Everything, one after the other. Raises `ConfigurationError`."""
    ground = lay_ground(settings)
    remotes = connect(settings)
    try:
        return [
            Finding(what="configuration", well=True, how=f"{settings.environment}, pace {settings.pace}"),
            await database(ground),
            await key_material(ground),
            folder(settings.data_dir),
            *[await reachable(name, remote.base_url) for name, remote in remotes.named().items()],
            *await tokens(settings, remotes),
        ]
    finally:
        await remotes.close()
        await ground.database.close()


async def database(ground: Ground) -> Finding:
    try:
        await check_migrated(ground.database)
    except NotMigrated as error:
        return Finding(what="database", well=False, how=str(error), to_do="run `skranke migrate`")
    except NoDatabase as error:
        how, _, to_do = str(error).partition("; ")
        return Finding(what="database", well=False, how=how, to_do=to_do)
    return Finding(what="database", well=True, how="reachable and up to date")


async def key_material(ground: Ground) -> Finding:
    """Do the keys open what lies in the database?"""
    try:
        async with ground.database.read() as tx:
            found = await any_case(tx)
    except WrongKey:
        return Finding(
            what="keys",
            well=False,
            how="they do not open what is stored",
            to_do="put the key that was used before back into SKRANKE_KEYS__FIELD_KEYS, behind the new one",
        )
    except (SQLAlchemyError, OSError, TimeoutError):
        return Finding(
            what="keys", well=False, how="could not be tried", to_do="mend the database, and look again"
        )
    return Finding(what="keys", well=True, how="open what is stored" if found else "nothing stored yet")


def folder(data_dir: Path) -> Finding:
    if os.access(data_dir, os.W_OK):
        return Finding(what="data folder", well=True, how=f"{data_dir} can be written")
    return Finding(
        what="data folder",
        well=False,
        how=f"{data_dir} cannot be written",
        to_do="give this user the right, or set SKRANKE_DATA_DIR",
    )


async def reachable(name: str, address: str) -> Finding:
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()
    except (OSError, TimeoutError):
        return Finding(
            what=name,
            well=False,
            how=f"{parts.hostname}:{port} does not answer",
            to_do="check the address in the configuration, name service and firewall",
        )
    return Finding(what=name, well=True, how=f"{parts.hostname}:{port} answers")


async def tokens(settings: Settings, remotes: Remotes) -> list[Finding]:
    try:
        maskinporten = sign_in(settings, remotes.maskinporten)
    except ConfigurationError as error:
        return [
            Finding(
                what="Maskinporten key",
                well=False,
                how=str(error).partition(": ")[2],
                to_do="set SKRANKE_MASKINPORTEN__PRIVATE_KEY to a PEM or JWK, or to the path of one",
            )
        ]
    altinn = AltinnTokens(settings.maskinporten, remotes.platform, maskinporten)
    return [
        await token("Maskinporten token", lambda: maskinporten.token(EVENT_SCOPES)),
        await token("Altinn token", lambda: altinn.token(EVENT_SCOPES)),
    ]


async def token(what: str, fetch: Callable[[], Awaitable[str]]) -> Finding:
    try:
        await fetch()
    except Ended as ended:
        return Finding(
            what=what,
            well=False,
            how=getattr(ended.outcome, "reason", "refused"),
            to_do="check client id, key id and scopes at Maskinporten, and this machine's clock",
        )
    return Finding(what=what, well=True, how="granted")
