"""The work list: who it waits for, what is late, page by page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from case_core.case import Phase
from store.views.worklist import Wanted, by_applicant, ids_of, tallies, work_page
from tests.web import build
from tests.web.desk import Desk


async def numbers(desk: Desk, **parameters: str) -> list[str]:
    answer = await desk.client.get("/cases", params={"format": "json", **parameters})
    return [case["number"] for case in answer.json()["cases"]]


async def test_a_case_stands_with_why_it_waits(desk: Desk) -> None:
    """Name, kind, profession and a sentence: enough to choose what to open."""
    _, number = await desk.opened()
    page = (await desk.client.get("/cases")).text
    for shown in (number, "Kari Nordmann", "Autorisasjon: Sykepleier", "gebyret er ikke betalt"):
        assert shown in page


async def test_an_empty_list_says_so(desk: Desk) -> None:
    """Nothing is no blank page."""
    assert "Ingen saker passer" in (await desk.client.get("/cases")).text


async def test_overdue_is_told_in_words(any_desk: Desk) -> None:
    """Not by colour alone; and one may ask for those cases only."""
    _, number = await any_desk.opened()
    assert "Fristen er ute</span>" not in (await any_desk.client.get("/cases")).text
    assert await numbers(any_desk, overdue="1") == []
    any_desk.clock.now += timedelta(days=15)
    assert "Fristen er ute</span>" in (await any_desk.client.get("/cases")).text
    assert await numbers(any_desk, overdue="1") == [number]


async def test_filters_narrow_and_count(any_desk: Desk) -> None:
    """A choice gives as many cases as its number says."""
    _, waiting = await any_desk.opened(build.submission(number=1))
    _, ready = await any_desk.ready(build.submission(number=2, documents=(build.document("vitnemal"),)))
    assert await numbers(any_desk, turn="applicant") == [waiting]
    assert await numbers(any_desk, turn="us", phase="open") == [ready]
    assert await numbers(any_desk, phase="closed") == []
    async with any_desk.database.read() as tx:
        found = await tallies(tx, any_desk.clock())
    assert {("open", "applicant", 1, 0), ("open", "us", 1, 0)} == {
        (each.phase, each.turn, each.amount, each.overdue) for each in found
    }


@pytest.mark.parametrize(
    "query", ["phase=sold", "turn=%00", "kind=grant", "after=x", "after=9.%27", "lang=xx"]
)
async def test_an_address_that_nobody_understands_lists_all(desk: Desk, query: str) -> None:
    """What is not understood is left out, never an error."""
    _, number = await desk.opened()
    answer = await desk.client.get(f"/cases?{query}&format=json")
    assert [number] == [case["number"] for case in answer.json()["cases"]]


async def test_pages_follow_each_other_without_gaps(any_desk: Desk) -> None:
    """Every case once, oldest first, also those that opened at the same moment."""
    messages = [
        build.submission(number=number, at=build.NOW + timedelta(minutes=number // 2)) for number in range(7)
    ]
    await any_desk.hear(*messages)
    seen: list[tuple[object, str]] = []
    after = None
    for _ in range(4):
        async with any_desk.database.read() as tx:
            page = await work_page(tx, Wanted(after=after), any_desk.clock(), most=2)
        seen += [(item.opened_at, item.case.id) for item in page.items]
        after = page.following
    assert after is None
    assert len(set(seen)) == 7
    assert seen == sorted(seen)


async def test_the_next_page_is_a_link(desk: Desk) -> None:
    """Fifty to a page; the link leads to the rest and back to the first."""
    await desk.hear(*(build.submission(number=number) for number in range(52)))
    first = await desk.told("/cases")
    assert len(first["cases"]) == 50
    rest = await desk.client.get(first["next"].replace("&format=json", ""))
    assert len((await desk.client.get(first["next"])).json()["cases"]) == 2
    assert rest.text.count('<th scope="row"') == 2
    assert 'href="/cases"' in rest.text


async def test_the_list_walks_an_index(desk: Desk) -> None:
    """No list sorts or reads all cases."""
    async with desk.database.read() as tx:
        statement = ids_of(Wanted(phase=Phase.OPEN), desk.clock(), 51).select()
        compiled = statement.compile(dialect=tx.connection.dialect, compile_kwargs={"literal_binds": True})
        plan = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
        steps = [row[-1] for row in plan if " cases" in row[-1]]
    assert steps
    assert all("ix_cases_list" in step for step in steps)


async def test_a_protected_person_is_not_named_in_the_list(desk: Desk) -> None:
    """The name stands on the case's own page only, which writes down who looked."""
    case_id, number = await desk.opened()
    await desk.hear(build.person_found(build.protected()), case_id=case_id)
    listed = (await desk.client.get("/cases")).text
    assert "Nordmann" not in listed
    assert "Skjermet navn" in listed
    assert "Nordmann" in (await desk.client.get(f"/cases/{number}")).text


