"""Bytes with a schema number: what was written is read; what cannot be read says so without its values."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_core.effects import EFFECTS, Effect
from case_core.messages import MESSAGES, FormCompleted, Message
from store import codec as codec_module
from store.codec import SCHEMA, Codec, Unreadable
from tests.case_core import build
from tests.case_core.story import opened
from tests.store.strategies import instance

ROUND = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
OLDER = SCHEMA - 1


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@ROUND
def test_every_message_is_read_as_it_was_written(
    codec: Codec, kind: type[Message], data: st.DataObject
) -> None:
    """Whatever stands in its fields."""
    message = data.draw(instance(kind))
    assert codec.message(kind.__name__, SCHEMA, codec.dump(message)) == message


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@ROUND
def test_every_effect_is_read_as_it_was_written(
    codec: Codec, kind: type[Effect], data: st.DataObject
) -> None:
    """What it declares may follow is the program's to say and stands in no row."""
    effect = data.draw(instance(kind))
    raw = codec.dump(effect)
    assert codec.effect(kind.__name__, SCHEMA, raw) == effect
    assert "AGAIN" not in orjson.loads(raw)


def unreadable(codec: Codec, name: str, content: Any) -> str:
    with pytest.raises(Unreadable) as refused:
        codec.message(name, SCHEMA, orjson.dumps(content))
    return str(refused.value)


def test_what_is_unreadable_names_its_fields_and_never_their_values(codec: Codec) -> None:
    """The reason is shown to people and logged; the number stands in the bytes only."""
    content = orjson.loads(codec.dump(build.submission()))
    content["submitted_at"] = f"on {build.NIN}"
    content["applicant"]["party_id"] = [build.NIN]
    reason = unreadable(codec, "SubmissionReceived", content)
    assert reason == "unreadable: SubmissionReceived (applicant.party_id, submitted_at)"


def test_the_error_carries_no_values_behind_it(codec: Codec) -> None:
    """A traceback prints causes too."""
    with pytest.raises(Unreadable) as refused:
        codec.message("FormCompleted", SCHEMA, orjson.dumps({"at": build.NIN}))
    assert refused.value.__suppress_context__
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("raw", [b"", b"{", b"null", b"[]", b"\xff\xfe", f'"{build.NIN}"'.encode()])
@pytest.mark.parametrize("schema", [OLDER, SCHEMA])
def test_bytes_that_are_no_message_are_unreadable(
    codec: Codec, raw: bytes, schema: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of today's schema and of one before it."""
    monkeypatch.setitem(steps(), ("FormCompleted", OLDER), lambda data: data)
    with pytest.raises(Unreadable) as refused:
        codec.message("FormCompleted", schema, raw)
    assert build.NIN not in str(refused.value)


def test_an_unknown_name_is_unreadable(codec: Codec) -> None:
    """A message is no effect and no case, and the other way round."""
    raw = codec.dump(build.person_found())
    for read in (codec.effect, codec.case):
        with pytest.raises(Unreadable, match="unreadable: PersonFound"):
            read("PersonFound", SCHEMA, raw)
    with pytest.raises(Unreadable, match="unreadable: LookUpPerson"):
        codec.message("LookUpPerson", SCHEMA, raw)


def test_a_field_that_we_do_not_know_is_ignored(codec: Codec) -> None:
    """A newer release beside us may have written one more."""
    content = orjson.loads(codec.dump(build.person_found())) | {"new": 1}
    assert codec.message("PersonFound", SCHEMA, orjson.dumps(content)) == build.person_found()


def test_a_case_is_read_as_its_own_kind(codec: Codec) -> None:
    """Facts come back as facts and not as whatever JSON makes of them."""
    case = opened().case
    assert codec.case(case.kind, SCHEMA, codec.dump(case)) == case
    with pytest.raises(Unreadable):
        codec.case("another-kind", SCHEMA, codec.dump(case))


def steps() -> dict[tuple[str, int], codec_module.Upcast]:
    """The upcasts, as a test may add to them."""
    assert isinstance(codec_module.UPCASTS, dict)
    return codec_module.UPCASTS


def test_older_bytes_are_upcast_step_by_step(codec: Codec, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step makes the next schema; the newest is read as it is."""
    monkeypatch.setitem(steps(), ("FormCompleted", OLDER - 1), lambda data: data | {"app": data.pop("form")})
    monkeypatch.setitem(steps(), ("FormCompleted", OLDER), lambda data: data | {"app": data["app"].lower()})
    raw = orjson.dumps({"at": build.NOW, "instance": build.FORM, "form": "AUTORISASJON"})
    meant = FormCompleted(at=build.NOW, app="autorisasjon", instance=build.FORM)
    assert codec.message("FormCompleted", OLDER - 1, raw) == meant


def test_older_bytes_without_a_step_are_unreadable(codec: Codec) -> None:
    """They wait for a person and stop nobody."""
    with pytest.raises(Unreadable, match=f"schema {OLDER}"):
        codec.message("FormCompleted", OLDER, b"{}")
