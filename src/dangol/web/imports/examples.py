"""A file that shows what is needed, in the language in use."""

import csv
import io

from django.utils.translation import gettext as _

AMOUNTS = (("A-001", "2026-10-02", 12000), ("A-002", "2026-10-02", 8500), ("A-001", "2026-10-19", 15000))


def table() -> tuple[list[str], list[list[str]]]:
    """Headings and rows."""
    headings = [_("Customer number"), _("Date"), _("Amount"), _("Product")]
    things = (_("Milk 1 L"), _("Yogurt"), _("Milk 1 L"))
    rows = [[*map(str, row), thing] for row, thing in zip(AMOUNTS, things, strict=True)]
    return headings, rows


def as_csv() -> bytes:
    """The table as CSV that spreadsheets open as it is."""
    headings, rows = table()
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def nothing_chosen() -> str:
    return _("Choose a file first.")
