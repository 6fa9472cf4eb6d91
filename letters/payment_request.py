from case_core.effects import SendPaymentRequest
from letters.amounts import written_kroner
from letters.dates import written_moment
from letters.sheet import fill
from letters.texts import Texts
from letters.written import WrittenLetter


def payment_request(texts: Texts, letter: SendPaymentRequest) -> WrittenLetter:
    values = {
        "amount": written_kroner(texts, letter.amount_ore),
        "due": written_moment(texts, letter.due),
    }
    return fill(texts, "payment_request", letter, values, letter.link)
