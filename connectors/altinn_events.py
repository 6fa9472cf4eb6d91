"""Subscriptions at Altinn Events. Not a connector: it carries no effect, it makes sure that hints reach us.

Creating one that exists gives back the same one and has Altinn try its validation again, so this may be
asked at every start and after it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.calls import Call
from connectors.http import Remote
from connectors.tokens import Bearer, Tokens
from connectors.wire import Wire

SCOPES = frozenset({"altinn:serviceowner", "altinn:events.subscribe"})
_ROUTE = "/events/api/v1/subscriptions"
_COMPLETED = "app.instance.process.completed"


class Settings(BaseModel):
    """What we subscribe to, and where Altinn shall call us."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    org: str = Field("hdir", description="The agency's short name at Altinn.")
    apps_url: str = Field(description="The apps' address; `{org}` in it is replaced.")
    apps: tuple[str, ...] = Field(description="The apps whose submitted forms we want to hear about.")
    correspondence_resource: str = Field(
        description="The resource whose letters we want to hear about; empty: none."
    )
    webhook_url: str = Field(description="Our address for Altinn's events, as Altinn reaches it.")
    webhook_secret: SecretStr = Field(
        description="Sent back to us in the address (`code`): the only proof Altinn offers."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`about` names what it is for. Altinn sends nothing before it is validated."""

    about: str
    id: int
    validated: bool


class _Subscribed(Wire):
    id: int
    end_point: str
    source_filter: str | None = None
    resource_filter: str | None = None
    type_filter: str | None = None
    validated: bool = False


class _Subscriptions(Wire):
    subscriptions: tuple[_Subscribed, ...] = ()


async def ensure_subscriptions(
    settings: Settings, remote: Remote, tokens: Tokens
) -> tuple[Subscription, ...]:
    """Every subscription that we need, made where it is missing. Raises `Ended`."""
    auth = Bearer(tokens, SCOPES)
    existing = remote.read(await remote.send(Call(method="GET", route=_ROUTE, auth=auth)), _Subscriptions)
    ensured = []
    for about, wish in _wishes(settings).items():
        there = next((each for each in existing.subscriptions if _is(each, wish)), None)
        if there is None or not there.validated:
            call = Call(method="POST", route=_ROUTE, json=wish, wanted=frozenset({201}), auth=auth)
            there = remote.read(await remote.send(call), _Subscribed)
        ensured.append(Subscription(about=about, id=there.id, validated=there.validated))
    return tuple(ensured)


def _wishes(settings: Settings) -> dict[str, dict[str, str]]:
    apps_url = settings.apps_url.format(org=settings.org).rstrip("/")
    secret = urlencode({"code": settings.webhook_secret.get_secret_value()})
    end_point = f"{settings.webhook_url}?{secret}"
    wishes = {
        app: {
            "endPoint": end_point,
            # Compared to the letter: no slash at the end.
            "sourceFilter": f"{apps_url}/{settings.org}/{app}",
            "typeFilter": _COMPLETED,
        }
        for app in settings.apps
    }
    if resource := settings.correspondence_resource:
        # Any other filter is refused here, and one on subject would hide the never-read events.
        wishes[resource] = {"endPoint": end_point, "resourceFilter": f"urn:altinn:resource:{resource}"}
    return wishes


def _is(there: _Subscribed, wish: dict[str, str]) -> bool:
    if there.end_point != wish["endPoint"] or there.type_filter != wish.get("typeFilter"):
        return False
    if "sourceFilter" in wish:
        return there.source_filter == wish["sourceFilter"]
    return there.source_filter is None and there.resource_filter == wish["resourceFilter"]
