"""Dates and times written out, always in Norwegian local time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from letters.texts import Texts

NORWAY = ZoneInfo("Europe/Oslo")


def local(moment: datetime) -> datetime:
    """Raises `ValueError` for a moment without a time zone, which could mean any day."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone to be written out")
    return moment.astimezone(NORWAY)


def written_date(texts: Texts, day: date) -> str:
    """`21. november 2026`. A datetime counts as the day that it is in Norway."""
    if isinstance(day, datetime):
        day = local(day)
    month = texts.text(f"dates.months.{day.month}")
    return texts.text("dates.date", day=str(day.day), month=month, year=str(day.year))


def written_moment(texts: Texts, moment: datetime) -> str:
    """`21. november 2026 kl. 14.03`."""
    there = local(moment)
    time = texts.text("dates.time", hour=f"{there:%H}", minute=f"{there:%M}")
    return texts.text("dates.moment", date=written_date(texts, moment), time=time)
