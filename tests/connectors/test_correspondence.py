"""Letters through the simulated Altinn Correspondence."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from case_core.case import Outcome as Decided
from case_core.effects import ConfirmSubmission, FetchLetter, Letter, SendDecision, SendReminder
from case_core.messages import LetterObserved, LetterSent, LetterUnknown, LookedAgain
from connectors.connector import Answer, Broken, GiveUp, Outcome, TryLater
from connectors.correspondence import Correspondence, Settings, WrittenLetter
from connectors.http import Remote
from connectors.maskinporten import AltinnTokens, Maskinporten
from tests.connectors.outside import Json, Outside
from tests.connectors.scripted import FixedTokens, Script, remote, saying, script

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NIN = "08844397713"
LETTER_ID = "00000000-0000-4000-8000-000000000001"
WRITTEN = WrittenLetter(
    title="Svar på søknaden din",
    summary="Vi har svart.",
    body="# Vedtak\n\nDu får **autorisasjon**.",
    notification_subject="Du har fått svar",
    notification_body="Du har fått et brev i Altinn.",
    reply_link=None,
    reply_text="",
)


def written(_: Letter) -> WrittenLetter:
    return WRITTEN


@pytest.fixture
def letters(platform: Remote, altinn_tokens: AltinnTokens) -> Correspondence:
    return Correspondence(Settings(), platform, altinn_tokens, written)


def decision(nin: str, case_number: str = "2026/17") -> SendDecision:
    return SendDecision(
        ask_key="decision",
        recipient=nin,
        case_number=case_number,
        language="nb",
        profession="SP",
        outcome=Decided.GRANTED,
        grounds="",
        decided_at=NOW,
        appeal_weeks=3,
        appeal_body="",
    )


def reminder(nin: str) -> SendReminder:
    return SendReminder(
        ask_key="remind",
        recipient=nin,
        case_number="2026/17",
        language="nn",
        profession="SP",
        about="fee",
        due=NOW,
    )


def fresh() -> str:
    """A key that no other test has used: Altinn never forgets one."""
    return f"{uuid.uuid4()}/decision"


async def send(letters: Correspondence, letter: Letter, key: str) -> Outcome:
    return await letters.carry(letter, key=key, now=datetime.now(UTC))


async def sent(letters: Correspondence, letter: Letter, key: str) -> str:
    outcome = await send(letters, letter, key)
    assert isinstance(outcome, Answer), outcome
    assert isinstance(outcome.reply, LetterSent)
    assert (outcome.reply.ask_key, outcome.remote_id) == (letter.ask_key, outcome.reply.letter_id)
    return outcome.reply.letter_id


async def observed(letters: Correspondence, letter_id: str) -> LetterObserved:
    outcome = await letters.carry(FetchLetter(letter_id=letter_id), key="k", now=NOW)
    assert isinstance(outcome, Answer)
    assert outcome.reply is None
    [fact] = outcome.facts
    assert isinstance(fact, LetterObserved)
    return fact


async def settled(letters: Correspondence, letter_id: str) -> LetterObserved:
    for _ in range(1000):
        fact = await observed(letters, letter_id)
        if fact.delivered_at is not None or fact.failed:
            return fact
        await asyncio.sleep(0.01)
    raise AssertionError("the letter went nowhere")


# --- in the simulated Altinn ------------------------------------------------------------------------


async def test_a_letter_arrives(letters: Correspondence, outside: Outside) -> None:
    """The recipient finds the letter in the inbox, under the case's number."""
    person = await outside.person()
    letter_id = await sent(letters, decision(person["nin"]), fresh())
    await settled(letters, letter_id)
    messages = (await outside.inbox(person))["messages"]
    [message] = [each for each in messages if each["id"] == letter_id]
    assert (message["title"], message["summary"], message["sendersReference"]) == (
        WRITTEN.title, WRITTEN.summary, "2026/17"
    )  # fmt: skip
    assert "autorisasjon" in message["body"]


async def test_sent_twice_arrives_once(letters: Correspondence, outside: Outside) -> None:
    """The same effect sent again ends with the first letter's id, and there is one letter."""
    person = await outside.person()
    key = fresh()
    first = await sent(letters, decision(person["nin"]), key)
    assert await sent(letters, decision(person["nin"]), key) == first
    [booked] = await outside.booked("correspondences", id=first)
    assert booked["duplicatesRefused"] == 1
    assert await sent(letters, decision(person["nin"]), fresh()) != first


