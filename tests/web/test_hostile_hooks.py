"""Whatever a sender may think of: an answer, never a failure of ours, and nothing stored but hints."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import tables
from tests.web.desk import ALTINN_SECRET, NEXI_SECRET, desk_over, new_database
from tests.web.test_altinn_hook import completed
from tests.web.test_nexi_hook import charged

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
HOOKS = (f"/hooks/altinn?code={ALTINN_SECRET}", "/hooks/nexi")
FIELDS = ("id", "type", "source", "resource", "resourceinstance", "event", "data")
BODIES = st.binary(max_size=300) | st.dictionaries(st.sampled_from(FIELDS), ANYTHING).map(
    lambda made: (
        orjson.dumps({**completed(), **charged(), **made}, option=orjson.OPT_NON_STR_KEYS, default=str)
        if is_json(made)
        else b"{}"
    )
)


def is_json(made: Any) -> bool:
    try:
        orjson.dumps(made)
    except TypeError:  # lone surrogates and integers beyond 64 bits cannot be written
        return False
    return True


async def send(bodies: list[bytes]) -> tuple[list[int], int, int]:
    """Statuses, stored rows, and how many said that they were stored."""
    with TemporaryDirectory() as folder:
        database = new_database(Path(folder))
        await database.run(tables.metadata.create_all)
        desk = await desk_over(database, Path(folder))
        desk.asleep = True
        headers = {"Content-Type": "application/json", "Authorization": NEXI_SECRET}
        answers = [
            await desk.client.post(hook, content=body, headers=headers) for body in bodies for hook in HOOKS
        ]
        rows = await desk.amount("inbox")
        await desk.close()
    stored = sum(answer.status_code == 200 and answer.json()["status"] == "stored" for answer in answers)
    return [answer.status_code for answer in answers], rows, stored


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BODIES, min_size=20, max_size=40))
def test_no_body_makes_us_fail_or_store_what_is_no_hint(bodies: list[bytes]) -> None:
    """200 or the sender's own mistake; rows are there exactly for what was said to be stored."""
    statuses, rows, stored = asyncio.run(send(bodies))
    assert set(statuses) <= {200, 400, 413}
    assert rows == stored