async def test_a_case_is_found_by_its_number(desk: Desk) -> None:
    """The whole number leads straight to the case."""
    _, number = await desk.opened()
    answer = await desk.client.post("/cases/search", data={"q": f" {number} "})
    assert (303, f"/cases/{number}") == (answer.status_code, answer.headers["Location"])


async def test_a_person_is_found_by_identity_number(any_desk: Desk) -> None:
    """Exactly, through the keyed index; the number is in no address, and the search is written down."""
    _, number = await any_desk.opened()
    answer = await any_desk.client.post("/cases/search", data={"q": f"{build.NIN[:6]} {build.NIN[6:]}"})
    assert number in answer.text
    assert build.NIN not in answer.text
    async with any_desk.database.read() as tx:
        assert await by_applicant(tx, build.OTHER_NIN, any_desk.clock()) == ()
    assert [row.what for row in await any_desk.rows("access_log")] == ["search"]


@pytest.mark.parametrize(
    "sought", ["", "abc", "2026-000001-6", "1483911234", "\0", "%", "'; drop table cases"]
)
async def test_a_search_for_nothing_finds_nothing(desk: Desk, sought: str) -> None:
    """And says what one may search for."""
    await desk.opened()
    answer = await desk.client.post("/cases/search", data={"q": sought})
    assert answer.status_code == 200
    assert "Vi fant ingen sak" in answer.text


async def test_names_are_shown_as_text(desk: Desk) -> None:
    """What an applicant writes is never part of the page's own code."""
    hostile = replace(build.APPLICATION, first_name="<script>x</script>", last_name='"><img src=x>')
    await desk.opened(build.submission(application=hostile))
    page = (await desk.client.get("/cases")).text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


async def test_people_begin_with_the_cases_that_are_to_be_decided(desk: Desk) -> None:
    """Scripts get all; so does who asks for all. A decided case with work in it is not out of sight."""
    case_id, number = await desk.ready()
    await desk.act(number, "decide", outcome="granted", grounds="")
    _, waiting = await desk.opened(build.submission(number=2))
    listed = (await desk.client.get("/cases")).text
    assert waiting in listed
    assert number not in listed
    assert set(await numbers(desk)) == {number, waiting}
    everything = (await desk.client.get("/cases?phase=all")).text
    assert number in everything
    assert '<span class="tag">Innvilget</span>' in everything
    assert "venter også på saksbehandler" not in listed
    await desk.hear(build.failed("decision", "SendDecision", cause="reserved"), case_id=case_id)
    assert "1 avgjorte eller avsluttede saker venter også" in (await desk.client.get("/cases")).text


async def test_short_spans_are_told_with_the_time_of_day(desk: Desk) -> None:
    """A deadline today says when; one in two weeks says which day."""
    _, number = await desk.opened()
    page = (await desk.client.get("/cases")).text
    assert '<td data-label="Frist" class="date">16. mars 2026</td>' in page
    case_id, other = await desk.ready(build.submission(number=2, documents=(build.document("vitnemal"),)))
    assert (
        '<td data-label="Siden" class="date">2. mars 2026 kl. 10.00</td>'
        in (await desk.client.get("/cases")).text
    )
    assert (number, case_id) != (other, "")
