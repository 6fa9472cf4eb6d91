"""The page of everything that can be set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import ALTINN_HOOK, NEXI_HOOK, PAYER_PAGE, PREFIX, Settings
from docs.generator.markdown import code, page, table
from docs.generator.plain_words import default_in_words, limits_in_words, type_in_words

DERIVED: Mapping[str, str] = {
    "events.org": "`SKRANKE_ALTINN__ORG`",
    "events.apps_url": "`SKRANKE_ALTINN__APPS_URL`",
    "events.apps": "the apps of `SKRANKE_ALTINN__KINDS`, and `SKRANKE_ALTINN__SUPPLEMENT_APP`",
    "events.correspondence_resource": "`SKRANKE_CORRESPONDENCE__RESOURCE_ID`",
    "events.webhook_url": f"`SKRANKE_PUBLIC_URL` + `{ALTINN_HOOK}`",
    "nexi.webhook_url": f"`SKRANKE_PUBLIC_URL` + `{NEXI_HOOK}`",
    "nexi.return_url": f"`SKRANKE_PUBLIC_URL` + `{PAYER_PAGE}`",
    "nexi.cancel_url": f"`SKRANKE_PUBLIC_URL` + `{PAYER_PAGE}`",
    "nexi.terms_url": f"`SKRANKE_PUBLIC_URL` + `{PAYER_PAGE}`",
}
"""What follows from other settings, by dotted name, and from which."""

OPENING = """
# Configuration

Every setting is an environment variable, and may stand in a TOML file instead: `skranke run --config FILE`
(or `SKRANKE_CONFIG=FILE`). The environment is stronger than the file. In the file the part between `SKRANKE_`
and `__` is a table: `SKRANKE_NEXI__BASE_URL` is `base_url` under `[nexi]`.

Lists and tables are JSON in the environment (`'["one", "two"]'`, `'{"app": "kind"}'`). Durations are ISO 8601
(`PT30S`, `P2D`). `skranke doctor` tells whether what is set works; `skranke doctor --new-key` prints a key.

**Required** settings have no default. *Derived* ones follow from another setting and need be set only where
they differ from it. A *secret* is never shown in a log, an error or a page.
""".strip()

HEAD = ("Environment variable", "Type", "Default", "What it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`name` is dotted, as in the file."""

    name: str
    field: FieldInfo

    @property
    def variable(self) -> str:
        return PREFIX + self.name.replace(".", "__").upper()

    @property
    def is_secret(self) -> bool:
        return SecretStr in (self.field.annotation, *get_args(self.field.annotation))

    @property
    def type(self) -> str:
        said = [type_in_words(self.field.annotation), limits_in_words(self.field)]
        return ", ".join([*filter(None, said), *(["*secret*"] if self.is_secret else [])])

    @property
    def default(self) -> str:
        if self.name in DERIVED:
            return f"*derived* from {DERIVED[self.name]}"
        return default_in_words(self.field) or "**required**"

    def row(self) -> tuple[str, str, str, str]:
        """Raises `ValueError` for a setting that nobody has described."""
        if not self.field.description:
            raise ValueError(f"{self.name} has no description")
        return code(self.variable), self.type, self.default, self.field.description


def configuration_page() -> str:
    return page(OPENING, "## The hub", of_model(Settings, ""), *of_parts())


def of_parts() -> Iterator[str]:
    for name, model in parts().items():
        yield f"## {name}"
        yield told(model)
        yield of_model(model, f"{name}.")


def parts() -> dict[str, type[BaseModel]]:
    """The settings that are made up of settings."""
    found = ((name, field.annotation) for name, field in Settings.model_fields.items())
    return {name: model for name, model in found if is_model(model)}


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def told(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def of_model(model: type[BaseModel], prefix: str) -> str:
    return table(HEAD, (setting.row() for setting in settings_of(model, prefix)))


def settings_of(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        if not is_model(field.annotation):
            yield Setting(name=prefix + name, field=field)
