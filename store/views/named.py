"""What messages name: a case by its number, and the person who sent them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from case_core.case import Case
from case_core.messages import (
    Message,
    PaymentObserved,
    SubmissionReceived,
    SupplementReceived,
    WithdrawalReceived,
)
from store.cases import loaded
from store.codec import Unreadable
from store.crypto import WrongKey
from store.database import Tx
from store.inbox import inbound
from store.numbers import is_case_number
from store.tables import cases, inbox

FORMS = (SubmissionReceived, SupplementReceived, WithdrawalReceived)

AnyCase = Case[Any] | None
"""None for a case that cannot be read: a message may have been stopped for just that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`message` is None when its bytes cannot be read. `number` is the case number that stands in it, empty
    when there is none, and `is_ours` tells whether it is one of ours. `case` is the case that it belongs to,
    or else names. `senders`: the cases of whoever sent it, the newest first.
    """

    message: Message | None
    number: str
    is_ours: bool
    case: AnyCase
    senders: tuple[AnyCase, ...]


async def named(tx: Tx, row_ids: Collection[int]) -> dict[int, Named]:
    """What each of these messages names."""
    rows = (await tx.connection.execute(select(inbox).where(inbox.c.id.in_(row_ids)))).all()
    messages = {row.id: inbound(tx, row).message for row in rows}
    numbers = {number_in(message) for message in messages.values()}
    indexes = {sender_index(tx, message) for message in messages.values()}
    by_id = await by_column(tx, "id", {row.case_id for row in rows if row.case_id is not None})
    by_number = await by_column(tx, "number", numbers - {""})
    by_sender = await by_column(tx, "applicant", indexes - {""})
    return {
        row.id: Named(
            message=messages[row.id],
            number=number_in(messages[row.id]),
            is_ours=number_in(messages[row.id]) in by_number,
            case=first(by_id, row.case_id) or first(by_number, number_in(messages[row.id])),
            senders=by_sender.get(sender_index(tx, messages[row.id]), ()),
        )
        for row in rows
    }


def number_in(message: Message | None) -> str:
    """Anything at all may have been written there: only what is a case number is given out."""
    match message:
        case SupplementReceived() | WithdrawalReceived():
            written = message.case_number.strip()
        case PaymentObserved():
            written = message.reference.strip()
        case _:
            return ""
    return written if is_case_number(written) else ""


def sender_index(tx: Tx, message: Message | None) -> str:
    """The keyed hash of whoever sent the form; empty for what is no form."""
    return tx.cipher.index(message.applicant.nin) if isinstance(message, FORMS) else ""


async def by_column(tx: Tx, name: str, values: Collection[str]) -> dict[str, tuple[AnyCase, ...]]:
    """The cases with each of these values in a column, the newest first."""
    if not values:
        return {}
    column: ColumnElement[str] = cases.c[name]
    statement = select(cases).where(column.in_(values)).order_by(cases.c.opened_at.desc(), cases.c.id)
    kept: dict[str, tuple[AnyCase, ...]] = {}
    for row in await tx.connection.execute(statement):
        value = getattr(row, name)
        kept[value] = (*kept.get(value, ()), read(tx, row))
    return kept


def read(tx: Tx, row: Row[Any]) -> AnyCase:
    try:
        return loaded(tx, row).case
    except (Unreadable, WrongKey):
        return None


def first(kept: Mapping[str, tuple[AnyCase, ...]], value: str | None) -> AnyCase:
    return next(iter(kept.get(value or "", ())), None)
