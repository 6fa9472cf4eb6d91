"""Answers of the right status and the wrong content, where more than a look-up hangs on them."""

from typing import Literal

import pytest

from case_core.effects import FetchSubmission
from connectors.connector import Answer, TryLater
from connectors.maskinporten import AltinnTokens, Maskinporten
from tests.connectors.altinn import carried, connector
from tests.connectors.conftest import Remotes
from tests.connectors.every_call import Calls, every_call
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import ATTACHMENT, Outside


@pytest.fixture
async def calls(
    remotes: Remotes, tokens: Maskinporten, altinn_tokens: AltinnTokens, outside: Outside
) -> Calls:
    """On behalf of somebody whom every register knows."""
    return every_call(remotes, tokens, altinn_tokens, await outside.person("hpr:other-profession"))


@pytest.mark.parametrize("how", ["truncated", "html", "empty"])
@pytest.mark.parametrize("remote", ["authentication", "maskinporten"])
async def test_a_token_that_is_none(calls: Calls, outside: Outside, remote: str, how: str) -> None:
    """What holds no token is no token, and never reaches a header."""
    await outside.faults(
        {"remote": remote, "kind": "malformed", "count": 1, "parameters": {"how": how}},
    )
    outcome = await calls.make("correspondence")
    # Half a token may be tried, is refused, and is replaced at once.
    assert isinstance(outcome, Answer if (remote, how) == ("authentication", "truncated") else TryLater)
    assert isinstance(await calls.make("correspondence"), Answer)


@pytest.mark.parametrize("how", ["truncated", "html", "empty"])
async def test_half_an_attachment_is_none(
    calls: Calls, outside: Outside, how: str, remotes: Remotes, altinn_tokens: AltinnTokens
) -> None:
    """What is shorter or longer than Altinn says it is, is fetched again."""
    files = MemoryFiles()
    altinn = connector(remotes, altinn_tokens, files)
    instance = await outside.apply(calls.person, attachments=[ATTACHMENT])
    effect = FetchSubmission(app="autorisasjon", instance=instance)
    usual = await carried(altinn, effect)
    assert isinstance(usual, Answer)
    [kept] = files.kept
    rule = {"remote": "apps", "route": f"*/data/{kept}", "kind": "malformed", "count": 1}
    await outside.faults(rule | {"parameters": {"how": how}})
    outcome = await carried(altinn, effect)
    assert isinstance(outcome, TryLater), outcome
    assert await carried(altinn, effect) == usual


@pytest.mark.parametrize("read_from", ["app", "storage"])
async def test_somebody_elses_page_is_no_form(
    calls: Calls,
    outside: Outside,
    read_from: Literal["app", "storage"],
    remotes: Remotes,
    altinn_tokens: AltinnTokens,
) -> None:
    """A gateway's HTML in the place of a form says nothing about the form."""
    altinn = connector(remotes, altinn_tokens, MemoryFiles(), read_from=read_from)
    instance = await outside.apply(calls.person)
    effect = FetchSubmission(app="autorisasjon", instance=instance)
    rule = {"remote": "altinn", "route": "*/data/*", "kind": "malformed", "count": 1}
    await outside.faults(rule | {"parameters": {"how": "html"}})
    assert isinstance(await carried(altinn, effect), TryLater)
    assert isinstance(await carried(altinn, effect), Answer)
