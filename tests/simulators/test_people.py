from datetime import date

import pytest

from simulators import identity, persons
from simulators.app_definitions import APPLICATION, SUPPLEMENT
from simulators.form_models import FormError
from simulators.prefill import prefilled


@pytest.mark.parametrize(
    "number", ["08844397713", "17858296439", "08829698278", "01899699552", "14817697543", "10915596784"]
)
def test_valid_synthetic_numbers_pass(number: str) -> None:
    """Numbers that were verified elsewhere have the right check digits."""
    assert identity.is_person_number(number)


@pytest.mark.parametrize("number", ["01899699553", "0189969955", "abcdefghijk", "", "０１８９９６９９５５２"])
def test_anything_else_fails(number: str) -> None:
    """A changed digit, another length, letters and digits of other scripts."""
    assert not identity.is_person_number(number)


def test_organisation_numbers() -> None:
    """The agency's own passes, a neighbour does not."""
    assert identity.is_organisation_number("983544622")
    assert not identity.is_organisation_number("983544623")


def test_a_d_number_shifts_day_and_month() -> None:
    """Both shifts are there, and the check digits are those of the shifted digits."""
    number = next(
        n for i in range(100) if (n := identity.synthetic_number(date(1990, 3, 4), i, d_number=True))
    )
    assert number.startswith("448390")
    assert identity.is_person_number(number)


def test_the_same_seed_gives_the_same_people() -> None:
    """Two worlds of one seed are alike; another seed differs."""
    first, second, other = (persons.generate(seed, 60).everybody for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_everybody_is_synthetic_and_unique() -> None:
    """Month + 80 for all, no number twice, valid digits."""
    people = persons.generate(1, 200).everybody
    numbers = [person.nin for person in people]
    assert len(set(numbers)) == 200
    assert all(identity.is_person_number(number) and 81 <= int(number[2:4]) <= 92 for number in numbers)
    assert all(int(p.nin[0]) >= 4 for p in people if p.has("d-number"))
    assert sum(person.has("plain") for person in people) >= 150


def test_a_small_world_still_has_variety() -> None:
    """A quarter is out of the ordinary, each in a way of its own."""
    traits = [person.traits[0] for person in persons.generate(1, 40).everybody if not person.has("plain")]
    assert len(traits) == len(set(traits)) == 10


def test_a_form_survives_xml() -> None:
    """What is written as XML is read back alike, absent fields included."""
    form = APPLICATION.model.from_json(persons.generate(1, 4).everybody[0].suggestion | {"ukjent": 1})
    assert "ukjent" not in form
    assert APPLICATION.model.from_xml(APPLICATION.model.to_xml(form)) == form
    empty = SUPPLEMENT.model.from_json({})
    assert SUPPLEMENT.model.from_xml(SUPPLEMENT.model.to_xml(empty)) == empty


@pytest.mark.parametrize("content", [b"<Annet/>", b"not xml", b"<!DOCTYPE x><Soknad/>"])
def test_what_is_no_such_form_is_refused(content: bytes) -> None:
    """A wrong root, no XML, a document type."""
    with pytest.raises(FormError):
        APPLICATION.model.from_xml(content)


def test_prefill_converts_and_keeps_what_is_filled() -> None:
    """Texts become the field's type, dashes are dropped, a filled field is left alone."""
    start = APPLICATION.model.from_json({"sprak": "nn"})
    values = {
        "soker.Fornavn": "Ada",
        "SPRAK": "en",
        "erklaering": "true",
        "utdanning.full-fort": "2026-06-01",
    }
    form = prefilled(APPLICATION.model, start, values)
    assert (form["soker"]["fornavn"], form["sprak"], form["erklaering"]) == ("Ada", "nn", True)
    assert form["utdanning"]["fullfort"] == "2026-06-01"
    with pytest.raises(FormError):
        prefilled(APPLICATION.model, start, {"erklaering": "kanskje"})
