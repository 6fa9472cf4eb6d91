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
    outcome = f"letters.decision.{'licence.' if letter.licence else ''}{letter.outcome}"
    values = {
        "decided": written_date(texts, letter.decided_at),
        "outcome": texts.text(outcome, **common(texts, letter)),
        "grounds": grounds(texts, letter),
        "weeks": written_weeks(texts, letter.appeal_weeks),
        "appeal_body": markdown.one_line(letter.appeal_body),
    }
    return fill(texts, "decision", letter, values)


def grounds(texts: Texts, letter: SendDecision) -> str:
    """The caseworker's own, or what an automatic grant rests on, or that there are none."""
    if letter.listing is not None:
        return texts.text(
            "letters.decision.listed",
            institution=markdown.one_line(letter.listing.institution),
            completed=written_date(texts, letter.listing.completed),
        )
    return markdown.paragraphs(letter.grounds) or texts.text("letters.decision.grounds_left_out")
