"""A file of which not one row was taken in: that is said as it is, with why."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake.models import Batch

ROWS = 3  # that are named with their reasons
STATE = "nothing_in"


def in_words(rows: int) -> str:
    """That nothing of a file with so many rows was taken in."""
    if not rows:
        return _("Nothing was taken in: there was no row to take in.")
    told = ngettext(
        "Nothing was taken in: its only row was left out.",
        "Nothing was taken in: all %(count)s rows were left out.",
        rows,
    )
    return told % {"count": f"{rows:,}"}


def refused(batch: Batch) -> list[tuple[int, str]]:
    """The first rows of a file that were left out, and why."""
    return list(batch.rejects.order_by("row").values_list("row", "reason")[:ROWS])


def why(batch: Batch) -> str:
    """Both in a few sentences; "" for a file that has rows in the records."""
    return " ".join(_told(batch)) if batch.state == STATE else ""


def _told(batch: Batch) -> Iterator[str]:
    yield in_words(batch.rows)
    yield from (reason for _row, reason in refused(batch))