async def test_reply_link(platform: Remote, altinn_tokens: AltinnTokens, outside: Outside) -> None:
    """A letter that asks for something carries the link to where it is answered."""
    linked = replace(WRITTEN, reply_link=f"{outside.base}/apps/x", reply_text="Send inn")
    person = await outside.person()
    letters = Correspondence(Settings(), platform, altinn_tokens, lambda _: linked)
    letter_id = await sent(letters, reminder(person["nin"]), fresh())
    await settled(letters, letter_id)
    [message] = [each for each in (await outside.inbox(person))["messages"] if each["id"] == letter_id]
    assert linked.reply_link is not None
    assert linked.reply_link in str(message["replyOptions"])


async def test_reserved_recipient(letters: Correspondence, outside: Outside) -> None:
    """Whoever has reserved against digital post gets it another way, so the case must know."""
    outcome = await send(letters, decision((await outside.person("reserved"))["nin"]), fresh())
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "reserved"


async def test_reserved_only_noticed_later(letters: Correspondence, outside: Outside) -> None:
    """A letter that failed when it was to be published is seen to have failed."""
    person = await outside.person("reserved-at-publish")
    fact = await settled(letters, await sent(letters, decision(person["nin"]), fresh()))
    assert fact.failed
    assert fact.delivered_at is None


async def test_how_far_it_came(letters: Correspondence, outside: Outside) -> None:
    """Delivered, read, confirmed: each at the time when Altinn saw it."""
    person = await outside.person()
    letter_id = await sent(letters, decision(person["nin"]), fresh())
    delivered = await settled(letters, letter_id)
    assert (delivered.read_at, delivered.confirmed_at, delivered.failed) == (None, None, False)
    await outside.read(person, letter_id)
    read = await observed(letters, letter_id)
    await outside.read(person, letter_id, confirm=True)
    confirmed = await observed(letters, letter_id)
    assert confirmed.delivered_at is not None
    assert confirmed.read_at is not None
    assert confirmed.confirmed_at is not None
    assert confirmed.delivered_at == delivered.delivered_at
    assert confirmed.delivered_at <= confirmed.read_at <= confirmed.confirmed_at
    assert (read.read_at, read.confirmed_at) == (confirmed.read_at, None)


@pytest.mark.parametrize("letter_id", [LETTER_ID, "not-an-id", "../../events"])
async def test_unknown_letter(letters: Correspondence, letter_id: str) -> None:
    """Nothing behind a hint is an answer."""
    outcome = await letters.carry(FetchLetter(letter_id=letter_id), key="k", now=NOW)
    assert outcome == Answer(facts=(LetterUnknown(at=NOW, letter_id=letter_id),))
    again = await letters.carry(FetchLetter(letter_id=letter_id, ask_key="a"), key="k", now=NOW)
    assert again == Answer(reply=LookedAgain(at=NOW, ask_key="a", nothing_new=True))


async def test_the_wrong_kind_of_text(
    platform: Remote, altinn_tokens: AltinnTokens, outside: Outside
) -> None:
    """Markup in the title is refused by Altinn, and the code tells which rule it was."""
    marked = replace(WRITTEN, title="# Vedtak")
    letters = Correspondence(Settings(), platform, altinn_tokens, lambda _: marked)
    outcome = await send(letters, decision((await outside.person())["nin"]), fresh())
    assert outcome == GiveUp(cause="rejected", reason="altinn-platform svarte 400 (1002)")


async def test_raw_maskinporten_token(platform: Remote, tokens: Maskinporten, outside: Outside) -> None:
    """Our scopes are the two that let Correspondence take Maskinporten's own token too."""
    letters = Correspondence(Settings(), platform, tokens, written)
    await sent(letters, decision((await outside.person())["nin"]), fresh())


async def test_number_stays_out_of_the_log(letters: Correspondence, outside: Outside) -> None:
    """The recipient is in the body of the call and nowhere else."""
    person = await outside.person()
    with capture_logs() as lines:
        await observed(letters, await sent(letters, decision(person["nin"]), fresh()))
    assert person["nin"] not in str(lines)


# --- what is sent, and answers that the simulated Altinn does not give ------------------------------

SENT = saying(
    {"correspondences": [{"correspondenceId": LETTER_ID, "status": "Initialized"}], "attachmentIds": []}
)


UNREADABLE = TryLater(reason="register: svaret kan ikke leses: correspondences", sent=True)


def scripted(asked: Script, text: WrittenLetter = WRITTEN) -> Correspondence:
    return Correspondence(Settings(), remote(asked), FixedTokens(), lambda _: text)


async def body_of(letter: Letter, key: str = "case-1/decision") -> Json:
    asked = script(SENT)
    await scripted(asked).carry(letter, key=key, now=NOW)
    [body] = asked.bodies()
    content: Json = body
    return content


