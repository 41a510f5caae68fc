"""Counting the inventory: how far each item is filled, and what the access log tells of its use."""

from datetime import datetime
from urllib.parse import parse_qs

from dangol.lib.progress import Progress, silent
from dangol.records.customers.filling import count_fields
from dangol.records.customers.using import Use, used
from dangol.records.staff.access import queries

SEARCHED = ("full_name", "mobile", "external_id")  # what a search looks into
FIND = "dangol find"


def count_items(*, at: datetime, progress: Progress = silent) -> int:
    """Count every item anew, and write down the last search; how many items there are.

    A search is read from the access log, where it stands anyway: a page that is only looked at writes no records.
    """
    for line in queries.lines(queries.Wanted(pages=("customers", FIND))):
        if line.entry.page == FIND or parse_qs(line.entry.query).get("q"):
            used(SEARCHED, Use.SEARCH, at=line.entry.at)
            break
    return count_fields(at=at, progress=progress)
