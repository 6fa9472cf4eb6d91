"""What the web part needs to know, and everything that it is handed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from case_core.decide import AnyCaseType
from case_core.effects import Letter
from letters.texts import Texts
from letters.written import WrittenLetter
from store.database import Database
from store.files import Folder
from store.rows import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """`actor` is the name that acts and views are recorded under, as long as nobody logs in."""

    org: str
    application_apps: frozenset[str]
    supplement_app: str
    altinn_secret: SecretStr
    nexi_secret: SecretStr
    max_hook_bytes: int = 64 * 1024
    actor: str = "saksbehandler (lokal)"
    default_language: str = "nb"

    def __post_init__(self) -> None:
        """A webhook without a secret would be open to all."""
        for name in ("altinn_secret", "nexi_secret"):
            if not getattr(self, name).get_secret_value().strip():
                raise ValueError(f"{name} is empty; webhooks need a secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`accept` stores an arrival: its row's id once it is committed, None when it was here already."""

    database: Database
    accept: Callable[[Arrival], Awaitable[int | None]]
    wake: Callable[[], None]
    kinds: Mapping[str, AnyCaseType]
    texts: Mapping[str, Texts]
    write: Callable[[Letter], WrittenLetter]
    files: Folder
    now: Callable[[], datetime]
    settings: WebSettings
