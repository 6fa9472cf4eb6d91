"""Tokens: granted by Maskinporten, exchanged by Altinn, kept, renewed, and never shown."""

import asyncio
from pathlib import Path

import httpx
import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.calls import Ended
from connectors.connector import Broken, Outcome, TryLater
from connectors.maskinporten import AltinnTokens, Maskinporten, Settings
from connectors.tokens import Tokens
from tests.connectors.conftest import Remotes
from tests.connectors.outside import Outside
from tests.connectors.scripted import FixedTokens, Script, remote, saying, script

HPR = frozenset({"nhn:hpr/basic", "nhn:hpr/extended"})
FREG = frozenset({"folkeregister:deling/offentligmedhjemmel"})
OWNER = frozenset({"altinn:serviceowner/instances.read"})
GRANTED = {"access_token": "granted", "token_type": "Bearer", "expires_in": 599, "scope": ""}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def settings(key: RSAKey, **changes: object) -> Settings:
    pem = key.as_pem(private=True).decode()
    chosen = {"issuer": "https://remote.example", "client_id": "hub", "kid": "hub-key", "private_key": pem}
    return Settings.model_validate(chosen | changes)


def maskinporten(key: RSAKey, answers: Script, clock: Clock | None = None) -> Maskinporten:
    return Maskinporten(settings(key), remote(answers, name="maskinporten"), clock=clock or Clock())


async def outcome(tokens: Tokens) -> Outcome:
    with pytest.raises(Ended) as ended:
        await tokens.token(HPR)
    return ended.value.outcome


def assertion(request: httpx.Request) -> str:
    return httpx.QueryParams(request.content.decode())["assertion"]


# --- against the simulated Maskinporten -------------------------------------------------------------


async def test_a_token_is_granted_and_kept(tokens: Maskinporten, outside: Outside) -> None:
    """However many ask for the same scopes at once, Maskinporten is asked once."""
    before = await outside.calls(remote="maskinporten", method="POST")
    texts = await asyncio.gather(*(tokens.token(HPR) for _ in range(20)))
    assert len({*texts, await tokens.token(HPR)}) == 1
    assert await outside.calls(remote="maskinporten", method="POST") == before + 1


async def test_each_scope_set_has_its_own_token(tokens: Maskinporten) -> None:
    """A token never carries more rights than its caller asked for."""
    assert await tokens.token(HPR) != await tokens.token(FREG)


async def test_a_forgotten_token_is_fetched_anew(tokens: Maskinporten) -> None:
    """After a 401 the next caller gets a new token; the grant behind it is new as well."""
    first = await tokens.token(HPR)
    tokens.forget(HPR, first)
    assert await tokens.token(HPR) != first


async def test_a_newer_token_survives_a_late_refusal(tokens: Maskinporten) -> None:
    """Whoever was refused with the old token does not throw away the new one."""
    first = await tokens.token(HPR)
    tokens.forget(HPR)
    second = await tokens.token(HPR)
    tokens.forget(HPR, first)
    assert await tokens.token(HPR) == second


async def test_unregistered_key(maskinporten_settings: Settings, remotes: Remotes) -> None:
    """A signature that Maskinporten cannot check is about us, with its code."""
    key = RSAKey.generate_key(2048).as_pem(private=True).decode()
    wrong = maskinporten_settings.model_copy(update={"private_key": settings_secret(key)})
    ended = await outcome(Maskinporten(wrong, remotes.at("maskinporten", "/maskinporten")))
    assert ended == Broken(reason="maskinporten ga ikke token: 400 invalid_client MP-124")


async def test_unknown_client(maskinporten_settings: Settings, remotes: Remotes) -> None:
    """A client that Maskinporten does not know is about us."""
    stranger = maskinporten_settings.model_copy(update={"client_id": "stranger"})
    ended = await outcome(Maskinporten(stranger, remotes.at("maskinporten", "/maskinporten")))
    assert ended == Broken(reason="maskinporten ga ikke token: 400 invalid_client MP-100")


