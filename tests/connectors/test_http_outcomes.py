"""Every way that a remote may answer ends as the outcome that is written down for it."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from connectors.calls import Call, Ended
from connectors.connector import Answer, Broken, GiveUp, Outcome, TryLater
from connectors.http import Remote, Settings, outcome_of
from connectors.retry_after import RetryAfter
from connectors.tokens import Bearer
from connectors.wire import Wire
from tests.connectors.scripted import FixedTokens, remote, saying, script

NIN = "08844397713"
GET = Call(method="GET", route="/things/{thing}", path={"thing": "1"})
POST = Call(method="POST", route="/things", json={"nin": NIN}, wanted=frozenset({201}))


async def outcome(
    call: Call, answer: httpx.Response | Exception, unit: RetryAfter = RetryAfter.SECONDS
) -> Outcome:
    remote_ = remote(script(answer), retry_after=unit)
    with pytest.raises(Ended) as ended:
        await remote_.send(call)
    return ended.value.outcome


@pytest.mark.parametrize("status", [408, 425, 429])
@pytest.mark.parametrize("call", [GET, POST])
async def test_asked_to_wait(call: Call, status: int) -> None:
    """A remote that will not take the call now has done nothing with it."""
    assert await outcome(call, httpx.Response(status)) == TryLater(reason=f"register svarte {status}")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_server_errors(status: int) -> None:
    """After a server error nobody knows whether a call that may have effect had it."""
    assert await outcome(GET, httpx.Response(status)) == TryLater(reason=f"register svarte {status}")
    later = TryLater(reason=f"register svarte {status}", sent=True)
    assert await outcome(POST, httpx.Response(status)) == later


@pytest.mark.parametrize("status", [403, 301, 302, 307])
async def test_no_right_or_wrong_address(status: int) -> None:
    """A missing right or a redirect is about us, not about the message."""
    assert await outcome(POST, httpx.Response(status)) == Broken(reason=f"register svarte {status}")


@pytest.mark.parametrize("status", [400, 404, 405, 406, 409, 410, 413, 415, 422, 451])
async def test_the_call_is_wrong(status: int) -> None:
    """Any other refusal will not change by asking again."""
    expected = GiveUp(cause="rejected", reason=f"register svarte {status}")
    assert await outcome(POST, httpx.Response(status)) == expected


async def test_unforeseen_success() -> None:
    """A success that we did not ask for leaves open what was done."""
    assert await outcome(POST, httpx.Response(202)) == TryLater(reason="register svarte 202", sent=True)


@pytest.mark.parametrize(
    ("headers", "unit", "expected"),
    [
        ({"Retry-After": "7"}, RetryAfter.SECONDS, timedelta(seconds=7)),
        ({"Retry-After": "1500"}, RetryAfter.MILLISECONDS, timedelta(seconds=1.5)),
        ({"Retry-After": "99999999999999"}, RetryAfter.SECONDS, timedelta(days=1)),
        (
            {"Retry-After": "Sun, 01 Mar 2026 10:01:30 GMT", "Date": "Sun, 01 Mar 2026 10:00:00 GMT"},
            RetryAfter.SECONDS,
            timedelta(seconds=90),
        ),
        ({"Retry-After": "Sun, 01 Mar 2020 10:00:00 GMT"}, RetryAfter.SECONDS, timedelta()),
        ({"Retry-After": "soon"}, RetryAfter.SECONDS, None),
        ({"Retry-After": "-1"}, RetryAfter.SECONDS, None),
        ({}, RetryAfter.SECONDS, None),
    ],
)
async def test_retry_after(headers: dict[str, str], unit: RetryAfter, expected: timedelta | None) -> None:
    """The wait is the remote's, in its own unit or until its own date, and never longer than a day."""
    for status in (429, 503):
        later = await outcome(GET, httpx.Response(status, headers=headers), unit)
        assert later == TryLater(reason=f"register svarte {status}", after=expected)


async def test_401_is_tried_once_more_with_a_new_token() -> None:
    """A token may have been withdrawn early: one renewal, and the call goes through."""
    asked = script(httpx.Response(401), saying({}))
    tokens = FixedTokens()
    await remote(asked).send(Call(method="GET", route="/", auth=Bearer(tokens, frozenset())))
    assert [request.headers["Authorization"] for request in asked.asked] == [
        "Bearer token-0",
        "Bearer token-1",
    ]


