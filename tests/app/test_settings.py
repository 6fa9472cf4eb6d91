"""Settings: where they come from, what is filled in, what is refused and in which words."""

from pathlib import Path

import pytest

from config.case_types import ConfigurationError
from config.settings import load_settings
from tests.app.settings import write_configuration


def test_what_follows_from_other_settings_is_filled_in(tmp_path: Path) -> None:
    """Addresses for webhooks come from the public address, subscriptions from the apps."""
    file = write_configuration(tmp_path, public_url='"https://hub.example"')
    settings = load_settings(file)
    assert settings.events.webhook_url == "https://hub.example/hooks/altinn"
    assert settings.nexi.webhook_url == "https://hub.example/hooks/nexi"
    assert settings.events.apps == ("autorisasjon", "lisens", "ettersending", "trekk")
    assert settings.events.apps_url == settings.altinn.apps_url
    assert settings.database.startswith("sqlite+aiosqlite:///")


def test_the_environment_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator sets for one start wins."""
    file = write_configuration(tmp_path, port="8123")
    monkeypatch.setenv("SKRANKE_PORT", "8124")
    monkeypatch.setenv("SKRANKE_NEXI__BASE_URL", "https://other.example")
    settings = load_settings(file)
    assert (settings.port, settings.nexi.base_url) == (8124, "https://other.example")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"environment": '"production"', "pace": '"demo"'}, "refused in production"),
        ({"port": "99999"}, "SKRANKE_PORT"),
        ({"prot": "8000"}, "SKRANKE_PROT"),
        ({"broker_url": '"amqp://127.0.0.1"'}, "PostgreSQL"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, changed: dict[str, str], words: str) -> None:
    """The text names the setting as the variable that sets it."""
    with pytest.raises(ConfigurationError, match=words):
        load_settings(write_configuration(tmp_path, **changed))


def test_a_key_that_is_none_is_named_and_not_shown(tmp_path: Path) -> None:
    """The text says what a key is; what was given instead stays out of it."""
    file = write_configuration(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('field_keys = ["', 'field_keys = ["dGhpcyBpcyBubyBrZXk=", "'), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError) as refused:
        load_settings(file)
    assert "SKRANKE_KEYS__FIELD_KEYS" in str(refused.value)
    assert "dGhpcyBp" not in str(refused.value)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """Printing the settings shows no secret."""
    file = write_configuration(tmp_path)
    shown = repr(load_settings(file))
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(" = ")
        if name in {"index_key", "webhook_secret", "secret_key", "reference_key"} and value != '"test"':
            assert value.strip('"') not in shown


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    """A slip of the pen is no traceback."""
    file = tmp_path / "skranke.toml"
    file.write_text("port = = 8000", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"skranke\.toml"):
        load_settings(file)
