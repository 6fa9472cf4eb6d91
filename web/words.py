"""What a page says, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from case_core.waiting import Waiting
from letters.amounts import written_kroner
from letters.dates import written_date, written_moment
from letters.names import profession_name, reason_sentence
from letters.sentences import waiting_sentence
from letters.texts import Texts, in_language
from web.labels import LABELS

DAYS_ONLY = timedelta(days=2)
"""A span that is so long is told in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Labels are the pages' own; texts are shared with the letters."""

    language: str
    texts: Mapping[str, Texts]

    @property
    def ours(self) -> Texts:
        return in_language(self.texts, self.language)

    def label(self, key: str, /, **values: object) -> str:
        return LABELS[self.language][key].format_map(values)

    def label_or(self, key: str, other: str) -> str:
        return LABELS[self.language].get(key, other)

    def text(self, key: str, /, **values: str) -> str:
        return self.ours.text(key, **values)

    def text_or(self, key: str, other: str) -> str:
        return self.ours.text(key) if key in self.ours else other

    def date(self, day: date | None) -> str:
        return written_date(self.ours, day) if day else self.label("none")

    def moment(self, moment: datetime | None) -> str:
        return written_moment(self.ours, moment) if moment else self.label("none")

    def when(self, moment: datetime | None, span: timedelta) -> str:
        """The day; with the time of day where all of it happens within two days."""
        return self.moment(moment) if span < DAYS_ONLY else self.date(moment)

    def both(self, names: Sequence[str]) -> str:
        """`a`, `a og b`, `a, b og c`."""
        if len(names) < 2:
            return "".join(names)
        return self.label("list.and", first=", ".join(names[:-1]), last=names[-1])

    def kroner(self, ore: int) -> str:
        return written_kroner(self.ours, ore)

    def profession(self, code: str) -> str:
        return profession_name(self.ours, code)

    def reason(self, reason: str) -> str:
        name, _, _ = reason.partition(": ")
        detail = self.detail(reason)
        return reason_sentence(self.ours, f"{name}: {detail}" if detail else reason)

    def detail(self, reason: str) -> str:
        """What stands behind a reason's key; names of messages, effects and phases are written out."""
        parts = reason.partition(": ")[2].split(", ")
        return ", ".join(self.named(part) for part in parts)

    def named(self, name: str) -> str:
        keys = (f"messages.{name}", f"effects.{name}.todo", f"phases.{name}")
        return next((self.text(key) for key in keys if key in self.ours), name)

    def source(self, name: str) -> str:
        """Where a message came from, or who did something; people are called by their own names."""
        return self.label_or(f"source.{name}", name)

    def act_reason(self, reason: str) -> str:
        """Why an act was not taken; most reasons are the case core's, few are the pages' own."""
        own = LABELS[self.language].get(f"reason.{reason}")
        return own or (self.reason(reason) if reason else "")

    def waiting(self, wait: Waiting) -> str:
        return waiting_sentence(self.texts, self.language, wait)

    def document(self, kind: str) -> str:
        return self.text_or(f"documents.{kind}.name", kind)
