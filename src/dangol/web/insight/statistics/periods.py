"""Compare two periods: the same customers, those who were here before both began."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils.formats import date_format
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.two_periods import change_of, change_of_share
from dangol.lib.plain_rows import plain_rows
from dangol.records.ledger.bought_between import bought_before, bought_between, bought_since
from dangol.web.insight.statistics import judging
from dangol.web.insight.statistics.checks import refusal
from dangol.web.insight.statistics.compare import said_of_numbers, said_of_shares
from dangol.web.insight.statistics.crowd import Array, Crowd, Flags
from dangol.web.insight.statistics.judging import Asking, CannotAnswer
from dangol.web.insight.statistics.made_of import PURCHASES
from dangol.web.insight.statistics.said import Answer
from dangol.web.shell.figures import count

SPENT, TIMES, BOUGHT = "spent", "times", "bought"
OUTCOMES = {
    SPENT: gettext_lazy("Spent in 30 days"), TIMES: gettext_lazy("Purchases in 30 days"),
    BOUGHT: gettext_lazy("Bought at all"),
}  # fmt: skip
MONTH = 30.0


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both of them in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{date_format(self.first, 'DATE_FORMAT')} ~ {date_format(self.last, 'DATE_FORMAT')}"


def periods(crowd: Crowd, *, what: str, before: Period, after: Period, among: str, asking: Asking) -> Answer:
    """what: one of OUTCOMES; among: a group, empty for everybody. Raises CannotAnswer, NoSuchThing."""
    if what not in OUTCOMES:
        raise CannotAnswer(_("Choose what to compare."))
    before, after = sorted((before, after), key=lambda one: one.first)
    _refuse_overlap(before, after, crowd.asked.day)
    since = _on_record_since(before)
    here = _here_before(crowd, before.first)
    group = crowd.group(among) if among else None
    mine = here & group.inside if group else here
    names = (after.name, before.name)
    warnings = [*_half_known(before, since), *_warnings(before, after)]
    built_in = group is not None and PURCHASES in group.sources
    if built_in:
        warnings.append(
            _(
                "The group was chosen by its purchases: whoever was chosen for having bought much buys "
                "less afterwards, "
                "by chance alone."
            )
        )
    try:
        if what == BOUGHT:
            found_share = change_of_share(*(_bought(crowd, one, TIMES)[mine] > 0 for one in (before, after)))
            verdict = judging.judged(found_share.p, f"period:{what}", asking, built_in=built_in)
            made = said_of_shares(found_share, str(OUTCOMES[what]), names, verdict=verdict, warnings=warnings)
        else:
            values = [_bought(crowd, one, what)[mine] * MONTH / one.days for one in (before, after)]
            found = change_of(*values)
            verdict = judging.judged(found.p, f"period:{what}", asking, built_in=built_in)
            unit = "money" if what == SPENT else "number"
            made = said_of_numbers(found, str(OUTCOMES[what]), unit, names, verdict=verdict, warnings=warnings)
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error
    return replace(made, notes=[_counted(int(mine.sum()), before.first), *made.notes])


def read_period(first: str, last: str) -> Period:
    """Two days as an address has them. Raises CannotAnswer."""
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise CannotAnswer(_("A period needs its first and its last day, such as 2026-03-01.")) from error
    if period.last < period.first:
        raise CannotAnswer(_("A period ends after it begins: turn the two days round."))
    return period


def _refuse_overlap(before: Period, after: Period, today: date) -> None:
    if after.first <= before.last:
        raise CannotAnswer(_("The periods overlap: what happened in both would be compared with itself."))
    if after.last > today:
        raise CannotAnswer(
            _("The second period is not over: nothing is known after %(day)s.")
            % {"day": date_format(today, "DATE_FORMAT")}
        )


def _on_record_since(before: Period) -> date | None:
    """The day of the first purchase on record. Raises CannotAnswer where most of a period lies before it."""
    begun = bought_since()
    since = localdate(begun) if begun else None
    if since and (since - before.first).days * 2 > before.days:
        raise CannotAnswer(
            _(
                "Purchases are on record from %(day)s on. What was bought before is not known, which is not the same "
                "as nothing: begin both periods on that day or later."
            )
            % {"day": date_format(since, "DATE_FORMAT")}
        )
    return since


def _half_known(before: Period, since: date | None) -> list[str]:
    if since is None or since <= before.first:
        return []
    return [
        _("Purchases are on record from %(day)s on: what was bought earlier in the first period is missing.")
        % {"day": date_format(since, "DATE_FORMAT")}
    ]


def _warnings(before: Period, after: Period) -> list[str]:
    told = []
    if before.days != after.days:
        told.append(_("The periods are of different length; amounts are reckoned to 30 days."))
    if _season(before) != _season(after):
        told.append(_("They lie in different seasons: what changes every year looks like a change of yours."))
    return told


def _season(period: Period) -> tuple[int, int]:
    return period.first.month, period.last.month


def _counted(customers: int, first: date) -> str:
    return _(
        "Counted are the %(n)s customers who were here before %(day)s, in both periods: newcomers would make it look "
        "better than it is."
    ) % {"n": count(customers), "day": date_format(first, "DATE_FORMAT")}


def _here_before(crowd: Crowd, first: date) -> Flags:
    """Who registered, or bought, before the day."""
    begins = _midnight(first)
    here = np.zeros(len(crowd.ids), bool)
    for rows in (crowd.mine.customers.filter(registered_at__lt=begins).values_list("pk"), bought_before(begins)):
        places, _values = crowd.placed(plain_rows(rows))
        here[places] = True
    return here


def _bought(crowd: Crowd, period: Period, what: str) -> Array:
    """What each spent, or how often they bought, within the period."""
    rows = bought_between(_midnight(period.first), _midnight(period.last + timedelta(days=1)))
    places, (spent, times) = crowd.placed(plain_rows(rows), 2)
    values = np.zeros(len(crowd.ids))
    values[places] = spent if what == SPENT else times
    return values


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))
