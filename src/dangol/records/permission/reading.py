"""Whose reading history may be kept: those who asked for it, and have not said otherwise since.

A library's loans are kept by class alone. The title of what somebody borrowed is written down only with this consent,
and goes the moment it is withdrawn, wherever that is said: at the counter, on the person's own page, in a file.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from dangol.lib import bulk
from dangol.records.ledger.loans import forget_titles
from dangol.records.permission.models import Consent, Purpose


def keeps_history(customers: Iterable[int]) -> set[int]:
    """Those of the customers whose last answer to it is yes: one query."""
    rows = bulk.rows_by(
        connection, Consent._meta.db_table, "customer_id", sorted(set(customers)), ["answered_at", "granted", "id"],
        same={"purpose": str(Purpose.READING)},
    )  # fmt: skip
    last: dict[int, bool] = {}
    # Of two answers at one time the refusal counts, as everywhere.
    for customer, _at, granted, _id in sorted(rows, key=lambda row: (row[1], not row[2], row[3])):
        last[customer] = bool(granted)
    return {customer for customer, granted in last.items() if granted}


def heed(answers: Iterable[Consent], *, at: datetime) -> int:
    """Remove the titles of those who just said that theirs are not to be kept; how many went.

    A refusal that was given before a later yes changes nothing.
    """
    refused = {one.customer_id for one in answers if one.purpose == Purpose.READING and not one.granted}
    return forget_titles(refused - keeps_history(refused), at=at) if refused else 0
