"""Whose reading may be kept, of books and of web pages: theirs who asked for it, and have not said otherwise since.

A library's loans are kept by class alone. The title of what somebody borrowed, and the pages that our site tells of,
are written down only with consent, and go the moment it is withdrawn, wherever that is said: at the counter, on the
person's own page, in a file.
"""

from collections.abc import Iterable
from datetime import datetime

from dangol.records.ledger.loans import forget_titles
from dangol.records.ledger.site_visits import forget_pages
from dangol.records.permission.models import Consent, Purpose
from dangol.records.permission.standing import agreeing

WHAT_GOES = {Purpose.READING: forget_titles, Purpose.BEHAVIOUR: forget_pages}


def keeps_history(customers: Iterable[int]) -> set[int]:
    """Those of the customers whose last answer to it is yes: one query."""
    return agreeing(customers, Purpose.READING)


def heed(answers: Iterable[Consent], *, at: datetime) -> int:
    """Remove the titles, or the pages, of those who just said that theirs are not to be kept; how many went.

    A refusal that was given before a later yes changes nothing.
    """
    told, gone = list(answers), 0
    for purpose, forget in WHAT_GOES.items():
        refused = {one.customer_id for one in told if one.purpose == purpose and not one.granted}
        if refused:
            gone += forget(refused - agreeing(refused, purpose), at=at)
    return gone
