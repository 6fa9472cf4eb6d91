"""The parameters of the case types: what stands in the files, and how a mistake in them is told."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from importlib import resources

import pytest

from case_core.case_types.authorisation import AUTHORISATION
from case_core.case_types.licence import LICENCE
from case_core.case_types.parameters import ApplicationParameters, Condition, Requirement
from case_core.messages import Way
from config.case_type_rows import AuthorisationFile, Spans
from config.case_types import (
    ConfigurationError,
    Profile,
    application_parameters,
    load_case_types,
    read,
    text_of,
)

PROFILES: tuple[Profile, ...] = ("standard", "demo")
STANDARD = text_of("authorisation.toml")
DEMO = text_of("authorisation.demo.toml")
SECOND = STANDARD[STANDARD.index("\n[[valid]]\n") :]


def parameters(profile: Profile) -> ApplicationParameters:
    (valid,) = application_parameters(AUTHORISATION, profile)
    return valid.parameters


# --- what stands in them ----------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_loads(profile: Profile) -> None:
    """The files that are shipped can be used, each under the name of its case type."""
    kinds = load_case_types(profile)
    assert {name: kind.name for name, kind in kinds.items()} == {
        name: name for name in (AUTHORISATION, LICENCE)
    }


def test_the_tariff_of_2023() -> None:
    """Amounts are read as kroner and handed on as øre."""
    (valid,) = application_parameters(AUTHORISATION, "standard")
    assert valid.since == date(2023, 3, 1)
    assert valid.parameters.listed_fee_ore == 75_000
    assert valid.parameters.fee_ore == {Way.NORWAY: 200_000, Way.EEA: 250_000, Way.OUTSIDE_EEA: 350_000}
    assert valid.parameters.expected_weeks == {Way.NORWAY: 8, Way.EEA: 12, Way.OUTSIDE_EEA: 28}


def test_the_tariff_of_licences() -> None:
    """Most licences carry no fee; fees and times go by the kind of licence, and no list lowers them."""
    (valid,) = application_parameters(LICENCE, "standard")
    assert valid.parameters.fee_ore == {"student": 0, "fagomrade": 350_000, "over80": 200_000}
    assert valid.parameters.expected_weeks == {"student": 8, "fagomrade": 17, "over80": 8}
    assert valid.parameters.listed_fee_ore is None


def test_the_spans_of_the_standard_profile() -> None:
    """The pace of the law, and of what applicants may expect."""
    standard = parameters("standard")
    assert standard.appeal_period == timedelta(weeks=standard.appeal_weeks) == timedelta(weeks=3)
    assert (standard.supplement_due, standard.supplement_reminder) == (timedelta(weeks=4), timedelta(weeks=2))
    assert standard.register_patience == timedelta(days=2)


def test_required_documents() -> None:
    """Everybody sends a diploma; three professions from outside the EEA send their practice too."""
    required = {each.document: each for each in parameters("standard").required}
    assert required["vitnemal"] == Requirement(document="vitnemal", ways=tuple(Way))
    assert required["praksis"].ways == (Way.OUTSIDE_EEA,)
    assert required["praksis"].professions == ("LE", "TL", "SP")
    assert required["navneendring"].condition is Condition.NAME_DIFFERS


def test_profiles_differ_in_spans_only() -> None:
    """Whoever tries the demo meets the same rules, fees and documents."""
    standard, demo = parameters("standard"), parameters("demo")
    spans = {
        field.name: getattr(standard, field.name)
        for field in fields(ApplicationParameters)
        if isinstance(getattr(standard, field.name), timedelta)
    }
    assert replace(demo, **spans) == standard
    assert set(spans) == set(Spans.model_fields)


def test_the_demo_profile_runs_in_minutes() -> None:
    """No span is longer than five minutes."""
    demo = parameters("demo")
    assert all(getattr(demo, name) <= timedelta(minutes=5) for name in Spans.model_fields)


def test_a_case_keeps_the_parameters_of_its_day() -> None:
    """Each validity date begins the next; before the first the oldest ones apply."""
    later = SECOND.replace("2023-03-01", "2027-01-01").replace("norge = 2000", "norge = 2100.50")
    content = read(AuthorisationFile, "authorisation.toml", STANDARD + later)
    kind = replace(
        load_case_types("standard")[AUTHORISATION], valid=tuple(row.valid() for row in content.valid)
    )
    fees = {
        day: kind.parameters(day).fee_ore[Way.NORWAY]
        for day in (date(2020, 1, 1), date(2023, 3, 1), date(2026, 12, 31), date(2027, 1, 1))
    }
    assert list(fees.values()) == [200_000, 200_000, 200_000, 210_050]


# --- mistakes ---------------------------------------------------------------------------------------

Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    assert old in STANDARD
    return lambda text: text.replace(old, new, 1)


MISTAKES: dict[str, tuple[Change, str]] = {
    "unknown key": (
        swap("most_rounds", "most_round"),
        "valid[1].most_round: nothing reads this key; correct its name or remove it",
    ),
    "missing key": (swap("most_rounds = 2", ""), "valid[1].most_rounds: this key is missing; add it"),
    "unknown key in a document": (
        swap('document = "fagplan"', 'document = "fagplan"\nprofession = ["LE"]'),
        "valid[1].required[4].profession: nothing reads this key",
    ),
    "unknown way": (
        swap('ways = ["utenforEos"]', 'ways = ["utland"]'),
        "valid[1].required[4].ways[1]: Input",
    ),
    "unknown profession": (swap('"TL"', '"tannlege"'), "required[6].professions[2]: String"),
    "forgotten way": (swap(", utenforEos = 3500", ""), "fee_kroner must name utenforEos too"),
    "bare number for a span": (
        swap('"P14D"', "14"),
        'valid[1].fee_due: write an ISO 8601 duration such as "P14D"',
    ),
    "span in words": (swap('"P14D"', '"14 days"'), "valid[1].fee_due: write an ISO 8601 duration"),
    "no span at all": (swap('"P14D"', '"P0D"'), "valid[1].fee_due: Input should be greater than"),
    "reminder after the due time": (swap('"P7D"', '"P15D"'), "fee_reminder must be shorter than fee_due"),
    "supplement reminder after the due time": (
        swap('supplement_reminder = "P14D"', 'supplement_reminder = "P28D"'),
        "supplement_reminder must be shorter than supplement_due",
    ),
    "negative fee": (
        swap("norge = 2000", "norge = -1"),
        "valid[1].fee_kroner.norge: Input should be greater",
    ),
    "parts of an øre": (swap("norge = 2000", "norge = 0.001"), "valid[1].fee_kroner.norge: Decimal input"),
    "a letter that tells another time": (
        swap("appeal_weeks = 3", "appeal_weeks = 6"),
        "appeal_period must be as long as appeal_weeks says",
    ),
    "the same date twice": (lambda text: text + SECOND, "each [[valid]] must begin (since) later"),
    "dates out of order": (
        lambda text: text + SECOND.replace("2023-03-01", "2022-03-01"),
        "each [[valid]] must begin (since) later",
    ),
    "nothing in it": (lambda _: "", "valid: this key is missing; add it"),
    "no row in it": (lambda _: "valid = []", "valid: name at least one"),
    "read too late": (
        swap('decision_read = "P14D"', 'decision_read = "P21D"'),
        "decision_read must be shorter than appeal_period",
    ),
    "no way": (swap('ways = ["utenforEos"]', "ways = []"), "required[4].ways: name at least one"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_file_and_key(mistake: str) -> None:
    """Whoever made it reads which file, which key, and what to do."""
    change, told = MISTAKES[mistake]
    with pytest.raises(ConfigurationError) as error:
        read(AuthorisationFile, "authorisation.toml", change(STANDARD))
    assert str(error.value).startswith("config/case_types/authorisation.toml cannot be used. Mend this:\n")
    assert told in str(error.value)


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody mends a file line by line, starting the program each time."""
    text = STANDARD.replace("most_rounds = 2", "").replace("appeal_weeks = 3", "appeal_week = 3")
    with pytest.raises(ConfigurationError) as error:
        read(AuthorisationFile, "authorisation.toml", text)
    assert [line.partition(":")[0] for line in str(error.value).splitlines()[1:]] == [
        "  - valid[1].most_rounds",
        "  - valid[1].appeal_weeks",
        "  - valid[1].appeal_week",
    ]


