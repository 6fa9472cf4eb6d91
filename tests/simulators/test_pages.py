import re

from tests.simulators.harness import LETTERS, SUPPLEMENT, Hub, until

BODY = (
    "# Overskrift\n\n<script>alert(1)</script>\n\n[lenke](https://helsedirektoratet.no) **viktig**\n\n- punkt"
)


async def test_people_can_be_searched_and_filtered(hub: Hub) -> None:
    """By name and by trait, with words instead of codes."""
    person = hub.world.people.everybody[0]
    found = await hub.http.get("/", params={"q": person.name.upper()})
    assert f'href="/people/{person.key}"' in found.text
    special = await hub.http.get("/", params={"trait": "reserved"})
    assert special.text.count('href="/people/') == 4
    assert "reservert mot digital post" in special.text
    assert person.nin not in found.text


async def test_an_application_is_sent_and_paid_by_plain_forms(hub: Hub) -> None:
    """Apply, be led to the payment page, pay, and come back to a submitted form."""
    page = await hub.http.get("/people/p001/apply")
    assert 'enctype="multipart/form-data"' in page.text
    form = _values(page.text) | {"betaling": "na", "erklaering": "on", "vei": "eos"}
    files = {"vitnemal": ("vitnemål.pdf", b"%PDF-1.4", "application/pdf")}
    sent = await hub.http.post("/people/p001/apply", data=form, files=files)
    assert sent.status_code == 303, sent.text
    assert "/nexi/checkout/" in sent.headers["location"]
    paid = await hub.http.post(f"{sent.headers['location']}/pay")
    assert paid.headers["location"] == "/people/p001?done=betalt"
    row = (await hub.books())["instances"][0]
    assert row["submitted"] is True
    assert "vitnemål.pdf" in {element["filename"] for element in row["dataElements"]}
    assert (await hub.books())["payments"][0]["charged"] == 250_000
    assert "Søknad om autorisasjon" in (await hub.http.get("/people/p001")).text


def _values(html: str) -> dict[str, str]:
    pattern = r'<input type="(?:text|email|tel|date)" id="\w+" name="(\w+)" value="([^"]*)"'
    return dict(re.findall(pattern, html)) | {"sprak": "nb", "profesjon": "SP"}


async def test_an_application_may_be_paid_later(hub: Hub) -> None:
    """Then it is submitted at once and no payment exists."""
    form = _values((await hub.http.get("/people/p001/apply")).text)
    sent = await hub.http.post(
        "/people/p001/apply", data=form | {"betaling": "senere", "erklaering": "on", "vei": "norge"}
    )
    assert sent.headers["location"].endswith("/people/p001?done=sendt")
    books = await hub.books()
    assert (books["instances"][0]["submitted"], books["payments"]) == (True, [])


async def test_a_mistake_is_shown_and_the_form_kept(hub: Hub) -> None:
    """Without the declaration nothing is sent, and what was written stands."""
    form = _values((await hub.http.get("/people/p001/apply")).text) | {"institusjon": "Min <skole>"}
    answer = await hub.http.post("/people/p001/apply", data=form | {"vei": "norge"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Min &lt;skole&gt;" in answer.text


async def test_opening_a_message_reads_it_and_nothing_runs(hub: Hub) -> None:
    """Markdown becomes headings, links and lists; raw HTML stays text."""
    person = hub.world.people.everybody[0]
    message = {
        "resourceId": "hdir-autorisasjon",
        "sendersReference": "2026/1",
        "content": {"messageTitle": "Vedtak", "messageBody": BODY.replace("<script>alert(1)</script>", "x")},
        "isConfirmationNeeded": True,
        "dueDateTime": "2099-01-01T00:00:00Z",
    }
    sent = {"correspondence": message, "recipients": [person.nin]}
    await hub.http.post(LETTERS, json=sent, headers=await hub.altinn())
    letter = next(iter(hub.world.letters))
    await until(lambda: letter.reached("Published") is not None)
    letter.content["content"] = {"messageTitle": "Vedtak", "messageBody": BODY}
    assert "ulest" in (await hub.http.get("/people/p001")).text
    page = await hub.http.get(f"/people/p001/messages/{letter.id}")
    assert "<h1>Overskrift</h1>" in page.text
    assert '<a href="https://helsedirektoratet.no">lenke</a>' in page.text
    assert "<script>" not in page.text
    assert letter.status == "Read"
    confirmed = await hub.http.post(f"/people/p001/messages/{letter.id}/confirm")
    assert (confirmed.status_code, letter.status) == (303, "Confirmed")
    assert (await hub.http.get(f"/people/p002/messages/{letter.id}")).status_code == 404


async def test_a_deficiency_is_answered_on_its_page(hub: Hub) -> None:
    """What is missing is named in words, and the answer goes in with its file."""
    person = hub.world.people.everybody[1]
    prefill = {"saksnummer": "2026/9", "mangler": "sprakbevis", "melding": "Vi mangler noe."}
    body = {"instanceOwner": {"personNumber": person.nin}, "prefill": prefill}
    made = await hub.http.post(f"{SUPPLEMENT}/create", json=body, headers=await hub.altinn())
    url = f"/people/{person.key}/forms/{made.json()['id']}"
    assert url in (await hub.http.get(f"/people/{person.key}")).text
    page = await hub.http.get(url)
    assert "Dokumentasjon på norskkunnskaper <strong>(etterspurt)</strong>" in page.text
    files = {"sprakbevis": ("prøve.pdf", b"%PDF-1.4", "application/pdf")}
    sent = await hub.http.post(url, data={"melding": "Her er den"}, files=files)
    assert sent.headers["location"] == f"/people/{person.key}?done=sendt"
    instance = next(iter(hub.world.instances))
    assert (instance.form()["melding"], instance.form()["saksnummer"]) == ("Her er den", "2026/9")
    again = await hub.http.get(url)
    assert (again.status_code, "allerede sendt inn" in again.text) == (409, True)
    assert "Siden finnes ikke" in (await hub.http.get("/people/nobody")).text


async def test_a_supplement_of_ones_own(hub: Hub) -> None:
    """A wrong kind of file is refused in words, a right one is sent."""
    url = "/people/p002/supplement"
    wrong = {"annet": ("x.txt", b"x", "text/plain")}
    refused = await hub.http.post(url, data={"saksnummer": "1"}, files=wrong)
    assert (refused.status_code, "PDF, JPEG eller PNG" in refused.text) == (422, True)
    right = {"annet": ("x.png", b"x", "image/png")}
    assert (await hub.http.post(url, data={"saksnummer": "1"}, files=right)).status_code == 303


async def test_the_books_are_a_page_too(hub: Hub) -> None:
    """Tables of what happened, with names instead of keys."""
    await hub.apply()
    page = await hub.http.get("/books")
    assert hub.world.people.everybody[0].name in page.text
    assert "app.instance.process.completed" in page.text
    assert (await hub.http.get("/static/simulators.css")).status_code == 200
