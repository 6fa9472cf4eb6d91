"""Dialogs played against a hub that comes and goes, and what the simulators' books must say of them."""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from tests.system.outside import attachments, is_open

T = TypeVar("T")
PATIENCE = 200.0
POLL_SECONDS = 0.5
RECEIPT, FEE, SUPPLEMENT, DECISION = "mottatt", "betale et gebyr", "flere dokumenter", "avgjort"
"""Words in the titles of letters. Reminders are titled otherwise."""
REMINDER = "Påminnelse"
GROUNDS = "Utdanningen er ikke likeverdig med den norske."


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the applicant does, how the caseworker decides, and which letters must come of it, once each."""

    attached: tuple[str, ...] = ("vitnemal",)
    payment: str = "paid"
    outcome: str = "granted"
    letters: tuple[str, ...] = (RECEIPT, DECISION)

    @property
    def is_deficient(self) -> bool:
        return SUPPLEMENT in self.letters

    @property
    def pays_later(self) -> bool:
        return FEE in self.letters


SCRIPTS = (
    Script(),
    Script(attached=(), letters=(RECEIPT, SUPPLEMENT, DECISION)),
    Script(payment="none", letters=(RECEIPT, FEE, DECISION)),
    Script(outcome="refused"),
    Script(attached=(), letters=(RECEIPT, SUPPLEMENT, DECISION)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    person: str
    script: Script


class Play:
    """Both ends of the dialogs. That the hub does not answer is waited out; the simulators always answer."""

    def __init__(self, hub_url: str, remote_url: str) -> None:
        limits = httpx.Limits(max_connections=100)
        self._hub = httpx.Client(base_url=hub_url, timeout=20, limits=limits)
        self._remote = httpx.Client(base_url=remote_url, timeout=60, limits=limits)

    def close(self) -> None:
        self._hub.close()
        self._remote.close()

    def cast(self, amount: int) -> list[Dialog]:
        """So many dialogs, the scripts in turn, each with a person of its own."""
        found = self._remote.get("/sim/persons", params={"trait": "plain"}).json()
        keys = [each["key"] for each in found if each["suggestion"]["utdanning"]["vei"] == "norge"]
        assert len(keys) >= amount
        return [Dialog(person=keys[n], script=SCRIPTS[n % len(SCRIPTS)]) for n in range(amount)]

    def misbehave(self, preset: str, seed: int = 1) -> None:
        self._remote.put("/sim/phases", json={"preset": preset, "seed": seed}).raise_for_status()

    def books(self) -> dict[str, Any]:
        books: dict[str, Any] = self._remote.get("/sim/books").json()
        return books

    # --- a dialog --------------------------------------------------------------------------------

    def begin(self, dialog: Dialog) -> None:
        script = dialog.script
        body = {"attachments": attachments(script.attached), "payment": script.payment}
        self._send(f"/sim/people/{dialog.person}/applications", body)

    def finish(self, dialog: Dialog) -> str:
        """From the receipt to the decision that has been read; the case's number."""
        number = str(self._letter(dialog.person, RECEIPT)["sendersReference"])
        if dialog.script.pays_later:
            link = self._letter(dialog.person, FEE)["replyOptions"][0]["linkURL"]
            self._send(f"/sim/payments/{link.rstrip('/').rsplit('/', 1)[-1]}/pay", {"outcome": "paid"})
        if dialog.script.is_deficient:
            self._supplement(dialog.person)
        letter = self._conclude(dialog, number)
        self._send(f"/sim/people/{dialog.person}/messages/{letter['id']}/read", {})
        return number

    def _supplement(self, person: str) -> None:
        """Answer when the letter has told of it: one that comes after the answer is not wanted any more."""
        self._letter(person, SUPPLEMENT)

        def look() -> str | None:
            forms = self._inbox(person)["forms"]
            return next((str(each["instanceId"]) for each in forms), None)

        instance = until(look, f"a supplement form for {person}")
        body = {"attachments": attachments(("vitnemal",)), "form": {}}
        self._send(f"/sim/people/{person}/instances/{instance}/answer", body)

    def _letter(self, person: str, words: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            letters = self._inbox(person)["messages"]
            return next((each for each in letters if is_titled(each, words)), None)

        return until(look, f"a letter titled {words} for {person}")

    def _inbox(self, person: str) -> dict[str, Any]:
        inbox: dict[str, Any] = self._remote.get(f"/sim/people/{person}/inbox").json()
        return inbox

    def _send(self, path: str, body: dict[str, Any]) -> None:
        answer = self._remote.post(path, json=body)
        assert answer.status_code < 400, (path.rsplit("/", 1)[-1], answer.status_code, answer.text)

    # --- the hub ---------------------------------------------------------------------------------

    def case(self, number: str) -> dict[str, Any]:
        return until(lambda: self._case(number), f"an answer about {number}")

    def _case(self, number: str) -> dict[str, Any] | None:
        return self._ask("GET", f"/cases/{number}", params={"format": "json"})

    def _conclude(self, dialog: Dialog, number: str) -> dict[str, Any]:
        """The decision, as the applicant gets it. It is taken again if the hub has forgotten it meanwhile."""
        tokens: dict[int, str] = {}

        def look() -> dict[str, Any] | None:
            letters = self._inbox(dialog.person)["messages"]
            found = next((each for each in letters if is_titled(each, DECISION)), None)
            if found is None:
                self._decide(number, dialog.script.outcome, tokens)
            return found

        return until(look, f"the decision of {number}")

    def decided(self, number: str, outcome: str) -> dict[str, Any]:
        """The case once it is decided, by us if need be."""
        tokens: dict[int, str] = {}

        def look() -> dict[str, Any] | None:
            return self._case(number) if self._decide(number, outcome, tokens) else None

        return until(look, f"the deciding of {number}")

    def _decide(self, number: str, outcome: str, tokens: dict[int, str]) -> bool:
        """Whether it is decided. The same form (`tokens`, by version) is sent again when no answer came."""
        case = self._case(number)
        if case is None or case["outcome"] is not None:
            return case is not None
        if is_open(case, "assess"):
            token = tokens.setdefault(case["version"], secrets.token_hex(16))
            grounds = GROUNDS if outcome == "refused" else ""
            form = {"outcome": outcome, "grounds": grounds, "seen_version": str(case["version"])}
            self._ask("POST", f"/cases/{number}/decide", data={"token": token, "confirm": "1", **form})
        return False

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any] | None:
        """What the hub tells; None while it does not run, or holds its answer back."""
        try:
            answer = self._hub.request(method, path, headers={"Accept": "application/json"}, **more)
        except httpx.TransportError:
            return None
        if answer.status_code != 200:
            return None
        told: dict[str, Any] = answer.json()
        return told


