from datetime import timedelta
from typing import Any

from simulators.storage_query import ticks
from tests.simulators.harness import STORAGE, Hub

RECONCILE = {
    "appId": "hdir/autorisasjon",
    "process.isComplete": "true",
    "status.isHardDeleted": "false",
    "excludeConfirmedBy": "hdir",
    "order": "asc:lastChanged",
}


async def _query(hub: Hub, **more: Any) -> dict[str, Any]:
    answer = await hub.http.get(STORAGE, params=RECONCILE | more, headers=await hub.altinn())
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _all_pages(hub: Hub, order: str) -> list[str]:
    found: list[str] = []
    page = await _query(hub, order=order, size=2)
    headers = await hub.altinn()
    while True:
        found += [instance["id"] for instance in page["instances"]]
        if "next" not in page:
            return found
        page = (await hub.http.get(page["next"], headers=headers)).json()


async def test_reconciliation_leaves_out_what_is_confirmed(hub: Hub) -> None:
    """Only submitted instances that the agency has not confirmed come back."""
    first, second = await hub.apply(), await hub.apply()
    await hub.apply(submit=False)
    await hub.http.post(f"{STORAGE}/{first['instanceId']}/complete", headers=await hub.altinn())
    page = await _query(hub)
    assert [instance["id"] for instance in page["instances"]] == [second["instanceId"]]
    assert page["count"] == 1
    assert "next" not in page
    assert "totalHits" not in page


async def _five_of_one_moment(hub: Hub) -> set[str]:
    ids = {(await hub.apply())["instanceId"] for _ in range(5)}
    moment = hub.world.clock.now()
    for instance in hub.world.instances:
        instance.last_changed = moment
    return ids


async def test_ascending_paging_finds_everything(hub: Hub) -> None:
    """Also where several rows were changed at the same moment."""
    ids = await _five_of_one_moment(hub)
    found = await _all_pages(hub, "asc:lastChanged")
    assert (len(found), set(found)) == (5, ids)


async def test_descending_paging_loses_rows(hub: Hub) -> None:
    """The platform's defect: the tie-break of the cursor runs the wrong way."""
    ids = await _five_of_one_moment(hub)
    assert set(await _all_pages(hub, "desc:lastChanged")) < ids


async def test_dates_need_an_operator(hub: Hub) -> None:
    """A bare date is refused; a prefixed one compares."""
    await hub.apply()
    headers = await hub.altinn()
    bare = await hub.http.get(STORAGE, params=RECONCILE | {"lastChanged": "2026-01-01"}, headers=headers)
    assert (bare.status_code, bare.text.startswith("Invalid date expression")) == (400, True)
    later = (hub.world.clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (await _query(hub, lastChanged=f"gt:{later}"))["count"] == 0
    assert (await _query(hub, lastChanged=f"lte:{later}"))["count"] == 1


async def test_an_application_can_be_found_by_owner(hub: Hub) -> None:
    """By party, and by the header that carries the number."""
    await hub.apply("p001")
    await hub.apply("p002")
    person = hub.world.people.everybody[1]
    assert (await _query(hub, **{"instanceOwner.partyId": person.party_id}))["count"] == 1
    headers = await hub.altinn() | {"X-Ai-InstanceOwnerIdentifier": f"Person:{person.nin}"}
    answer = await hub.http.get(STORAGE, params=RECONCILE, headers=headers)
    assert answer.json()["count"] == 1


async def test_the_query_needs_org_or_app_and_the_exact_scope(hub: Hub) -> None:
    """400 without either, 403 without the service owner's reading scope."""
    answer = await hub.http.get(STORAGE, headers=await hub.altinn())
    assert (answer.status_code, answer.text) == (400, "Org or AppId must be defined.")
    writer = await hub.altinn("altinn:serviceowner/instances.write")
    assert (await hub.http.get(STORAGE, params=RECONCILE, headers=writer)).status_code == 403


async def test_the_cursor_is_ticks_and_number(hub: Hub) -> None:
    """The token is what the database orders by, url-encoded."""
    await hub.apply()
    await hub.apply()
    page = await _query(hub, size=1)
    first = next(iter(hub.world.instances))
    assert page["next"].endswith(f"continuationToken={ticks(first.last_changed)}%3B{first.number}")
