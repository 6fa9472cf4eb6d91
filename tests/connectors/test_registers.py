"""Helsepersonellregisteret and Folkeregisteret in the simulated world."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from case_core.effects import ConfirmSubmission, Effect, LookUpAuthorisations, LookUpPerson
from case_core.messages import AddressGrade, Approval, AuthorisationsFound, Person, PersonFound
from connectors import folkeregisteret, hpr
from connectors.connector import Answer
from connectors.folkeregisteret import Folkeregisteret
from connectors.hpr import Hpr
from connectors.maskinporten import Maskinporten
from tests.connectors.conftest import Remotes
from tests.connectors.outside import Json, Outside

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOBODY = "08844397713"


@pytest.fixture
def professionals(remotes: Remotes, tokens: Maskinporten) -> Hpr:
    remote = remotes.at("hpr", "/hpr")
    return Hpr(hpr.Settings(base_url=remote.base_url), remote, tokens)


@pytest.fixture
def population(remotes: Remotes, tokens: Maskinporten) -> Folkeregisteret:
    remote = remotes.at("folkeregisteret", "/freg", retry_after=folkeregisteret.RETRY_AFTER)
    return Folkeregisteret(folkeregisteret.Settings(base_url=remote.base_url), remote, tokens)


async def authorisations(professionals: Hpr, nin: str) -> AuthorisationsFound:
    effect = LookUpAuthorisations(ask_key="hpr", nin=nin, case_number="2026/17")
    outcome = await professionals.carry(effect, key="case/hpr", now=NOW)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, AuthorisationsFound)
    assert (outcome.reply.at, outcome.reply.ask_key, outcome.facts) == (NOW, "hpr", ())
    return outcome.reply


async def person_of(population: Folkeregisteret, nin: str) -> Person | None:
    effect = LookUpPerson(ask_key="person", nin=nin, case_number="2026/17")
    outcome = await population.carry(effect, key="case/person", now=NOW)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, PersonFound)
    assert (outcome.reply.at, outcome.reply.ask_key, outcome.facts) == (NOW, "person", ())
    return outcome.reply.person


async def known(population: Folkeregisteret, person: Json) -> Person:
    found = await person_of(population, person["nin"])
    assert found is not None
    return found


# --- HPR --------------------------------------------------------------------------------------------


async def test_nobody_in_hpr(professionals: Hpr, outside: Outside) -> None:
    """That the register knows nobody is an answer."""
    plain = await outside.person()
    found = await authorisations(professionals, plain["nin"])
    assert (found.hpr_number, found.approvals, found.stopped) == (None, (), False)


async def test_active_approval(professionals: Hpr, outside: Outside) -> None:
    """An approval in force is told with its codes."""
    someone = await outside.person("hpr:same-profession")
    found = await authorisations(professionals, someone["nin"])
    profession = someone["suggestion"]["profesjon"]
    assert found.approvals == (Approval(profession=profession, kind="1", active=True, stopped=False),)
    assert isinstance(found.hpr_number, int)
    assert not found.stopped


async def test_withdrawn_approval(professionals: Hpr, outside: Outside) -> None:
    """A withdrawn approval is neither active nor forgotten."""
    someone = await outside.person("hpr:revoked")
    [approval] = (await authorisations(professionals, someone["nin"])).approvals
    assert (approval.active, approval.stopped) == (False, True)


async def test_stopped_person(professionals: Hpr, outside: Outside) -> None:
    """A reaction against the person stops every approval."""
    someone = await outside.person("hpr:stopped")
    found = await authorisations(professionals, someone["nin"])
    assert found.stopped
    assert [(each.active, each.stopped) for each in found.approvals] == [(False, False)]


async def test_merged_record(professionals: Hpr, outside: Outside) -> None:
    """A record that was merged into another leads there."""
    someone = await outside.person("hpr:merged")
    found = await authorisations(professionals, someone["nin"])
    assert [each.active for each in found.approvals] == [True]


# --- Folkeregisteret --------------------------------------------------------------------------------


async def test_plain_person(population: Folkeregisteret, outside: Outside) -> None:
    """Names, status and an open address."""
    someone = await outside.person()
    applicant = someone["suggestion"]["soker"]
    assert await known(population, someone) == Person(
        first_name=applicant["fornavn"],
        last_name=applicant["etternavn"],
        former_names=(),
        status="bosatt",
        grade=AddressGrade.OPEN,
        false_identity=False,
        dead=False,
    )


@pytest.mark.parametrize("grade", [AddressGrade.CLIENT, AddressGrade.CONFIDENTIAL, AddressGrade.STRICT])
async def test_protected_person(population: Folkeregisteret, outside: Outside, grade: AddressGrade) -> None:
    """The strictest of person and address counts, and an unprotected address of the past does not."""
    assert (await known(population, await outside.person(f"protected:{grade}"))).grade is grade


async def test_changed_name(population: Folkeregisteret, outside: Outside) -> None:
    """Former names come from history, and today's name is not among them."""
    found = await known(population, await outside.person("name-changed"))
    [former] = found.former_names
    assert former.startswith(found.first_name)
    assert former != f"{found.first_name} {found.last_name}"


async def test_dead_and_false(population: Folkeregisteret, outside: Outside) -> None:
    """A death and a false identity are told."""
    dead = await known(population, await outside.person("dead"))
    assert (dead.dead, dead.status) == (True, "doed")
    assert (await known(population, await outside.person("false-identity"))).false_identity


async def test_moved_abroad(population: Folkeregisteret, outside: Outside) -> None:
    """Where the register grades nothing, it has not said that anything is open."""
    found = await known(population, await outside.person("moved-abroad"))
    assert (found.status, found.grade) == ("utflyttet", AddressGrade.STRICT)


@pytest.mark.parametrize("trait", ["unknown-in-freg", None])
async def test_unknown_person(population: Folkeregisteret, outside: Outside, trait: str | None) -> None:
    """That the register knows nobody is an answer."""
    nin = (await outside.person(trait))["nin"] if trait else NOBODY
    assert await person_of(population, nin) is None


# --- both -------------------------------------------------------------------------------------------


async def test_look_ups_are_logged_with_their_purpose(
    population: Folkeregisteret, professionals: Hpr, outside: Outside
) -> None:
    """Each look-up is logged with the case that it was for, and never with the number."""
    nin = (await outside.person())["nin"]
    with capture_logs() as lines:
        await authorisations(professionals, nin)
        await person_of(population, nin)
    looked_up = [line for line in lines if "purpose" in line]
    assert {(line["remote"], line["purpose"]) for line in looked_up} == {
        ("hpr", "2026/17"),
        ("folkeregisteret", "2026/17"),
    }
    assert nin not in str(lines)


async def test_other_effects_are_refused(population: Folkeregisteret, professionals: Hpr) -> None:
    """An effect that was routed wrongly is a mistake of ours and is told as one."""
    effect: Effect = ConfirmSubmission(app="x", instance="y")
    for connector in (population, professionals):
        with pytest.raises(TypeError, match="ConfirmSubmission"):
            await connector.carry(effect, key="k", now=NOW)
        assert await connector.find(effect, key="k", now=NOW) is None
