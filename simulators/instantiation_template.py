"""What an organisation wants of a new instance, and the simplified form of saying so. Refusals are texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from simulators.answers import RefusedError, as_text, lower_keys
from simulators.app_definitions import AppDefinition
from simulators.clock import read_time
from simulators.form_models import FormError
from simulators.instances import Upload
from simulators.persons import Person
from simulators.prefill import prefilled
from simulators.state import World

OWNER_KEYS = ("partyid", "personnumber", "organisationnumber", "username", "externalidentifier")


@dataclass(frozen=True, slots=True)
class Wanted:
    owner: Person
    due_before: datetime | None
    visible_after: datetime | None
    data_values: dict[str, str] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    prefill: dict[str, str] = field(default_factory=dict)
    notification: dict[str, Any] = field(default_factory=dict)
    uploads: Sequence[Upload] = ()


def refusal(text: str, status: int = 400) -> RefusedError:
    return RefusedError(as_text(text, status))


def read_simplified(world: World, app: AppDefinition, body: bytes) -> Wanted:
    """Unknown prefill keys are passed over in silence, as the apps do."""
    template = read_object(body)
    prefill = _member(template, "prefill")
    try:
        form = prefilled(app.model, app.model.from_json({}), world.quirks.kept_prefill(app.id, prefill))
    except FormError:
        raise refusal("A prefill value does not fit the form model") from None
    return replace(
        read_template(world, template),
        form=form,
        prefill={str(key): str(value) for key, value in prefill.items()},
        notification=_member(template, "notification"),
    )


def read_template(world: World, template: Mapping[str, Any]) -> Wanted:
    small = lower_keys(template)
    owner = _owner(world, small.get("instanceowner"))
    values = {str(key): str(value) for key, value in _member(template, "datavalues").items()}
    return Wanted(owner, _moment(small.get("duebefore")), _moment(small.get("visibleafter")), values)


def read_object(body: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refusal("The JSON value could not be converted") from None
    if not isinstance(content, dict):
        raise refusal("The JSON value could not be converted")
    return content


def _member(template: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    """A member found without regard to case, its own keys left as they are."""
    found = next((value for name, value in template.items() if name.lower() == wanted), None)
    return found if isinstance(found, dict) else {}


def _owner(world: World, owner: Any) -> Person:
    given = [key for key in OWNER_KEYS if owner.get(key)] if isinstance(owner, dict) else []
    if len(given) != 1:
        raise refusal("The instance template must name exactly one instance owner")
    kind, value = given[0], str(owner[given[0]])
    person = None
    if kind == "partyid" and value.isdigit():
        person = world.people.by_party(int(value))
    elif kind == "personnumber":
        person = world.people.by_nin(value)
    if person is None:
        # The number itself is left out here.
        raise refusal("Cannot lookup party: unknown instance owner", 404)
    return person


def _moment(value: Any) -> datetime | None:
    try:
        return None if value is None else read_time(str(value))
    except ValueError:
        raise refusal("The JSON value could not be converted to a date and time") from None
