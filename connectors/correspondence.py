"""Altinn Correspondence: every letter goes out here, and how far it came is read here.

Altinn remembers our key for ever but answers a repetition without the first one's id, so that is looked up.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from case_core.effects import Effect, FetchLetter, Letter, SendDecision
from case_core.messages import LetterObserved, LetterSent, LetterUnknown, LookedAgain
from connectors.calls import Call, Ended, Got
from connectors.connector import Answer, GiveUp, Outcome, TryLater
from connectors.http import Remote, outcome_of
from connectors.tokens import Bearer, Tokens
from connectors.wire import Wire

SCOPES = frozenset({"altinn:serviceowner", "altinn:correspondence.write"})
_ROUTE = "/correspondence/api/v1/correspondence"
_KEYS = uuid.UUID("8a3f2f0e-6a5b-4d0c-9a37-0b6f6b9f6c11")
_LETTER_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SENT_BEFORE, _RESERVED = "1034", "1030"
_FAILED = frozenset({"Failed", "Reserved"})


class Settings(BaseModel):
    """Letters through Altinn."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    resource_id: str = Field("hdir-autorisasjon", description="The resource that the letters are sent under.")
    read_within: timedelta = Field(
        timedelta(days=14), description="A decision unread for this long makes Altinn tell us so."
    )
    carry_seconds: float = Field(
        120.0, gt=0, description="Longest time for one effect, all its calls included."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """A letter's texts. Title, summary and notification are plain text, the body is Markdown.

    The reply link, where there is one, becomes a button (https, at most 255 characters).
    """

    title: str
    summary: str
    body: str
    notification_subject: str
    notification_body: str
    reply_link: str | None
    reply_text: str


class _Sent(Wire):
    correspondence_id: str
    status: str = ""


class _AllSent(Wire):
    correspondences: tuple[_Sent, ...] = Field(min_length=1)


class _Ids(Wire):
    ids: tuple[str, ...] = ()


class _Step(Wire):
    status: str
    status_changed: datetime


class _History(Wire):
    status_history: tuple[_Step, ...] = ()


class Correspondence:
    """Carries every letter, and FetchLetter. `write` turns a letter into its texts."""

    def __init__(
        self, settings: Settings, remote: Remote, tokens: Tokens, write: Callable[[Letter], WrittenLetter]
    ) -> None:
        self._settings = settings
        self._remote = remote
        self._auth = Bearer(tokens, SCOPES)
        self._write = write

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:
        work = self._carry(effect, key, now)
        return await outcome_of(work, name=self._remote.name, seconds=self._settings.carry_seconds)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:  # noqa: ARG002 - the protocol's
        return None

    async def _carry(self, effect: Effect, key: str, now: datetime) -> Outcome:
        match effect:
            case Letter():
                return await self._send(effect, str(uuid.uuid5(_KEYS, key)), now)
            case FetchLetter():
                return await self._fetch(effect, now)
        raise TypeError(f"{type(effect).__name__} is not carried here")

    async def _send(self, letter: Letter, key: str, now: datetime) -> Outcome:
        written = self._write(letter)
        _keep_number_inside(letter, written)
        body = {
            "correspondence": self._message(letter, written, now),
            "recipients": [f"urn:altinn:person:identifier-no:{letter.recipient}"],
            "idempotentKey": key,
        }
        wanted = frozenset({200, 409, 422})
        call = Call(method="POST", route=_ROUTE, json=body, wanted=wanted, auth=self._auth)
        got = await self._remote.send(call)
        letter_id = await self._id_of(got, key)
        return Answer(
            reply=LetterSent(at=now, ask_key=letter.ask_key, letter_id=letter_id), remote_id=letter_id
        )

    async def _id_of(self, got: Got, key: str) -> str:
        if got.status == 200:
            sent = self._remote.read(got, _AllSent).correspondences[0]
            if sent.status == "Reserved":
                raise _reserved()
            return sent.correspondence_id
        if got.status == 409 and got.code == _SENT_BEFORE:
            return await self._sent_before(key)
        if got.status == 422 and got.code == _RESERVED:
            raise _reserved()
        reason = f"{self._remote.name} svarte {got.status} ({got.code})"
        raise Ended(GiveUp(cause="rejected", reason=reason))

    async def _sent_before(self, key: str) -> str:
        query = {"resourceId": self._settings.resource_id, "role": "Sender", "idempotentKey": key}
        call = Call(method="GET", route=_ROUTE, query=urlencode(query), auth=self._auth)
        found = self._remote.read(await self._remote.send(call), _Ids)
        if not found.ids:
            reason = f"{self._remote.name} kjenner nøkkelen, men viser ikke brevet ennå"
            raise Ended(TryLater(reason=reason, sent=True))
        return found.ids[0]

    def _message(self, letter: Letter, written: WrittenLetter, now: datetime) -> dict[str, object]:
        message: dict[str, object] = {
            "resourceId": self._settings.resource_id,
            "sendersReference": letter.case_number,
            "content": {
                "language": letter.language,
                "messageTitle": written.title,
                "messageSummary": written.summary,
                "messageBody": written.body,
            },
            "notification": _notification(written),
            "isConfirmationNeeded": False,
        }
        if written.reply_link is not None:
            message["replyOptions"] = [{"linkURL": written.reply_link, "linkText": written.reply_text}]
        if isinstance(letter, SendDecision):
            # Altinn tells of a letter that was never read only when it had a due date.
            message["dueDateTime"] = (now + self._settings.read_within).astimezone(UTC).isoformat()
        return message

    async def _fetch(self, effect: FetchLetter, now: datetime) -> Outcome:
        history = await self._history(effect.letter_id)
        if history is None:
            unknown = LetterUnknown(at=now, letter_id=effect.letter_id)
            return Answer(
                reply=_looked(effect, now, nothing_new=True), facts=() if effect.ask_key else (unknown,)
            )
        steps = history.status_history
        observed = LetterObserved(
            at=now,
            letter_id=effect.letter_id,
            delivered_at=_first(steps, "Published"),
            read_at=_first(steps, "Read"),
            confirmed_at=_first(steps, "Confirmed"),
            failed=any(step.status in _FAILED for step in steps),
        )
        nothing_new = observed.delivered_at is None and not observed.failed
        return Answer(reply=_looked(effect, now, nothing_new=nothing_new), facts=(observed,))

    async def _history(self, letter_id: str) -> _History | None:
        if not _LETTER_ID.fullmatch(letter_id):
            return None
        call = Call(
            method="GET",
            route=f"{_ROUTE}/{{letter}}/details",
            path={"letter": letter_id},
            wanted=frozenset({200, 404}),
            auth=self._auth,
        )
        got = await self._remote.send(call)
        return self._remote.read(got, _History) if got.status == 200 else None


def _notification(written: WrittenLetter) -> dict[str, object]:
    return {
        "notificationTemplate": "CustomMessage",
        "notificationChannel": "EmailPreferred",
        "emailSubject": written.notification_subject,
        "emailBody": written.notification_body,
        "emailContentType": "Plain",
        # Whoever has no e-mail address is sent a text message.
        "smsBody": written.notification_body,
        "sendReminder": False,
    }


def _keep_number_inside(letter: Letter, written: WrittenLetter) -> None:
    """What is shown in lists, notifications and logs may not hold the recipient's number. Raises `Ended`."""
    outside = (
        letter.case_number,
        written.title,
        written.summary,
        written.notification_subject,
        written.notification_body,
    )
    if any(letter.recipient in text for text in outside):
        reason = "Brevets tittel, ingress, varsel eller referanse inneholder et fødselsnummer"
        raise Ended(GiveUp(cause="rejected", reason=reason))


def _reserved() -> Ended:
    reason = "Mottakeren har reservert seg mot digital post fra det offentlige"
    return Ended(GiveUp(cause="reserved", reason=reason))


def _looked(effect: FetchLetter, now: datetime, *, nothing_new: bool) -> LookedAgain | None:
    if not effect.ask_key:
        return None
    return LookedAgain(at=now, ask_key=effect.ask_key, nothing_new=nothing_new)


def _first(steps: tuple[_Step, ...], status: str) -> datetime | None:
    moments = [step.status_changed.astimezone(UTC) for step in steps if step.status == status]
    return min(moments, default=None)
