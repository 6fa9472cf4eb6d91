from tests.simulators.correspondents import fee, letter
from tests.simulators.harness import KEY, PAYMENTS, Hub, payment_body


async def test_a_fee_that_the_agency_asks_for_is_on_the_page(hub: Hub) -> None:
    """The link in the letter tells whose it is; nobody else sees it."""
    payer, other = hub.world.people.everybody[:2]
    payment_id, address = await fee(hub)
    assert "Gebyr, sak S-1" not in (await hub.http.get(f"/people/{payer.key}")).text
    await letter(hub, payer, "Du må betale", f"[Betal gebyret]({address})")
    page = (await hub.http.get(f"/people/{payer.key}")).text
    assert f'href="/nexi/checkout/{payment_id}"' in page
    assert "Gebyr, sak S-1" in page
    assert payment_id not in (await hub.http.get(f"/people/{other.key}")).text
    assert f'href="/people/{payer.key}"' in (await hub.http.get(f"/nexi/checkout/{payment_id}")).text
    await hub.http.post(f"/nexi/checkout/{payment_id}/pay")
    await hub.http.post(f"/sim/payments/{payment_id}/again", json={})
    assert (await hub.http.get(f"/people/{payer.key}")).text.count("2\N{NO-BREAK SPACE}000 kr betalt") == 2


async def test_the_link_may_stand_in_the_reply_button(hub: Hub) -> None:
    """A letter's buttons lead to payments as its text does."""
    payer = hub.world.people.everybody[0]
    payment_id, address = await fee(hub)
    await letter(
        hub, payer, "Du må betale", "Tekst", replyOptions=[{"linkURL": address, "linkText": "Betal gebyret"}]
    )
    assert payment_id in (await hub.http.get(f"/people/{payer.key}")).text


async def test_whoever_pays_for_a_form_comes_back_to_their_page(hub: Hub) -> None:
    """It says that the payment and the form went through, once they have."""
    made = await hub.apply("p001", payment="later")
    paid = await hub.http.post(f"/nexi/checkout/{made['paymentId']}/pay")
    assert paid.headers["location"] == "/people/p001?done=betalt"
    assert "Betalt. Skjemaet er sendt inn." in (await hub.http.get(paid.headers["location"])).text


async def test_whoever_pays_the_agency_goes_where_it_said(hub: Hub) -> None:
    """To the return address with the payment's id, even when the payer is known."""
    payment_id, address = await fee(hub)
    await letter(hub, hub.world.people.everybody[0], "Du må betale", f"[Betal]({address})")
    paid = await hub.http.post(f"/nexi/checkout/{payment_id}/pay")
    assert paid.headers["location"] == f"http://127.0.0.1:9/back?a=1&paymentid={payment_id}"


async def test_a_payment_that_is_over_is_not_called_paid(hub: Hub) -> None:
    """Paying a terminated payment leads to its page, which says what became of it."""
    payment_id, _ = await fee(hub)
    await hub.http.put(f"{PAYMENTS}/{payment_id}/terminate", headers=KEY)
    paid = await hub.http.post(f"/nexi/checkout/{payment_id}/pay")
    assert paid.headers["location"] == f"/nexi/checkout/{payment_id}"
    assert "Betalingen er avsluttet" in (await hub.http.get(paid.headers["location"])).text


async def test_an_order_line_needs_no_name(hub: Hub) -> None:
    """Its page and its payer's page are shown without it."""
    body = payment_body(hub)
    del body["order"]["items"][0]["name"]
    made = (await hub.http.post(PAYMENTS, json=body, headers=KEY)).json()
    payer = hub.world.people.everybody[0]
    await letter(hub, payer, "Du må betale", f"[Betal]({made['hostedPaymentPageUrl']})")
    for path in (f"/nexi/checkout/{made['paymentId']}", f"/people/{payer.key}"):
        assert (await hub.http.get(path)).status_code == 200