def test_what_is_not_toml_is_told_with_its_line() -> None:
    """The line is named."""
    with pytest.raises(ConfigurationError, match=r"authorisation\.toml is not TOML: .*line 1"):
        read(AuthorisationFile, "authorisation.toml", "[[valid]")


def test_a_profile_may_state_spans_only() -> None:
    """A demo that changed a fee would show something else than the service."""
    with pytest.raises(ConfigurationError, match="appeal_weeks: nothing reads this key"):
        read(Spans, "authorisation.demo.toml", DEMO + "appeal_weeks = 1\n")


def test_a_profile_states_every_span() -> None:
    """One that was left out would last for weeks."""
    with pytest.raises(ConfigurationError, match="appeal_period: this key is missing"):
        read(Spans, "authorisation.demo.toml", DEMO.replace('appeal_period = "PT45S"', ""))


def test_a_file_that_is_missing_is_named() -> None:
    """The installation is incomplete, and the error says so."""
    with pytest.raises(ConfigurationError, match=r"config/case_types/nothing\.toml is missing"):
        text_of("nothing.toml")


def test_every_file_is_read() -> None:
    """A file that no case type reads would be changed in vain."""
    folder = resources.files("config").joinpath("case_types")
    read_by_us = {f"{name}{part}" for name in load_case_types("standard") for part in (".toml", ".demo.toml")}
    assert {each.name for each in folder.iterdir() if each.name.endswith(".toml")} == read_by_us
