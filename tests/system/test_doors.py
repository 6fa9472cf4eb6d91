"""What comes to the doors and must not get in."""

import json
import uuid
from typing import Any

import pytest

from tests.system.outside import ORG, Outside, eventually

# Not all hints: Altinn may be telling of an earlier test's letters at the same time.
FORM_HINTS = "SELECT count(*) FROM inbox WHERE source = 'altinn-events' AND type = 'FormCompleted'"


def hint(instance: str, **changed: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": "app.instance.process.completed",
        "resource": f"urn:altinn:resource:app_{ORG}_autorisasjon",
        "resourceinstance": instance,
    }
    return {**event, **changed}


@pytest.mark.parametrize(
    ("code", "body", "status"),
    [
        ("wrong", json.dumps(hint(f"50100001/{uuid.uuid4()}")), 401),
        ("", json.dumps(hint(f"50100001/{uuid.uuid4()}")), 401),
        (None, "not json", 400),
        (None, "[]", 400),
        (None, json.dumps(hint("no instance")), 400),
        (None, json.dumps(hint(f"50100001/{uuid.uuid4()}", id=7)), 400),
        (None, json.dumps(hint(f"50100001/{uuid.uuid4()}", filler="x" * 100_000)), 413),
    ],
)
def test_bad_hint_is_refused_and_not_stored(
    outside: Outside, code: str | None, body: str, status: int
) -> None:
    """A wrong secret, a malformed body and one that is too large get a 4xx, and nothing is stored."""
    before = outside.rows(FORM_HINTS)
    secret = outside.secret("events") if code is None else code
    answer = outside.hub.post(
        "/hooks/altinn",
        params={"code": secret},
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == status
    assert outside.rows(FORM_HINTS) == before


def test_hint_for_an_unknown_instance_is_refused_quietly(outside: Outside) -> None:
    """Nothing is behind it: the message is refused, nobody is bothered, no case comes of it."""
    cases = outside.rows("SELECT count(*) FROM cases")
    parked = len(outside.parked())
    event = hint(f"50100001/{uuid.uuid4()}")
    answer = outside.hub.post("/hooks/altinn", params={"code": outside.secret("events")}, json=event)
    assert answer.status_code == 200

    def look() -> str | None:
        found = outside.rows(
            "SELECT status FROM inbox WHERE type = 'SubmissionUnknown' ORDER BY id DESC LIMIT 1"
        )
        return str(found[0][0]) if found and found[0][0] != "new" else None

    assert eventually(look, "the refusal") == "refused"
    assert outside.rows("SELECT count(*) FROM cases") == cases
    assert len(outside.parked()) == parked


def test_payment_webhook_needs_its_secret(outside: Outside) -> None:
    """Nexi's webhook is answered with exactly 200 when the secret is right, and with 401 otherwise."""
    event = {"id": uuid.uuid4().hex, "event": "payment.checkout.completed", "data": {"paymentId": "0" * 32}}
    wrong = outside.hub.post("/hooks/nexi", json=event, headers={"Authorization": "wrong"})
    right = outside.hub.post("/hooks/nexi", json=event, headers={"Authorization": outside.secret("nexi")})
    assert (wrong.status_code, right.status_code) == (401, 200)


def test_no_identity_number_in_logs_or_database(outside: Outside) -> None:
    """The numbers of everybody who applied are in no log line and in no byte of the database file."""
    person = outside.person()
    outside.apply(person)
    outside.ready_case(outside.number(person))
    numbers = [each["nin"].encode() for each in outside.remote.get("/sim/persons").json()]
    files = [*outside.data.glob("*.log"), *outside.data.glob("skranke.db*")]
    assert files
    for file in files:
        content = file.read_bytes()
        assert not any(number in content for number in numbers), file.name