async def test_401_after_renewal_is_about_us() -> None:
    """A remote that refuses a fresh token too is not asked a third time."""
    asked = script(httpx.Response(401))
    call = Call(method="GET", route="/", auth=Bearer(FixedTokens(), frozenset()))
    with pytest.raises(Ended) as ended:
        await remote(asked).send(call)
    assert (ended.value.outcome, len(asked.asked)) == (Broken(reason="register svarte 401"), 2)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"errorCode": 1036, "code": "CORR-01036"}, "1036"),
        ({"error": "invalid_scope", "error_description": f"for {NIN}"}, "invalid_scope"),
        ({"kode": "FREG-001", "melding": NIN}, "FREG-001"),
        ({"errors": {"order.amount": ["too small"], "nin": [NIN]}}, "order.amount,nin"),
        ({"code": NIN}, ""),
        ({"errorCode": int(NIN)}, ""),
        ({"error": f"x{NIN}"}, ""),
        ({"error": "Free text, with words"}, ""),
        ([NIN], ""),
        (f"No person {NIN}", ""),
    ],
)
async def test_reasons_carry_codes_only(body: object, code: str) -> None:
    """The remote's own code is told; its words are not, and never a number that may be a person's."""
    ended = await outcome(POST, saying(body, 400))
    expected = f"register svarte 400 ({code})" if code else "register svarte 400"
    assert ended == GiveUp(cause="rejected", reason=expected)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_no_connection(error: type[httpx.TransportError]) -> None:
    """What never left us cannot have had effect."""
    assert await outcome(POST, error(NIN)) == TryLater(reason="register kan ikke nås")


@pytest.mark.parametrize("call", [GET, POST])
async def test_silence(call: Call) -> None:
    """Whoever never hears an answer cannot know; a mere question may be asked again."""
    expected = TryLater(reason="register svarte ikke i tide", sent=call is POST)
    assert await outcome(call, httpx.ReadTimeout(NIN)) == expected
    assert await outcome(call, TimeoutError(NIN)) == expected


@pytest.mark.parametrize("error", [httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
async def test_cut_connection(error: type[httpx.TransportError]) -> None:
    """A connection lost underway says nothing about what had been done."""
    assert await outcome(POST, error(NIN)) == TryLater(reason="register brøt forbindelsen", sent=True)


class Thing(Wire):
    name: str


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (httpx.Response(200, html="<h1>Brannmur</h1>"), "ikke JSON"),
        (saying({"name": None}), "name"),
        (saying({"name": [NIN]}), "name"),
    ],
)
async def test_an_unreadable_answer_is_no_answer(answer: httpx.Response, where: str) -> None:
    """What cannot be read is asked for later; the reason names the field and not what stood there."""
    asking = remote(script(answer))
    with pytest.raises(Ended) as ended:
        asking.read(await asking.send(GET), Thing)
    assert ended.value.outcome == TryLater(reason=f"register: svaret kan ikke leses: {where}")
    assert ended.value.__suppress_context__


async def test_long_answers_are_cut_off() -> None:
    """No remote can fill our memory."""
    asking = remote(script(httpx.Response(200, content=b"x" * 2000)), settings=Settings(max_body_bytes=1000))
    with pytest.raises(Ended) as ended:
        await asking.send(GET)
    assert ended.value.outcome == TryLater(reason="register: svaret er for stort")


async def test_a_call_is_one_log_line() -> None:
    """The line has the address's template and what the caller noted; no query string, nothing filled in."""
    call = Call(
        method="GET",
        route="/people/{person}",
        path={"person": NIN},
        query=f"nin={NIN}",
        wanted=frozenset({404}),
        noted={"purpose": "2026/17"},
    )
    with capture_logs() as lines:
        await remote(script(httpx.Response(404))).send(call)
    [line] = lines
    assert line.pop("ms") >= 0
    assert line == {
        "event": "remote call",
        "log_level": "info",
        "remote": "register",
        "method": "GET",
        "route": "/people/{person}",
        "status": 404,
        "purpose": "2026/17",
    }


async def test_addresses_cannot_be_escaped() -> None:
    """A value in an address stays one part of it, whatever it holds."""
    asked = script(saying({}))
    await remote(asked).send(Call(method="GET", route="/things/{thing}", path={"thing": "../x?y=1#z"}))
    assert asked.asked[0].url.raw_path == b"/things/..%2Fx%3Fy%3D1%23z"


async def test_work_that_takes_too_long() -> None:
    """Work cut off by its bound may have been sent."""

    async def work() -> Outcome:
        await asking.send(GET)
        return Answer()

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600)
        return saying({})

    asking = Remote("register", "https://remote.example", Settings(), transport=httpx.MockTransport(never))
    ended = await outcome_of(work(), name="register", seconds=0.01)
    assert ended == TryLater(reason="register ble ikke ferdig i tide", sent=True)
