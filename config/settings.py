"""Everything that can be set: environment variables (`SKRANKE_…`, `__` between parts) over a TOML file.

Each connector states its own settings beside its code; here they are put together, and what follows from
others is filled in.
"""

import base64
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.case_types import ConfigurationError
from connectors.altinn_events import Settings as EventSettings
from connectors.altinn_settings import Settings as AltinnSettings
from connectors.correspondence import Settings as CorrespondenceSettings
from connectors.folkeregisteret import Settings as FolkeregisteretSettings
from connectors.hpr import Settings as HprSettings
from connectors.http import Settings as HttpSettings
from connectors.maskinporten import Settings as MaskinportenSettings
from connectors.nexi import Settings as NexiSettings
from handlers.limits import LEASE_MARGIN

PREFIX = "SKRANKE_"
FIELD_KEY_BYTES = 32
ALTINN_HOOK = "/hooks/altinn"
NEXI_HOOK = "/hooks/nexi"
PAYER_PAGE = "/betaling"


class Keys(BaseModel):
    """What encrypts personal data and finds it again."""

    model_config = ConfigDict(frozen=True)

    field_keys: tuple[SecretStr, ...] = Field(
        min_length=1,
        description="Keys that encrypt bodies, case data and files: 32 bytes each, base64. The first "
        "encrypts, all decrypt: put a new one first and keep the old one to rotate.",
    )
    index_key: SecretStr = Field(
        description="Key of the hash by which applicants are looked up: 32 bytes, base64. Not to be rotated."
    )

    @field_validator("field_keys")
    @classmethod
    def _whole_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            key_bytes(key)
        return keys

    @field_validator("index_key")
    @classmethod
    def _whole_key(cls, key: SecretStr) -> SecretStr:
        key_bytes(key)
        return key


class Work(BaseModel):
    """How the hub works on its rows."""

    model_config = ConfigDict(frozen=True)

    poll_seconds: float = Field(0.5, gt=0, description="How often rows are looked for when nothing wakes us.")
    calls_at_a_time: int = Field(16, ge=1, le=200, description="Calls to one remote at a time, at most.")
    call_timeout: timedelta = Field(
        timedelta(minutes=5), description="Longest time for carrying out one effect, downloads included."
    )
    lease: timedelta = Field(
        timedelta(minutes=6),
        description="How long an effect belongs to the process that carries it; longer than call_timeout.",
    )
    stop_patience_seconds: float = Field(20, ge=0, description="How long a stop waits for what is in hand.")

    @model_validator(mode="after")
    def _lease_outlasts_the_call(self) -> "Work":
        if self.lease < self.call_timeout + LEASE_MARGIN:
            raise ValueError(
                f"lease must be at least {LEASE_MARGIN.seconds} seconds longer than call_timeout"
            )
        return self


class Reconciling(BaseModel):
    """How often the remotes are asked for what we may have missed."""

    model_config = ConfigDict(frozen=True)

    forms_every: timedelta = Field(
        timedelta(minutes=15), description="How often Altinn is asked for forms that we have not confirmed."
    )
    payments_every: timedelta = Field(
        timedelta(hours=1), description="How often Nexi is asked for payments that we still wait for."
    )
    letters_every: timedelta = Field(
        timedelta(hours=6), description="How often Altinn is asked how far our decisions have come."
    )
    grace: timedelta = Field(
        timedelta(minutes=5), description="How old an unconfirmed form must be: its event may be on its way."
    )
    overlap: timedelta = Field(
        timedelta(minutes=20), description="How far back of the last form seen Altinn is asked again."
    )


