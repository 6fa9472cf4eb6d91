"""Subscriptions at the simulated Altinn Events, validated over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from connectors.altinn_events import Settings, Subscription, ensure_subscriptions
from connectors.calls import Ended
from connectors.connector import Broken, GiveUp
from connectors.http import Remote
from connectors.maskinporten import AltinnTokens
from tests.connectors.outside import Outside, until
from tests.connectors.scripted import FixedTokens, remote, saying, script

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SECRET = "hemmelig & æøå"


@dataclass
class Webhook:
    """Our end: it says yes to everything and remembers the request lines."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next(
            (
                int(line.split(":")[1])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length:")
            ),
            0,
        )
        await reader.readexactly(length)
        self.asked.append(head.split("\r\n")[0])
        writer.write(OK)
        await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/altinn/events"


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    hook = Webhook()
    server = await asyncio.start_server(hook.answer, "127.0.0.1", 0)
    hook.port = server.sockets[0].getsockname()[1]
    yield hook
    server.close()
    await server.wait_closed()


@pytest.fixture
def settings(outside: Outside, webhook: Webhook) -> Settings:
    return Settings(
        apps_url=f"{outside.base}/apps/",
        apps=("autorisasjon", "ettersending"),
        correspondence_resource="hdir-autorisasjon",
        webhook_url=webhook.url,
        webhook_secret=SECRET,
    )


async def test_subscriptions_are_made_once(
    settings: Settings, platform: Remote, altinn_tokens: AltinnTokens, webhook: Webhook, outside: Outside
) -> None:
    """One per app and one for the letters, however often it is asked; valid once Altinn has reached us."""
    first = await ensure_subscriptions(settings, platform, altinn_tokens)
    assert [each.about for each in first] == ["autorisasjon", "ettersending", "hdir-autorisasjon"]

    async def validated() -> bool:
        return all(each.validated for each in await ensure_subscriptions(settings, platform, altinn_tokens))

    await until(validated)
    again = await ensure_subscriptions(settings, platform, altinn_tokens)
    assert [each.id for each in again] == [each.id for each in first]
    assert len(await outside.booked("subscriptions", endPoint=webhook.url)) == 3


async def test_what_is_subscribed_to(
    settings: Settings, platform: Remote, altinn_tokens: AltinnTokens, webhook: Webhook, outside: Outside
) -> None:
    """Apps tell of submitted forms only, the resource of everything; the secret comes back in the address."""
    await ensure_subscriptions(settings, platform, altinn_tokens)
    made = await outside.booked("subscriptions", endPoint=webhook.url)
    assert {(each["resourceFilter"], each["typeFilter"]) for each in made} == {
        ("urn:altinn:resource:app_hdir_autorisasjon", "app.instance.process.completed"),
        ("urn:altinn:resource:app_hdir_ettersending", "app.instance.process.completed"),
        ("urn:altinn:resource:hdir-autorisasjon", None),
    }

    async def called_back() -> bool:
        return len(webhook.asked) >= 3

    await until(called_back)
    assert set(webhook.asked) == {"POST /altinn/events?code=hemmelig+%26+%C3%A6%C3%B8%C3%A5 HTTP/1.1"}


async def test_validated_ones_are_left_alone(settings: Settings) -> None:
    """A start does not have Altinn validate anew what works; one that is not validated is asked for again."""
    source = f"{settings.apps_url}hdir/autorisasjon"
    end_point = f"{settings.webhook_url}?code=hemmelig+%26+%C3%A6%C3%B8%C3%A5"
    there = {"endPoint": end_point, "sourceFilter": source, "typeFilter": "app.instance.process.completed"}
    only = settings.model_copy(update={"apps": ("autorisasjon",), "correspondence_resource": ""})
    for validated, asked in ((True, ["GET"]), (False, ["GET", "POST"])):
        row = {"id": 7, "validated": validated, **there}
        events = script(saying({"count": 1, "subscriptions": [row]}), saying(row, 201))
        made = await ensure_subscriptions(only, remote(events), FixedTokens())
        assert made == (Subscription(about="autorisasjon", id=7, validated=validated),)
        assert [request.method for request in events.asked] == asked


async def test_refusals(settings: Settings) -> None:
    """A refusal ends it as any call."""
    refused = script(
        saying({"subscriptions": []}), saying("Missing or invalid endpoint to push events towards", 400)
    )
    with pytest.raises(Ended) as ended:
        await ensure_subscriptions(settings, remote(refused), FixedTokens())
    assert ended.value.outcome == GiveUp(cause="rejected", reason="register svarte 400")
    with pytest.raises(Ended) as ended:
        await ensure_subscriptions(settings, remote(script(saying("no", 403))), FixedTokens())
    assert ended.value.outcome == Broken(reason="register svarte 403")
