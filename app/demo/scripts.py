"""The dialogs that are played. Each script says how its case must end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.demo.world import Citizen, WentWrong, World

PAYMENT, DECISION, LAPSE, WITHDRAWAL = "gebyr", "avgjort", "avsluttet", "trakk"
"""Words in the titles of letters, by which the citizen knows them."""

GROUNDS = "Utdanningen er ikke likeverdig med den norske. Helsepersonelloven § 48 a er ikke oppfylt."


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How one dialog ended: `outcome` as the case says, `tags` what happened on the way."""

    number: str
    outcome: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who takes part: the applicant, and a stranger for the scripts that need one."""

    applicant: Citizen
    stranger: Citizen


Script = Callable[[World, Cast], Awaitable[Played]]


async def begin(
    world: World,
    citizen: Citizen,
    *,
    payment: str = "paid",
    leave_out: tuple[str, ...] = (),
    licence: str = "",
) -> str:
    """Apply; the number of the case that came of it."""
    before = frozenset(each["sendersReference"] for each in (await world.inbox(citizen))["messages"])
    await world.apply(citizen, payment=payment, leave_out=leave_out, licence=licence)
    return await world.wait_for_number(citizen, before)


async def conclude(world: World, citizen: Citizen, number: str, outcome: str, grounds: str = "") -> None:
    """Decide when it is our turn, wait until the decision is delivered, and read it."""
    version = await world.wait_for_our_turn(number)
    await world.decide(number, version, outcome, grounds)
    await world.read(citizen, await world.wait_for_letter(citizen, number, DECISION))


async def pay_what_is_asked(world: World, citizen: Citizen, number: str) -> None:
    letter = await world.wait_for_letter(citizen, number, PAYMENT)
    await world.pay(letter["replyOptions"][0]["linkURL"].rstrip("/").rsplit("/", 1)[-1])


async def ended(world: World, number: str, *tags: str) -> Played:
    case = await world.case(number)
    if not case["history_whole"]:
        raise WentWrong(f"{number}: the history chain is broken")
    outcome = next((name for name in ("lapsed", "withdrawn") if case[name]), case["outcome"] or "open")
    return Played(number=number, outcome=outcome, tags=frozenset(tags))


async def complete(world: World, cast: Cast) -> Played:
    number = await begin(world, cast.applicant)
    await conclude(world, cast.applicant, number, "granted")
    return await ended(world, number)


async def deficient(world: World, cast: Cast) -> Played:
    number = await begin(world, cast.applicant, leave_out=("vitnemal",))
    form = await world.wait_for_form(cast.applicant, number)
    await world.answer(cast.applicant, form["instanceId"], ("vitnemal",))
    await conclude(world, cast.applicant, number, "granted")
    return await ended(world, number, "healed")


async def pays_later(world: World, cast: Cast) -> Played:
    number = await begin(world, cast.applicant, payment="none")
    await pay_what_is_asked(world, cast.applicant, number)
    await conclude(world, cast.applicant, number, "granted")
    return await ended(world, number)


async def refused(world: World, cast: Cast) -> Played:
    number = await begin(world, cast.applicant)
    await conclude(world, cast.applicant, number, "refused", GROUNDS)
    return await ended(world, number)


async def stranger_answers(world: World, cast: Cast) -> Played:
    """Somebody else sends a supplement with the case's number; it is parked, and the real one heals."""
    number = await begin(world, cast.applicant, leave_out=("vitnemal",))
    form = await world.wait_for_form(cast.applicant, number)
    await world.supplement_on_own(cast.stranger, number)
    await world.answer(cast.applicant, form["instanceId"], ("vitnemal",))
    await conclude(world, cast.applicant, number, "granted")
    return await ended(world, number, "healed", "parked")


async def never_pays(world: World, cast: Cast) -> Played:
    number = await begin(world, cast.applicant, payment="none")
    await world.wait_for_letter(cast.applicant, number, LAPSE)
    return await ended(world, number)


async def withdrawn(world: World, cast: Cast) -> Played:
    """The applicant takes the application back before it is decided."""
    number = await begin(world, cast.applicant, leave_out=("vitnemal",))
    await world.wait_for_form(cast.applicant, number)
    await world.withdraw(cast.applicant, number)
    await world.wait_for_letter(cast.applicant, number, WITHDRAWAL)
    return await ended(world, number)


async def listed(world: World, cast: Cast) -> Played:
    """The school has reported the applicant: the lower fee, and a decision by no person."""
    number = await begin(world, cast.applicant, payment="none")
    await pay_what_is_asked(world, cast.applicant, number)
    await world.read(cast.applicant, await world.wait_for_letter(cast.applicant, number, DECISION))
    return await ended(world, number, "automatic")


async def student(world: World, cast: Cast) -> Played:
    """A student's licence carries no fee."""
    number = await begin(world, cast.applicant, licence="student")
    await conclude(world, cast.applicant, number, "granted")
    return await ended(world, number)


class ScriptName(StrEnum):
    COMPLETE = "complete"
    DEFICIENT = "deficient"
    PAYS_LATER = "pays_later"
    REFUSED = "refused"
    STRANGER_ANSWERS = "stranger_answers"
    NEVER_PAYS = "never_pays"
    WITHDRAWN = "withdrawn"
    LISTED = "listed"
    STUDENT = "student"


SCRIPTS: Mapping[ScriptName, Script] = {
    ScriptName.COMPLETE: complete,
    ScriptName.DEFICIENT: deficient,
    ScriptName.PAYS_LATER: pays_later,
    ScriptName.REFUSED: refused,
    ScriptName.STRANGER_ANSWERS: stranger_answers,
    ScriptName.NEVER_PAYS: never_pays,
    ScriptName.WITHDRAWN: withdrawn,
    ScriptName.LISTED: listed,
    ScriptName.STUDENT: student,
}

EXPECTED: Mapping[ScriptName, str] = {
    ScriptName.COMPLETE: "granted",
    ScriptName.DEFICIENT: "granted",
    ScriptName.PAYS_LATER: "granted",
    ScriptName.REFUSED: "refused",
    ScriptName.STRANGER_ANSWERS: "granted",
    ScriptName.NEVER_PAYS: "lapsed",
    ScriptName.WITHDRAWN: "withdrawn",
    ScriptName.LISTED: "granted",
    ScriptName.STUDENT: "granted",
}

MIX: tuple[ScriptName, ...] = (
    ScriptName.NEVER_PAYS,  # waits for its deadlines, so it begins first
    ScriptName.COMPLETE,
    ScriptName.DEFICIENT,
    ScriptName.PAYS_LATER,
    ScriptName.LISTED,
    ScriptName.COMPLETE,
    ScriptName.REFUSED,
    ScriptName.DEFICIENT,
    ScriptName.STRANGER_ANSWERS,
    ScriptName.WITHDRAWN,
    ScriptName.STUDENT,
    ScriptName.COMPLETE,
    ScriptName.DEFICIENT,
    ScriptName.PAYS_LATER,
    ScriptName.COMPLETE,
)
"""Played in turn; fifteen show every script."""


def chosen(names: tuple[ScriptName, ...]) -> tuple[ScriptName, ...]:
    """The mix with only these scripts; the whole mix for none."""
    return tuple(name for name in MIX if not names or name in names)