async def test_the_key_is_the_effects_own() -> None:
    """The same effect has the same key for ever, another effect another."""
    first, again = await body_of(decision(NIN)), await body_of(decision(NIN))
    other = await body_of(decision(NIN), "case-1/decision-2")
    assert uuid.UUID(first["idempotentKey"]) == uuid.UUID(again["idempotentKey"])
    assert first["idempotentKey"] != other["idempotentKey"]


async def test_only_a_decision_has_a_due_date() -> None:
    """Altinn tells of unread letters that had a due date; nothing asks for confirmation."""
    message = (await body_of(decision(NIN)))["correspondence"]
    assert datetime.fromisoformat(message["dueDateTime"]) == NOW + timedelta(days=14)
    assert message["isConfirmationNeeded"] is False
    assert "dueDateTime" not in (await body_of(reminder(NIN)))["correspondence"]


async def test_one_recipient_and_a_notification() -> None:
    """One recipient each, notified by e-mail first, in the letter's language."""
    body = await body_of(reminder(NIN))
    assert body["recipients"] == [f"urn:altinn:person:identifier-no:{NIN}"]
    message = body["correspondence"]
    assert message["content"]["language"] == "nn"
    assert "replyOptions" not in message
    assert message["notification"]["notificationChannel"] == "EmailPreferred"
    assert message["notification"]["emailSubject"] == WRITTEN.notification_subject
    assert (
        message["notification"]["smsBody"]
        == message["notification"]["emailBody"]
        == WRITTEN.notification_body
    )


@pytest.mark.parametrize("field", ["title", "summary", "notification_subject", "notification_body"])
async def test_a_number_in_a_text_is_stopped(field: str) -> None:
    """A letter that would show the recipient's number on the outside is not sent."""
    asked = script(SENT)
    changes: dict[str, Any] = {field: f"Til {NIN}"}
    outcome = await scripted(asked, replace(WRITTEN, **changes)).carry(decision(NIN), key="k", now=NOW)
    assert isinstance(outcome, GiveUp)
    assert NIN not in outcome.reason
    assert asked.asked == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([saying({"errorCode": 2015}, 409)], GiveUp(cause="rejected", reason="register svarte 409 (2015)")),
        ([saying({"errorCode": 1031}, 422)], GiveUp(cause="rejected", reason="register svarte 422 (1031)")),
        ([saying("No party", 404)], GiveUp(cause="rejected", reason="register svarte 404")),
        ([saying({"errorCode": 4001}, 401)], Broken(reason="register svarte 401 (4001)")),
        ([httpx.ReadTimeout("")], TryLater(reason="register svarte ikke i tide", sent=True)),
        (
            [saying({"errorCode": 1034}, 409), saying({"ids": []})],
            TryLater(reason="register kjenner nøkkelen, men viser ikke brevet ennå", sent=True),
        ),
        ([saying({"correspondences": []})], UNREADABLE),
    ],
)  # fmt: skip
async def test_other_answers(answers: list[httpx.Response | Exception], expected: Outcome) -> None:
    """Each refusal keeps its meaning, and what is unclear stays unclear."""
    assert await scripted(script(*answers)).carry(decision(NIN), key="k", now=NOW) == expected


async def test_reserved_among_the_answers() -> None:
    """A letter that Altinn took but will never deliver counts as reserved."""
    content = {"correspondences": [{"correspondenceId": LETTER_ID, "status": "Reserved"}]}
    outcome = await scripted(script(saying(content))).carry(decision(NIN), key="k", now=NOW)
    assert isinstance(outcome, GiveUp)
    assert outcome.cause == "reserved"


async def test_history_in_any_order() -> None:
    """The first time counts, in whatever order Altinn lists them, and unknown steps are passed over."""
    steps = [("Read", "12"), ("Forwarded", "11"), ("Read", "10"), ("Published", "09")]
    history = [
        {"status": status, "statusChanged": f"2026-11-02T{hour}:00:00+01:00"} for status, hour in steps
    ]
    fact = await observed(scripted(script(saying({"statusHistory": history}))), LETTER_ID)
    assert fact.delivered_at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert fact.read_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (fact.confirmed_at, fact.failed) == (None, False)


async def test_other_effects_are_refused() -> None:
    """An effect that was routed wrongly is a mistake of ours and is told as one."""
    effect = ConfirmSubmission(app="x", instance="y")
    with pytest.raises(TypeError, match="ConfirmSubmission"):
        await scripted(script(SENT)).carry(effect, key="k", now=NOW)
    assert await scripted(script(SENT)).find(effect, key="k", now=NOW) is None
