"""Finding answers on record again, many at once: by who answered what, about which channel, and when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from dangol.lib import bulk
from dangol.records.permission.models import Consent


class Question(NamedTuple):
    """What makes an answer one of its kind: two to the same question would contradict each other, or say it twice."""

    customer_id: int
    purpose: str
    channel: str
    recipient: str
    answered_at: datetime


class Answered(NamedTuple):
    """The answer on record."""

    pk: int
    granted: bool


def question_of(answer: Consent) -> Question:
    """The question that an answer, saved or not, answers."""
    return Question(
        answer.customer_id, answer.purpose, answer.channel, answer.recipient, answer.answered_at.astimezone(UTC)
    )


def answers_of(customers: Iterable[int]) -> dict[Question, Answered]:
    """Every answer of these customers: one query."""
    columns = [*Question._fields[1:], "id", "granted"]
    rows = bulk.rows_by(connection, Consent._meta.db_table, "customer_id", sorted(set(customers)), columns)
    return {
        Question(customer, purpose, channel, recipient, _aware(at)): Answered(pk, bool(granted))
        for customer, purpose, channel, recipient, at, pk, granted in rows
    }


def _aware(at: datetime) -> datetime:
    """SQLite keeps UTC without saying so."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
