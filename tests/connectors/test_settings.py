"""What every connector's settings promise."""

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from connectors import (
    altinn_apps,
    altinn_events,
    correspondence,
    folkeregisteret,
    hpr,
    http,
    maskinporten,
    nexi,
)

SETTINGS: list[type[BaseModel]] = [
    each.Settings
    for each in (altinn_apps, altinn_events, correspondence, folkeregisteret, hpr, http, maskinporten, nexi)
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_is_described(settings: type[BaseModel]) -> None:
    """Each setting says what it is, so that the settings page can be made from them."""
    assert [name for name, field in settings.model_fields.items() if not field.description] == []
    assert settings.model_config.get("frozen")
    # A refused value may be a secret.
    assert settings.model_config.get("hide_input_in_errors")


@pytest.mark.parametrize("settings", SETTINGS)
def test_secrets_are_not_shown(settings: type[BaseModel]) -> None:
    """Whatever is called a key or a secret cannot be printed by accident."""
    secret = [name for name in settings.model_fields if name.endswith(("_key", "_secret"))]
    assert all(settings.model_fields[name].annotation is SecretStr for name in secret)


def test_address_of_the_apps() -> None:
    """The agency's short name stands in its apps' address in production."""
    settings = altinn_apps.Settings.model_validate(
        {
            "org": "hdir",
            "apps_url": "https://{org}.apps.altinn.no/",
            "platform_url": "https://platform.altinn.no",
            "reference_key": "en-nøkkel-for-referanser",
        }
    )
    assert settings.apps_url == "https://hdir.apps.altinn.no"
    link = "https://hdir.apps.altinn.no/hdir/ettersending/#/instance/1/2"
    assert settings.link_to("ettersending", "1/2") == link


def test_short_reference_key() -> None:
    """A key that could be guessed is refused, and not shown."""
    with pytest.raises(ValidationError) as error:
        altinn_apps.Settings.model_validate(
            {"apps_url": "x", "platform_url": "x", "reference_key": "altfor-kort"}
        )
    assert "reference_key" in str(error.value)
    assert "altfor-kort" not in str(error.value)
