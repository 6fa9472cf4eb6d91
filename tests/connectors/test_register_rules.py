"""The registers' rules, on answers that the simulated world does not give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from case_core.effects import LookUpAuthorisations, LookUpPerson
from case_core.messages import AddressGrade, AuthorisationsFound, Person, PersonFound
from connectors import folkeregisteret, hpr
from connectors.connector import Answer, Broken, GiveUp, Outcome, TryLater
from connectors.folkeregisteret import RETRY_AFTER, Folkeregisteret
from connectors.hpr import Hpr
from tests.connectors.scripted import FixedTokens, Script, remote, saying, script

NIN = "08844397713"
NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
Json = dict[str, Any]


def code(value: str | None) -> Json | None:
    return None if value is None else {"navn": "", "verdi": value, "kodeverk": {"id": "9060", "navn": ""}}


def reaction(kind: str, begin: str = "2020-01-01", end: str | None = None) -> Json:
    return {"type": code(kind), "periode": {"fra": begin, "til": end}}


def approval(begin: str = "2020-01-01", end: str | None = None, **more: Any) -> Json:
    usual: Json = {
        "helsepersonellkategori": code("SP"),
        "autorisasjon": code("1"),
        "periode": {"fra": begin, "til": end},
        "avsluttetStatus": None,
        "administrativeReaksjoner": [],
    }
    return usual | more


def record(*approvals: Json, number: int = 7, **more: Any) -> Json:
    return {"person": {"fødselsdato": None}, "hprNummer": number, "godkjenninger": list(approvals)} | more


async def look_up(asked: Script, now: datetime = NOON) -> Outcome:
    connector = Hpr(hpr.Settings(base_url="x"), remote(asked), FixedTokens())
    effect = LookUpAuthorisations(ask_key="hpr", nin=NIN, case_number="2026/17")
    return await connector.carry(effect, key="k", now=now)


async def found(content: Json, now: datetime = NOON) -> AuthorisationsFound:
    outcome = await look_up(script(saying(content)), now)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, AuthorisationsFound)
    return outcome.reply


@pytest.mark.parametrize(
    ("period", "active"),
    [
        (("2026-06-15", None), True),
        (("2026-06-16", None), False),
        (("2020-01-01", "2026-06-15"), True),
        (("2020-01-01", "2026-06-14"), False),
    ],
)
async def test_both_days_of_a_period_belong_to_it(period: tuple[str, str | None], active: bool) -> None:  # noqa: FBT001 - a case of the table
    """An approval is active from its first day to its last."""
    [each] = (await found(record(approval(*period)))).approvals
    assert each.active is active


async def test_days_are_norwegian() -> None:
    """Late in the evening in Greenwich it is already tomorrow in Norway."""
    asked = script(saying(record(approval("2026-06-16"))))
    outcome = await look_up(asked, datetime(2026, 6, 15, 22, 30, tzinfo=UTC))
    assert asked.bodies() == [{"nin": NIN, "atDate": "2026-06-16"}]
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, AuthorisationsFound)
    assert outcome.reply.approvals[0].active


@pytest.mark.parametrize("kind", ["1", "5", "8"])
async def test_stopping_reactions(kind: str) -> None:
    """These kinds of reaction stop an approval."""
    [each] = (await found(record(approval(administrativeReaksjoner=[reaction(kind)])))).approvals
    assert (each.active, each.stopped) == (False, True)


async def test_other_reactions_do_not_stop() -> None:
    """A warning, say, leaves an approval in force."""
    [each] = (await found(record(approval(administrativeReaksjoner=[reaction("2")])))).approvals
    assert (each.active, each.stopped) == (True, False)


@pytest.mark.parametrize(
    ("begin", "end", "stopped"),
    [("2026-06-15", None, True), ("2026-06-16", None, False), ("2020-01-01", "2026-06-14", False)],
)
async def test_a_person_is_stopped_while_the_reaction_lasts(
    begin: str, end: str | None, stopped: bool  # noqa: FBT001 - a case of the table
) -> None:  # fmt: skip
    """A reaction against the person counts from its first day to its last."""
    content = record(approval(), administrativeReaksjoner=[reaction("5", begin, end)])
    answer = await found(content)
    assert (answer.stopped, answer.approvals[0].active) == (stopped, not stopped)


@pytest.mark.parametrize(("ended", "stopped"), [("1", True), ("3", False), ("99", False)])
async def test_ended_approvals(ended: str, stopped: bool) -> None:  # noqa: FBT001 - a case of the table
    """However it ended it is not active; only a withdrawal was somebody's reaction."""
    [each] = (await found(record(approval(avsluttetStatus=code(ended))))).approvals
    assert (each.active, each.stopped) == (False, stopped)


