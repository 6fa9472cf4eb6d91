from case_core.effects import SendDecision
from letters import markdown
from letters.amounts import written_weeks
from letters.dates import written_date
from letters.sheet import common, fill
from letters.texts import Texts
from letters.written import WrittenLetter


def decision(texts: Texts, letter: SendDecision) -> WrittenLetter:
    """Vedtak. What it says of grounds, appeal and access is what forvaltningsloven §§ 24, 25 and 27 demand.

    Title and summary do not tell the outcome: inbox lists are shown before the letter is opened.
    """
    values = {
        "decided": written_date(texts, letter.decided_at),
        "outcome": texts.text(f"letters.decision.{letter.outcome}", **common(texts, letter)),
        "grounds": markdown.paragraphs(letter.grounds) or texts.text("letters.decision.grounds_left_out"),
        "weeks": written_weeks(texts, letter.appeal_weeks),
        "appeal_body": markdown.one_line(letter.appeal_body),
    }
    return fill(texts, "decision", letter, values)
