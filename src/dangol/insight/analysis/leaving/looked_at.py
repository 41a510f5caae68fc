"""Three days at which the warehouse is asked what was known: one to learn, a later one to judge, and now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.leaving.settings import CHOICES, LeavingSettings
from dangol.insight.analysis.prediction.examples import CannotLearn, Examples
from dangol.insight.analysis.prediction.leaks import refuse_leaks
from dangol.insight.analysis.who_counts import Customers, Places
from dangol.insight.warehouse.features import FEATURES, Cut, bought_between, features, sold_since
from dangol.insight.warehouse.queries import Lake

type Array = npt.NDArray[np.float64]

NAMES = tuple(FEATURES)
LABEL = "bought_again"


class TooShort(CannotLearn):
    """The business has not been on record for long enough; the message says from when on."""


@dataclass(frozen=True)
class Looked:
    """Customers at a day. values: (n, features), in order of `NAMES`; places: where each stands among all who count;
    happened and amounts: whether, and for how much, they bought in the days after it; empty for now.
    """

    cut: Cut
    values: Array
    places: Places
    happened: npt.NDArray[np.bool_]
    amounts: Array

    def __len__(self) -> int:
        return len(self.places)

    @property
    def examples(self) -> Examples:
        return Examples(NAMES, self.values, self.happened)


def cuts(lake: Lake, *, settings: LeavingSettings, today: date) -> tuple[Cut, Cut, Cut]:
    """The three days, each with the same look-back: as far as the first of them has any. Raises TooShort."""
    first = sold_since(lake, as_of=today)
    if first is None:
        raise TooShort(_("No sale names a customer yet. Import sales first."))
    learned, judged = (today - timedelta(days=times * settings.days) for times in (2, 1))
    back = min(settings.back, (learned - first).days + 1)
    if back < 2 * settings.days:
        raise TooShort(_too_short(first, today, settings.days))
    found = (Cut(day, back=back, recent=settings.days) for day in (learned, judged, today))
    return next(found), next(found), next(found)


def look(lake: Lake, cut: Cut, *, customers: Customers, after: int = 0) -> Looked:
    """Who bought within the look-back, what was known of them, and what they did in the `after` days that followed."""
    table, places, _strangers = customers.known(features(lake, cut))
    happened, amounts = np.zeros(len(places), bool), np.zeros(len(places))
    if after:
        bought = bought_between(lake, after=cut.as_of, until=cut.as_of + timedelta(days=after))
        rows, at, _strangers = customers.known(bought)
        spent = customers.spread(rows.column("amount").cast(pa.float64()).to_numpy(), at)[places]
        happened, amounts = ~np.isnan(spent), np.nan_to_num(spent)
    return Looked(cut, values_of(table), places, happened, amounts)


def refuse_known_later(lake: Lake, seen: Looked, *, customers: Customers) -> None:
    """Raise LeakFound where a feature knows what came after its day: read again from a lake that ends there."""
    again = look(lake.known_by(seen.cut.as_of), seen.cut, customers=customers)
    if not np.array_equal(again.places, seen.places):
        raise CannotLearn("Who is looked at depends on what came later; this must not be.")
    refuse_leaks(seen.examples, label=LABEL, cut_away=again.values, proven=True)


def values_of(table: pa.Table) -> Array:
    """The features as numbers in order of `NAMES`, NaN where something is not known."""
    columns = [table.column(name).to_numpy(zero_copy_only=False).astype(np.float64) for name in NAMES]
    return np.column_stack(columns)


def _too_short(first: date, today: date, days: int) -> str:
    on_record = (today - first).days + 1
    told = ngettext(
        "Sales are on record for %(days)s day; to learn, to judge and to look back, %(needed)s are needed.",
        "Sales are on record for %(days)s days; to learn, to judge and to look back, %(needed)s are needed.",
        on_record,
    ) % {"days": on_record, "needed": 4 * days}
    possible = [choice for choice in CHOICES if 4 * choice <= on_record]
    if possible:
        told += " " + _("Ask about %(days)s days instead.") % {"days": max(possible)}
    return told