class Settings(BaseSettings):
    """Settings of the hub."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Literal["production", "test", "demo"] = Field(
        "production", description="Production refuses the demo's pace."
    )
    pace: Literal["standard", "demo"] = Field(
        "standard", description="Deadlines as the law has them, or in seconds for a demonstration."
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the web server listens on.")
    public_url: str = Field(
        "",
        description="The hub's address as Altinn and Nexi reach it; required in production, and https there. "
        "Empty: where it listens itself.",
    )
    data_dir: Path = Field(Path("data"), description="Folder of the embedded database, documents and keys.")
    database_url: str = Field(
        "",
        description="`postgresql+asyncpg://…` or `sqlite+aiosqlite:///…`; empty: SQLite in data_dir.",
    )
    broker_url: str = Field("", description="Empty: everything in one process.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")
    log_format: Literal["json", "console"] = Field("json", description="For machines or for people.")
    max_hook_bytes: int = Field(64 * 1024, gt=0, description="Largest webhook body that is accepted.")
    keys: Keys
    work: Work = Work()
    reconciling: Reconciling = Reconciling()
    http: HttpSettings = HttpSettings()
    maskinporten: MaskinportenSettings
    altinn: AltinnSettings
    events: EventSettings
    correspondence: CorrespondenceSettings = CorrespondenceSettings()
    nexi: NexiSettings
    hpr: HprSettings
    folkeregisteret: FolkeregisteretSettings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment is stronger than the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: Any) -> Any:
        """What follows from other settings and need not be said twice."""
        if not isinstance(given, dict):
            return given
        public = public_address(given)
        altinn = part(given, "altinn")
        letters = part(given, "correspondence")
        events = {
            "org": altinn.get("org", "hdir"),
            "apps_url": altinn.get("apps_url", ""),
            "apps": apps_of(altinn),
            "correspondence_resource": letters.get("resource_id", "hdir-autorisasjon"),
            "webhook_url": public + ALTINN_HOOK,
        }
        hosted = {
            "webhook_url": public + NEXI_HOOK,
            "return_url": public + PAYER_PAGE,
            "cancel_url": public + PAYER_PAGE,
            "terms_url": public + PAYER_PAGE,
        }
        return {
            **given,
            "public_url": public,
            "events": {**events, **part(given, "events")},
            "nexi": {**hosted, **part(given, "nexi")},
        }

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.environment == "production" and self.pace == "demo":
            raise ValueError('pace: the demo\'s pace is refused in production; use pace = "standard"')
        if self.environment == "production" and not self.public_url.startswith("https://"):
            raise ValueError("public_url: Altinn and Nexi reach the hub by https; set its address")
        if self.broker_url and self.database.startswith("sqlite"):
            raise ValueError(
                "broker_url: RabbitMQ needs a database that several processes share; set database_url to "
                "PostgreSQL"
            )
        if self.broker_url:
            raise ValueError("broker_url: this version works in one process only; leave it empty")
        return self

    @property
    def database(self) -> str:
        """The database's address, with the embedded default."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'skranke.db').resolve()}"


def public_address(given: dict[str, Any]) -> str:
    """Where others reach us: as told, else where we listen."""
    fields = Settings.model_fields
    host, port = (given.get(name, fields[name].default) for name in ("host", "port"))
    return str(given.get("public_url") or f"http://{host}:{port}").rstrip("/")


def apps_of(altinn: dict[str, Any]) -> list[str]:
    """Every app that forms come from, by what is set and by the connector's own defaults."""
    fields = AltinnSettings.model_fields
    kinds = altinn.get("kinds", fields["kinds"].default)
    others = (altinn.get(name, fields[name].default) for name in ("supplement_app", "withdrawal_app"))
    return [*kinds, *others]


def part(given: dict[str, Any], name: str) -> dict[str, Any]:
    found = given.get(name)
    return dict(found) if isinstance(found, dict) else {}


def key_bytes(key: SecretStr) -> bytes:
    """The bytes of a base64 key. Raises `ValueError`."""
    try:
        raw = base64.b64decode(key.get_secret_value(), validate=True)
    except ValueError:
        raise ValueError("a key is base64; make one with `skranke doctor --new-key`") from None
    if len(raw) != FIELD_KEY_BYTES:
        raise ValueError(f"a key has {FIELD_KEY_BYTES} bytes; this one has {len(raw)}")
    return raw


def new_key() -> str:
    """A fresh key, base64."""
    return base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode()


def load_settings(file: Path | None) -> Settings:
    """Read file and environment. Raises `ConfigurationError` that says what is missing and how to set it."""
    if file is not None and not file.is_file():
        raise ConfigurationError(f"There is no configuration file {file}")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return FromFile()
    except ValidationError as error:
        raise ConfigurationError(explain(error)) from None
    except ValueError as error:
        raise ConfigurationError(f"The configuration file {file} cannot be read: {error}") from None


def explain(error: ValidationError) -> str:
    """Each wrong setting with its environment variable; never its value."""
    lines = ["These settings are missing or wrong:"]
    for each in error.errors(include_input=False, include_url=False):
        path = [str(step) for step in each["loc"]]
        variable = PREFIX + "__".join(path).upper() if path else ""
        lines.append(f"  {variable or 'settings'}: {each['msg'].removeprefix('Value error, ')}")
    lines.append(
        "Set them in the environment or in a file (`--config FILE`); docs/configuration.md lists all."
    )
    lines.append("To try Skranke without any of this: `skranke demo`.")
    return "\n".join(lines)
