"""The Altinn apps: fetch a submitted form with its attachments, confirm it, and ask for a supplement.

Who applies is read from the instance's owner, never from the form and never from a hint.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NoReturn

from case_core.case import Applicant
from case_core.effects import ConfirmSubmission, Effect, FetchSubmission, RequestSupplement
from case_core.messages import (
    Document,
    FormPayment,
    LookedAgain,
    Message,
    SubmissionConfirmed,
    SubmissionReceived,
    SubmissionUnknown,
    SupplementReceived,
    WithdrawalReceived,
)
from connectors.altinn_documents import Attachments, is_scanning
from connectors.altinn_forms import read_application, read_payment, read_supplement, read_withdrawal
from connectors.altinn_instances import Instance, Instances, is_instance_id
from connectors.altinn_settings import Settings
from connectors.altinn_supplements import Supplements
from connectors.calls import Ended, Got
from connectors.connector import Answer, Broken, Files, GiveUp, NotYet, Outcome
from connectors.http import Remote, outcome_of
from connectors.identity import is_identity_number
from connectors.tokens import Bearer, Tokens

__all__ = ["SCOPES", "AltinnApps", "Settings"]

SCOPES = frozenset({"altinn:serviceowner/instances.read", "altinn:serviceowner/instances.write"})


class AltinnApps:
    """Carries FetchSubmission, ConfirmSubmission and RequestSupplement."""

    def __init__(
        self, settings: Settings, remote_apps: Remote, remote_platform: Remote, tokens: Tokens, files: Files
    ) -> None:
        auth = Bearer(tokens, SCOPES)
        self._settings = settings
        self._instances = Instances(settings, remote_apps, remote_platform, auth)
        self._attachments = Attachments(settings, self._instances, files)
        self._supplements = Supplements(settings, remote_apps, remote_platform, auth, self._instances)

    async def carry(self, effect: Effect, *, key: str, now: datetime) -> Outcome:
        work = self._carry(effect, key, now)
        return await outcome_of(work, name="altinn-apps", seconds=self._settings.carry_seconds)

    async def find(self, effect: Effect, *, key: str, now: datetime) -> Outcome | None:
        if not isinstance(effect, RequestSupplement):
            return None
        work = self._supplements.find(effect, key=key, now=now)
        return await outcome_of(work, name="altinn-apps", seconds=self._settings.carry_seconds)

    async def _carry(self, effect: Effect, key: str, now: datetime) -> Outcome:
        match effect:
            case FetchSubmission():
                return await self._fetch(effect, now)
            case ConfirmSubmission():
                return await self._confirm(effect, now)
            case RequestSupplement():
                return await self._supplements.request(effect, key=key, now=now)
        raise TypeError(f"{type(effect).__name__} is not carried here")

    async def _confirm(self, effect: ConfirmSubmission, now: datetime) -> Outcome:
        if await self._instances.complete(effect.app, effect.instance):
            return Answer(reply=SubmissionConfirmed(at=now, ask_key=effect.ask_key))
        # Altinn also refuses a form that does not exist, so that 403 alone says nothing about our rights.
        if await self._instances.get(effect.app, effect.instance) is None:
            return GiveUp(cause="rejected", reason="Altinn har ikke lenger noe slikt skjema")
        return Broken(reason="Altinn lar oss ikke bekrefte skjemaet: mangler rettigheten «complete»?")

    async def _fetch(self, effect: FetchSubmission, now: datetime) -> Outcome:
        instance = await self._known(effect, now)
        if instance.submitted_at is None:
            still_filling_in = NotYet(after=self._settings.submit_wait, reason="Skjemaet er ikke sendt inn")
            return _nothing_new(effect, now) or still_filling_in
        if is_scanning(self._attachments.of(instance)):
            return NotYet(after=self._settings.scan_wait, reason="Vedleggene blir kontrollert for skadevare")
        fact = await self._reader(effect.app)(effect, instance, instance.submitted_at.astimezone(UTC), now)
        reply = LookedAgain(at=now, ask_key=effect.ask_key, nothing_new=False) if effect.ask_key else None
        return Answer(reply=reply, facts=(fact,), remote_id=instance.id)

    def _reader(
        self, app: str
    ) -> Callable[[FetchSubmission, Instance, datetime, datetime], Awaitable[Message]]:
        """What makes a fact of that app's forms."""
        others = {
            self._settings.supplement_app: self._supplement,
            self._settings.withdrawal_app: self._withdrawal,
        }
        return others.get(app, self._application)

    async def _known(self, effect: FetchSubmission, now: datetime) -> Instance:
        """The instance that the effect speaks of, if it is one of ours. Raises `Ended`."""
        if not is_instance_id(effect.instance):
            _unknown(effect, now, "Ikke en gyldig skjema-id")
        if effect.app not in self._settings.apps:
            _unknown(effect, now, "Skjemaet hører til en app vi ikke tar imot fra")
        instance = await self._instances.get(effect.app, effect.instance)
        if instance is None or instance.is_deleted:
            _unknown(effect, now, "Altinn har ikke noe slikt skjema")
        if (instance.org, instance.app_id) != (self._settings.org, f"{self._settings.org}/{effect.app}"):
            _unknown(effect, now, "Skjemaet hører til en annen etat eller app")
        return instance

    async def _application(
        self, effect: FetchSubmission, instance: Instance, submitted_at: datetime, now: datetime
    ) -> Message:
        applicant = self._applicant(instance)
        application, language = read_application(await self._model(effect, instance))
        return SubmissionReceived(
            at=now,
            kind=self._settings.kinds[effect.app],
            app=effect.app,
            instance=instance.id,
            submitted_at=submitted_at,
            applicant=applicant,
            language=language,
            application=application,
            payment=await self._payment(effect, instance),
            documents=await self._documents(effect, instance),
        )

    async def _supplement(
        self, effect: FetchSubmission, instance: Instance, submitted_at: datetime, now: datetime
    ) -> Message:
        applicant = self._applicant(instance)
        form = read_supplement(await self._model(effect, instance))
        is_ours = self._supplements.references.is_ours
        return SupplementReceived(
            at=now,
            app=effect.app,
            instance=instance.id,
            submitted_at=submitted_at,
            applicant=applicant,
            case_number=form.saksnummer,
            reference_is_ours=is_ours(form.referanse, form.saksnummer, applicant.party_id),
            documents=await self._documents(effect, instance),
        )

    async def _withdrawal(
        self, effect: FetchSubmission, instance: Instance, submitted_at: datetime, now: datetime
    ) -> Message:
        return WithdrawalReceived(
            at=now,
            app=effect.app,
            instance=instance.id,
            submitted_at=submitted_at,
            applicant=self._applicant(instance),
            case_number=read_withdrawal(await self._model(effect, instance)),
        )

    def _applicant(self, instance: Instance) -> Applicant:
        number, party_id = instance.instance_owner.person_number, instance.instance_owner.party_id
        if not party_id or not is_identity_number(number, from_2032=self._settings.numbers_of_2032):
            reason = "Skjemaet er ikke sendt inn av en person med gyldig fødselsnummer eller d-nummer"
            raise Ended(GiveUp(cause="not-a-person", reason=reason))
        return Applicant(nin=number, party_id=party_id)

    async def _model(self, effect: FetchSubmission, instance: Instance) -> Got:
        element = instance.element_of(self._settings.model_type)
        if element is None:
            raise Ended(GiveUp(cause="unreadable-form", reason="Skjemaet mangler selve skjemadataene"))
        return await self._instances.content(effect.app, instance.id, element)

    async def _payment(self, effect: FetchSubmission, instance: Instance) -> FormPayment | None:
        element = instance.element_of(self._settings.payment_type)
        if element is None:
            return None
        return read_payment(await self._instances.content(effect.app, instance.id, element))

    async def _documents(self, effect: FetchSubmission, instance: Instance) -> tuple[Document, ...]:
        return await self._attachments.store(effect.app, instance.id, self._attachments.of(instance))


def _unknown(effect: FetchSubmission, now: datetime, reason: str) -> NoReturn:
    fact = SubmissionUnknown(at=now, instance=effect.instance, reason=reason)
    raise Ended(_nothing_new(effect, now) or Answer(facts=(fact,)))


def _nothing_new(effect: FetchSubmission, now: datetime) -> Answer | None:
    """Who looked once more wants to hear so; a hint only gets the fact."""
    if not effect.ask_key:
        return None
    return Answer(reply=LookedAgain(at=now, ask_key=effect.ask_key, nothing_new=True))
