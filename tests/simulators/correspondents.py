"""What the agency sends to people: letters, forms that ask for more, and payments."""

from typing import Any

from simulators.persons import Person
from tests.simulators.harness import KEY, LETTERS, PAYMENTS, SUPPLEMENT, Hub, payment_body, until


async def letter(hub: Hub, person: Person, title: str, body: str, **more: Any) -> str:
    """Sent, and published; its id."""
    message = {
        "resourceId": "hdir-autorisasjon",
        "sendersReference": "2026/9",
        "content": {"messageTitle": title, "messageBody": body},
    }
    sent = {"correspondence": message | more, "recipients": [person.nin]}
    answer = await hub.http.post(LETTERS, json=sent, headers=await hub.altinn())
    assert answer.status_code == 200, answer.text
    made = str(answer.json()["correspondences"][0]["correspondenceId"])
    await until(lambda: hub.world.letters.by_id[made].reached("Published") is not None)
    return made


async def supplement(hub: Hub, person: Person, **more: Any) -> str:
    """The page of a form that asks for two documents."""
    prefill = {"saksnummer": "2026/9", "mangler": "sprakbevis,fagplan"}
    body = {"instanceOwner": {"personNumber": person.nin}, "prefill": prefill} | more
    made = await hub.http.post(f"{SUPPLEMENT}/create", json=body, headers=await hub.altinn())
    assert made.status_code == 201, made.text
    return f"/people/{person.key}/forms/{made.json()['id']}"


async def fee(hub: Hub) -> tuple[str, str]:
    """A payment that the agency made, and the address of its page."""
    made = (await hub.http.post(PAYMENTS, json=payment_body(hub), headers=KEY)).json()
    return made["paymentId"], made["hostedPaymentPageUrl"]
