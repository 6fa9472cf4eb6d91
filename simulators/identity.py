"""Check digits of Norwegian identity and organisation numbers."""

from datetime import date

K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
ORG = (3, 2, 7, 6, 5, 4, 3, 2)
SYNTHETIC_MONTH = 80
D_NUMBER_DAY = 40


def _check_digit(digits: str, weights: tuple[int, ...]) -> int | None:
    """None where the remainder gives 10: such a combination is not issued."""
    remainder = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    digit = (11 - remainder) % 11
    return None if digit == 10 else digit


def is_person_number(text: str) -> bool:
    """Checks the two check digits only, as the correspondence service does; not that the date exists."""
    if len(text) != 11 or not text.isascii() or not text.isdigit():
        return False
    return _check_digit(text[:9], K1) == int(text[9]) and _check_digit(text[:10], K2) == int(text[10])


def is_organisation_number(text: str) -> bool:
    if len(text) != 9 or not text.isascii() or not text.isdigit():
        return False
    return _check_digit(text[:8], ORG) == int(text[8])


def synthetic_number(born: date, individual: int, *, d_number: bool = False) -> str | None:
    """Month + 80; day + 40 for a D-number. None where the check digits cannot be made."""
    day = born.day + (D_NUMBER_DAY if d_number else 0)
    nine = f"{day:02}{born.month + SYNTHETIC_MONTH:02}{born.year % 100:02}{individual:03}"
    first = _check_digit(nine, K1)
    if first is None:
        return None
    second = _check_digit(f"{nine}{first}", K2)
    return None if second is None else f"{nine}{first}{second}"
