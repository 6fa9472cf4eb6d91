"""A caseworker's acts: shown first, sent once, refused with the reason."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.web import build
from tests.web.desk import Desk

TOKEN = "a-token-of-the-form-1"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


async def decide(desk: Desk, number: str, **fields: object) -> Any:
    form = {
        "token": TOKEN,
        "seen_version": (await version(desk, number)),
        "outcome": "granted",
        "grounds": "",
    }
    return await desk.client.post(f"/cases/{number}/decide", data={**form, **fields})


async def version(desk: Desk, number: str) -> int:
    seen: int = (await desk.told(f"/cases/{number}"))["version"]
    return seen


async def test_a_decision_is_previewed_confirmed_and_done(desk: Desk) -> None:
    """As a browser does it: form, letter, confirmation, and what became of it."""
    _, number = await desk.ready()
    page = (await desk.client.get(f"/cases/{number}")).text
    form = {"token": hidden(page, "token"), "seen_version": hidden(page, "seen_version")}
    form |= {"outcome": "conditional", "grounds": "Du må arbeide under tilsyn.\r\n\r\n<b>Alltid.</b>"}
    preview = await desk.client.post(f"/cases/{number}/decide", data=form)
    assert preview.status_code == 200
    for shown in ("innvilget med vilkår", "under tilsyn.", "&lt;b&gt;Alltid.&lt;/b&gt;", "Du kan klage"):
        assert shown in preview.text
    assert (await desk.told(f"/cases/{number}"))["phase"] == "open"
    confirmed = await desk.client.post(f"/cases/{number}/decide", data={**form, "confirm": "1"})
    assert confirmed.status_code == 303
    assert "Det er gjort." in (await desk.client.get(confirmed.headers["Location"])).text
    told = await desk.told(f"/cases/{number}")
    assert (told["phase"], told["outcome"]) == ("decided", "conditional")


async def test_the_preview_is_the_letter_that_is_sent(desk: Desk) -> None:
    """Word for word, except for a link that is not made yet."""
    _, number = await desk.ready()
    seen = await version(desk, number)
    form = {
        "token": TOKEN,
        "seen_version": seen,
        "outcome": "refused",
        "grounds": "Utdanningen mangler praksis.",
    }
    headers = {"Accept": "application/json"}
    shown = (await desk.client.post(f"/cases/{number}/decide", data=form, headers=headers)).json()
    assert (shown["status"], shown["effects"]) == ("preview", ["SendDecision"])
    assert "Utdanningen mangler praksis." in shown["letters"][0]["body"]


async def test_a_form_sent_twice_is_one_act(desk: Desk) -> None:
    """The second time tells how the first one ended."""
    _, number = await desk.ready()
    seen = await version(desk, number)
    for _ in range(3):
        answer = await decide(desk, number, seen_version=seen, confirm="1")
        assert (303, f"/cases/{number}?act={TOKEN}") == (answer.status_code, answer.headers["Location"])
    assert [sum(row.source == "web" for row in await desk.rows("inbox"))] == [1]


async def test_a_used_form_cannot_say_something_else(desk: Desk) -> None:
    """Otherwise somebody would believe that the second content counted."""
    _, number = await desk.ready()
    seen = await version(desk, number)
    await decide(desk, number, seen_version=seen, confirm="1")
    other = await decide(desk, number, seen_version=seen, confirm="1", outcome="refused", grounds="Nei.")
    assert other.status_code == 409
    assert "allerede sendt med et annet innhold" in other.text
    assert (await desk.told(f"/cases/{number}"))["outcome"] == "granted"


async def test_an_act_on_a_case_that_has_moved_is_refused(desk: Desk) -> None:
    """With the reason, in the preview and at the confirmation, and nothing changes."""
    case_id, number = await desk.ready()
    seen = await version(desk, number)
    await desk.hear(build.failed("receipt", "SendReceipt", cause="reserved"), case_id=case_id)
    preview = await decide(desk, number, seen_version=seen)
    assert preview.status_code == 409
    assert "Saken er endret siden du åpnet den" in preview.text
    confirmed = await decide(desk, number, seen_version=seen, confirm="1")
    assert "Saken er endret siden du åpnet den" in (await desk.client.get(confirmed.headers["Location"])).text
    answer = await desk.act(number, "decide", outcome="granted", grounds="", seen_version=seen)
    assert (
        answer.status_code,
        answer.json()["status"],
        answer.json()["reason"],
    ) == (409, "refused", "case-has-changed")
    assert (await desk.told(f"/cases/{number}"))["phase"] == "open"


async def test_a_refusal_without_grounds_keeps_what_was_chosen(desk: Desk) -> None:
    """The form comes back with the choice in it and the reason above it."""
    _, number = await desk.ready()
    answer = await decide(desk, number, outcome="refused")
    assert answer.status_code == 409
    assert "må ha en begrunnelse" in answer.text
    assert 'value="refused" required checked' in answer.text


async def test_without_the_fee_nothing_is_granted(desk: Desk) -> None:
    """The case core says no, and the page says why."""
    _, number = await desk.opened()
    answer = await desk.act(number, "decide", outcome="granted", grounds="")
    assert (answer.status_code, answer.json()["reason"]) == (409, "fee-not-paid")


async def test_asking_for_documents_shows_the_letter_with_own_words(desk: Desk) -> None:
    """The letter goes when the form is made; the preview shows it already."""
    _, number = await desk.ready()
    form = {"token": TOKEN, "seen_version": await version(desk, number), "documents": ["vitnemal", "annet"]}
    form["words"] = "Kopien er *uleselig*."
    page = (await desk.client.post(f"/cases/{number}/supplement", data=form)).text
    for shown in ("Kopien er *uleselig*.", "Andre dokumenter", "Send inn dokumentene"):
        assert shown in page
    answer = await desk.act(number, "supplement", documents=["vitnemal", "annet"], words="Attesten fra 2024.")
    assert answer.json()["status"] == "done"
    told = await desk.told(f"/cases/{number}")
    assert [each["missing"] for each in told["rounds"]] == [["annet", "vitnemal"]]


async def test_a_letter_sent_on_paper_is_ticked_off(desk: Desk) -> None:
    """A letter that Altinn could not deliver waits until a person has posted it."""
    case_id, number = await desk.opened()
    await desk.hear(build.failed("receipt", "SendReceipt", cause="reserved"), case_id=case_id)
    assert "Brev på papir: Kvittering" in (await desk.client.get(f"/cases/{number}")).text
    assert (await desk.act(number, "posted", ask_key="paper:receipt")).json()["status"] == "done"
    assert "Brev på papir: Kvittering</h3>" not in (await desk.client.get(f"/cases/{number}")).text


async def test_a_task_is_done_with_a_note(desk: Desk) -> None:
    """What could not be done by itself is ended by a person."""
    case_id, number = await desk.opened()
    await desk.hear(build.failed("payment", "CreatePayment"), case_id=case_id)
    answer = await desk.act(number, "done", ask_key="attend:payment", note="Ringt søkeren.")
    assert answer.json()["status"] == "done"


@pytest.mark.parametrize("ask_key", ["fee", "assess", "attend:none", "paper:none"])
async def test_what_others_owe_is_not_a_persons_to_tick_off(desk: Desk, ask_key: str) -> None:
    """Only what was put to a person."""
    _, number = await desk.opened()
    for act in ("done", "posted"):
        assert (await desk.act(number, act, ask_key=ask_key)).status_code == 409
    assert (
        next(a["state"] for a in (await desk.told(f"/cases/{number}"))["asks"] if a["key"] == "fee") == "open"
    )


@pytest.mark.parametrize(
    ("act", "fields", "reason"),
    [
        ("decide", {"token": "short"}, "token"),
        ("decide", {"token": ""}, "token"),
        ("decide", {"seen_version": "x"}, "seen_version"),
        ("decide", {"seen_version": "9" * 40}, "seen_version"),
        ("decide", {"outcome": "perhaps"}, "outcome"),
        ("decide", {"outcome": "granted", "grounds": "x" * 20_001}, "too_long"),
        ("decide", {"outcome": "granted", "grounds": "*" * 19_000}, "letter_too_long"),
        ("supplement", {"documents": ["passport"]}, "documents"),
        ("supplement", {"documents": ["../vitnemal"]}, "documents"),
        ("supplement", {"documents": ["annet", "vitnemal"], "words": " "}, "other_needs_words"),
        ("posted", {"ask_key": ""}, "ask_key"),
        ("done", {"ask_key": "x" * 101}, "ask_key"),
    ],
)
async def test_a_form_that_makes_no_sense_is_no_row(
    desk: Desk, act: str, fields: dict[str, Any], reason: str
) -> None:
    """400 with the reason, for scripts and on a page."""
    _, number = await desk.ready()
    answer = await desk.act(number, act, **fields)
    assert (400, "invalid", reason) == (
        answer.status_code,
        answer.json()["status"],
        answer.json()["reason"],
    )
    page = await desk.client.post(
        f"/cases/{number}/{act}",
        data={"token": TOKEN, "seen_version": await version(desk, number), "confirm": "1", **fields},
    )
    assert page.status_code == 400
    assert not [row for row in await desk.rows("inbox") if row.source == "web"]


async def test_an_act_that_nobody_works_on_is_still_working(desk: Desk) -> None:
    """The page does not wait for ever, and tells the truth when it is opened later."""
    _, number = await desk.ready()
    seen = await version(desk, number)
    desk.asleep = True
    answer = await decide(desk, number, seen_version=seen, confirm="1")
    where = answer.headers["Location"]
    assert "under arbeid" in (await desk.client.get(where)).text
    scripted = await desk.act(number, "decide", outcome="granted", grounds="")
    assert (scripted.status_code, scripted.json()["status"]) == (202, "working")
    await desk.settle()
    assert "Det er gjort." in (await desk.client.get(where)).text


async def test_an_acts_outcome_is_told_on_its_own_case_only(desk: Desk) -> None:
    """Somebody else's token tells nothing."""
    _, number = await desk.ready()
    await decide(desk, number, confirm="1")
    _, other = await desk.opened(build.submission(number=2))
    assert "Det er gjort." not in (await desk.client.get(f"/cases/{other}", params={"act": TOKEN})).text


