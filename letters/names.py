"""Names of codes, as people know them."""

from letters.texts import Texts

UNKNOWN_PROFESSION = "XX"


def profession_name(texts: Texts, code: str) -> str:
    """The register adds professions now and then; one that we do not know has a general name."""
    key = f"professions.{code}"
    return texts.text(key if key in texts else f"professions.{UNKNOWN_PROFESSION}")


def in_sentence(name: str) -> str:
    """A name from a list, in the middle of a sentence."""
    return name[:1].lower() + name[1:]


def reason_sentence(texts: Texts, reason: str) -> str:
    """A reason as people read it: a key, or a key with a detail behind a colon.

    Reasons come from outside systems too; one that we have no words for is shown as it is.
    """
    name, _, detail = reason.partition(": ")
    key = f"reasons.{name}"
    if key not in texts:
        return texts.text("reasons.unknown", reason=reason)
    sentence = texts.text(key)
    return texts.text("reasons.with_detail", sentence=sentence, detail=detail) if detail else sentence
