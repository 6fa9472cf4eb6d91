"""What one transaction will write: built in memory, message by message, from one set of claimed rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from broker.topology import CONNECTOR_OF
from case_core.case import Case
from case_core.decide import AnyCaseType, NotAllowed, Verdict, decide, open_case
from case_core.effects import Effect
from case_core.hints import NothingBehind, follow
from case_core.messages import Act, Document, Message, SubmissionReceived, SupplementReceived
from case_core.routing import Direct, Key, Opens, instance_key, route
from store.cases import Loaded
from store.history import FIRST_LINK, link
from store.rows import Closing, Event, Inbound, InboxStatus, Outgoing

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Workset:
    """Cases as they stand after each message, and everything to be written because of them."""

    kinds: Mapping[str, AnyCaseType]
    new_id: Callable[[], str]
    index: Callable[[str], str]
    holders: dict[str, str]
    cases: dict[str, Loaded]
    numbers: dict[int, str]
    changed: dict[str, None] = field(default_factory=dict)
    closings: list[Closing] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    history: list[tuple[int, str, Event]] = field(default_factory=list)
    attached: list[tuple[str, Document]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)
    missed: list[tuple[Inbound, str]] = field(default_factory=list)

    def take(self, row: Inbound) -> None:
        """One message. Whatever goes wrong with it is its own outcome and disturbs no neighbour."""
        if row.message is None:
            self._close(row, InboxStatus.PARKED, reason=row.reason)
            return
        try:
            self._dispatch(row, row.message)
        except NothingBehind as nothing:
            self._close(row, InboxStatus.REFUSED, reason=str(nothing))
        except NotAllowed as refusal:
            # A person is told at once; anything else waits for a person.
            status = InboxStatus.REFUSED if isinstance(row.message, Act) else InboxStatus.PARKED
            self._close(row, status, reason=str(refusal), case_id=self._case_of(row, row.message))
        except Exception as error:  # noqa: BLE001 - a defect in a rule must not stop the messages beside it
            kind = type(error).__name__
            log.error("handling failed", message=type(row.message).__name__, row=row.id, error=kind)  # noqa: TRY400 - a traceback could carry personal data
            reason = f"handling-fails: {kind}"
            self._close(row, InboxStatus.PARKED, reason=reason, case_id=self._case_of(row, row.message))

    def _dispatch(self, row: Inbound, message: Message) -> None:
        match route(message):
            case Opens(kind) if isinstance(message, SubmissionReceived):
                self._open(row, message, kind)
            case Key(key):
                self._take_by_key(row, message, key)
            case Direct() if row.case_id is not None:
                self._change(row, message, row.case_id)
            case _:
                self._send(row.id, f"hint/{row.id}", follow(message), message.at, None)
                self._close(row, InboxStatus.HANDLED)

    def _open(self, row: Inbound, message: SubmissionReceived, kind_name: str) -> None:
        holder = self.holders.get(instance_key(message.instance))
        if holder is not None:
            self._close(row, InboxStatus.HANDLED, case_id=holder, reason="has-its-case-already")
            return
        kind = self.kinds.get(kind_name)
        if kind is None:
            raise NotAllowed("unknown-case-type", kind_name)
        case, effects = open_case(
            kind,
            message,
            case_id=self.new_id(),
            number=self.numbers[row.id],
            applicant_index=self.index(message.applicant.nin),
        )
        new = Loaded(case=case, saved=None, events=0, head=FIRST_LINK, opened_at=message.at)
        self._keep(row, message, new, effects, kind.keys(case))

    def _take_by_key(self, row: Inbound, message: Message, key: str) -> None:
        holder = row.case_id or self.holders.get(key)
        if holder is None:
            self.missed.append((row, key))
        else:
            self._change(row, message, holder)

    def _change(self, row: Inbound, message: Message, case_id: str) -> None:
        before = self.cases[case_id]
        kind = self.kinds[before.case.kind]
        case, effects = decide(kind, before.case, message)
        noted = kind.verdicts[type(message)][before.case.phase] is Verdict.NOTE
        if case == before.case and not effects and not noted:
            self._close(row, InboxStatus.HANDLED, case_id=case_id)
            return
        had, has = kind.keys(before.case), kind.keys(case)
        for key in had - has:
            self.holders.pop(key, None)
            self.held.pop(key, None)
            self.given_up[key] = case_id
        self._keep(row, message, replace(before, case=case), effects, has - had)

    def _keep(
        self,
        row: Inbound,
        message: Message,
        loaded: Loaded,
        effects: tuple[Effect, ...],
        new_keys: frozenset[str],
    ) -> None:
        """The message is taken: remember the case, its line of history, its keys, files and effects."""
        case = loaded.case
        event = Event(
            case_id=case.id,
            at=message.at,
            actor=message.actor if isinstance(message, Act) else row.source,
            message=type(message).__name__,
            version=case.version,
            summary=summarise(row, case, effects),
        )
        seq = loaded.events + 1
        self.history.append((seq, loaded.head, event))
        self.cases[case.id] = replace(loaded, events=seq, head=link(loaded.head, seq, event))
        self.changed[case.id] = None
        for key in new_keys:
            self.holders[key] = self.held[key] = case.id
            self.given_up.pop(key, None)
        self.attached += [(case.id, document) for document in documents_of(message)]
        for effect in effects:
            self._send(row.id, f"{case.id}/{effect.ask_key}", effect, message.at, case.id)
        self._close(row, InboxStatus.HANDLED, case_id=case.id)

    def _send(self, row_id: int, key: str, effect: Effect, at: datetime, case_id: str | None) -> None:
        connector = CONNECTOR_OF[type(effect)]
        log.debug("effect", row=row_id, effect=type(effect).__name__, connector=connector)
        self.outgoing.append(
            Outgoing(key=key, connector=connector, effect=effect, at=at, case_id=case_id, cause=row_id)
        )

    def _close(
        self, row: Inbound, status: InboxStatus, *, reason: str = "", case_id: str | None = None
    ) -> None:
        if status in (InboxStatus.PARKED, InboxStatus.REFUSED):
            log.info("not taken", row=row.id, source=row.source, status=status, reason=reason)
        self.closings.append(Closing(id=row.id, status=status, reason=reason, case_id=case_id or row.case_id))

    def _case_of(self, row: Inbound, message: Message) -> str | None:
        if row.case_id is not None or not isinstance(keyed := safe_route(message), Key):
            return row.case_id
        return self.holders.get(keyed.key)

    def settle_missed(self, found: Mapping[str, str]) -> list[int]:
        """Rows whose key got its case meanwhile, which go again at once; the others wait."""
        again = []
        for row, key in self.missed:
            if key in found or key in self.held:
                again.append(row.id)
                continue
            self.closings.append(
                Closing(
                    id=row.id,
                    status=InboxStatus.WAITING,
                    awaits=key,
                    after=timedelta(days=type(row.message).PATIENCE_DAYS if row.message else 0),
                    reason="waits-for-its-case",
                )
            )
        return again


def safe_route(message: Message) -> object:
    try:
        return route(message)
    except NotAllowed:
        return None


def documents_of(message: Message) -> tuple[Document, ...]:
    """The documents that came with it."""
    if isinstance(message, SubmissionReceived | SupplementReceived):
        return message.documents
    return ()


def summarise(row: Inbound, case: Case[Any], effects: Iterable[Effect]) -> str:
    """Canonical JSON of what happened; names and keys only, nothing personal."""
    told = {
        "effects": [f"{type(effect).__name__} {effect.ask_key}" for effect in effects],
        "phase": case.phase,
        "row": row.id,
        "waits": [ask.key for ask in case.asks if ask.is_open],
    }
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