async def test_scope_that_we_lack(tokens: Maskinporten) -> None:
    """A scope that we were never given is about us."""
    with pytest.raises(Ended) as ended:
        await tokens.token(frozenset({"krr:global/kontaktinformasjon.read"}))
    assert isinstance(ended.value.outcome, Broken)
    assert "MP-2" in ended.value.outcome.reason


async def test_clock_that_is_wrong(maskinporten_settings: Settings, remotes: Remotes) -> None:
    """A grant from the future is refused, and that is about us."""
    early = Clock()
    early.now = 4_000_000_000.0
    ended = await outcome(
        Maskinporten(maskinporten_settings, remotes.at("maskinporten", "/maskinporten"), clock=early)
    )
    assert isinstance(ended, Broken)


async def test_exchange(altinn_tokens: AltinnTokens, outside: Outside) -> None:
    """Altinn's token is another one, cached on its own, and opens Altinn."""
    text = await altinn_tokens.token(OWNER)
    answer = await outside.http.get(
        "/platform/storage/api/v1/instances",
        params={"org": "hdir"},
        headers={"Authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 200
    assert await altinn_tokens.token(OWNER) == text


async def test_only_the_refused_token_is_renewed(altinn_tokens: AltinnTokens, outside: Outside) -> None:
    """A refused Altinn token is exchanged anew; the Maskinporten token beneath it is still good."""
    first = await altinn_tokens.token(OWNER)
    before = await outside.calls(remote="maskinporten", method="POST")
    altinn_tokens.forget(OWNER, first)
    assert await altinn_tokens.token(OWNER) != first
    assert await outside.calls(remote="maskinporten", method="POST") == before


# --- against remotes that answer what the test says --------------------------------------------------


def settings_secret(text: str) -> object:
    return Settings(issuer="x", client_id="x", private_key=text).private_key


async def test_the_grant(signing_key: RSAKey) -> None:
    """The audience ends in a slash, the grant is short-lived, and each try is signed anew."""
    asked, clock = script(saying(GRANTED)), Clock()
    tokens = maskinporten(signing_key, asked, clock)
    await tokens.token(HPR)
    tokens.forget(HPR)
    await tokens.token(HPR)
    grants = [jwt.decode(assertion(request), signing_key) for request in asked.asked]
    first, second = (grant.claims for grant in grants)
    assert grants[0].header == {"alg": "RS256", "kid": "hub-key", "typ": "JWT"} | grants[0].header
    assert first["aud"] == "https://remote.example/"
    assert (first["iss"], first["scope"]) == ("hub", "nhn:hpr/basic nhn:hpr/extended")
    assert first["iat"] == int(clock.now)
    assert 0 < first["exp"] - first["iat"] <= 120
    assert first["jti"] != second["jti"]


async def test_a_token_is_renewed_before_it_expires(signing_key: RSAKey) -> None:
    """A token is used until shortly before its end, then replaced."""
    asked, clock = script(saying(GRANTED)), Clock()
    tokens = maskinporten(signing_key, asked, clock)
    await tokens.token(HPR)
    clock.now += 599 - 31
    await tokens.token(HPR)
    assert len(asked.asked) == 1
    clock.now += 2
    await tokens.token(HPR)
    assert len(asked.asked) == 2


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.ReadTimeout(""), httpx.ReadError("")])
async def test_maskinporten_is_down(signing_key: RSAKey, answer: httpx.Response | Exception) -> None:
    """Without a token nothing was sent to anybody, however Maskinporten failed."""
    ended = await outcome(maskinporten(signing_key, script(answer)))
    assert isinstance(ended, TryLater)
    assert not ended.sent


async def test_a_wrong_address_is_about_us(signing_key: RSAKey) -> None:
    """A 404 from the token endpoint is no message's fault."""
    ended = await outcome(maskinporten(signing_key, script(httpx.Response(404))))
    assert ended == Broken(reason="maskinporten svarte 404")


