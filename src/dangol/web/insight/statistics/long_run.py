"""How a business does in the long run: a line for each indicator, year by year, and where to look into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.long_run import Indicator, Told, Year, by_cohort, long_run
from dangol.insight.analysis.surveys.queries import last_roles
from dangol.insight.warehouse.metrics import METRICS
from dangol.insight.warehouse.queries import Lake, lake
from dangol.web.insight.statistics import drawing
from dangol.web.insight.statistics.crowd import Crowd
from dangol.web.insight.statistics.judging import CannotAnswer
from dangol.web.insight.statistics.said import Answer, Figure, Picture, Way
from dangol.web.insight.statistics.units import between, ends, plotted, signed, spread, with_sign, written
from dangol.web.shell.figures import count, decimals, percent
from dangol.web.shell.said import span

SCORE = "recommend"
GROWTHS = ("customer_growth", "revenue_growth")
LABELS = {
    "reactivated_customers": gettext_lazy("Sleeping customers who came back"),
    SCORE: gettext_lazy("Would recommend us (NPS)"),
}  # the others are called as in the registry
MEANT = {
    "retention": gettext_lazy("bought again within a year after a purchase"),
    "second_purchase_rate": gettext_lazy("new customers who bought a second time within a year"),
    "returning_share": gettext_lazy("of those who bought, who had bought before"),
    "reactivated_customers": gettext_lazy("of those without a purchase for a year, who bought again"),
    "customer_growth": gettext_lazy("new and returned less lapsed, against the year’s beginning"),
    "revenue_growth": gettext_lazy("against the same days a year before"),
    SCORE: gettext_lazy("those who would recommend us less those who would not, in hundredths"),
}  # fmt: skip


def in_the_long_run(crowd: Crowd, *, among: str) -> Answer:
    """among: a group, empty for everybody. Raises CannotAnswer, NoSuchThing, NoLake, TooYoung."""
    here = lake().seen_by(crowd.mine.scope)
    if not among:
        return _said(here, crowd, "")
    group = crowd.group(among)
    with here.among(crowd.keys[group.inside]) as mine:
        return _said(mine, crowd, group.label)


def _said(here: Lake, crowd: Crowd, whose: str) -> Answer:
    found = long_run(here, as_of=crowd.asked.day + timedelta(days=1), roles=last_roles())
    known = [one for one in found if one.years]
    if not known:
        raise CannotAnswer(_("Too few customers bought in a year that is over to say anything of the long run."))
    cohorts = by_cohort(here)
    rows = [row for one in known for row in _rows(one)]
    sentence = _sentence(known, whose)
    return Answer(
        sentence=sentence, judged=_judged(known), warnings=_unknown(found),
        figures=[_figure(one) for one in known],
        notes=[
            _(
                "Told are the last whole months, twelve at a time, so that seasons do not matter; what a year must "
                "pass for to be seen is told of purchases of the year before."
            ),
            _(
                "Shares have Wilson’s interval, changes Newcombe’s, growth in customers that of Poisson. The growth of "
                "revenue is given an interval by how differently customers grew. All say how far chance alone reaches."
            ),
        ],
        picture=Picture(
            _cohorts_in_words(cohorts) or sentence,
            _("Retention by the year of the first purchase, with its 95% interval, in hundredths") if cohorts
            else _("Indicators of the last year, with their 95% interval"),
            drawing.intervals(
                [_drawn(name, told) for name, told in cohorts] or [_drawn(label_of(one), one.years[0])
                 for one in known if one.name != SCORE], "%", zero=False,
            ),
            [_("Indicator"), _("Period"), _("Figure of the year"), _("95% interval"), _("Of how many")],
            rows + [
                [_("Retention of those who first bought in %(year)s") % {"year": name}, "",
                 percent(told.estimate.value, 1), spread(told.estimate, "share"), count(told.n)]
                for name, told in cohorts
            ], [2, 3, 4],
        ),
        numbers={"indicators": [_number(one) for one in found],
                 "cohorts": [{"year": name, "n": told.n, **asdict(told.estimate)} for name, told in cohorts]},
        ways=[] if whose else [_way(one) for one in known if one.name != SCORE],
    )  # fmt: skip


def label_of(one: Indicator) -> str:
    """What it is called."""
    return str(LABELS.get(one.name) or METRICS[one.name].label)


def _sentence(known: list[Indicator], whose: str) -> str:
    """What matters most first: whether customers stay, and whether they become more."""
    told = {one.name: one for one in known}
    parts = []
    if one := told.get("retention"):
        parts.append(_("%(share)s of those who bought did so again within a year") % {
            "share": percent(one.years[0].estimate.value, 1)})  # fmt: skip
    if one := told.get("customer_growth"):
        value = one.years[0].estimate.value
        parts.append(
            (_("active customers grew by %(n)s in a year") if value >= 0
             else _("active customers shrank by %(n)s in a year")) % {"n": percent(abs(value), 1)}
        )  # fmt: skip
    if not parts:
        first = known[0]
        parts.append(f"{label_of(first)}: {_value(first.name, first.years[0])}")
    said = _("%(first)s; %(second)s.") % {"first": parts[0], "second": parts[1]} if parts[1:] else f"{parts[0]}."
    said = said[:1].upper() + said[1:]
    return f"{whose}: {said}" if whose else said


def _judged(known: list[Indicator]) -> str:
    """Which of them changed by more than chance against the year before."""
    moved = [one for one in known if one.change and (one.change.low > 0 or one.change.high < 0)]
    if not any(one.change for one in known):
        return ""
    if not moved:
        return _("Against the year before nothing changed by more than chance.")
    more = ", ".join(label_of(one) for one in moved if one.change and one.change.value > 0)
    less = ", ".join(label_of(one) for one in moved if one.change and one.change.value < 0)
    if more and less:
        return _("Against the year before, by more than chance, higher: %(more)s; lower: %(less)s.") % {
            "more": more, "less": less}  # fmt: skip
    if more:
        return _("Against the year before, by more than chance, higher: %(more)s.") % {"more": more}
    return _("Against the year before, by more than chance, lower: %(less)s.") % {"less": less}


def _unknown(found: Iterable[Indicator]) -> list[str]:
    """What is not known, and how it would be."""
    told = [
        _("Not known yet: %(what)s. It needs ten customers, and the years that it compares on record.")
        % {"what": label_of(one)}
        for one in found if not one.years and one.name != SCORE
    ]  # fmt: skip
    if any(one.name == SCORE and not one.years for one in found):
        told.append(
            _(
                "Whether customers prefer and would recommend you is not known: nobody was asked, or fewer than ten "
                "answered. Ask in a survey “Would you recommend us to a friend?” from 0 to 10, and import the answers."
            )
        )
    return told


def _figure(one: Indicator) -> Figure:
    now = one.years[0]
    note = f"{spread(now.estimate, _unit(one.name))}, {_size(one.name, now.n)}" if one.name != SCORE else (
        f"{ends(now.estimate)}, {_size(one.name, now.n)}"
    )  # fmt: skip
    change = f"; {_change(one)}" if one.change else ""
    return Figure(label_of(one), _value(one.name, now), f"{MEANT[one.name]}: {note}{change}")


def _change(one: Indicator) -> str:
    assert one.change is not None
    if one.name == SCORE:
        told = f"{decimals(one.change.value, 1)} ({decimals(one.change.low, 1)} ~ {decimals(one.change.high, 1)})"
    else:
        told = f"{signed(one.change.value, 'share')} ({between(one.change, 'share')})"
    return _("against the year before %(change)s") % {"change": told}


def _size(name: str, n: int) -> str:
    if name == SCORE:
        return ngettext("%(n)s answer", "%(n)s answers", n) % {"n": count(n)}
    return ngettext("of %(n)s customer", "of %(n)s customers", n) % {"n": count(n)}


def _value(name: str, told: Told) -> str:
    if name == SCORE:
        return decimals(told.estimate.value, 1)
    return signed_share(told.estimate.value) if name in GROWTHS else written(told.estimate.value, "share")


def signed_share(value: float) -> str:
    """A growth with its sign."""
    return with_sign("+" if value > 0 else "−" if value < 0 else "", percent(abs(value), 1))


def _unit(name: str) -> str:
    return "number" if name == SCORE else "share"


def _rows(one: Indicator) -> list[list[Any]]:
    return [
        [label_of(one), _span(told.year), _value(one.name, told),
         span(decimals(told.estimate.low, 1), decimals(told.estimate.high, 1)) if one.name == SCORE
         else spread(told.estimate, "share"), count(told.n)]
        for told in one.years
    ]  # fmt: skip


def _span(year: Year) -> str:
    last = year.until - timedelta(days=1) if year.until > year.since else year.until
    return f"{date_format(year.since, 'YEAR_MONTH_FORMAT')} ~ {date_format(last, 'YEAR_MONTH_FORMAT')}"


def _drawn(name: str, told: Told) -> dict[str, Any]:
    one = told.estimate
    return {
        "name": name, "value": plotted(one.value, "share"), "low": plotted(one.low, "share"),
        "high": plotted(one.high, "share"), "told": f"{percent(one.value, 1)} ({spread(one, 'share')})",
    }  # fmt: skip


def _cohorts_in_words(cohorts: list[tuple[str, Told]]) -> str:
    if len(cohorts) < 2:
        return ""
    (old, first), (new, last) = cohorts[0], cohorts[-1]
    told = {"old": old, "new": new, "first": percent(first.estimate.value, 1), "last": percent(last.estimate.value, 1)}
    return (
        _("Of those who first bought in %(old)s %(first)s come again within a year, of those of %(new)s %(last)s.")
        % told
    )


def _number(one: Indicator) -> dict[str, Any]:
    return {
        "name": one.name, "change": asdict(one.change) if one.change else None,
        "years": [{"since": told.year.since.isoformat(), "until": told.year.until.isoformat(), "n": told.n,
                   **asdict(told.estimate)} for told in one.years],
    }  # fmt: skip


def _way(one: Indicator) -> Way:
    """The same number among the numbers, of the same days."""
    year = one.years[0].year
    words = {
        "metric": one.name, "period": "dates", "from": year.since.isoformat(),
        "to": (year.until - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return Way(label_of(one), f"{reverse('insight_cube')}?{urlencode(words)}")
