"""Amounts and spans written out."""

from letters.texts import Texts


def written_kroner(texts: Texts, ore: int) -> str:
    """`2 000 kr`; øre only where there are any."""
    kroner, rest = divmod(abs(ore), 100)
    sign = "−" if ore < 0 else ""
    decimals = f"{texts.text('units.decimal_mark')}{rest:02}" if rest else ""
    amount = f"{sign}{kroner:,}".replace(",", " ") + decimals
    return texts.text("units.kroner", amount=amount)


def written_weeks(texts: Texts, weeks: int) -> str:
    """`1 uke`, `3 uker`."""
    return texts.text("units.week") if weeks == 1 else texts.text("units.weeks", count=str(weeks))