async def test_nulls_everywhere() -> None:
    """Lists and codes may be null."""
    content = {"hprNummer": 7, "godkjenninger": None, "administrativeReaksjoner": None}
    assert (await found(content)).approvals == ()
    bare = {"helsepersonellkategori": None, "autorisasjon": None, "periode": None, "vilkår": None}
    [each] = (await found(record(bare))).approvals
    assert (each.profession, each.kind, each.active) == ("", "", False)


async def test_mergers_are_followed() -> None:
    """The number that lives on is the person's, also over several mergers, and it is asked for by number."""
    asked = script(
        saying(record(number=1, erstattetAvHprNummer=2)),
        saying(record(number=2, erstattetAvHprNummer=3)),
        saying(record(approval(), number=3)),
    )
    outcome = await look_up(asked)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, AuthorisationsFound)
    assert (outcome.reply.hpr_number, len(outcome.reply.approvals)) == (3, 1)
    assert [request.url.path for request in asked.asked[1:]] == [
        "/v1/personerutvidet/2",
        "/v1/personerutvidet/3",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        script(
            saying(record(number=1, erstattetAvHprNummer=2)), saying(record(number=2, erstattetAvHprNummer=1))
        ),
        script(saying(record(number=1, erstattetAvHprNummer=1))),
        script(saying(record(number=1, erstattetAvHprNummer=2)), saying({"status": 404}, 404)),
    ],
)
async def test_mergers_that_lead_nowhere(asked: Script) -> None:
    """A circle or a dead end is given up, and not taken for a person without approvals."""
    outcome = await look_up(asked)
    assert isinstance(outcome, GiveUp)
    assert len(asked.asked) <= 2


async def test_only_the_register_may_say_nobody() -> None:
    """A 404 that is not the register's own would make a doctor unknown: it is about our address."""
    answer = httpx.Response(404, html="<h1>404</h1>")
    assert isinstance(await look_up(script(answer)), Broken)
    assert isinstance(await person_outcome(script(answer)), Broken)
    assert isinstance(await look_up(script(saying({"status": 404, "title": "Not Found"}, 404))), Answer)


# --- Folkeregisteret --------------------------------------------------------------------------------


async def person_outcome(asked: Script) -> Outcome:
    register = remote(asked, retry_after=RETRY_AFTER)
    connector = Folkeregisteret(folkeregisteret.Settings(base_url="x"), register, FixedTokens())
    effect = LookUpPerson(ask_key="person", nin=NIN, case_number="2026/17")
    return await connector.carry(effect, key="k", now=NOON)


async def person(**document: Any) -> Person:
    rows = {"oppslag": [{"foedselsEllerDNummer": NIN, "folkeregisterperson": document}]}
    outcome = await person_outcome(script(saying(rows)))
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, PersonFound)
    assert outcome.reply.person is not None
    return outcome.reply.person


def level(grade: str | None, *, current: bool = True) -> Json:
    return {"erGjeldende": current, "graderingsnivaa": grade}


def address(grade: str | None, *, current: bool = True) -> Json:
    return {"erGjeldende": current, "adressegradering": grade}