def until(look: Callable[[], T | None], what: str) -> T:
    """What `look` finds in the end; the bound is for a defect and measures nothing."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(POLL_SECONDS)
    return found


def is_titled(letter: Mapping[str, Any], words: str) -> bool:
    return words in letter["title"] and not letter["title"].startswith(REMINDER)


def unconfirmed(books: Mapping[str, Any]) -> list[str]:
    """Forms that were submitted and that the hub has not taken over."""
    return [each["id"] for each in books["instances"] if each["submitted"] and not each["confirmed"]]


def wrongs(books: Mapping[str, Any], dialogs: Mapping[str, Dialog]) -> list[str]:
    """Whatever the books show that is not as scripted, a line for each. `dialogs` by case number."""
    wrong = [f"not taken over: {each}" for each in unconfirmed(books)]
    for number, dialog in dialogs.items():
        wrong += wrong_letters(books, number, dialog) + wrong_forms(books, number, dialog)
    charged = sum(1 for each in books["payments"] if each["charged"])
    if charged != len(dialogs):
        wrong.append(f"{charged} charges for {len(dialogs)} dialogs")
    return wrong


def wrong_letters(books: Mapping[str, Any], number: str, dialog: Dialog) -> list[str]:
    mine = [each for each in books["correspondences"] if each["recipient"] == dialog.person]
    titles = Counter(each["title"] for each in mine)
    wrong = [f"{number}: {count} letters {title}" for title, count in titles.items() if count > 1]
    wrong += [
        f"{number}: a letter of {other}" for each in mine if (other := each["sendersReference"]) != number
    ]
    sent = sum(not title.startswith(REMINDER) for title in titles)
    missing = [words for words in dialog.script.letters if not any(is_titled(each, words) for each in mine)]
    wrong += [f"{number}: no letter about {words}" for words in missing]
    if sent != len(dialog.script.letters):
        wrong.append(f"{number}: {sent} letters, scripted {len(dialog.script.letters)}: {sorted(titles)}")
    return wrong


def wrong_forms(books: Mapping[str, Any], number: str, dialog: Dialog) -> list[str]:
    made = [
        each for each in books["instances"] if each["owner"] == dialog.person and each["createdBy"] == "org"
    ]
    expected = int(dialog.script.is_deficient)
    return [] if len(made) == expected else [f"{number}: {len(made)} supplement forms, scripted {expected}"]
