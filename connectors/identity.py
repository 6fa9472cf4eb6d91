"""National identity numbers: are the check digits right? Nothing else is read out of a number.

Our own check, because common libraries refuse synthetic numbers (month + 80).
"""

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_identity_number(text: str, *, from_2032: bool = False) -> bool:
    """`from_2032`: also accept the numbers of 2032, whose first check digit may take four values."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()):
        return False
    digits = tuple(int(digit) for digit in text)
    remainders = range(4) if from_2032 else range(1)
    first = {_check_digit(_FIRST, digits, remainder) for remainder in remainders}
    return digits[9] in first and digits[10] == _check_digit(_SECOND, digits, 0)


def _check_digit(weights: tuple[int, ...], digits: tuple[int, ...], remainder: int) -> int | None:
    total = sum(weight * digit for weight, digit in zip(weights, digits, strict=False))
    value = 11 + remainder - total % 11
    value = value - 11 if value >= 11 else value
    return None if value == 10 else value
