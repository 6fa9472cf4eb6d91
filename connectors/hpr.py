"""Helsepersonellregisteret: which approvals does a person have today? Days are Norwegian days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from case_core.effects import Effect, LookUpAuthorisations
from case_core.messages import Approval, AuthorisationsFound
from connectors.calls import Call, Ended, Got
from connectors.connector import Answer, GiveUp, Outcome
from connectors.http import Remote, outcome_of
from connectors.tokens import Bearer, Tokens
from connectors.wire import Wire

SCOPES = frozenset({"nhn:hpr/basic", "nhn:hpr/extended"})
_OSLO = ZoneInfo("Europe/Oslo")
_STOPPING = frozenset({"1", "5", "8"})
_WITHDRAWN = "1"
_MOST_MERGERS = 5


class Settings(BaseModel):
    """Helsepersonellregisteret."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="The register's address, e.g. https://api.offentlig.hpr.nhn.no.")
    carry_seconds: float = Field(
        120.0, gt=0, description="Longest time for one look-up, all its calls included."
    )


class _Code(Wire):
    """`kodeverk.id` is a number in one model and a word in another; we know the code lists by their place."""

    verdi: str = ""


class _Period(Wire):
    fra: date | None = None
    til: date | None = None

    def includes(self, day: date) -> bool:
        """Both ends belong to it; an open end never ends it."""
        return (self.fra is None or self.fra <= day) and (self.til is None or day <= self.til)


class _Reaction(Wire):
    type: _Code
    periode: _Period | None = None

    @property
    def is_stopping(self) -> bool:
        return self.type.verdi in _STOPPING


class _Approval(Wire):
    helsepersonellkategori: _Code = _Code()
    autorisasjon: _Code = _Code()
    periode: _Period | None = None
    avsluttet_status: _Code = _Code()
    administrative_reaksjoner: tuple[_Reaction, ...] = ()


class _Professional(Wire):
    hpr_nummer: int
    erstattet_av_hpr_nummer: int | None = None
    godkjenninger: tuple[_Approval, ...] = ()
    administrative_reaksjoner: tuple[_Reaction, ...] = ()


class Hpr:
    """Carries LookUpAuthorisations. `tokens` gives Maskinporten's own tokens."""

    def __init__(self, settings: Settings, remote: Remote, tokens: Tokens) -> None:
        self._settings = settings
        self._remote = remote
        self._auth = Bearer(tokens, SCOPES)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:  # noqa: ARG002 - the protocol's
        if not isinstance(effect, LookUpAuthorisations):
            raise TypeError(f"{type(effect).__name__} is not carried here")
        work = self._look_up(effect, now)
        return await outcome_of(work, name=self._remote.name, seconds=self._settings.carry_seconds)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:  # noqa: ARG002 - the protocol's
        return None

    async def _look_up(self, effect: LookUpAuthorisations, now: datetime) -> Outcome:
        today = now.astimezone(_OSLO).date()
        call = Call(
            method="POST",
            route="/v1/personerutvidet",
            json={"nin": effect.nin, "atDate": today.isoformat()},
            wanted=frozenset({200, 404}),
            auth=self._auth,
            noted={"purpose": effect.case_number},
        )
        found = self._read(await self._remote.send(call))
        if found is None:
            return Answer(
                reply=AuthorisationsFound(at=now, ask_key=effect.ask_key, hpr_number=None, approvals=())
            )
        found = await self._follow(found, effect)
        reply = AuthorisationsFound(
            at=now,
            ask_key=effect.ask_key,
            hpr_number=found.hpr_nummer,
            approvals=tuple(_approval(each, found, today) for each in found.godkjenninger),
            stopped=_is_stopped(found, today),
        )
        return Answer(reply=reply, remote_id=str(found.hpr_nummer))

    async def _follow(self, found: _Professional, effect: LookUpAuthorisations) -> _Professional:
        """Records that were merged point to the one that lives on; they may not lead us in a circle."""
        seen = {found.hpr_nummer}
        while (successor := found.erstattet_av_hpr_nummer) is not None:
            if successor in seen or len(seen) > _MOST_MERGERS:
                raise _broken_chain()
            seen.add(successor)
            found = await self._by_number(successor, effect.case_number)
        return found

    async def _by_number(self, hpr_number: int, case_number: str) -> _Professional:
        call = Call(
            method="GET",
            route="/v1/personerutvidet/{number}",
            path={"number": str(hpr_number)},
            wanted=frozenset({200, 404}),
            auth=self._auth,
            noted={"purpose": case_number},
        )
        found = self._read(await self._remote.send(call))
        if found is None:
            raise _broken_chain()
        return found

    def _read(self, got: Got) -> _Professional | None:
        """None: the register says that it knows nobody. Raises `Ended`, also for another's 404."""
        if got.status == 200:
            return self._remote.read(got, _Professional)
        if not got.is_problem:
            raise self._remote.wrong_address(got)
        return None


def _approval(approval: _Approval, found: _Professional, today: date) -> Approval:
    ended = approval.avsluttet_status.verdi
    stopped = any(reaction.is_stopping for reaction in approval.administrative_reaksjoner)
    is_current = approval.periode is not None and approval.periode.includes(today)
    return Approval(
        profession=approval.helsepersonellkategori.verdi,
        kind=approval.autorisasjon.verdi,
        active=is_current and not ended and not stopped and not _is_stopped(found, today),
        stopped=stopped or ended == _WITHDRAWN,
    )


def _is_stopped(found: _Professional, today: date) -> bool:
    return any(
        reaction.is_stopping and (reaction.periode is None or reaction.periode.includes(today))
        for reaction in found.administrative_reaksjoner
    )


def _broken_chain() -> Ended:
    reason = "Registeret viser til et HPR-nummer som ikke finnes, eller i ring"
    return Ended(GiveUp(cause="rejected", reason=reason))
