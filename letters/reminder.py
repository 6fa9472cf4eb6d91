from case_core.effects import SendLapseNotice, SendReminder, SendWithdrawalConfirmation
from letters.dates import written_date, written_moment
from letters.sheet import fill
from letters.texts import Texts
from letters.written import WrittenLetter


def reminder(texts: Texts, letter: SendReminder) -> WrittenLetter:
    """Purring about what the applicant has not answered."""
    due = written_moment(texts, letter.due)
    return fill(texts, f"reminder.{letter.about}", letter, {"due": due})


def lapse_notice(texts: Texts, letter: SendLapseNotice) -> WrittenLetter:
    """Henleggelse: nothing came, and the case is closed."""
    return fill(texts, f"lapse.{letter.about}", letter, {})


def withdrawal_confirmation(texts: Texts, letter: SendWithdrawalConfirmation) -> WrittenLetter:
    """The applicant took the application back, and the case is closed."""
    return fill(texts, "withdrawal", letter, {"withdrawn": written_date(texts, letter.withdrawn_at)})