OPEN, CLIENT, CONFIDENTIAL, STRICT = AddressGrade


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"adressebeskyttelse": [level("ugradert")], "bostedsadresse": [address("ugradert")]}, OPEN),
        ({"bostedsadresse": [address("ugradert")]}, OPEN),
        ({"adressebeskyttelse": [level("ugradert")], "oppholdsadresse": [address("klientadresse")]}, CLIENT),
        ({"adressebeskyttelse": [level("ugradert")], "bostedsadresse": [address("fortrolig")]}, CONFIDENTIAL),
        ({"adressebeskyttelse": [level("fortrolig")], "bostedsadresse": [address("ugradert")]}, CONFIDENTIAL),
        ({"adressebeskyttelse": [level("ugradert")], "postadresse": [address("strengtFortrolig")]}, STRICT),
        ({"adressebeskyttelse": [level("hemmelig")], "bostedsadresse": [address("ugradert")]}, STRICT),
        ({"adressebeskyttelse": [level(None)], "bostedsadresse": [address("ugradert")]}, STRICT),
        ({"adressebeskyttelse": [level("ugradert")], "bostedsadresse": [address(None)]}, STRICT),
        ({"adressebeskyttelse": [level("ugradert")], "bostedsadresse": [{"erGjeldende": True}]}, STRICT),
        (
            {
                "adressebeskyttelse": [level("strengtFortrolig"), level("ugradert", current=False)],
                "bostedsadresse": [address("ugradert", current=False)],
            },
            STRICT,
        ),
        (
            {
                "adressebeskyttelse": [level("ugradert"), level("strengtFortrolig", current=False)],
                "bostedsadresse": [address("ugradert"), address("fortrolig", current=False)],
            },
            OPEN,
        ),
        ({"bostedsadresse": [address("ugradert", current=False)]}, STRICT),
        ({"adressebeskyttelse": None, "bostedsadresse": None}, STRICT),
        ({}, STRICT),
    ],
)
async def test_grades(document: Json, expected: AddressGrade) -> None:
    """The strictest current grade of both levels counts; what is missing or unknown is the strictest."""
    assert (await person(**document)).grade is expected


async def test_names() -> None:
    """Today's name is the current one; the others are former, each once."""
    names = [
        {"erGjeldende": False, "fornavn": "Kari", "etternavn": "Hansen"},
        {"erGjeldende": True, "fornavn": "Kari", "mellomnavn": "Moe", "etternavn": "Nordmann"},
        {"erGjeldende": False, "fornavn": "Kari", "etternavn": "Hansen"},
        {"erGjeldende": False, "fornavn": "Kari", "mellomnavn": "Moe", "etternavn": "Nordmann"},
    ]
    someone = await person(navn=names)
    assert (someone.first_name, someone.last_name) == ("Kari Moe", "Nordmann")
    assert someone.former_names == ("Kari Hansen",)


async def test_new_values_do_not_break_us() -> None:
    """A status that we have never heard of is kept as it stands."""
    someone = await person(status=[{"erGjeldende": True, "status": "unik"}], kjoenn="x", nytt={"a": 1})
    assert someone.status == "unik"


async def test_cancelled_death_and_identity() -> None:
    """A death or a false identity that no longer stands is not told."""
    someone = await person(
        doedsfall={"erGjeldende": False, "doedsdato": "2026-01-01"},
        falskIdentitet={"erGjeldende": True, "erFalsk": False},
    )
    assert (someone.dead, someone.false_identity) == (False, False)


async def test_somebody_elses_row_is_not_used() -> None:
    """Only the row of the person who was asked for is an answer about them."""
    rows = {"oppslag": [{"foedselsEllerDNummer": "17858296439", "folkeregisterperson": {}}]}
    outcome = await person_outcome(script(saying(rows)))
    assert isinstance(outcome, Answer)
    assert outcome.reply == PersonFound(at=NOON, ask_key="person", person=None)


async def test_the_number_stays_in_the_body() -> None:
    """The look-up names the person in its body, asks for history, and says that it is JSON."""
    asked = script(saying({"oppslag": []}))
    await person_outcome(asked)
    [request] = asked.asked
    assert NIN not in str(request.url)
    assert request.url.query == b"part=person-basis&part=historikk"
    assert request.headers["Content-Type"] == "application/json"


async def test_waiting_in_milliseconds() -> None:
    """Folkeregisteret's Retry-After counts milliseconds; a remote that reads it otherwise is not accepted."""
    outcome = await person_outcome(script(httpx.Response(429, headers={"Retry-After": "2500"})))
    assert outcome == TryLater(reason="register svarte 429", after=timedelta(seconds=2.5))
    with pytest.raises(ValueError, match="milliseconds"):
        Folkeregisteret(folkeregisteret.Settings(base_url="x"), remote(script()), FixedTokens())