@pytest.mark.parametrize(
    ("path", "status"), [("/cases/2026-000099-9/decide", 404), ("/cases/{number}/sell", 404)]
)
async def test_an_act_needs_a_case_and_a_name(desk: Desk, path: str, status: int) -> None:
    """What is not there cannot be acted on."""
    _, number = await desk.opened()
    answer = await desk.client.post(path.format(number=number), data={"token": TOKEN})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"a=1&" * 500, {"Content-Type": "application/x-www-form-urlencoded"}, 400),
        (b"a" * 300_000, {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        (b"token=%00&outcome=%ff%fe", {"Content-Type": "application/x-www-form-urlencoded"}, 400),
    ],
)
async def test_a_hostile_form_is_the_senders_mistake(
    desk: Desk, content: bytes, headers: dict[str, str], status: int
) -> None:
    """Never a 5xx for bad input."""
    _, number = await desk.opened()
    answer = await desk.client.post(f"/cases/{number}/decide", content=content, headers=headers)
    assert answer.status_code == status


async def test_what_is_still_missing_is_said_before_deciding(desk: Desk) -> None:
    """Asked for once and not sent: on the case, in the list and in the preview; and that the form stays."""
    case_id, number = await desk.ready(build.submission())
    await desk.hear(build.supplement_requested(), case_id=case_id)
    preview = (await decide(desk, number)).text
    assert "Skjemaet blir liggende hos søkeren til det er besvart eller trukket tilbake." in preview
    assert "Vitnemål med karakterutskrift mangler." in preview
    await desk.hear(build.supplement("legitimasjon", case_number=number))
    await desk.hear(build.supplement_requested(2), case_id=case_id)
    told = "Vitnemål med karakterutskrift mangler fortsatt etter 1 mangelbrev."
    preview = (await decide(desk, number)).text
    assert told in preview
    for path in ("/cases", f"/cases/{number}"):
        assert told in (await desk.client.get(path)).text
    page = (await desk.client.get(f"/cases/{number}?lang=en")).text
    assert "Still missing after 1 request for documents: " in page


async def test_a_decision_with_nothing_in_the_way_has_no_notice(desk: Desk) -> None:
    """Nothing is missing and nothing is asked for."""
    _, number = await desk.ready()
    assert "Vær oppmerksom" not in (await decide(desk, number)).text


@pytest.mark.parametrize(
    ("language", "told"), [("nb", "på bokmål."), ("nn", "på nynorsk."), ("en", "på engelsk.")]
)
async def test_the_form_says_what_the_applicant_reads(desk: Desk, language: str, told: str) -> None:
    """Grounds and messages go into a letter as they are written."""
    submitted = replace(build.submission(documents=(build.document("vitnemal"),)), language=language)
    _, number = await desk.ready(submitted)
    assert (await desk.client.get(f"/cases/{number}")).text.count(f"Søkeren leser brev {told}") == 2
