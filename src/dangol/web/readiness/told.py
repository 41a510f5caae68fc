"""The report in plain words: how it stands, what to do first, what each gap costs."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake import queries
from dangol.insight.analysis.readiness.checks import LEVELS, PARTS, Level
from dangol.insight.analysis.readiness.report import Found, Report
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.web.shell.figures import count, day, money, percent
from dangol.web.shell.viewer import Viewer


@dataclass(frozen=True)
class Line:
    """One check as it is shown."""

    found: Found

    @property
    def level(self) -> Promise:
        return LEVELS[self.found.level]

    @property
    def numbers(self) -> str:
        """How many of how many, and what sales are worth."""
        if self.found.level is Level.NONE:
            return ""
        told = _("%(gaps)s of %(rows)s") % {"gaps": count(self.found.gaps), "rows": count(self.found.rows)}
        if not self.found.money or not self.found.gaps:
            return told
        if self.found.money_share is None:
            return f"{told} · {money(self.found.money)}"
        worth = {"money": money(self.found.money), "share": percent(self.found.money_share)}
        return f"{told} · {_('%(money)s, %(share)s of what was sold') % worth}"

    @property
    def good(self) -> bool:
        return self.found.level in {Level.GOOD, Level.NONE}


def parts(found: Report) -> list[tuple[Promise, list[Line]]]:
    """The checks by what they ask about, in order."""
    return [(title, [Line(one) for one in found.found if one.check.part is part]) for part, title in PARTS.items()]


def verdict(found: Report) -> str:
    """How it stands, in one sentence."""
    if not found.customers and not found.sales:
        return _("There are no data yet. Import a list of customers or of sales first.")
    if not found.sales:
        return _("There are no sales yet: nobody can be valued before you import some.")
    if found.ready:
        return _("You can start. What is worth a look can be mended on the way.")
    grave = sum(one.level is Level.MEND for one in found.found)
    return ngettext(
        "You can look around, but mend %(n)s thing first: what is built on it would mislead.",
        "You can look around, but mend %(n)s things first: what is built on them would mislead.",
        grave,
    ) % {"n": grave}


def twins(found: Report) -> str:
    """How many customers seem to stand there twice, by the plainest sign."""
    if not found.twins:
        return _("Nobody carries both the name and the phone number of somebody else.")
    return ngettext(
        "%(n)s customer carries both the name and the phone number of another one: probably one person.",
        "%(n)s customers carry both the name and the phone number of another one: probably one person each.",
        found.twins,
    ) % {"n": count(found.twins)}


def left_out() -> list[str]:
    """What of the files is in no number here: rows that wait to be mended; and where cells that were not read went."""
    if not queries.files().exists():
        return []
    rows = queries.still_to_mend()
    waiting = ngettext(
        "%(n)s row of your files was left out and waits to be mended: it is in no number here.",
        "%(n)s rows of your files were left out and wait to be mended: they are in no number here.",
        rows,
    ) % {"n": count(rows)}  # fmt: skip
    cells = _("Cells that could not be read were left empty and count as missing here. Each import names them.")
    return [waiting, cells] if rows else [cells]


def what(row: Any, viewer: Viewer) -> str:
    """What stands in a row with a gap, as its viewer may read it."""
    if isinstance(row, ContactPoint):
        return viewer.contact(row.kind, row.value, of=row.customer_id)
    if isinstance(row, Transaction):
        return " · ".join([row.receipt, day(row.at), money(row.amount)])
    if isinstance(row, OrderLine):
        return " · ".join(filter(None, [row.description, day(row.at), money(row.amount)]))
    assert isinstance(row, Customer)
    return day(row.registered_at)
