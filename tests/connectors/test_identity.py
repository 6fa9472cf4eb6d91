"""Check digits of identity numbers."""

import pytest

from connectors.identity import is_identity_number

SYNTHETIC = ["08844397713", "17858296439", "08829698278", "01899699552", "14817697543", "10915596784"]


@pytest.mark.parametrize("number", SYNTHETIC)
def test_synthetic_numbers_are_accepted(number: str) -> None:
    """Numbers with month + 80 are checked like any other."""
    assert is_identity_number(number)


@pytest.mark.parametrize("number", SYNTHETIC)
@pytest.mark.parametrize("position", [0, 5, 9, 10])
def test_one_wrong_digit_is_found(number: str, position: int) -> None:
    """No single wrong digit passes."""
    wrong = str((int(number[position]) + 1) % 10)
    assert not is_identity_number(number[:position] + wrong + number[position + 1 :])


@pytest.mark.parametrize("text", ["", "0884439771", "088443977130", "0884439771x", "٠٨٨٤٤٣٩٧٧١٣"])
def test_other_texts_are_no_numbers(text: str) -> None:
    """Only eleven plain digits can be an identity number."""
    assert not is_identity_number(text)


@pytest.mark.parametrize("number", ["08844397721", "08844397748"])
def test_numbers_of_2032_are_accepted_where_asked_for(number: str) -> None:
    """From 2032 the first check digit may be one of four; until then such a number is refused."""
    assert not is_identity_number(number)
    assert is_identity_number(number, from_2032=True)
