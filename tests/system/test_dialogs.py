"""Whole dialogs, from the form in Altinn to the decision in Altinn."""

from tests.system.outside import Outside, eventually, is_open

GROUNDS = "Utdanningen er ikke likeverdig med den norske."


def test_complete_application_is_granted(outside: Outside) -> None:
    """A complete, paid application gets its receipt, a decision, and the decision is delivered and read."""
    person = outside.person()
    instance = outside.apply(person)
    number = outside.number(person)
    ready = outside.ready_case(number)
    assert [document["kind"] for document in ready["documents"]] == ["vitnemal"]
    outside.decide(number, "granted")
    outside.case_when(number, lambda case: case["phase"] in {"follow_up", "closed"}, "the notice")
    letter = outside.letter(person, "avgjort")
    outside.post(f"/sim/people/{person.key}/messages/{letter['id']}/read", {})
    case = outside.case_when(
        number,
        lambda seen: any(each["ask_key"] == "decision" and each["read_at"] for each in seen["letters"]),
        "the reading of the decision",
    )
    assert (case["outcome"], case["history_whole"]) == ("granted", True)
    form = next(each for each in outside.books()["instances"] if each["id"] == instance)
    assert (form["confirmed"], form["confirmCalls"]) == (True, 1)


def test_deficient_application_is_healed_and_granted(outside: Outside) -> None:
    """What is missing is asked for once, in a form prefilled with the case number; the answer heals."""
    person = outside.person()
    outside.apply(person, kinds=())
    number = outside.number(person)
    form = outside.form(person)
    assert form["prefill"]["saksnummer"] == number
    assert form["prefill"]["mangler"] == "vitnemal"
    letter = outside.letter(person, "flere dokumenter")
    assert form["instanceId"] in letter["replyOptions"][0]["linkURL"]
    outside.answer(person, form["instanceId"], ("vitnemal",))
    ready = outside.ready_case(number)
    assert [document["kind"] for document in ready["documents"]] == ["vitnemal"]
    assert len(ready["rounds"]) == 1
    outside.decide(number, "granted")
    outside.letter(person, "avgjort")


def test_refusal_states_grounds_and_appeal(outside: Outside) -> None:
    """A refusal tells why, until when it can be appealed and to whom (forvaltningsloven §§ 24, 25, 27)."""
    person = outside.person()
    outside.apply(person)
    number = outside.number(person)
    outside.ready_case(number)
    missing = outside.act(
        number, "decide", outcome="refused", grounds="", seen_version=str(outside.case(number)["version"])
    )
    assert (missing["status"], missing["reason"]) == ("refused", "grounds-missing")
    outside.decide(number, "refused", GROUNDS)
    letter = outside.letter(person, "avgjort")
    for words in (GROUNDS, "3 uker", "Statens helsepersonellnemnd", "klage"):
        assert words in letter["body"]
    case = outside.case_when(number, lambda seen: is_open(seen, "appeal"), "the appeal period")
    appeal = next(ask for ask in case["asks"] if ask["key"] == "appeal")
    assert appeal["due"] > appeal["at"]


def test_fee_that_was_not_paid_in_the_form(outside: Outside) -> None:
    """Without a payment in the form we ask for one ourselves; the webhook is only believed after a look."""
    person = outside.person()
    outside.apply(person, payment="none")
    number = outside.number(person)
    case = outside.case_when(number, lambda seen: bool(seen["payments"]), "the payment")
    payment = case["payments"][0]
    letter = outside.letter(person, "gebyr")
    assert letter["replyOptions"][0]["linkURL"] == payment["link"]
    assert is_open(case, "fee")
    outside.post(f"/sim/payments/{payment['id']}/pay", {"outcome": "paid"})
    ready = outside.ready_case(number)
    assert ready["payments"][0]["net"] == 200_000
    booked = [each for each in outside.books()["payments"] if each["reference"] == number]
    assert [each["charged"] for each in booked] == [200_000]


def has_been_told(outside: Outside, instance: str, times: int) -> bool | None:
    """The hub has answered for this form's completion so many times."""
    events = [each for each in outside.books()["events"] if each["instance"] == instance]
    completed = [each for each in events if each["type"] == "app.instance.process.completed"]
    return any(each["attempts"] >= times for each in completed) or None


def test_same_event_five_times_is_one_case(outside: Outside) -> None:
    """Altinn delivers at least once; the case is opened once and gets one receipt."""
    person = outside.person()
    instance = outside.apply(person)
    number = outside.number(person)
    outside.post("/sim/events/redeliver", {"instanceId": instance, "times": 4})
    outside.ready_case(number)
    eventually(lambda: has_been_told(outside, instance, times=5), "the five deliveries")
    assert {each["sendersReference"] for each in outside.inbox(person)["messages"]} == {number}
    receipts = [each for each in outside.inbox(person)["messages"] if "mottatt" in each["title"]]
    assert len(receipts) == 1


def test_supplement_from_another_person_is_parked(outside: Outside) -> None:
    """A stranger who knows the case number attaches nothing to the case."""
    person, stranger = outside.person(), outside.person()
    outside.apply(person, kinds=())
    number = outside.number(person)
    form = outside.form(person)
    before = len(outside.parked())
    outside.post(
        f"/sim/people/{stranger.key}/supplements",
        {
            "form": {"saksnummer": number, "referanse": form["prefill"]["referanse"]},
            "attachments": [{"dataType": "vitnemal", "filename": "v.pdf"}],
        },
    )
    outside.case_when(number, lambda _: len(outside.parked()) > before, "the parked message")
    assert outside.parked()[-1]["type"] == "SupplementReceived"
    assert outside.case(number)["documents"] == []
    assert is_open(outside.case(number), "supplement:1")


def test_altered_case_number_is_parked(outside: Outside) -> None:
    """The form that we sent comes back with another number in it: it lands on neither case."""
    person, other = outside.person(), outside.person()
    outside.apply(other, kinds=())
    other_number = outside.number(other)
    outside.apply(person, kinds=())
    number = outside.number(person)
    form = outside.form(person)
    before = len(outside.parked())
    outside.answer(person, form["instanceId"], ("vitnemal",), saksnummer=other_number)
    outside.case_when(number, lambda _: len(outside.parked()) > before, "the parked message")
    assert outside.case(number)["documents"] == []
    assert outside.case(other_number)["documents"] == []
