"""Supplement forms: put into the applicant's inbox, prefilled, and known again when they come back.

Altinn has no idempotency key here and ignores unknown prefill keys without a word. So each form carries a
reference that tells which effect made it, and every form is read back before we believe in it.
"""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from case_core.effects import RequestSupplement
from case_core.messages import SupplementRequested
from connectors.altinn_forms import read_supplement
from connectors.altinn_instances import Instance, Instances
from connectors.altinn_search import as_utc, search
from connectors.altinn_settings import Settings
from connectors.calls import Authorization, Call, Ended
from connectors.connector import Answer, Broken, GiveUp, Outcome, TryLater
from connectors.http import Remote

_DIGEST, _SIGNATURE = 16, 32


@dataclass(frozen=True, slots=True)
class References:
    """`{digest of the effect's key}.{signature over case number, party and digest}`."""

    key: bytes

    def make(self, effect_key: str, case_number: str, party_id: str) -> str:
        return self._signed(sha256(effect_key.encode()).hexdigest()[:_DIGEST], case_number, party_id)

    def is_ours(self, reference: str, case_number: str, party_id: str) -> bool:
        digest = reference.partition(".")[0]
        expected = self._signed(digest, case_number, party_id)
        return hmac.compare_digest(reference.encode(), expected.encode())

    def _signed(self, digest: str, case_number: str, party_id: str) -> str:
        signed = f"{case_number}\n{party_id}\n{digest}".encode()
        return f"{digest}.{hmac.new(self.key, signed, sha256).hexdigest()[:_SIGNATURE]}"


class Supplements:
    """Requests supplement forms, and finds those that were requested before."""

    def __init__(
        self, settings: Settings, apps: Remote, platform: Remote, auth: Authorization, instances: Instances
    ) -> None:
        self._settings = settings
        self._apps = apps
        self._platform = platform
        self._auth = auth
        self._instances = instances
        self.references = References(settings.reference_key.get_secret_value().encode())

    async def request(self, effect: RequestSupplement, *, key: str, now: datetime) -> Outcome:
        """Raises `Ended`. Once the form may exist, nothing but its removal says that it was not sent."""
        reference = self._reference(effect, key)
        made = await self._create(effect, reference)
        try:
            if await self._carries(made, effect, reference):
                return self._requested(effect, made, now)
        except Ended as ended:
            raise Ended(_unclear(ended.outcome)) from None
        return await self._remove(made)

    async def find(self, effect: RequestSupplement, *, key: str, now: datetime) -> Outcome | None:
        """The form of this very effect, if it was made after all. Raises `Ended`."""
        reference = self._reference(effect, key)
        async for instance in self._made_since(effect):
            if not instance.is_deleted and await self._carries(instance, effect, reference):
                return self._requested(effect, instance, now)
        return None

    def _reference(self, effect: RequestSupplement, key: str) -> str:
        return self.references.make(key, effect.case_number, effect.party_id)

    async def _create(self, effect: RequestSupplement, reference: str) -> Instance:
        body = {
            "instanceOwner": {"partyId": effect.party_id},
            "dueBefore": as_utc(effect.due),
            "prefill": {
                "saksnummer": effect.case_number,
                "referanse": reference,
                "mangler": ",".join(effect.missing),
            },
        }
        call = Call(
            method="POST",
            route="/{org}/{app}/instances/create",
            path={"org": self._settings.org, "app": self._settings.supplement_app},
            query=urlencode({"language": effect.language}),
            json=body,
            wanted=frozenset({201}),
            auth=self._auth,
        )
        return self._apps.read(await self._apps.send(call), Instance)

    async def _carries(self, instance: Instance, effect: RequestSupplement, reference: str) -> bool:
        """Does the form hold our case number and this very reference? One that cannot be read does not."""
        shown = instance.data_values.get("saksnummer")
        model = instance.element_of(self._settings.model_type)
        if model is None or shown not in {None, "", effect.case_number}:
            return False
        try:
            form = read_supplement(
                await self._instances.content(self._settings.supplement_app, instance.id, model)
            )
        except Ended as ended:
            if isinstance(ended.outcome, GiveUp):
                return False
            raise
        return (form.saksnummer, form.referanse) == (effect.case_number, reference)

    def _requested(self, effect: RequestSupplement, instance: Instance, now: datetime) -> Answer:
        link = self._settings.link_to(self._settings.supplement_app, instance.id)
        reply = SupplementRequested(
            at=now,
            ask_key=effect.ask_key,
            app=self._settings.supplement_app,
            instance=instance.id,
            link=link,
        )
        return Answer(reply=reply, remote_id=instance.id)

    async def _remove(self, instance: Instance) -> GiveUp:
        """Take an empty form out of the inbox again. Should that fail too, a person is told."""
        reason = "Altinn forkastet saksnummeret i det forhåndsutfylte skjemaet"
        party, _, guid = instance.id.partition("/")
        call = Call(
            method="DELETE",
            route="/{org}/{app}/instances/{party}/{guid}",
            path={
                "org": self._settings.org,
                "app": self._settings.supplement_app,
                "party": party,
                "guid": guid,
            },
            query=urlencode({"hard": "true"}),
            wanted=frozenset({200, 204}),
            auth=self._auth,
        )
        try:
            await self._apps.send(call)
        except Ended:
            reason += f"; det tomme skjemaet {instance.id} ble ikke slettet"
        return GiveUp(cause="prefill-dropped", reason=reason)

    def _made_since(self, effect: RequestSupplement) -> AsyncIterator[Instance]:
        return search(
            self._platform,
            self._auth,
            {
                "appId": f"{self._settings.org}/{self._settings.supplement_app}",
                "instanceOwner.partyId": effect.party_id,
                "created": f"gt:{as_utc(effect.asked_at - self._settings.find_margin)}",
            },
        )


def _unclear(outcome: Outcome) -> TryLater:
    """Whatever kept us from reading it back, the form may be there."""
    match outcome:
        case TryLater(reason=reason, after=after):
            return TryLater(reason=reason, sent=True, after=after)
        case Broken(reason=reason):
            return TryLater(reason=reason, sent=True)
    return TryLater(reason="altinn-apps: skjemaet er ikke lest tilbake", sent=True)
