"""A finished letter, within Altinn Correspondence's limits."""

from dataclasses import dataclass

LONGEST = {
    "title": 255,
    "summary": 255,
    "body": 30_000,
    "notification_subject": 512,
    "notification_body": 10_000,
}
LONGEST_REPLY_LINK = 255


class LetterTooLong(ValueError):
    """A part exceeds its limit. Nothing is cut: a decision must reach the applicant whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """Title and summary are plain text, the body is markdown without HTML.

    Notification texts travel by e-mail and carry no personal data. `reply_text` is empty without a link.
    """

    title: str
    summary: str
    body: str
    notification_subject: str
    notification_body: str
    reply_link: str | None = None
    reply_text: str = ""

    def __post_init__(self) -> None:
        for part, longest in LONGEST.items():
            length = len(getattr(self, part))
            if length > longest:
                raise LetterTooLong(f"The letter's {part} has {length} characters; {longest} are allowed")
