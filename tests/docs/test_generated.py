import os
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from case_core.case import Phase
from config.case_types import load_case_types
from config.settings import PREFIX, Settings, new_key
from docs.generate import main, outdated, pages
from docs.generator.configuration import DERIVED, Setting, configuration_page, parts, settings_of
from docs.generator.rules import steps
from tests.docs.pages import ROOT

PRINT_ALL = "import sys; from docs.generate import pages; sys.stdout.write(repr(pages()))"

VALUES = {"keys.field_keys": [new_key()], "keys.index_key": new_key()}
"""For what takes no text of just any kind."""


def all_settings() -> list[Setting]:
    nested = (each for name, model in parts().items() for each in settings_of(model, f"{name}."))
    return [*settings_of(Settings, ""), *nested]


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A value for everything that the page calls required, in an environment that sets nothing."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    given: dict[str, Any] = {}
    for setting in all_settings():
        if setting.default == "**required**":
            part, _, name = setting.name.partition(".")
            given.setdefault(part, {})[name] = VALUES.get(setting.name, "a" * 32)
    return given


def is_accepted(given: dict[str, Any]) -> bool:
    try:
        Settings(**given)
    except ValidationError:
        return False
    return True


def made_with(hash_seed: str) -> bytes:
    return subprocess.run(  # noqa: S603 - our own interpreter with our own code
        [sys.executable, "-c", PRINT_ALL],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        check=True,
        capture_output=True,
    ).stdout


# --- all pages --------------------------------------------------------------------------------------


def test_the_same_code_makes_the_same_pages() -> None:
    """The order in which Python happens to keep a set does not show."""
    assert made_with("1") == made_with("2")


def test_the_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    """What the generated pages say is what the code does."""
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_a_page_that_is_not_current_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever changed the code is told which page to make anew."""
    main([], tmp_path)
    (tmp_path / "configuration.md").write_text("old", encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    assert "docs/configuration.md is not current" in capsys.readouterr().err


def test_checking_changes_nothing(tmp_path: Path) -> None:
    """A check may run anywhere."""
    assert main(["--check"], tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_writing_makes_every_page_current(tmp_path: Path) -> None:
    """One command is enough."""
    assert main([], tmp_path) == 0
    assert outdated(tmp_path, pages()) == []


def test_every_kind_of_case_has_its_page() -> None:
    """A new kind of case gets a page by itself."""
    assert {f"case-types/{name}.md" for name in load_case_types("standard")} < set(pages())


# --- configuration ----------------------------------------------------------------------------------


def test_every_setting_is_on_the_page() -> None:
    """Nothing can be set that the page does not tell of."""
    page = configuration_page()
    assert [each.variable for each in all_settings() if f"| `{each.variable}` |" not in page] == []


def test_what_the_page_calls_required_is_enough(required: dict[str, Any]) -> None:
    """Whoever sets what the page calls required, and in production the public address, has set enough."""
    assert Settings(**required, public_url="https://hub.example").environment == "production"
    assert Settings(**required, environment="test").environment == "test"


def test_each_of_the_required_is_needed(required: dict[str, Any]) -> None:
    """The page calls nothing required that could be left out."""
    superfluous = [
        f"{part}.{name}"
        for part, values in required.items()
        for name in values
        if is_accepted(
            {
                **required,
                "environment": "test",
                part: {key: value for key, value in values.items() if key != name},
            }
        )
    ]
    assert superfluous == []


def test_what_is_derived_follows_what_the_page_names(required: dict[str, Any]) -> None:
    """A setting that the page calls derived takes its value from the settings that stand beside it."""
    altinn = {**required["altinn"], "org": "etat", "apps_url": "http://apps"}
    altinn |= {"kinds": {"soknad": "authorisation"}, "supplement_app": "tillegg"}
    sources = {"altinn": altinn, "correspondence": {"resource_id": "brev"}, "public_url": "https://hub"}
    settings = Settings(**{**required, **sources})
    expected = {
        "events.org": "etat",
        "events.apps_url": "http://apps",
        "events.apps": ("soknad", "tillegg", "trekk"),
        "events.correspondence_resource": "brev",
        "events.webhook_url": "https://hub/hooks/altinn",
        "nexi.webhook_url": "https://hub/hooks/nexi",
        "nexi.return_url": "https://hub/betaling",
        "nexi.cancel_url": "https://hub/betaling",
        "nexi.terms_url": "https://hub/betaling",
    }
    assert expected == {name: attrgetter(name)(settings) for name in DERIVED}


def test_a_setting_is_named_as_the_environment_names_it() -> None:
    """Whoever copies a name from the page sets that setting."""
    names = {each.name: each.variable for each in all_settings()}
    assert names["nexi.base_url"] == f"{PREFIX}NEXI__BASE_URL"


def test_secrets_are_marked() -> None:
    """An operator sees what must be kept from others, lists of secrets too."""
    marked = {each.name for each in all_settings() if "*secret*" in each.type}
    assert marked == {
        "keys.field_keys",
        "keys.index_key",
        "maskinporten.private_key",
        "altinn.reference_key",
        "events.webhook_secret",
        "nexi.secret_key",
        "nexi.webhook_secret",
    }


class Undescribed(BaseModel):
    number: int = Field(1)


def test_a_setting_without_a_description_is_refused() -> None:
    """Nobody can add a setting and leave it to be guessed."""
    (setting,) = settings_of(Undescribed, "part.")
    with pytest.raises(ValueError, match=r"part\.number has no description"):
        setting.row()


# --- case types -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", load_case_types("standard"))
def test_every_phase_is_reached_in_the_diagram(name: str) -> None:
    """The drawing shows every change of phase that the rules make: none is out of reach."""
    reached = {step.after for step in steps(load_case_types("standard")[name])}
    assert reached | {Phase.OPEN} == set(Phase)