async def test_failure_is_not_kept(signing_key: RSAKey) -> None:
    """All who waited share one failure, and the next who asks gets a new try."""
    asked = script(httpx.Response(503), saying(GRANTED))
    tokens = maskinporten(signing_key, asked)
    first = await asyncio.gather(*(tokens.token(HPR) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(each, Ended) for each in first)
    assert await tokens.token(HPR) == "granted"
    assert len(asked.asked) == 2


async def test_one_who_gives_up_does_not_take_the_token_away(signing_key: RSAKey) -> None:
    """Somebody's cancelled wait leaves the others' token alone."""
    go = asyncio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        await go.wait()
        return saying(GRANTED)

    tokens = Maskinporten(settings(signing_key), remote(slow), clock=Clock())  # type: ignore[arg-type] # MockTransport takes async ones too
    impatient = asyncio.ensure_future(tokens.token(HPR))
    patient = asyncio.ensure_future(tokens.token(HPR))
    await asyncio.sleep(0)
    impatient.cancel()
    go.set()
    assert await patient == "granted"


@pytest.mark.parametrize("text", ["plain.text", '"quoted.text"', ' "quoted.text"\n'])
async def test_exchanged_token_with_or_without_quotes(signing_key: RSAKey, text: str) -> None:
    """Altinn may or may not quote the token."""
    asked = script(httpx.Response(200, text=text))
    tokens = AltinnTokens(settings(signing_key), remote(asked), FixedTokens(), clock=Clock())
    assert await tokens.token(OWNER) == text.strip().strip('"')


async def test_exchanged_token_expires_when_it_says(signing_key: RSAKey) -> None:
    """Altinn's token is kept by its own expiry; one that cannot be read is kept for a short while."""
    clock = Clock()
    lasting = jwt.encode({"alg": "RS256"}, {"exp": int(clock.now) + 1800}, signing_key)
    for text, kept in ((lasting, 1760), ("opaque", 260)):
        asked = script(httpx.Response(200, text=text))
        tokens = AltinnTokens(settings(signing_key), remote(asked), FixedTokens(), clock=clock)
        begun = clock.now
        await tokens.token(OWNER)
        clock.now = begun + kept
        await tokens.token(OWNER)
        assert len(asked.asked) == 1
        clock.now = begun + kept + 20
        await tokens.token(OWNER)
        assert len(asked.asked) == 2


async def test_exchange_renews_what_lies_beneath(signing_key: RSAKey) -> None:
    """A Maskinporten token that the exchange refuses is replaced once."""
    asked, beneath = script(httpx.Response(401), httpx.Response(200, text="exchanged")), FixedTokens()
    assert await AltinnTokens(settings(signing_key), remote(asked), beneath).token(OWNER) == "exchanged"
    assert beneath.forgotten == 1


async def test_exchange_refused(signing_key: RSAKey) -> None:
    """A Maskinporten token that Altinn will not have, a fresh one included, is about us."""
    tokens = AltinnTokens(settings(signing_key), remote(script(httpx.Response(401))), FixedTokens())
    assert await outcome(tokens) == Broken(reason="register svarte 401")


def test_key_as_jwk_pem_or_file(signing_key: RSAKey, tmp_path: Path) -> None:
    """The key may be given as PEM or JWK, in the setting itself or in a file."""
    jwk = orjson.dumps(signing_key.as_dict(private=True)).decode()
    pem = signing_key.as_pem(private=True).decode()
    (tmp_path / "key.pem").write_text(pem)
    for key in (jwk, pem, str(tmp_path / "key.pem")):
        Maskinporten(settings(signing_key, private_key=key), remote(script(saying(GRANTED))))


def test_unusable_key_is_not_shown(signing_key: RSAKey) -> None:
    """A key that cannot be read stops the start, and its text is in no error."""
    for key in (
        "-----BEGIN PRIVATE KEY-----\nhemmelig\n-----END PRIVATE KEY-----",
        '{"kty":"hemmelig"}',
        "hemmelig",
    ):
        with pytest.raises(ValueError, match="private key cannot be used") as error:
            Maskinporten(settings(signing_key, private_key=key), remote(script(saying(GRANTED))))
        assert "hemmelig" not in str(error.value)
        assert error.value.__suppress_context__


def test_key_without_an_id(signing_key: RSAKey) -> None:
    """A key that Maskinporten could not find again stops the start."""
    with pytest.raises(ValueError, match="kid"):
        Maskinporten(settings(signing_key, kid=""), remote(script(saying(GRANTED))))
