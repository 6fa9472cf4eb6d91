import re
from html import unescape
from urllib.parse import urldefrag

from tests.simulators.correspondents import fee, letter, supplement
from tests.simulators.harness import Hub

MOST_PAGES = 150


async def test_every_linked_page_of_several_people_opens(hub: Hub) -> None:
    """Whatever a page links to is there, for a newcomer and for people in the middle of a case."""
    applicant, owing, asked, newcomer = hub.world.people.everybody[:4]
    await hub.apply(applicant.key)
    await hub.apply(owing.key, payment="later")
    _, address = await fee(hub)
    due = {"isConfirmationNeeded": True, "dueDateTime": "2099-01-01T00:00:00Z"}
    await letter(hub, asked, "Du må betale", f"[Betal]({address})", **due)
    form = await supplement(hub, asked, dueBefore="2099-01-01T00:00:00Z")
    await letter(hub, asked, "Vi mangler noe", f"[Send inn]({hub.base}{form.removeprefix('/people/p003')})")
    people = (applicant, owing, asked, newcomer)
    seen = await _crawl(hub, ["/", *(f"/people/{person.key}" for person in people)])
    own = [f"/people/{person.key}/{page}" for person in people for page in ("apply", "licence", "supplement")]
    assert {*own, "/books", "/faults", form, "/nexi/checkout/" + address.rpartition("/")[2]} <= seen


async def _crawl(hub: Hub, start: list[str]) -> set[str]:
    """GETs all that is linked, breadth first; other people's pages and other sites are left alone."""
    mine = tuple(start[1:])
    queue, seen = list(start), set(start)
    for _ in range(MOST_PAGES):
        if not queue:
            return seen
        path = queue.pop(0)
        answer = await hub.http.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        found = [_local(hub, href) for href in re.findall(r'href="([^"]+)"', answer.text)]
        wanted = {url for url in found if url and (not url.startswith("/people/") or url.startswith(mine))}
        queue += sorted(wanted - seen)
        seen |= wanted
    raise AssertionError(f"more than {MOST_PAGES} pages")


def _local(hub: Hub, href: str) -> str:
    path = urldefrag(unescape(href).removeprefix(hub.base)).url
    return path if path.startswith("/") else ""


async def test_an_unknown_address_of_a_page_is_a_page(hub: Hub) -> None:
    """Words for people, also where the address makes no sense."""
    for path in ("/people/nobody", "/people/p001/forms/x/y", "/forms/1/y", "/people/p001/messages/x"):
        answer = await hub.http.get(path)
        assert (answer.status_code, "Siden finnes ikke." in answer.text) == (404, True), path


async def test_the_list_of_people_is_paged_and_marked(hub: Hub) -> None:
    """Fifty at a time, the filters kept from page to page, and whoever has applied or a case is marked."""
    everybody = hub.world.people.everybody
    first = (await hub.http.get("/")).text
    assert (first.count('href="/people/'), "side 1 av 4" in first) == (50, True)
    second = (await hub.http.get("/", params={"trait": "plain", "page": 2})).text
    assert f'href="/people/{everybody[50].key}"' in second
    assert "trait=plain&amp;only=&amp;page=3" in second
    assert (await hub.http.get("/", params={"page": 99})).text.count('href="/people/') == 50
    assert "har søkt</span>" not in first
    await hub.apply(everybody[60].key)
    await letter(hub, everybody[61], "Tittel", "Tekst")
    known = (await hub.http.get("/", params={"only": "1"})).text
    assert re.findall(r'href="/people/(\w+)".*class="tag">(.*)</span>', known) == [
        ("p061", "har søkt"),
        ("p062", "har sak"),
    ]


async def test_reading_a_letter_does_not_move_it(hub: Hub) -> None:
    """The inbox is ordered by when the letters came."""
    person = hub.world.people.everybody[0]
    older = await letter(hub, person, "Den eldste", "Tekst")
    newer = await letter(hub, person, "Den nyeste", "Tekst")
    await hub.http.get(f"/people/{person.key}/messages/{older}")
    page = (await hub.http.get(f"/people/{person.key}")).text
    assert page.index("Den nyeste") < page.index("Den eldste")
    inbox = (await hub.http.get(f"/sim/people/{person.key}/inbox")).json()
    assert [row["id"] for row in inbox["messages"]] == [newer, older]
