"""Forms that were submitted and that we have not confirmed: what an event should have told us of.

Events are sent once and may be lost on the way at three places; Storage is the truth.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from connectors.altinn_search import as_utc, search
from connectors.altinn_settings import Settings
from connectors.http import Remote
from connectors.tokens import Bearer, Tokens

SCOPES = frozenset({"altinn:serviceowner/instances.read"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """`changed_at` is Altinn's; it orders them, and moves when the form changes."""

    app: str
    instance: str
    changed_at: datetime


class UnconfirmedForms:
    """What Altinn still waits for us to take over."""

    def __init__(self, settings: Settings, platform: Remote, tokens: Tokens) -> None:
        self._settings = settings
        self._platform = platform
        self._auth = Bearer(tokens, SCOPES)

    @property
    def apps(self) -> tuple[str, ...]:
        return self._settings.apps

    async def since(self, app: str, changed_at: datetime | None) -> AsyncIterator[Unconfirmed]:
        """Those changed at or after a moment, oldest change first; all of them for None. Raises `Ended`."""
        org = self._settings.org
        wanted = {
            "appId": f"{org}/{app}",
            "process.isComplete": "true",
            "status.isHardDeleted": "false",
            "excludeConfirmedBy": org,
        }
        if changed_at is not None:
            wanted["lastChanged"] = f"gte:{as_utc(changed_at)}"
        async for instance in search(self._platform, self._auth, wanted):
            if instance.last_changed is not None and not instance.is_deleted:
                yield Unconfirmed(app=app, instance=instance.id, changed_at=instance.last_changed)
