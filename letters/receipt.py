from case_core.effects import SendReceipt
from letters import markdown
from letters.amounts import written_weeks
from letters.dates import written_date
from letters.sheet import fill
from letters.texts import Texts
from letters.written import WrittenLetter


def receipt(texts: Texts, letter: SendReceipt) -> WrittenLetter:
    """Receipt, and preliminary answer with the expected processing time (forvaltningsloven § 11 a)."""
    application = letter.application
    not_given = texts.text("letters.not_given")
    values = {
        "received": written_date(texts, letter.received_at),
        "way": texts.text(f"ways.{application.way}"),
        "institution": markdown.one_line(application.institution) or not_given,
        "completed": written_date(texts, application.completed) if application.completed else not_given,
        "start": texts.text(f"letters.receipt.{'start_at_once' if letter.free else 'start_when_paid'}"),
        "weeks": written_weeks(texts, letter.expected_weeks),
    }
    return fill(texts, "receipt", letter, values)
