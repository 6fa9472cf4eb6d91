from case_core.effects import SendDeficiencyLetter
from letters import markdown
from letters.dates import written_moment
from letters.sheet import fill
from letters.texts import Texts
from letters.written import WrittenLetter


def deficiency(texts: Texts, letter: SendDeficiencyLetter) -> WrittenLetter:
    """Mangelbrev: each missing document with the reason for it, and the caseworker's own words if any."""
    values = {
        "documents": "\n".join(document(texts, kind) for kind in letter.missing),
        "words": own_words(texts, letter.words),
        "due": written_moment(texts, letter.due),
    }
    return fill(texts, "deficiency", letter, values, letter.link)


def document(texts: Texts, kind: str) -> str:
    name, why = (texts.text(f"documents.{kind}.{part}") for part in ("name", "why"))
    return texts.text("letters.deficiency.document", name=name, why=why)


def own_words(texts: Texts, words: str) -> str:
    written = markdown.paragraphs(words)
    return texts.text("letters.deficiency.words", words=written) if written else ""
