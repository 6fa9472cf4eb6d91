"""The connector to the apps, pointed at the simulated ones."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from case_core.effects import Effect, FetchSubmission, RequestSupplement
from case_core.messages import Message
from connectors.altinn_apps import AltinnApps, Settings
from connectors.connector import Answer, NotYet, Outcome
from connectors.http import Remote
from connectors.tokens import Tokens
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
REFERENCE_KEY = "en-nøkkel-for-referanser"


def settings(apps: Remote, platform: Remote, **changes: Any) -> Settings:
    chosen = {
        "apps_url": apps.base_url,
        "platform_url": platform.base_url,
        "reference_key": REFERENCE_KEY,
    }
    return Settings.model_validate(chosen | changes)


def connector(remotes: Remotes, tokens: Tokens, files: MemoryFiles, **changes: Any) -> AltinnApps:
    apps, platform = remotes.at("altinn-apps", "/apps"), remotes.at("altinn-platform", "/platform")
    return AltinnApps(settings(apps, platform, **changes), apps, platform, tokens, files)


async def carried(altinn: AltinnApps, effect: Effect, *, key: str = "case/ask") -> Outcome:
    """How it ends once nothing is in the making any more (scans, mostly)."""
    for _ in range(1000):
        outcome = await altinn.carry(effect, key=key, now=NOW)
        if not isinstance(outcome, NotYet):
            return outcome
        await asyncio.sleep(0.01)
    raise AssertionError("it stayed in the making")


async def answered(altinn: AltinnApps, effect: Effect, *, key: str = "case/ask") -> Answer:
    outcome = await carried(altinn, effect, key=key)
    assert isinstance(outcome, Answer), outcome
    return outcome


async def fetched(altinn: AltinnApps, instance: str, app: str = "autorisasjon") -> Message:
    answer = await answered(altinn, FetchSubmission(app=app, instance=instance))
    assert answer.reply is None
    [fact] = answer.facts
    return fact


def request_for(person: dict[str, Any], *, asked_at: datetime | None = None) -> RequestSupplement:
    now = datetime.now(UTC)
    return RequestSupplement(
        ask_key="deficiency",
        party_id=str(person["partyId"]),
        case_number="2026/17",
        missing=("vitnemal", "sprakbevis"),
        due=now + timedelta(days=21),
        asked_at=asked_at or now,
        language="nb",
    )
