"""Cases for scripts and tests. Nothing here names a person."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from case_core.case import Case
from case_core.case_types.facts import ApplicationFacts, Payment, Round
from case_core.messages import Document
from case_core.waiting import Waiting, waiting
from store.rows import Event
from store.views.one_case import CaseView
from store.views.parked import ParkedGroup, ParkedRow
from store.views.worklist import WorkItem
from web.words import Words

Json = dict[str, Any]


def item_json(item: WorkItem, words: Words, now: datetime) -> Json:
    return {
        **head(item.case, words, now),
        "turn": item.turn,
        "about": item.about,
        "due": item.due,
        "overdue": item.overdue,
        "opened_at": item.opened_at,
    }


def case_json(view: CaseView, words: Words, now: datetime) -> Json:
    case = view.case
    return {
        **head(case, words, now),
        "turn": view.turn,
        "about": view.about,
        "opened_at": view.opened_at,
        "changed_at": view.changed_at,
        "asks": [asdict(ask) for ask in case.asks],
        **facts_json(case.facts),
        "messages": [asdict(each) for each in view.came],
        "effects": [asdict(each) for each in view.went],
        "history_whole": view.whole,
        "events": [event_json(event) for event in view.events],
    }


def head(case: Case[Any], words: Words, now: datetime) -> Json:
    return {
        "number": case.number,
        "kind": case.kind,
        "phase": case.phase,
        "version": case.version,
        "outcome": case.decisions[-1].outcome if case.decisions else None,
        "lapsed": getattr(case.facts, "lapsed", ""),
        "withdrawn": getattr(case.facts, "withdrawn", None) is not None,
        "waits": [wait_json(wait, words) for wait in waiting(case, now)],
    }


def wait_json(wait: Waiting, words: Words) -> Json:
    return {**asdict(wait), "sentence": words.waiting(wait)}


def facts_json(facts: object) -> Json:
    if not isinstance(facts, ApplicationFacts):
        return {}
    return {
        "documents": [document_json(each) for each in facts.documents],
        "rounds": [round_json(each) for each in facts.rounds],
        "letters": [asdict(each) for each in facts.letters],
        "payments": [payment_json(each) for each in facts.payments],
    }


def document_json(document: Document) -> Json:
    return {
        "id": document.id,
        "kind": document.kind,
        "name": document.name,
        "size": document.size,
        "scan": document.scan,
    }


def round_json(asked: Round) -> Json:
    return {
        "number": asked.number,
        "missing": asked.missing,
        "due": asked.due,
        "instance": asked.instance,
        "link": asked.link,
        "answered_at": asked.answered_at,
    }


def payment_json(payment: Payment) -> Json:
    return {**asdict(payment), "net": payment.net}


def event_json(event: Event) -> Json:
    return {"at": event.at, "actor": event.actor, "message": event.message, "version": event.version}


def group_json(group: ParkedGroup, rows: tuple[ParkedRow, ...], words: Words) -> Json:
    return {
        "reason": group.reason,
        "text": words.reason(group.reason),
        "amount": group.amount,
        "types": dict(group.types),
        "oldest": group.oldest,
        "messages": [asdict(row) for row in rows],
    }
