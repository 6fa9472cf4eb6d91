"""Events and webhooks that come twice, in the wrong order, or not at all."""

from tests.simulators.harness import (
    APPLICATION_RESOURCE,
    KEY,
    PAYMENTS,
    Hub,
    fault_rules,
    payment_body,
    until,
)


async def _subscribed(hub: Hub) -> None:
    assert (await hub.subscribe(APPLICATION_RESOURCE)).status_code == 201
    await until(lambda: all(s.validated for s in hub.world.events.subscriptions.values()))
    hub.receiver.received.clear()


async def test_an_event_is_delivered_twice(hub: Hub) -> None:
    """Both carry the same id."""
    await _subscribed(hub)
    await fault_rules(hub, {"remote": "events", "route": "*.created", "kind": "duplicate"})
    await hub.apply(submit=False)
    await until(lambda: len(hub.receiver.received) == 2)
    assert len({body["id"] for body in hub.receiver.received}) == 1
    assert (await hub.books())["faults"][0]["hits"] == 1


async def test_an_event_is_lost_for_good(hub: Hub) -> None:
    """Nobody tries again, and the books say that it was not delivered."""
    await _subscribed(hub)
    await fault_rules(hub, {"remote": "events", "route": "*.created", "kind": "drop"})
    await hub.apply(payment="skipped")
    await until(lambda: len(hub.receiver.received) == 2)
    rows = {row["type"]: row for row in (await hub.books())["events"]}
    assert not rows["app.instance.created"]["delivered"]
    assert rows["app.instance.created"]["attempts"] == 0
    await until(lambda: all(e.delivered for e in hub.world.events.events[1:]))


async def test_events_are_swapped(hub: Hub) -> None:
    """The first is held until the second has gone."""
    await _subscribed(hub)
    await fault_rules(hub, {"remote": "events", "kind": "reorder", "count": 1, "parameters": {"ms": 20_000}})
    await hub.apply(submit=False)
    await hub.apply(key="p002", submit=False)
    await until(lambda: len(hub.receiver.received) == 2)
    first, second = (event.id for event in hub.world.events.events)
    assert [body["id"] for body in hub.receiver.received] == [second, first]


async def test_a_held_event_goes_alone_if_none_follows(hub: Hub) -> None:
    """The hold has a bound."""
    await _subscribed(hub)
    await fault_rules(hub, {"remote": "events", "kind": "reorder", "parameters": {"ms": 20}})
    await hub.apply(submit=False)
    await until(lambda: len(hub.receiver.received) == 1)


async def test_webhooks_are_deliveries_too(hub: Hub) -> None:
    """Nexi's are chosen by event as well."""
    await fault_rules(
        hub,
        {"remote": "nexi", "route": "payment.charge.*", "kind": "drop"},
        {"remote": "nexi", "route": "payment.checkout.*", "kind": "duplicate", "parameters": {"times": 2}},
    )
    made = await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)
    await hub.http.post(f"/sim/payments/{made.json()['paymentId']}/pay", json={})
    await until(lambda: len(hub.receiver.of_type("payment.checkout.completed")) == 3)
    [payment] = hub.world.payments.by_id.values()
    charge = next(row for row in payment.webhooks if "charge" in row.event)
    assert (charge.attempts, charge.delivered) == (0, False)
