"""How lost and doubled things are counted from the simulators' books."""

from typing import Any

from app.demo.verdict import doubled, lost


def books(**changed: list[dict[str, Any]]) -> dict[str, Any]:
    return {"instances": [], "correspondences": [], "payments": [], **changed}


def form(*, submitted: bool = True, confirmed: bool = True, name: str = "1/a") -> dict[str, Any]:
    return {"id": name, "submitted": submitted, "confirmed": confirmed, "createdBy": "user", "prefill": {}}


def test_a_submitted_form_that_nobody_took_over_is_lost() -> None:
    """Submitted and neither confirmed nor parked: it is gone for the applicant."""
    forms = [form(), form(confirmed=False, name="1/b"), form(submitted=False, confirmed=False)]
    assert lost(books(instances=forms), parked=[]) == 1
    assert lost(books(instances=forms), parked=["1/b"]) == 0
    assert lost(books(instances=forms), parked=["1/c"]) == 1


def test_the_same_letter_twice_is_a_duplicate() -> None:
    """One case gets one letter of a kind; another case's letter is its own."""
    letter = {"sendersReference": "2026-000001-5", "title": "Kvittering"}
    other = {"sendersReference": "2026-000002-6", "title": "Kvittering"}
    assert doubled(books(correspondences=[letter, other])) == []
    assert len(doubled(books(correspondences=[letter, letter, other]))) == 1


def test_a_second_form_or_payment_is_a_duplicate() -> None:
    """A request for a supplement puts one form into the inbox, a fee makes one payment."""
    request = {
        "submitted": False,
        "confirmed": False,
        "createdBy": "org",
        "prefill": {"saksnummer": "2026-000001-5", "referanse": "a.b"},
    }
    paid = {"reference": "2026-000001-5", "charged": 200_000}
    page = {"reference": "2026-000001-5", "charged": 0}
    assert len(doubled(books(instances=[request, request], payments=[paid, paid]))) == 2
    assert doubled(books(instances=[request], payments=[paid, page])) == []
