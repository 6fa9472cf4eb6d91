"""The header `Retry-After`: a number in the remote's own unit, or a date."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

_LONGEST = timedelta(days=1)
_DIGITS, _DATE = 12, 60


class RetryAfter(StrEnum):
    """The unit of the number; Folkeregisteret counts milliseconds."""

    SECONDS = "s"
    MILLISECONDS = "ms"


def wait_asked_for(headers: httpx.Headers, unit: RetryAfter) -> timedelta | None:
    """Never longer than a day, whatever the remote says. None: it did not say, or not readably."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        number = int(text[:_DIGITS])
        wait = timedelta(seconds=number) if unit is RetryAfter.SECONDS else timedelta(milliseconds=number)
        return min(wait, _LONGEST)
    until = _date(text)
    if until is None:
        return None
    # Their date against their own clock, so that our clocks need not agree.
    since = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(until - since, timedelta()), _LONGEST)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:_DATE])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
