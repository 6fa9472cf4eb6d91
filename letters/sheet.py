"""A letter's parts filled in from its texts."""

import re
from collections.abc import Mapping

from case_core.effects import Letter
from letters import markdown
from letters.names import in_sentence, profession_name
from letters.texts import Texts
from letters.written import LONGEST_REPLY_LINK, WrittenLetter

_EMPTY_PARTS = re.compile(r"\n{3,}")


def fill(
    texts: Texts, name: str, letter: Letter, values: Mapping[str, str], link: str | None = None
) -> WrittenLetter:
    """The letter called `name`. The values must be harmless in markdown; `link` is where it is answered."""
    known = {**common(texts, letter), **values}
    if link is not None:
        known["link"] = markdown.link(link)
    parts = (texts.text(key, **known) for key in (f"letters.{name}.body", "letters.closing"))
    offered = link is not None and len(link) <= LONGEST_REPLY_LINK
    return WrittenLetter(
        title=texts.text(f"letters.{name}.title", **known),
        summary=texts.text(f"letters.{name}.summary", **known),
        body=_EMPTY_PARTS.sub("\n\n", "\n".join(parts)).strip(),
        notification_subject=texts.text(f"letters.{name}.notification_subject", **known),
        notification_body=texts.text(f"letters.{name}.notification_body", **known),
        reply_link=link if offered else None,
        reply_text=texts.text(f"letters.{name}.reply_text") if offered else "",
    )


def common(texts: Texts, letter: Letter) -> dict[str, str]:
    """What every letter may mention."""
    profession = in_sentence(profession_name(texts, letter.profession))
    matter = letter.licence or "authorisation"
    return {
        "agency": texts.text("agency.name"),
        "case_number": letter.case_number,
        "profession": profession,
        "matter": texts.text(f"matters.{matter}", profession=profession),
    }
