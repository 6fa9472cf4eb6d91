"""Case numbers can be read out over the telephone: a slip of the tongue is noticed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.numbers import case_number, is_case_number

YEARS = st.integers(2000, 2100)
RUNNING = st.integers(1, 9_999_999)


@given(year=YEARS, running=RUNNING)
def test_a_number_of_ours_is_one(year: int, running: int) -> None:
    """Year, running number, check digit."""
    number = case_number(year, running)
    assert number.startswith(f"{year}-{running:06d}-")
    assert is_case_number(number)


@given(year=YEARS, running=RUNNING)
def test_every_single_wrong_digit_is_found(year: int, running: int) -> None:
    """Wherever it stands, the check digit itself included."""
    number = case_number(year, running)
    for place, right in enumerate(number):
        for wrong in "0123456789":
            if right not in ("-", wrong):
                assert not is_case_number(number[:place] + wrong + number[place + 1 :])


@given(year=YEARS, running=RUNNING)
def test_every_swap_of_neighbours_is_found(year: int, running: int) -> None:
    """The most common slip of all, across the dashes too."""
    number = case_number(year, running)
    places = [place for place, each in enumerate(number) if each != "-"]
    for left, right in pairwise(places):
        swapped = list(number)
        swapped[left], swapped[right] = number[right], number[left]
        assert number[left] == number[right] or not is_case_number("".join(swapped))


@pytest.mark.parametrize("change", [str.strip, lambda n: n + "\n", lambda n: " " + n, lambda n: n[1:]])
def test_only_the_number_itself_is_one(change: object) -> None:
    """Nothing may stand before or after it."""
    number = case_number(2026, 7)
    assert callable(change)
    assert is_case_number(change(number)) == (change(number) == number)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-7-1", "2026/000007-1", "20260000071", "2026-00000a-1", "٢٠٢٦-٠٠٠٠٠٧-١"],
)
def test_other_shapes_are_none(text: str) -> None:
    """Short, slashed, undashed, with letters, in other scripts' digits."""
    assert not is_case_number(text)


def test_digits_of_other_scripts_are_none() -> None:
    """They may look alike on paper and are other characters to every other system."""
    wide = case_number(2026, 7).translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert not is_case_number(wide)
