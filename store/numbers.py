"""Case numbers: year, running number, check digit: `2026-000123-4`.

Digits in three short groups can be read out over the telephone. The check digit (Damm) finds every single
wrong digit and every swap of two neighbours.
"""

import re

from stdnum import damm

SHAPE = re.compile(r"(?P<year>[0-9]{4})-(?P<running>[0-9]{6,})-(?P<check>[0-9])")


def case_number(year: int, running: int) -> str:
    digits = f"{year:04d}{running:06d}"
    return f"{digits[:4]}-{digits[4:]}-{damm.calc_check_digit(digits)}"


def is_case_number(text: str) -> bool:
    shape = SHAPE.fullmatch(text)
    return shape is not None and bool(damm.is_valid("".join(shape.groups())))
