"""Who was given which arm, and who was not written to: appended in bulk, once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dangol.records.ledger.appending import append_new
from dangol.records.ledger.models import Assignment, Withholding


class NewAssignment(NamedTuple):
    """`source_ref` is opaque here; `salt` is what the arm was drawn with."""

    identity_id: int
    source_ref: str
    arm: str
    salt: str


class NewWithholding(NamedTuple):
    """`reason` is a code whose sentence the writer keeps; `pack` names the rules it was judged by, if by any."""

    identity_id: int
    source_ref: str
    reason: str
    pack: str = ""


def assign(rows: Iterable[NewAssignment], *, at: datetime) -> int:
    """Freeze each identity's arm; an identity that has one for this source keeps it. Return how many are new."""
    columns = [*NewAssignment._fields, "at"]
    return append_new(Assignment, columns, ((*row, at) for row in rows), at=at)


def withhold(rows: Iterable[NewWithholding], *, at: datetime) -> int:
    """Record who was not written to and why; the first reason stands. Return how many are new."""
    columns = [*NewWithholding._fields, "at"]
    return append_new(Withholding, columns, ((*row, at) for row in rows), at=at)
